"""What a study returns and leaves: files of one n and of several, a page that stands by itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.studies.quick import Quick
from zerosum.errors import InputError
from zerosum.studies.monte_carlo import work as gans
from zerosum.studies.monte_carlo.result import InferenceResult
from zerosum.studies.monte_carlo.study import _joined
from zerosum.studies.monte_carlo.truths import truth
from zerosum.studies.monte_carlo.work import Inference, work
from zerosum.studies.results import Results


def made(monkeypatch, folder, *sizes):
    """A study of each n, without a ledger."""
    monkeypatch.setattr(gans, "Population", Quick)
    parts = tuple(part(Inference(members=30, n=n, m=50, statistic="median")) for n in sizes)
    return InferenceResult(parts, truth("normal"), 0, folder, "zerosum study inference <x>")


def part(study):
    class Done(Results):
        def arrays(self, *names):
            return work(study.description(), 0)

    return _joined(study, Done(Path(), {}, ()))


def test_one_n_leaves_its_figures_its_table_and_its_page(tmp_path, monkeypatch):
    result = made(monkeypatch, tmp_path, 100)
    result.write()
    names = {"report.html", "table.json", "means.png", "distances.png", "functional.png"}
    assert {p.name for p in tmp_path.iterdir()} == names
    assert json.loads((tmp_path / "table.json").read_text()) == result.to_json()
    page = (tmp_path / "report.html").read_text()
    for words in (
        "30 GANs, each on 100 draws of N(0, 1); 50 samples of each",
        "GAN against bootstrap", "How it was made", "T = median", "lecture, GAN", "0.0124",
        "where 95 % lies", "&lt;x&gt;", "0 of 30 GANs diverged", str(result.table.cells[0]),
    ):  # fmt: skip
        assert words in page, words
    assert "<script" not in page and 'src="http' not in page and "F_n" not in page


def test_several_n_leave_the_rate(tmp_path, monkeypatch):
    result = made(monkeypatch, tmp_path, 25, 100)
    result.write()
    assert {p.name for p in tmp_path.iterdir()} == {"report.html", "table.json", "rate.png"}
    page = (tmp_path / "report.html").read_text()
    for words in ("The rate in n", "on 25 or 100 draws", "n = 25", "Every number", "to the power"):
        assert words in page, words
    # every id is there once, though the figures are drawn for each n
    ids = [piece.split('"')[0] for piece in page.split(' id="')[1:]]
    assert len(ids) == len(set(ids))


def test_without_a_folder_only_a_page_can_be_had(tmp_path, monkeypatch):
    result = made(monkeypatch, None, 25)
    assert result.report(tmp_path / "page.html").read_text().startswith("<!DOCTYPE html>")
    with pytest.raises(InputError, match="has no folder"):
        result.write()
    with pytest.raises(InputError, match=r"page.html could not be written: No such file"):
        result.report(tmp_path / "absent" / "page.html")
