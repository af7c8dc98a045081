"""Claim 4: where payoffs are convex-concave, the order of moves does not matter; elsewhere it can."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from zerosum import noise
from zerosum.claims.claim import Claim, Data, Finding, Measurement
from zerosum.claims.play import payoff_toy, play
from zerosum.reports.svg import FAKE, INK, LINE, REAL
from zerosum.solvers.extragradient import extragradient
from zerosum.theory import games

_GRID = 401  # an odd number, so that 0 and 1/2 are on it
_LP = "two linear programs in float64: the solver's feasibility tolerance is 1e-7, observed 1e-12"


def measure(seed: int) -> Measurement:
    """Measure min max and max min of games with and without a saddle, and what deviating gains."""
    side, unit = np.linspace(-1, 1, _GRID), np.linspace(0, 1, _GRID)
    saddle = games.saddle(side[:, None], side)
    pursuit = games.pursuit(unit[:, None], unit)
    played = play(payoff_toy(games.saddle), (0.9, -0.7), 0.2, 120, extragradient)
    findings = [
        *_orders("x² - y² + xy on [-1, 1]²", saddle, 0.0, 0.0),
        *_orders("(x - y)² on [0, 1]², convex in both", pursuit, 0.25, 0.0),
        Finding(
            "distance to (0, 0) of x² - y² + xy played 120 rounds by extragradient, η = 0.2", 0.0,
            float(np.hypot(*played[-1])), 1e-6,
            "linear convergence: |λ| = 0.7 a round, far below 1e-6 after 120",
        ),
        *_matrix_games(seed),
    ]  # fmt: skip
    return Measurement(tuple(findings), {"saddle": saddle, "pursuit": pursuit, "path": played})


def _orders(name: str, values: np.ndarray, low: float, high: float) -> list[Finding]:
    exact = "the optimum lies on the grid, so only rounding remains"
    return [
        Finding(f"min max of {name}", low, games.min_max(values), 1e-12, exact),
        Finding(f"max min of {name}", high, games.max_min(values), 1e-12, exact),
    ]


def _matrix_games(seed: int) -> list[Finding]:
    pennies = games.solve_matrix_game(np.array([[1.0, -1.0], [-1.0, 1.0]]))
    scissors = games.solve_matrix_game(np.array([[0.0, 1, -1], [-1, 0, 1], [1, -1, 0]]))
    corners = games.solve_matrix_game(np.array([[3.0, 0.0], [0.0, 1.0]]))
    gains, gaps, away = zip(*(_random_game(seed, i) for i in range(20)), strict=True)
    return [
        Finding("value of matching pennies", 0.0, pennies.value, 1e-9, _LP),
        Finding("value of rock, paper, scissors", 0.0, scissors.value, 1e-9, _LP),
        Finding("value of [[3, 0], [0, 1]]: det / (3 + 1)", 0.75, corners.value, 1e-9, _LP),
        Finding(
            "its row strategy's first weight: (d - c)/(a + d - b - c)", 0.25, float(corners.x[0]), 1e-9, _LP,
        ),
        Finding(
            "largest gain by deviating from equilibrium, 20 random 12 x 9 games",
            0.0, max(gains), 1e-7, _LP, "<=",
        ),
        Finding("largest duality gap at those equilibria", 0.0, max(gaps), 1e-7, _LP),
        Finding(
            "smallest duality gap at uniform play instead", 0.0, min(away), 0.0,
            "a gap is a sum of two gains, neither negative", ">=",
        ),
    ]  # fmt: skip


def _random_game(seed: int, number: int) -> tuple[float, float, float]:
    """Return the largest gain by leaving the equilibrium, its gap, and the gap of uniform play."""
    key = noise.fold(seed, "matrix game", number)
    table = noise.normal(key, (12, 9), dtype=torch.float64).numpy()
    found = games.solve_matrix_game(table)
    gain = max((found.x @ table).max() - found.value, found.value - (table @ found.y).min())
    gap = games.duality_gap(table, found.x, found.y)
    uniform = games.duality_gap(table, np.full(12, 1 / 12), np.full(9, 1 / 9))
    return float(gain), gap, uniform


def paint(axes: Any, data: Data) -> None:
    """Draw the saddle with a play on it, and both players' guarantees with and without one."""
    side, unit = np.linspace(-1, 1, _GRID), np.linspace(0, 1, _GRID)
    axes[0].contour(side, side, data["saddle"].T, levels=15, colors=LINE, linewidths=0.9)
    axes[0].plot(*data["path"].T, color=REAL, marker=".", markersize=4)
    axes[0].plot(0, 0, marker="+", color=INK, markersize=10)
    axes[0].set(xlabel="x", ylabel="y", aspect="equal")
    axes[0].grid(False)
    _guarantees(axes[1], side, data["saddle"], "x² - y² + xy")
    _guarantees(axes[2], unit, data["pursuit"], "(x - y)²")


def _guarantees(axes: Any, at: np.ndarray, values: np.ndarray, name: str) -> None:
    axes.plot(at, values.max(axis=1), color=FAKE, label="x pays at most")
    axes.plot(at, values.min(axis=0), color=REAL, label="y gets at least")
    axes.axhline(games.min_max(values), color=FAKE, linewidth=0.8, linestyle=":")
    axes.axhline(games.max_min(values), color=REAL, linewidth=0.8, linestyle=":")
    axes.set(xlabel=f"own choice, f = {name}", ylabel="payoff")
    axes.legend(loc="upper center")
    axes.set_ylim(top=values.max() * 1.35)


CLAIM = Claim(
    number=4,
    name="minimax-theorem",
    statement=(
        "Where the payoff is convex-concave on compact convex sets, min max = max min and nobody gains by "
        "deviating; where it is not, there can be a gap."
    ),
    derivation=(
        "Always max min <= min max: who moves second knows more.",
        "A matrix game's two linear programs are dual, so their values are equal: von Neumann's theorem; "
        "Sion's carries it to convex-concave payoffs.",
        "(x - y)² is convex in y too: y flees to an end, so min max = 1/4, but x follows, so max min = 0.",
    ),
    source="von Neumann 1928, Math. Annalen 100, 295-320; Sion 1958, Pacific J. Math. 8, 171-176",
    measure=measure,
    paint=paint,
    caption=(
        "Left: x² - y² + xy played by extragradient to its saddle. Middle and right: what each player can "
        "be sure of; the curves touch where there is a saddle and leave a gap where there is none."
    ),
    grid=(1, 3),
    size=(10.6, 3.4),
)
