"""Known games and their equilibria, found by hand."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from zerosum import noise
from zerosum.errors import InputError
from zerosum.theory import games

PENNIES = np.array([[1.0, -1.0], [-1.0, 1.0]])
SCISSORS = np.array([[0.0, 1.0, -1.0], [-1.0, 0.0, 1.0], [1.0, -1.0, 0.0]])
# no saddle in pure strategies: x mixes (1/4, 3/4), y (1/2, 1/2), value (ad - bc)/(a + d - b - c)
CORNERS = np.array([[3.0, 0.0], [0.0, 1.0]])
DOMINATED = np.array([[2.0, 3.0, 1.0], [4.0, 5.0, 6.0]])  # row 0 always costs less; y then takes 3


@pytest.mark.parametrize(
    ("table", "value", "x", "y"),
    [
        (PENNIES, 0.0, [0.5, 0.5], [0.5, 0.5]),
        (SCISSORS, 0.0, [1 / 3] * 3, [1 / 3] * 3),
        (CORNERS, 0.75, [0.25, 0.75], [0.25, 0.75]),
        (DOMINATED, 3.0, [1.0, 0.0], [0.0, 1.0, 0.0]),
        (np.array([[7.0]]), 7.0, [1.0], [1.0]),
    ],
)
def test_matrix_games_known_by_hand(table, value, x, y):
    found = games.solve_matrix_game(table)
    assert found.value == pytest.approx(value, abs=1e-12)
    assert_allclose(found.x, x, atol=1e-12)
    assert_allclose(found.y, y, atol=1e-12)


@pytest.mark.parametrize("shape", [(2, 5), (7, 3), (30, 30)])
def test_nobody_gains_by_leaving_the_equilibrium_of_a_random_game(shape):
    table = noise.normal(noise.fold("game", *shape), shape).double().numpy()
    found = games.solve_matrix_game(table)
    assert (found.x @ table).max() <= found.value + 1e-9  # y's best answer
    assert (table @ found.y).min() >= found.value - 1e-9  # x's best answer
    assert games.duality_gap(table, found.x, found.y) == pytest.approx(0.0, abs=1e-9)
    # shifting every payoff shifts the value; scaling scales it
    shifted = games.solve_matrix_game(3 * table + 2)
    assert shifted.value == pytest.approx(3 * found.value + 2, abs=1e-9)


def test_away_from_the_equilibrium_the_gap_is_positive():
    assert games.duality_gap(PENNIES, np.array([1.0, 0.0]), np.array([1.0, 0.0])) == 2.0


def test_the_saddle_has_one_value_and_pursuit_has_two():
    at = np.linspace(-1, 1, 201)
    values = games.saddle(at[:, None], at)
    assert games.min_max(values) == pytest.approx(0, abs=1e-15)
    assert games.max_min(values) == pytest.approx(0, abs=1e-15)
    unit = np.linspace(0, 1, 101)
    values = games.pursuit(unit[:, None], unit)
    assert (games.min_max(values), games.max_min(values)) == (pytest.approx(0.25), 0.0)


def test_min_max_is_never_below_max_min():
    for i in range(20):
        table = noise.normal(noise.fold("table", i), (4, 6)).numpy()
        assert games.min_max(table) >= games.max_min(table)


@pytest.mark.parametrize("table", [np.zeros((0, 2)), np.zeros(3), np.array([[np.nan, 1.0]])])
def test_a_table_that_is_none(table):
    with pytest.raises(InputError, match="must be a table of finite numbers"):
        games.solve_matrix_game(table)


@pytest.mark.parametrize("x", [[1.0], [0.7, 0.7], [1.5, -0.5], [np.nan, 1.0]])
def test_a_strategy_that_is_none(x):
    with pytest.raises(InputError, match="x must be 2 probabilities that sum to 1"):
        games.duality_gap(PENNIES, np.array(x), np.array([0.5, 0.5]))
