"""Zero-sum games whose equilibria are known: payoffs, matrix games, and what nobody gains by leaving.

Throughout, x pays f(x, y) to y: x minimises, y maximises.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from jaxtyping import Float
from scipy.optimize import linprog
from torch import Tensor

from zerosum.errors import InputError

Number = TypeVar("Number", float, np.ndarray, Tensor)


def saddle(x: Number, y: Number) -> Number:
    """Return f(x, y) = x² - y² + xy: convex in x, concave in y, one saddle at (0, 0) of value 0.

    >>> saddle(0.0, 1.0), saddle(1.0, 0.0)
    (-1.0, 1.0)
    """
    return x**2 - y**2 + x * y


def bilinear(x: Number, y: Number) -> Number:
    """Return f(x, y) = xy, the game on which simultaneous descent spirals away from its saddle.

    >>> bilinear(2.0, 3.0)
    6.0
    """
    return x * y


def pursuit(x: Number, y: Number) -> Number:
    """Return f(x, y) = (x - y)²: x chases, y flees. Convex in both, so it has no saddle on [0, 1]².

    min over x of max over y is 1/4 (x stands in the middle); max over y of min over x is 0.

    >>> pursuit(0.5, 1.0), pursuit(1.0, 1.0)
    (0.25, 0.0)
    """
    return (x - y) ** 2


def min_max(values: np.ndarray) -> float:
    """Return min over x of max over y of a table of payoffs: what x cannot be made to exceed.

    Args: values: payoffs f(x_i, y_j), shape (x, y).

    >>> x = np.linspace(0, 1, 11)
    >>> min_max(pursuit(x[:, None], x)), max_min(pursuit(x[:, None], x))
    (0.25, 0.0)
    """
    return float(_table(values).max(axis=1).min())


def max_min(values: np.ndarray) -> float:
    """Return max over y of min over x: what y can be sure of. Never above `min_max` of the same table.

    Args: values: payoffs f(x_i, y_j), shape (x, y).
    """
    return float(_table(values).min(axis=0).max())


@dataclass(frozen=True)
class Equilibrium:
    """A pair of mixed strategies from which neither player gains by deviating, and its payoff.

    Attributes:
        value: what x pays to y.
        x: (rows,) probabilities of the rows. y: (columns,) probabilities of the columns.
    """

    value: float
    x: Float[np.ndarray, " rows"]
    y: Float[np.ndarray, " columns"]


def solve_matrix_game(payoffs: np.ndarray) -> Equilibrium:
    """Return the equilibrium of min over x, max over y of xᵀ A y in mixed strategies.

    x minimises v subject to (Aᵀx)_j <= v, y maximises w subject to (A y)_i >= w, both probabilities: two
    linear programs, dual to each other, so v = w (von Neumann 1928, Math. Annalen 100, 295-320).

    Args: payoffs: A, what x pays to y, shape (rows, columns).
    Returns: value and both strategies.
    Raises: InputError: A is empty or not finite.

    >>> game = solve_matrix_game(np.array([[1.0, -1.0], [-1.0, 1.0]]))  # matching pennies
    >>> round(game.value, 9), game.x.round(9).tolist()
    (0.0, [0.5, 0.5])
    """
    table = _table(payoffs)
    x = _cautious(table)
    y = _cautious(-table.T)
    return Equilibrium(value=float(x @ table @ y), x=x, y=y)


def duality_gap(
    payoffs: np.ndarray,
    x: np.ndarray,
    y: np.ndarray,
) -> float:
    """Return max_j (Aᵀx)_j - min_i (A y)_i: what both players together could gain by deviating.

    It is never negative, and 0 exactly at the equilibria.

    Args: payoffs: A, (rows, columns). x: (rows,), y: (columns,) mixed strategies.

    >>> pennies = np.array([[1.0, -1.0], [-1.0, 1.0]])
    >>> duality_gap(pennies, np.array([0.5, 0.5]), np.array([1.0, 0.0]))
    1.0
    """
    table = _table(payoffs)
    _strategy("x", x, table.shape[0])
    _strategy("y", y, table.shape[1])
    return float((x @ table).max() - (table @ y).min())


def _cautious(table: np.ndarray) -> np.ndarray:
    """Return the row player's mixture whose worst column costs least."""
    rows, columns = table.shape
    cost = np.append(np.zeros(rows), 1.0)  # the bound v comes last
    below = np.hstack([table.T, -np.ones((columns, 1))])
    whole = np.append(np.ones(rows), 0.0)[None]
    bounds = [(0.0, None)] * rows + [(None, None)]
    solved = linprog(cost, below, np.zeros(columns), whole, [1.0], bounds, method="highs")
    mixture = np.clip(solved.x[:rows], 0.0, None)
    return np.asarray(mixture / mixture.sum())


def _table(values: np.ndarray) -> np.ndarray:
    table = np.asarray(values, dtype=np.float64)
    if table.ndim != 2 or not table.size or not np.isfinite(table).all():
        raise InputError(
            f"payoffs of shape {table.shape} must be a table of finite numbers with at least one row "
            "and one column: one number for each pair of choices"
        )
    return table


def _strategy(name: str, weights: np.ndarray, choices: int) -> None:
    weights = np.asarray(weights, dtype=np.float64)
    if weights.shape != (choices,) or not (weights >= 0).all() or abs(weights.sum() - 1) > 1e-9:
        raise InputError(
            f"{name} must be {choices} probabilities that sum to 1, one for each choice; got shape "
            f"{weights.shape} with sum {weights.sum():.6g}"
        )
