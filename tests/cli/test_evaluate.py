"""`zerosum evaluate`, `compare` and `report`: what is said of runs that are done."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.cli.processes import assert_one_sentence
from tests.tiny_runs import small_pictures
from zerosum.metrics.evidence import Evidence

pytestmark = pytest.mark.usefixtures("own_folder")


def test_evaluate_prints_a_table_or_one_object(say, runs):
    code, table, err = say("evaluate", runs["points"])
    assert (code, err) == (0, "")
    code, out, err = say("evaluate", runs["points"], "--json")
    assert (code, err) == (0, "") and out.count("\n") == 1
    found = Evidence.from_json(json.loads(out))
    assert str(found) == table.rstrip("\n")
    stored = Evidence.from_json(json.loads((runs["points"] / "evidence.json").read_text()))
    assert found == stored


def test_evaluate_on_given_data(say, runs):
    rows = small_pictures(60).reshape(-1, 2).astype(np.float64)[:100]
    np.save("fresh.npy", rows)
    np.save("wide.npy", rows.reshape(-1, 4))
    code, out, _ = say("evaluate", runs["points"] / "model", "--data", "fresh.npy")
    assert code == 0 and len(out.splitlines()) > 3
    answer = say("evaluate", runs["points"] / "model")
    assert_one_sentence(answer, 2, "is not a run folder")
    assert_one_sentence(say("evaluate", runs["points"], "--data", "wide.npy"), 2, "4")


def test_runs_are_compared_when_their_numbers_are_alike(say, runs):
    code, out, err = say("compare", runs["points"], runs["other game"])
    assert (code, err) == (0, "") and str(runs["other game"]) in out and "W1 exact" in out
    assert say("compare", runs["points"], runs["other seed"])[0] == 0
    for other in ("other rows", "pictures"):
        assert_one_sentence(say("compare", runs["points"], runs[other]), 2, "evaluate both")


def test_a_report_is_written_anew(say, runs, tmp_path):
    run = tmp_path / "copy"
    shutil.copytree(runs["points"], run)
    (run / "report.html").unlink()
    code, out, err = say("report", run)
    assert (code, err) == (0, "") and Path(out.strip()).samefile(run / "report.html")


def test_pictures_are_also_compared_in_published_features(say, runs, monkeypatch):
    """A small network stands in for a published one: what is read, named and compared is the same."""
    import torch
    from safetensors.torch import save_file

    from zerosum.metrics.features import Pixels
    from zerosum.metrics.wrapped import as_extractor
    from zerosum.runs import extractors

    def make(tensors, digest, *, resize):
        assert resize == "tf1" and tensors["w"].shape == (3,)
        return as_extractor(
            lambda x: x.flatten(1)[:, :5], torch.zeros(2, *shape), id=f"own:{digest[:4]}"
        )

    shape = Pixels(small_pictures()[:1].shape[-1:] * 3).event_shape
    published = extractors.Published(make, "https://example.org/own.safetensors", "", 10)
    monkeypatch.setitem(extractors.PUBLISHED, "own", published)
    save_file({"w": torch.ones(3)}, "own.safetensors")
    words = ("evaluate", runs["pictures"], "--features", "own=own.safetensors", "--resize", "tf1")
    code, out, err = say(*words, "--json")
    assert (code, err) == (0, "")
    found = Evidence.from_json(json.loads(out))
    assert found["FD own"].label.startswith("FD[own:") and ":5d" in found["FD own"].label
    assert found["FD own"].reference.splits == 20 and found["recall own"].value <= 1
    plain = Evidence.from_json(json.loads(say("evaluate", runs["pictures"], "--json")[1]))
    assert [m for m in found.measurements if "own" not in m.name] == list(plain.measurements)


@pytest.mark.parametrize(
    ("which", "features", "words"),
    [
        ("pictures", "incepton", "unknown feature extractor 'incepton'; did you mean 'inception'"),
        ("pictures", "pixels", "--features pixels is taken of pictures in any case"),
        ("pictures", "inception=none.pth", "cannot read none.pth"),
        ("points", "inception", "--features inception sees pictures, and these data are none"),
    ],
)
def test_features_that_cannot_be_taken(say, runs, features, which, words):
    assert_one_sentence(say("evaluate", runs[which], "--features", features), 2, words)


def test_weights_are_not_fetched_unasked(say, runs, tmp_path, monkeypatch):
    monkeypatch.setenv("ZEROSUM_CACHE", str(tmp_path / "cache"))
    answer = say("evaluate", runs["pictures"], "--features", "dinov2-small")
    assert_one_sentence(answer, 2, "give dinov2-small=FILE, or add --download")
    assert not (tmp_path / "cache").exists()
