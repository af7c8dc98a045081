"""Guarantees of both players, by closed forms of 2 × 2 games and of the three payoffs."""

from __future__ import annotations

import numpy as np
import pytest

from zerosum.studio.learn.minimax_theorem import MATRIX, Values, picture

SIDES = ("min over x of max over y", "max over y of min over x")


@pytest.mark.parametrize(
    ("entries", "value"),
    [
        ((3, 0, 0, 1), 0.75),  # no saddle in pure strategies: det / (a + d − b − c)
        ((1, -1, -1, 1), 0.0),
        ((2, -1, -3, 1), (2 * 1 - 3) / (2 + 1 + 1 + 3)),
        ((1, 2, 3, 4), 2.0),  # row 1 and column 2 dominate
        ((0, 0, 0, 0), 0.0),
    ],
)
def test_matrix_games(entries, value):
    figure = picture(Values(**dict(zip("abcd", map(float, entries), strict=True))))
    for side in SIDES:
        assert figure.number(side) == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize(
    ("game", "upper", "lower"), [("x² − y² + xy", 0, 0), ("xy", 0, 0), ("(x − y)²", 0.25, 0)]
)
def test_payoffs(game, upper, lower):
    figure = picture(Values(game=game))
    assert [figure.number(side) for side in SIDES] == pytest.approx([upper, lower], abs=1e-12)
    assert figure.number("their difference") == pytest.approx(upper - lower, abs=1e-12)


@pytest.mark.parametrize(("x", "y"), [(0.5, 0.5), (0.7, 0.3), (1.0, 0.0)])
def test_the_gap_of_a_pair(x, y):
    """On the saddle max over y is 5x²/4 and min over x is −5y²/4, in units of [−1, 1]."""
    at = 2 * x - 1, 2 * y - 1
    figure = picture(Values(game="x² − y² + xy", x=x, y=y))
    # the best answer lies between two places of the grid 0.02 apart: at most 0.01² is missed, twice
    assert figure.number("duality gap of your pair") == pytest.approx(
        1.25 * (at[0] ** 2 + at[1] ** 2), abs=2e-4
    )


def test_the_gap_of_mixed_strategies():
    rows, columns = np.array([0.7, 0.3]), np.array([0.3, 0.7])
    payoff = np.array([[3.0, 0.0], [0.0, 1.0]])
    wanted = (rows @ payoff).max() - (payoff @ columns).min()
    assert picture(Values(game=MATRIX)).number("duality gap of your pair") == pytest.approx(
        wanted, abs=1e-12
    )


def test_the_equilibrium_is_marked():
    mark = picture(Values()).panels[0].marks[1]
    assert (mark.x, mark.y) == (pytest.approx([0.25]), pytest.approx([0.25]))
    assert not picture(Values(game="(x − y)²")).panels[0].marks[1].x


def test_the_map_and_the_guarantees_of_a_lopsided_game():
    """Payoffs (3, 0; 1, 2): rows are y and columns x, from the low end."""
    values = Values(a=3.0, b=0.0, c=1.0, d=2.0, x=0.8, y=0.25)
    plane, sure = picture(values).panels
    heat = plane.marks[0].values
    assert [heat[0, 0], heat[0, -1], heat[-1, 0], heat[-1, -1]] == [2.0, 0.0, 1.0, 3.0]
    pays, gets = sure.marks
    for x, worst in ((0.0, 2.0), (0.5, 2.0), (1.0, 3.0)):
        assert np.interp(x, pays.x, pays.y) == pytest.approx(worst)
    for y, least in ((0.0, 0.0), (0.5, 1.5), (1.0, 1.0)):
        assert np.interp(y, gets.x, gets.y) == pytest.approx(least)
    figure = picture(values)
    # x = 0.8 meets columns of 0.8·3 + 0.2·1 and 0.2·2; y = 0.25 meets rows of 0.75 and 0.25 + 1.5
    assert figure.number("you as x never pay more than") == pytest.approx(2.6)
    assert figure.number("you as y never get less than") == pytest.approx(0.75)
