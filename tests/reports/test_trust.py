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
        (not made.there and "could not" in made.body)
        or "do not belong" in made.body
        or "no points" in made.body
    )


def test_a_line_and_a_square_of_latents_are_drawn_among_points(tmp_path):
    run = read_run(ring(tmp_path))
    assert "latents from -3 to 3 in order" in trust.sheet(
        with_arrays(run, curve=RNG.normal(size=(60, 2)))
    )
    ticks = np.linspace(-3, 3, 5)
    x, y = np.meshgrid(ticks, ticks)
    ratio = np.ones((4, 4))
    ratio[:1] = -1.0  # a quarter is turned over
    arrays = {"sheet": np.stack([x, y], -1), "sheet_ratio": ratio, "sheet_ticks": ticks}
    assert "25 % of the cells are turned over" in trust.sheet(with_arrays(run, **arrays))
    assert page(with_arrays(run, **arrays)).count('id="sheet"') == 1
    for name, bad in (
        ("sheet", np.zeros((2, 2))),
        ("sheet_ratio", ratio[:2]),
        ("curve", np.zeros(3)),
    ):
        made = section(with_arrays(run, **{**arrays, name: bad}), "a", "A", trust.sheet)
        assert not made.there
    assert not section(
        with_arrays(read_run(digits(tmp_path)), **arrays), "a", "A", trust.sheet
    ).there


def test_columns_are_listed_farthest_first_beside_the_band(tmp_path):
    found = {"KS": [0.02, 0.3, 0.1], "KS_bound": 0.12, "W1": [0.1, 0.9, 0.2]}
    run = dataclasses.replace(
        read_run(ring(tmp_path)), evidence={"facts": {"kind": "table", "columns": found}}
    )
    shown = trust.columns(run)
    assert [shown.index(f"column {i}<") for i in (2, 3, 1)] == sorted(
        shown.index(f"column {i}<") for i in (1, 2, 3)
    )
    assert shown.count("<td>no</td>") == 1 and shown.count("<td>yes</td>") == 2
    assert page(run).count('id="columns"') == 1
    for bad in (None, [], {"KS": "x"}, {"KS": [1.0], "W1": []}):
        broken = dataclasses.replace(run, evidence={"facts": {"columns": bad}})
        assert not section(broken, "a", "A", trust.columns).there
