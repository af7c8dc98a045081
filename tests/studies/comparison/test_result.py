"""What a comparison returns, and what it leaves in a folder."""

from __future__ import annotations

import json

import pandas
import pytest

from tests.studies.comparison.pages import played
from zerosum.errors import InputError
from zerosum.studies.comparison.files import csv_text, frame
from zerosum.studies.comparison.result import CompareResult
from zerosum.studies.comparison.table import compare
from zerosum.studies.comparison.text import text


@pytest.fixture(scope="module")
def result():
    trials = played(draws=4)
    return CompareResult(trials, compare(trials), "zerosum study compare --seed 7")


def test_it_is_printed_as_its_table(result):
    assert str(result) == result.table == text(result.statistics)


def test_frame_and_json_are_those_of_its_parts(result):
    pandas.testing.assert_frame_equal(result.frame(), frame(result.trials))
    assert result.to_json() == result.statistics.to_json()


def test_it_saves_three_files(result, tmp_path):
    folder = tmp_path / "new" / "study"
    result.save(folder)
    names = ["comparison.json", "report.html", "trainings.csv"]
    assert sorted(path.name for path in folder.iterdir()) == names
    assert json.loads((folder / "comparison.json").read_text()) == json.loads(
        json.dumps(result.to_json())
    )
    assert (folder / "trainings.csv").read_text() == csv_text(result.trials)
    page = (folder / "report.html").read_text()
    assert "zerosum study compare --seed 7" in page
    assert result.report(tmp_path / "other.html").read_text() == page


def test_saving_again_replaces_and_leaves_nothing_beside(result, tmp_path):
    for name in ("comparison.json", "report.html", "trainings.csv"):
        (tmp_path / name).write_text("old")
    result.save(tmp_path)
    assert len(list(tmp_path.iterdir())) == 3
    assert all(path.read_text() != "old" for path in tmp_path.iterdir())


def test_a_place_that_cannot_be_is_one_sentence(result, tmp_path):
    (tmp_path / "file").write_text("")
    for attempt in (
        lambda: result.save(tmp_path / "file"),
        lambda: result.report(tmp_path / "file" / "report.html"),
    ):
        with pytest.raises(InputError, match="choose a folder that can be written"):
            attempt()
