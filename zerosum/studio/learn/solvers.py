"""Claim 5 to play with: five solvers from one start, and the factor by which a round moves them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Annotated

import numpy as np

from zerosum.studio.learn.figure import Axis, Figure, Handle, Line, Number, Panel, Points
from zerosum.studio.learn.lesson import Lesson, Link, names, span
from zerosum.theory import motion

GAMES = ("xy", "x² − y² + xy", "Dirac-GAN")
SLOPE = 0.5  # of the Dirac-GAN's logistic loss at rest
STEPS = np.linspace(0.02, 1.2, 60)
REACH = 2.0  # of the plane that is drawn
LOOKS = {
    "simultaneous": ("fake", "solid", "circle"),
    "alternating": ("muted", "dashed", "square"),
    "extragradient": ("real", "solid", "diamond"),
    "optimistic": ("third", "dotted", "circle"),
    "consensus": ("fourth", "dashed", "diamond"),
}


@dataclass(frozen=True)
class Values:
    """What can be moved."""

    game: Annotated[str, "x descends it, y climbs it", names("Game", *GAMES)] = "xy"
    step: Annotated[float, "of both players", span("Step η", 0.01, 1.2, 0.01)] = 0.3
    rounds: Annotated[int, "rounds played", span("Rounds", 1, 100, 1)] = 24
    x: Annotated[float, "where the first player starts", span("Start x", -2, 2, 0.05)] = 1.0
    y: Annotated[float, "where the second player starts", span("Start y", -2, 2, 0.05)] = 0.6
    weight: Annotated[float, "of consensus", span("Consensus weight w", 0, 2, 0.05)] = 0.4
    gamma: Annotated[
        float, "of R1 on the Dirac-GAN", span("R1 weight γ", 0, 3, 0.05, game="Dirac-GAN")
    ] = 0.8


def field(values: Values) -> np.ndarray:
    """Return J of the game, (2, 2)."""
    if values.game == "xy":
        return motion.BILINEAR
    if values.game == "Dirac-GAN":
        return motion.dirac_field(SLOPE, -SLOPE, values.gamma)
    return motion.SADDLE


def rounds(values: Values) -> dict[str, Callable[[np.ndarray, float], np.ndarray]]:
    """Return each solver's matrix of a round, as a function of J and η."""
    second_first = values.game == "Dirac-GAN"  # a GAN's discriminator moves first
    return {
        "simultaneous": motion.simultaneous_round,
        "alternating": _second_first if second_first else motion.alternating_round,
        "extragradient": motion.extragradient_round,
        "optimistic": motion.optimistic_round,
        "consensus": partial(motion.consensus_round, weight=values.weight),
    }


def _second_first(field: np.ndarray, step: float) -> np.ndarray:
    swap = np.array([[0.0, 1.0], [1.0, 0.0]])
    return swap @ motion.alternating_round(swap @ field @ swap, step) @ swap


def path(turn: np.ndarray, start: tuple[float, float], count: int) -> np.ndarray:
    """Return the places after 0, 1, ... rounds, (count + 1, 2); a solver that remembers began at rest."""
    at = np.tile(np.asarray(start), len(turn) // 2)
    found = [at]
    for _ in range(count):
        found.append(turn @ found[-1])
    return np.array(found)[:, :2]


def picture(values: Values) -> Figure:
    """Draw the five paths, and |λ| over the step size."""
    turns = rounds(values)
    matrices = {name: make(field(values), values.step) for name, make in turns.items()}
    moduli = {name: motion.modulus(turn) for name, turn in matrices.items()}
    return Figure(
        (_paths(values, matrices), _factors(values, moduli)),
        tuple(Number(f"|λ|, {name}", value, "", _verdict(value)) for name, value in moduli.items()),
    )


def _verdict(modulus: float) -> str:
    if abs(modulus - 1) < 1e-9:
        return "circles"
    return "comes to rest" if modulus < 1 else "leaves"


def _paths(values: Values, matrices: dict[str, np.ndarray]) -> Panel:
    marks: list[Line | Points] = []
    for name, turn in matrices.items():
        colour, dash, marker = LOOKS[name]
        at = path(turn, (values.x, values.y), values.rounds)
        at[np.abs(at).max(axis=1) > 50] = np.nan
        marks += [
            Line(name, at[:, 0], at[:, 1], colour, dash, 1.3),
            Points(name, at[1:, 0], at[1:, 1], colour, marker, 2.4),
        ]
    marks.append(Points("rest", [0.0], [0.0], "ink", "plus", 8))
    labels = ("θ of the generator", "ψ of the discriminator")
    across, upwards = labels if values.game == "Dirac-GAN" else ("x, descends f", "y, climbs f")
    return Panel(
        "Where the players go",
        Axis(across, -REACH, REACH), Axis(upwards, -REACH, REACH), tuple(marks),
        (Handle("start", values.x, values.y, "x", "y", anywhere=True),), equal=True,
    )  # fmt: skip


@lru_cache(maxsize=64)
def _curves(game: str, weight: float, gamma: float) -> dict[str, np.ndarray]:
    values = Values(game=game, weight=weight, gamma=gamma)
    return {
        name: np.array([motion.modulus(make(field(values), step)) for step in STEPS.tolist()])
        for name, make in rounds(values).items()
    }


def _factors(values: Values, moduli: dict[str, float]) -> Panel:
    marks: list[Line | Points] = [
        Line("1: neither nearer nor further", [0.0, 1.2], [1.0, 1.0], "line", "solid", 5)
    ]
    for name, curve in _curves(values.game, values.weight, values.gamma).items():
        colour, dash, marker = LOOKS[name]
        marks += [
            Line(name, STEPS, curve, colour, dash),
            Points(name, [values.step], [moduli[name]], colour, marker, 4),
        ]
    return Panel(
        "Factor of the distance to rest, each round",
        Axis("step η", 0, 1.2),
        Axis("|λ|", 0, 2),
        tuple(marks),
        (Handle("step", values.step, 1.0, "step"),),
    )


LESSON = Lesson(
    words=(
        "Two players may know exactly where they want to go and still never arrive, because each moves while "
        "the other does. Near rest a round is a matrix, and its largest eigenvalue says who arrives."
    ),
    equations=(
        "w_{t+1} = M w_t near rest;   |λ|_{max}(M) < 1 comes to rest, > 1 leaves",
        "f = xy:  simultaneous √(1 + η²),   alternating 1,   extragradient √(1 − η² + η^4)",
    ),
    predicts=(
        "The largest |λ| of a round for each solver on each small game, in closed form or by its "
        "matrix."
    ),
    measures=(
        "Plays rounds of the library's own solvers from places around rest and takes the "
        "eigenvalues from the "
        "differences; then 200 rounds on ten games."
    ),
    play=(
        "Drag the start, then the step. On xy only extragradient, optimistic and consensus come nearer, and "
        "only for steps that are not too long. On the Dirac-GAN set γ to 0: R1 was what held it."
    ),
    controls=Values,
    picture=picture,
    caption=(
        "Left: five solvers from one start; the Dirac-GAN by its matrix near rest. Right: the factor of a "
        "round over the step size, at the chosen step as a point."
    ),
    slip=(
        "A slide gives both players' gradient steps the same sign. The one who is paid climbs, "
        "the one who pays "
        "descends: φ descends E, w ascends it."
    ),
    links=(Link("The same games, played by the library's own solvers", "/toy?game=bilinear"),),
    pages=("how-to-choose-a-solver", "how-to-choose-a-penalty"),
)
