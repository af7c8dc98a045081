"""Pictures of trust on a page: they stand where their arrays are, and say so where these are malformed."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from tests.reports.folders import digits, ring
from zerosum.reports import trust
from zerosum.reports.read import read_run
from zerosum.reports.report import page, section

RNG = np.random.default_rng(0)
COUNTS = {
    f"bin_count_{side}": RNG.multinomial(200, np.ones(20) / 20)
    for side in ("real", "fake", "train")
}
PLANE = {f"directions_{side}": RNG.normal(size=(50, 2)) for side in ("real", "fake", "train")}


def remade(shape: tuple[int, ...]) -> dict[str, np.ndarray]:
    rows = RNG.integers(0, 255, (8, *shape)).astype(np.uint8 if len(shape) > 1 else np.float64)
    error = np.linspace(0.4, 0.1, 8)
    return {"remade_rows": rows, "remade": rows[::-1], "remade_error": error,
            "remade_nearest": 2 * error, "remade_of": np.array([16])}  # fmt: skip


def with_arrays(run, **arrays):
    return dataclasses.replace(run, gallery={**run.gallery, **arrays})


def test_sections_stand_only_where_their_arrays_are(tmp_path):
    run = read_run(digits(tmp_path))
    for key in ("directions", "bins", "remade"):
        assert f'id="{key}"' not in page(run)
    whole = page(with_arrays(run, **PLANE, **COUNTS, **remade((8, 8))))
    for key in ("directions", "bins", "remade"):
        assert whole.count(f'id="{key}"') == 1
    assert 'id="classes"' not in whole  # bins stand in their place
    order = [whole.index(f'id="{key}"') for key in ("neighbours", "directions", "bins", "remade")]
    assert order == sorted(order)


def test_pictures_are_shown_beside_what_is_left_of_them(tmp_path):
    shown = trust.remade(with_arrays(read_run(digits(tmp_path)), **remade((8, 8))))
    assert shown.count("what is left") == 2 * 8  # as text and as the picture's description
    assert "of 16 the" in shown and "error 0.400, nearest training row 0.800" in shown


def test_points_are_joined_and_tables_are_listed(tmp_path):
    points = with_arrays(read_run(ring(tmp_path)), **remade((2,)))
    assert "8 held-out points" in trust.remade(points)
    table = dataclasses.replace(points, evidence={"facts": {"kind": "table"}})
    assert trust.remade(table).count("<tr>") == 9


def test_bins_are_drawn_twice_with_what_they_count(tmp_path):
    shown = trust.bins(with_arrays(read_run(ring(tmp_path)), **COUNTS))
    assert shown.count("n = 200 and 200") >= 2 and "real beside real" in shown


@pytest.mark.parametrize(
    ("make", "arrays", "name"),
    [
        (trust.directions, PLANE, "directions_fake"),
        (trust.bins, COUNTS, "bin_count_train"),
        (trust.remade, remade((8, 8)), "remade"),
    ],
)
@pytest.mark.parametrize("bad", [np.zeros(0), np.zeros((2, 3)), np.array(["<b>", "x"])])
def test_a_malformed_array_makes_its_section_say_so(tmp_path, make, arrays, name, bad):
    run = with_arrays(read_run(digits(tmp_path)), **{**arrays, name: bad})
    made = section(run, "a", "A", make)
    assert (
        (not made.there
        and "could not" in made.body)
        or "do not belong" in made.body
        or "no points" in made.body
    )
