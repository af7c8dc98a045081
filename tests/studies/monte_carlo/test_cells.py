"""Cells and tables: numbers by hand, errors against repetition, text and JSON."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from zerosum import noise
from zerosum.errors import InputError
from zerosum.studies.monte_carlo import cells
from zerosum.studies.monte_carlo.cells import Cell, Table
from zerosum.studies.monte_carlo.truths import truth

TINY = np.array([1.0, 2.0, 3.0, 6.0])


def test_mean_and_variance_by_hand():
    mean = cells.mean_cell("g", "r", "c", TINY)
    # deviations −2, −1, 0, 3: squares 14, fourth powers 98
    assert (mean.value, mean.error) == (3.0, pytest.approx(math.sqrt(14 / 3) / 2))
    variance = cells.variance_cell("g", "r", "c", TINY)
    assert variance.value == pytest.approx(14 / 3)
    assert variance.error == pytest.approx(math.sqrt((98 / 4 - (14 / 3) ** 2 * (1 / 3)) / 4))


def test_share_and_correlation_by_hand():
    share = cells.share_cell("g", "r", "c", np.array([True, True, True, False]))
    assert (share.value, share.error) == (0.75, pytest.approx(math.sqrt(3 / 64)))
    r = cells.correlation_cell("g", "r", "c", np.array([1.0, 2, 3]), np.array([1.0, 3, 2]))
    assert (r.value, r.error) == (pytest.approx(0.5), pytest.approx(0.75 / math.sqrt(2)))
    assert math.isnan(cells.correlation_cell("g", "r", "c", TINY, np.ones(4)).value)


@pytest.mark.parametrize("make", [
    cells.mean_cell,
    cells.variance_cell,
    lambda *a: cells.quantile_cell(*a, 0.5),
    lambda *a: cells.quantile_cell(*a, 0.95),
])  # fmt: skip
def test_errors_are_the_scatter_over_repetitions(make):
    repeats = 400
    draws = truth("exponential").sample(noise.fold(0, "repeat"), (repeats, 800))
    found = [make("g", "r", "c", row) for row in draws]
    scatter = np.std([c.value for c in found], ddof=1)
    # an sd over 400 is known to 1/√800 = 3.5 %; four of these, for the scatter, is 14 %; the mean of
    # 400 estimated errors is known better than that, and is low by the skewness of the errors, 3 %
    assert np.mean([c.error for c in found]) == pytest.approx(scatter, rel=0.17)


TABLE = Table(
    "a study",
    {"n": 3},
    (
        Cell("means", "first", "value", 1.25, 0.031),
        Cell("means", "second", "value", 2.0),
        Cell("means", "second", "band", 0.95, math.nan, 0.94, 0.96),
    ),
    ("a note",),
)


def test_a_table_prints_its_groups_as_blocks():
    assert str(TABLE).splitlines() == [
        "a study", "",
        "means",
        "             value          band",
        "first        1.250 ± 0.031  –",
        "second       2              0.9500 [0.9400, 0.9600]", "",
        "(1) a note",
    ]  # fmt: skip


def test_json_has_every_number_and_no_nan():
    text = json.dumps(TABLE.to_json(), allow_nan=False)
    back = json.loads(text)
    assert back["n"] == 3 and back["notes"] == ["a note"]
    assert back["cells"][0] == {
        "group": "means", "of": "first", "what": "value", "value": 1.25, "error": 0.031,
        "low": None, "high": None,
    }  # fmt: skip


def test_a_cell_is_found_or_the_nearest_is_named():
    assert TABLE.cell("means", "first", "value").error == 0.031
    with pytest.raises(InputError, match="did you mean 'means / first / value'"):
        TABLE.cell("means", "frist", "value")


def test_joined_tables_have_the_cells_and_the_notes_of_both():
    one = Table("one", {"n": 1}, (Cell("g", "r", "c", 1.0),), ("first",))
    both = one.joined(Table("two", {"m": 2}, (Cell("h", "r", "c", 2.0),), ("second",)))
    assert (both.title, both.facts, both.notes) == ("one", {"n": 1, "m": 2}, ("first", "second"))
    assert both.cell("g", "r", "c").value == 1.0 and both.cell("h", "r", "c").value == 2.0


def test_a_part_that_is_too_wide_is_turned():
    row = tuple(Cell("g", "row", f"column {i}", 0.5, 0.001) for i in range(9))
    text = str(Table("t", {}, row)).splitlines()
    assert max(map(len, text)) <= 100
    assert text[3].split() == ["row"] and text[4].split() == ["column", "0", "0.5000±0.0010"]
