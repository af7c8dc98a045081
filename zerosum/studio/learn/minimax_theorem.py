"""Claim 4 to play with: what each player can be sure of, where there is a saddle and where there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from zerosum.studio.learn.figure import Axis, Figure, Handle, Heat, Line, Number, Panel, Points
from zerosum.studio.learn.lesson import Lesson, Link, names, span
from zerosum.theory import bilinear, max_min, min_max, pursuit, saddle, solve_matrix_game

MATRIX = "matrix game"
PAYOFFS = {"x² − y² + xy": saddle, "xy": bilinear, "(x − y)²": pursuit}
SIDE = np.linspace(0.0, 1.0, 101)


@dataclass(frozen=True)
class Values:
    """What can be moved."""

    game: Annotated[str, "what x pays to y", names("Game", MATRIX, *PAYOFFS)] = MATRIX
    a: Annotated[float, "row 1 against column 1", span("Payoff a", -3, 3, 0.5, game=MATRIX)] = 3.0
    b: Annotated[float, "row 1 against column 2", span("Payoff b", -3, 3, 0.5, game=MATRIX)] = 0.0
    c: Annotated[float, "row 2 against column 1", span("Payoff c", -3, 3, 0.5, game=MATRIX)] = 0.0
    d: Annotated[float, "row 2 against column 2", span("Payoff d", -3, 3, 0.5, game=MATRIX)] = 1.0
    x: Annotated[float, "0 is the low end of x, 1 the high end", span("Your x", 0, 1, 0.01)] = 0.7
    y: Annotated[float, "0 is the low end of y, 1 the high end", span("Your y", 0, 1, 0.01)] = 0.3


def matrix(values: Values) -> np.ndarray:
    """Return what x pays to y, (2, 2)."""
    return np.array([[values.a, values.b], [values.c, values.d]])


def low_end(values: Values) -> float:
    """Return where both players' interval begins; it ends at 1."""
    return 0.0 if values.game in (MATRIX, "(x − y)²") else -1.0


def payoffs(values: Values, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return what x pays for each pair of x and y, shape (x, y)."""
    if values.game == MATRIX:
        rows, columns = np.stack([x, 1 - x], axis=1), np.stack([y, 1 - y])
        return np.asarray(rows @ matrix(values) @ columns)
    return np.asarray(PAYOFFS[values.game](x[:, None], y[None, :]))


def picture(values: Values) -> Figure:
    """Draw the payoff, and the guarantees of both players."""
    low = low_end(values)
    side = low + (1 - low) * SIDE
    table = payoffs(values, side, side)
    at = np.array([low + (1 - low) * values.x]), np.array([low + (1 - low) * values.y])
    worst, least = payoffs(values, at[0], side).max(), payoffs(values, side, at[1]).min()
    upper, lower, known = _values(values, table)
    places = _equilibrium(values)
    return Figure(
        (
            _payoff_panel(values, table, at, places),
            _sure_panel(values, side, table, at, float(worst), float(least)),
        ),
        (
            Number("min over x of max over y", upper, "", known),
            Number("max over y of min over x", lower, "", known),
            Number("their difference", upper - lower, "", "0 where there is a saddle"),
            Number("you as x never pay more than", float(worst)),
            Number("you as y never get less than", float(least)),
            Number("duality gap of your pair", float(worst - least), "", "0 at equilibria only"),
        ),
    )


def _values(values: Values, table: np.ndarray) -> tuple[float, float, str]:
    if values.game != MATRIX:
        return min_max(table), max_min(table), "on a grid that holds the optimum"
    found = solve_matrix_game(matrix(values))
    payoff = matrix(values)
    return (
        float((found.x @ payoff).max()),
        float((payoff @ found.y).min()),
        "by linear programs",
    )


def _equilibrium(values: Values) -> tuple[list[float], list[float]]:
    if values.game == MATRIX:
        found = solve_matrix_game(matrix(values))
        return [float(found.x[0])], [float(found.y[0])]
    return ([], []) if values.game == "(x − y)²" else ([0.0], [0.0])


def _names(values: Values) -> tuple[str, str]:
    if values.game == MATRIX:
        return "x: weight of row 1 (pays)", "y: weight of column 1 (is paid)"
    return "x (pays)", "y (is paid)"


def _payoff_panel(
    values: Values,
    table: np.ndarray,
    at: tuple[np.ndarray, np.ndarray],
    places: tuple[list[float], list[float]],
) -> Panel:
    low, (across, upwards) = low_end(values), _names(values)
    most = max(float(np.abs(table).max()), 1e-9)
    return Panel(
        "What x pays to y",
        Axis(across, low, 1),
        Axis(upwards, low, 1),
        (
            Heat("payoff", (low, 1, low, 1), table[::2, ::2].T, -most, most, "diverging"),
            Points("equilibrium", *places, "ink", "plus", 8),
        ),
        (
            Handle(
                "your pair", float(at[0][0]), float(at[1][0]), "x", "y", (low, low),
                (1 - low, 1 - low), "third", anywhere=True,
            ),
        ),
        equal=True,
    )  # fmt: skip


def _sure_panel(
    values: Values,
    side: np.ndarray,
    table: np.ndarray,
    at: tuple[np.ndarray, np.ndarray],
    worst: float,
    least: float,
) -> Panel:
    low = low_end(values)
    worsts, leasts = table.max(axis=1), table.min(axis=0)
    bottom, top = float(leasts.min()), float(worsts.max())
    room = 0.08 * max(top - bottom, 0.1)
    return Panel(
        "What each can be sure of",
        Axis("x, or y", low, 1),
        Axis("payoff", bottom - room, top + room),
        (
            Line("max over y: x pays at most this", side, worsts, "fake"),
            Line("min over x: y gets at least this", side, leasts, "real", "dashed"),
        ),
        (
            Handle("your x", float(at[0][0]), worst, "x", origin=(low, 0), scale=(1 - low, 1),
                   colour="fake"),
            Handle("your y", float(at[1][0]), least, "y", origin=(low, 0), scale=(1 - low, 1),
                   colour="real"),
        ),
    )  # fmt: skip


LESSON = Lesson(
    words=(
        "One player pays the other. If the payoff is convex in what the payer chooses and "
        "concave in what the "
        "other chooses, it does not matter who shows his choice first: there is a pair that neither leaves. "
        "Otherwise moving second can be worth something."
    ),
    equations=(
        "max_y min_x f(x, y) ≤ min_x max_y f(x, y),   equal if f is convex in x and concave in y",
        "f(x, y) = x^T A y for mixed strategies x, y of a matrix game A",
    ),
    predicts=(
        "Equal values for matrix games, x² − y² + xy and xy; for (x − y)² on [0, 1]² min max = 1/4 and "
        "max min = 0, a gap."
    ),
    measures=(
        "Computes both sides on grids, plays extragradient to the saddle, and solves matrix "
        "games by two linear "
        "programs, looking for a deviation that gains."
    ),
    play=(
        "Drag your pair over the payoff until the duality gap is 0. Then take (x − y)²: the "
        "lowest point of one "
        "curve and the highest of the other no longer meet, so there is no such pair."
    ),
    controls=Values,
    picture=picture,
    caption=(
        "Left: the payoff, your pair and the equilibrium. Right: what each player's choice makes "
        "sure of."
    ),
    slip=(
        "A slide gives both players' gradient steps the same sign. The one who is paid climbs, "
        "the one who pays "
        "descends: φ descends E, w ascends it."
    ),
    links=(Link("How solvers play such games", "/toy?game=saddle"),),
    pages=("how-to-choose-a-solver",),
)
