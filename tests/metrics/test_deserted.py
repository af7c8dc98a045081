"""Kinds of rows that are hardly made: chosen by one look, tested on the next, with the level kept."""

from __future__ import annotations

import numpy as np
import pytest

from zerosum.errors import InputError
from zerosum.metrics.cells import partition
from zerosum.metrics.deserted import deserted, joined


def test_by_hand():
    """Due 0.4 and 0.2 of kinds 1 and 2, 2 and 1 of 100 rows before: both below a quarter (10 and 5).

    The later look has none of 3 rows in them: with 0.6/4 = 0.15 that is 0.85³.
    """
    found = deserted(np.array([0.4, 0.4, 0.2]), np.array([97, 2, 1]), np.array([3, 0, 0]))
    assert (found.kinds, found.of) == (2, 3)
    assert found.due == pytest.approx(0.6) and found.made == 0.0
    assert found.p == pytest.approx(0.85**3)
    at = deserted(np.array([0.6, 0.4]), np.array([90, 10]), np.array([3, 0]))
    assert (at.kinds, at.due, at.p) == (0, 0.0, 1.0)  # a quarter is not below a quarter


def test_the_level_is_kept_where_kinds_get_a_quarter_of_their_due():
    """20 kinds, each of 1/20; ten get a quarter of it, so that chance alone decides which are chosen.

    4000 pairs of looks: a binomial deviation of 0.05 is 0.0034, and three are allowed; the law is discrete,
    which only lowers the share.
    """
    rng = np.random.default_rng(0)
    due = np.full(20, 0.05)
    true = np.r_[np.full(10, 0.0125), np.full(10, 0.0875)]
    looks = rng.multinomial(500, true, size=(4000, 2))
    p = np.array([deserted(due, a, b).p for a, b in looks])
    rung = float((p < 0.05).mean())
    assert rung < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 4000)
    # on the very rows that chose the kinds it would ring far too often
    same = np.array([deserted(due, a, a).p for a, _ in looks])
    assert float((same < 0.05).mean()) > 2 * rung


def test_lost_kinds_are_found():
    """1 % of rows in half of the kinds: of 500 more than 25 have probability 2e-11, P(B ≤ 25) is 1e-8."""
    rng = np.random.default_rng(1)
    due = np.full(8, 0.125)
    looks = rng.multinomial(500, np.r_[np.full(4, 0.0025), np.full(4, 0.2475)], size=(200, 2))
    assert all(deserted(due, a, b).p < 1e-6 for a, b in looks)


def test_cells_of_one_sharp_mode_are_one_kind():
    """20 cells of eight modes of deviation 0.01; a generator that is off by 0.03 in each has lost none."""
    rng = np.random.default_rng(2)
    mode = np.arange(2000) % 8
    centres = np.stack((np.cos(mode * np.pi / 4), np.sin(mode * np.pi / 4)), axis=1)
    rows = centres + 0.01 * rng.normal(size=(2000, 2))
    cells = partition(rows, 20)
    of = joined(cells.centres, rows)
    assert of.max() + 1 == 8
    assert all(len(set(of[cells.of(rows[mode == m])])) == 1 for m in range(8))
    due, off = (np.bincount(of[cells.of(x)], minlength=8) for x in (rows, rows + 0.03))
    assert deserted(due / 2000, off, off).kinds == 0


@pytest.mark.parametrize("width", [1, 2])
def test_cells_of_one_wide_cloud_stay_many_kinds(width):
    rows = np.random.default_rng(3).normal(size=(1600, width))
    assert joined(partition(rows, 20).centres, rows).max() + 1 >= 15


def test_what_cannot_be():
    for due, first, second in (
        (np.ones(2) / 2, np.ones(3), np.ones(2)),
        (np.ones(2) / 2, np.zeros(2), np.ones(2)),
        (np.ones(2) / 2, np.ones(2), np.array([-1.0, 3.0])),
        (np.zeros(0), np.zeros(0), np.zeros(0)),
        (np.ones((2, 1)) / 2, np.ones((2, 1)), np.ones((2, 1))),
    ):
        with pytest.raises(InputError, match="are not of the same kinds of rows"):
            deserted(due, first, second)
