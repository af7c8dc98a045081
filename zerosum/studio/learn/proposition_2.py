"""Claim 3 to play with: p_g itself takes steps against an exact discriminator."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from zerosum.studio.learn.figure import Axis, Bars, Figure, Handle, Line, Number, Panel, Points
from zerosum.studio.learn.lesson import Lesson, Link, span
from zerosum.theory import KL, divergence, mirror_descent

SYMBOLS, ROUNDS = 8, 80
FLOOR = 1e-16  # nats; what lies below is not drawn


@dataclass(frozen=True)
class Values:
    """What can be moved."""

    step: Annotated[float, "how far p_g moves a round", span("Step η", 0.05, 3, 0.05)] = 0.2
    rounds: Annotated[int, "rounds played", span("Rounds", 0, ROUNDS, 1)] = 6
    tilt: Annotated[float, "0: all symbols alike", span("Tilt of the data", -0.6, 0.6, 0.05)] = 0.4
    start: Annotated[
        float, "0: all symbols alike", span("Tilt of p_g's start", -0.6, 0.6, 0.05)
    ] = -0.4


def tilted(tilt: float) -> np.ndarray:
    """Return probabilities of 8 symbols in proportion to exp(−tilt · i)."""
    weights = np.exp(-tilt * np.arange(SYMBOLS))
    return weights / weights.sum()


def picture(values: Values) -> Figure:
    """Draw p_g beside p_d after some rounds, and how C(G) falls."""
    p, start = tilted(values.tilt), tilted(values.start)
    path = mirror_descent(p, start, values.step, ROUNDS)
    n = values.rounds
    before = path.total_variation[n - 1] if n else math.nan
    factor = path.total_variation[n] / before if before > 1e-12 else math.nan
    apart = divergence(KL, p, start)
    bound = apart / (n * values.step) if n and values.step <= 1 else math.inf
    return Figure(
        (_bars(p, path.q[n]), _fall(path.excess, apart, values)),
        (
            Number("C(G)", float(path.criterion[n]), "nats", "its least is −log 4 = −1.3863"),
            Number("C(G) + log 4", float(path.excess[n]), "nats"),
            Number("bound KL(p_d‖p_start)/(nη)", bound, "nats", "proven for η ≤ 1"),
            Number("total variation", float(path.total_variation[n])),
            Number("its factor in this round", float(factor), "", "tends to |1 − η/2|"),
            Number("|1 − η/2|", abs(1 - values.step / 2)),
        ),
    )  # fmt: skip


def _bars(p: np.ndarray, q: np.ndarray) -> Panel:
    at, zero = np.arange(1, SYMBOLS + 1), np.zeros(SYMBOLS)
    return Panel(
        "The two laws",
        Axis("symbol", 0.3, SYMBOLS + 0.7, ticks=tuple((float(i), str(i)) for i in at)),
        Axis("probability", 0, 0.55),
        (
            Bars("data p_d", at - 0.2, zero, p, 0.36, "real"),
            Bars("samples p_g", at + 0.2, zero, q, 0.36, "fake"),
        ),
    )


def _fall(excess: np.ndarray, apart: float, values: Values) -> Panel:
    rounds = np.arange(len(excess))
    shown = np.where(excess > FLOOR, excess, np.nan)
    marks: list[Line | Points] = [Line("C(G) + log 4", rounds, shown, "ink")]
    if values.step <= 1 and apart > 0:
        bound = apart / (rounds[1:] * values.step)
        marks.append(Line("its bound KL/(nη)", rounds[1:], bound, "third", "dashed"))
    least = float(np.nanmin(shown)) if np.isfinite(shown).any() else FLOOR
    height = max(float(excess[values.rounds]), FLOOR)
    marks.append(Points("this round", [float(values.rounds)], [height], "fake", "circle", 5))
    return Panel(
        "C(G) falls to its least",
        Axis("round n", 0, ROUNDS),
        Axis("C(G) + log 4, nats", least / 5, 20.0, log=True),
        tuple(marks),
        (
            Handle(
                "round", float(values.rounds), height, "rounds", colour="fake", anywhere=True
            ),
        ),
    )  # fmt: skip


LESSON = Lesson(
    words=(
        "Suppose the discriminator is exact in every round, and p_g itself, not a network's weights, takes a "
        "small step. C is convex in p_g, so every such path ends at the data."
    ),
    equations=(
        "q_i ← q_i exp(−η ∂V/∂q_i) / Z,   ∂V/∂q_i = log(1 − D*_i) = log(q_i / (p_i + q_i))",
        "C_n + log 4 ≤ KL(p_d ‖ p_start) / (n η)   for η ≤ 1",
    ),
    predicts="C falls in every round for η ≤ 1, and near the end the distance shrinks by 1 − η/2 a round.",
    measures=(
        "Follows such paths for three steps over 300 rounds: every fall, the end, the pace and "
        "the bound."
    ),
    play=(
        "Move the round along the curve. Then try a step above 1, of which the proof no longer speaks: "
        "near the end a round multiplies the distance by |1 − η/2|, to first order. (Networks move "
        "weights, not p_g: for them the proposition says nothing.)"
    ),
    controls=Values,
    picture=picture,
    caption="Left: both laws on eight symbols after n rounds. Right: how far C(G) is above its least value.",
    links=(Link("A game whose generator is a network", "/game?objective=mm"),),
    pages=("how-to-use-the-python-face",),
)
