"""Trainings as columns by hand, as CSV that comes back equal, and as a frame."""

from __future__ import annotations

import csv
import sys

import numpy as np
import pandas
import pytest

from tests.studies.comparison.comparisons import normal, trials, uniform
from zerosum.errors import InputError
from zerosum.studies.comparison.files import columns, csv_text, frame, write_csv

NAN = np.nan


def by_hand():
    """Two objectives, two draws, two seeds, two fresh ones; b's best is draw 1; one failure each."""
    search, final = [[[1, 2], [3, NAN]], [[9, 9], [5, 6]]], [[1.5, 2.5], [NAN, 0.1]]
    return trials(
        search,
        final,
        parameters={"lr": np.array([[0.1, 0.2], [0.3, 0.4]]), "clip": np.array([[NAN] * 2, [1, 2]])},
        final={"distance": np.array(final), "modes": np.array([[8.0, 7.0], [NAN, 6.0]])},
    )  # fmt: skip


def test_columns_by_hand():
    found = columns(by_hand())
    assert list(found) == ["stage", "objective", "draw", "seed", "lr", "clip", "distance", "modes",
                           "failed"]  # fmt: skip
    lines = list(zip(*found.values(), strict=True))
    assert len(lines) == 8 + 4
    assert lines[2][:5] == ("search", "a", 1, 0, 0.2)
    assert lines[3][6:] == pytest.approx((NAN, NAN, True), nan_ok=True)
    assert lines[7][:7] == ("search", "b", 1, 1, 0.4, 2.0, 6.0)
    # the final trainings are of each objective's best draw: a's 0 and b's 1
    assert lines[9][:5] == ("final", "a", 0, 1, 0.1)
    assert lines[11] == ("final", "b", 1, 1, 0.4, 2.0, 0.1, 6.0, False)


def large():
    """Numbers of all digits and sizes, failures, and a parameter that only one objective has."""
    search = np.exp(20 * normal(1, 3, 7, 4))
    search[1, 2, 3] = NAN
    half = np.where(np.arange(3)[:, None] == 1, uniform(2, 3, 7), NAN)
    return trials(search, normal(3, 3, 5), parameters={"lr": 1e-5 * uniform(4, 3, 7), "half": half})


@pytest.mark.filterwarnings("ignore:The 'float_precision'")  # the default of newer pandas
def test_csv_read_back_is_the_frame(tmp_path):
    made = write_csv(large(), tmp_path / "trainings.csv")
    # the fast reader of pandas 2 is off by a last digit now and then
    read = pandas.read_csv(made, float_precision="round_trip")
    pandas.testing.assert_frame_equal(read, frame(large()), check_exact=True)
    assert [path.name for path in tmp_path.iterdir()] == ["trainings.csv"]


def test_csv_is_plain():
    rows = list(csv.reader(csv_text(by_hand()).splitlines()))
    assert rows[4] == ["search", "a", "1", "1", "0.2", "", "", "", "True"]
    assert "nan" not in csv_text(by_hand())


def test_an_older_file_is_replaced_and_a_wrong_place_is_named(tmp_path):
    path = tmp_path / "trainings.csv"
    path.write_text("old")
    assert write_csv(by_hand(), path).read_text() == csv_text(by_hand())
    with pytest.raises(InputError, match="choose a folder that can be written"):
        write_csv(by_hand(), tmp_path / "trainings.csv" / "inside.csv")


def test_a_frame_without_pandas_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(InputError, match=r"pip install 'zerosum\[tabular\]'") as told:
        frame(by_hand())
    assert told.value.exit_code == 2
