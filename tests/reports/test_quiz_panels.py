"""Drawings of rows: where the marks are, by hand, and that nothing but the rows makes a difference."""

from __future__ import annotations

import re

import numpy as np
import pytest

from zerosum.reports.quiz_panels import frame, panel

SQUARE = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])


def numbers(text: str) -> np.ndarray:
    return np.array([float(v) for v in re.findall(r"-?\d+\.?\d*", text)])


def path(drawing: str, kind: str) -> str:
    return re.search(rf'<path d="([^"]+)" class="{kind}', drawing)[1]


def test_points_stand_where_they_belong():
    where = frame([SQUARE], ("x", "y"))
    span = where.high - where.low
    x, y = numbers(path(panel(SQUARE, where, "square"), "dots").replace("h0", " ")).reshape(-1, 2).T
    # the box is 284 wide from 26 and 284 high from 10, y upwards; drawn to a tenth
    np.testing.assert_allclose(x, 26 + 284 * (SQUARE[:, 0] - where.low[0]) / span[0], atol=0.051)
    np.testing.assert_allclose(y, 10 + 284 * (where.high[1] - SQUARE[:, 1]) / span[1], atol=0.051)


def test_rows_beyond_the_frame_are_drawn_on_its_edge():
    where = frame([SQUARE], ("x", "y"))
    far = panel(SQUARE + np.array([100.0, -100.0]), where, "far")
    x, y = numbers(path(far, "dots").replace("h0", " ")).reshape(-1, 2).T
    assert set(x) == {310.0} and set(y) == {294.0}


def test_bars_are_shares_of_the_rows_in_one_scale_for_all():
    few, many = np.array([[0.0], [1.0]]), np.array([[0.0]] * 30 + [[1.0]] * 10)
    where = frame([few, many], ("v",))
    assert where.tallest[0] == 0.75
    tops = [
        numbers(re.sub(r"[MHZ][\d.]*", " ", path(panel(r, where, ""), "bars"))) for r in (few, many)
    ]
    heights = [294 - values.min() for values in tops]
    # a half of the rows against three quarters, which fill 84 % of 284
    np.testing.assert_allclose(heights, [0.5 / 0.75 * 0.84 * 284, 0.84 * 284], atol=0.051)


def test_a_table_shows_each_pair_of_three_moving_columns():
    rows = np.random.default_rng(0).normal(size=(50, 5))
    rows[:, 1] = 3.0
    names = ("a", "still", "<c>", "d", "e")
    where = frame([rows[:25], rows[25:]], names)
    assert where.names == ("a", "<c>", "d") and where.index == (0, 2, 3)
    drawing = panel(rows[:25], where, "x")
    assert drawing.count('class="bars"') == 3 and drawing.count('class="dots small"') == 3
    assert "&lt;c&gt;" in drawing and "still" not in drawing and "<c>" not in drawing


def test_who_made_the_rows_leaves_no_trace():
    """The same rows in another place of the list give the same drawing, and others the same frame."""
    rng = np.random.default_rng(1)
    groups = [rng.normal(size=(20, 2)) for _ in range(4)]
    first, second = frame(groups, ("x", "y")), frame(groups[::-1], ("x", "y"))
    assert panel(groups[0], first, "x") == panel(groups[0], second, "x")
    bare = {re.sub(r'd="[^"]+"', "", panel(g, first, "x")) for g in groups}
    assert len(bare) == 1


@pytest.mark.parametrize("columns", [1, 2, 4])
def test_constant_columns_are_drawn_too(columns):
    rows = np.ones((20, columns))
    where = frame([rows], ("a", "b", "c", "d")[:columns])
    assert len(where.index) == 1 and 'class="bars"' in panel(rows, where, "still")
