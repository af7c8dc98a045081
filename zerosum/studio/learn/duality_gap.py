"""Claim 15 to play with: what both players could still gain, over the plane and along a game."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from zerosum.studio.learn.figure import Axis, Figure, Handle, Heat, Line, Number, Panel, Points
from zerosum.studio.learn.lesson import Lesson, Link, names, span
from zerosum.theory import bilinear, duality_gap, motion, saddle

DIRAC, SADDLE = "Wasserstein Dirac-GAN", "x² − y² + xy"
PENNIES = np.array([[1.0, -1.0], [-1.0, 1.0]])
SIDE = np.linspace(-1.0, 1.0, 201)
COARSE = np.linspace(-1.0, 1.0, 41)
ROUNDS = 60
LOOKS = {
    "simultaneous": ("fake", "solid"), "its average": ("fake", "dotted"),
    "alternating": ("muted", "dashed"), "extragradient": ("real", "solid"),
}  # fmt: skip


@dataclass(frozen=True)
class Values:
    """What can be moved."""

    game: Annotated[str, "on [−1, 1]²", names("Game", DIRAC, SADDLE)] = DIRAC
    x: Annotated[float, "the generator: it pays", span("θ", -1, 1, 0.01)] = 0.5
    y: Annotated[float, "the discriminator: it is paid", span("ψ", -1, 1, 0.01)] = -0.25
    step: Annotated[float, "of both players", span("Step η", 0.02, 0.8, 0.02)] = 0.2


def payoff(values: Values, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return M(θ, ψ) at every pair, shape (x, y); for the Dirac-GAN −ψθ, what D earns."""
    if values.game == DIRAC:
        return -np.asarray(bilinear(x[:, None], y[None, :]))
    return np.asarray(saddle(x[:, None], y[None, :]))


def gap_at(values: Values, x: float, y: float) -> float:
    """Return the duality gap of one pair.

    The Dirac-GAN is matching pennies: θ and ψ in [−1, 1] are mixed strategies ((1 ± θ)/2), whose gap
    is that of a matrix game. The other game is asked on a grid that holds each best answer to 1/200.
    """
    if values.game == DIRAC:
        mixed = [np.array([(1 + s) / 2, (1 - s) / 2]) for s in (x, y)]
        return duality_gap(-PENNIES, *mixed)
    best = payoff(values, np.array([x]), SIDE).max() - payoff(values, SIDE, np.array([y])).min()
    return float(best)


def play(values: Values) -> dict[str, np.ndarray]:
    """Return where each solver goes from the pair, kept inside the square, (rounds + 1, 2)."""
    field = -motion.BILINEAR if values.game == DIRAC else motion.SADDLE
    turns = {
        "simultaneous": motion.simultaneous_round(field, values.step),
        "alternating": motion.alternating_round(field, values.step),
        "extragradient": motion.extragradient_round(field, values.step),
    }
    found = {}
    for name, turn in turns.items():
        at = [np.array([values.x, values.y])]
        for _ in range(ROUNDS):
            at.append(np.clip(turn @ at[-1], -1.0, 1.0))
        found[name] = np.array(at)
    counts = np.arange(1, ROUNDS + 2)[:, None]
    found["its average"] = np.cumsum(found["simultaneous"], axis=0) / counts
    return found


def picture(values: Values) -> Figure:
    """Draw the gap over the plane, the best answers to the pair, and the gap along three solvers."""
    at = np.array([values.x]), np.array([values.y])
    here = float(payoff(values, *at)[0, 0])
    by_y = float(payoff(values, at[0], SIDE).max()) - here
    by_x = here - float(payoff(values, SIDE, at[1]).min())
    ways = play(values)
    return Figure(
        (_plane(values, ways), _answers(values, here), _along(values, ways)),
        (
            Number("duality gap", gap_at(values, values.x, values.y), "", "0 at equilibria only"),
            Number("what ψ could gain alone", by_y),
            Number("what θ could gain alone", by_x),
            Number("M(θ, ψ)", here, "", "lies between the two best answers"),
        ),
    )


def _map(values: Values) -> np.ndarray:
    best = payoff(values, COARSE, SIDE).max(axis=1)
    least = payoff(values, SIDE, COARSE).min(axis=0)
    return np.asarray((best[:, None] - least[None, :]).T)


def _plane(values: Values, ways: dict[str, np.ndarray]) -> Panel:
    table = _map(values)
    marks: list[Heat | Line | Points] = [
        Heat("duality gap", (-1, 1, -1, 1), table, 0.0, float(table.max())),
    ]
    for name in ("simultaneous", "extragradient"):
        marks.append(Line(name, ways[name][:, 0], ways[name][:, 1], *LOOKS[name], 1.4))
    marks.append(Points("equilibrium", [0.0], [0.0], "ink", "plus", 8))
    return Panel(
        "The gap over the plane",
        Axis("θ, pays", -1, 1), Axis("ψ, is paid", -1, 1), tuple(marks),
        (Handle("your pair", values.x, values.y, "x", "y", colour="third", anywhere=True),), equal=True,
    )  # fmt: skip


def _answers(values: Values, here: float) -> Panel:
    to_x = payoff(values, np.array([values.x]), SIDE)[0]
    to_y = payoff(values, SIDE, np.array([values.y]))[:, 0]
    top, bottom = int(np.argmax(to_x)), int(np.argmin(to_y))
    return Panel(
        "What each would gain by moving alone",
        Axis("where it would move", -1, 1),
        Axis("M", min(-1.1, 1.1 * float(to_y.min())), max(1.1, 1.1 * float(to_x.max()))),
        (
            Line("M(θ, ψ′): ψ moves", SIDE, to_x, "real"),
            Line("M(θ′, ψ): θ moves", SIDE, to_y, "fake", "dashed"),
            Line("M(θ, ψ) now", [-1.0, 1.0], [here, here], "muted", "dotted"),
            Points("best ψ′", [SIDE[top]], [to_x[top]], "real", "diamond", 5),
            Points("best θ′", [SIDE[bottom]], [to_y[bottom]], "fake", "square", 5),
        ),
    )


def _along(values: Values, ways: dict[str, np.ndarray]) -> Panel:
    rounds = np.arange(ROUNDS + 1)
    gaps = {
        name: np.array([gap_at(values, *row) for row in way.tolist()]) for name, way in ways.items()
    }
    return Panel(
        "The gap as they play from there",
        Axis("round", 0, ROUNDS),
        Axis("duality gap", 0, max(0.2, 1.08 * max(float(g.max()) for g in gaps.values()))),
        tuple(Line(name, rounds, gap, *LOOKS[name]) for name, gap in gaps.items()),
    )


LESSON = Lesson(
    words=(
        "Losses of a GAN say little about how far it has come, because each is measured against the other "
        "player. The duality gap does: it is what both could still gain by moving alone."
    ),
    equations=(
        "gap(θ, ψ) = max_{ψ′} M(θ, ψ′) − min_{θ′} M(θ′, ψ) ≥ 0",
        "M = −ψθ on [−1, 1]²:   gap = |θ| + |ψ|",
    ),
    predicts="Never negative, 0 just at an equilibrium, |θ| + |ψ| on the Wasserstein Dirac-GAN.",
    measures=(
        "Searches both best answers by gradient steps, on the Dirac-GAN where they are known, "
        "and for a GAN on "
        "the ring as it trains, where the gap must fall to a tenth."
    ),
    play=(
        "Drag the pair. Simultaneous play runs to the edge of the square, while the average of "
        "its places comes "
        "to rest, and extragradient comes to rest itself."
    ),
    controls=Values,
    picture=picture,
    caption=(
        "Left: the gap, and two solvers from your pair. Middle: best answers. Right: the gap as "
        "they play."
    ),
    links=(Link("Trajectories of such games", "/toy?game=dirac&objective=wgan"),),
    pages=("how-to-diagnose-training", "how-to-choose-a-solver"),
)
