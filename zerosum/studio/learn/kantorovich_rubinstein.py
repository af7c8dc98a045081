"""Claim 8 to play with: a heap of earth, the hole it fills, and the best critic there is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from zerosum.studio.learn.figure import (
    Area,
    Arrows,
    Axis,
    Bars,
    Figure,
    Handle,
    Line,
    Number,
    Panel,
    Points,
)
from zerosum.studio.learn.lesson import Lesson, Link, span
from zerosum.theory import Transport, gaussian, potential, transport

AT = np.arange(13.0)
LEAST = 1e-4  # of the earth; less at a place is left out


@dataclass(frozen=True)
class Values:
    """What can be moved."""

    heap: Annotated[float, "where the data are", span("Middle of the heap", 0, 12, 0.1)] = 4.5
    spread: Annotated[float, "of the data", span("Width of the heap", 0.3, 3, 0.1)] = 2.4
    hole: Annotated[float, "where the samples are", span("Middle of the hole", 0, 12, 0.1)] = 6.5
    reach: Annotated[float, "of the samples", span("Width of the hole", 0.3, 3, 0.1)] = 0.9
    slope: Annotated[
        float, "your critic is f(x) = s x", span("Your critic's slope s", -1, 1, 0.05)
    ] = -0.6


def earth(middle: float, width: float) -> np.ndarray:
    """Return masses at 0, 1, ... 12 in proportion to a bell; what is less than 1e-4 is left out."""
    weights = gaussian(middle, width).prob(AT)
    weights = weights / weights.sum()
    weights[weights < LEAST] = 0.0
    return np.asarray(weights / weights.sum())


def picture(values: Values) -> Figure:
    """Draw the earth and its moves, both distribution functions, and the best critic."""
    heap, hole = earth(values.heap, values.spread), earth(values.hole, values.reach)
    plan = transport(AT, AT, heap, hole)
    best = potential(plan)
    f = best(AT) - best(np.zeros(1))
    between = float(np.abs(np.cumsum(heap - hole)).sum())
    own = values.slope * float(AT @ (heap - hole))
    return Figure(
        (
            _earth(values, plan, heap, hole),
            _distributions(np.cumsum(heap), np.cumsum(hole)),
            _critic(f, values),
        ),
        (
            Number("W₁ by the cheapest plan", plan.distance, "places"),
            Number("area between F and G", between, "places", "the same, on a line"),
            Number("E_d f − E_g f of the best f", best.dual, "places", "the same, by duality"),
            Number("its largest slope", float(np.abs(np.diff(f)).max()), "", "at most 1"),
            Number("E_d f − E_g f of your f", own, "places", "never above W₁"),
        ),
    )


def _earth(values: Values, plan: Transport, heap: np.ndarray, hole: np.ndarray) -> Panel:
    top, depth = np.zeros(len(AT)), np.zeros(len(AT))
    ways = []
    for i, j, mass in zip(plan.source, plan.target, plan.mass, strict=True):
        ways.append((AT[i], top[i] + mass / 2, AT[j], -depth[j] - mass / 2))
        top[i] += mass
        depth[j] += mass
    start_x, start_y, end_x, end_y = np.array(ways).T
    high = 1.2 * max(heap.max(), hole.max())
    return Panel(
        "Earth that is moved",
        Axis("place", -0.7, 12.7),
        Axis("share: heap above, hole below", -high, high),
        (
            Bars("heap P_d", AT, np.zeros(13), heap, 0.86, "real"),
            Bars("hole P_g", AT, np.zeros(13), -hole, 0.86, "fake"),
            Arrows("moves of the cheapest plan", start_x, start_y, end_x, end_y, "ink", 0.8),
        ),
        (
            Handle("heap", values.heap, 0.9 * high, "heap", colour="real"),
            Handle("hole", values.hole, -0.9 * high, "hole", colour="fake"),
        ),
    )


def _distributions(data: np.ndarray, made: np.ndarray) -> Panel:
    x = np.append(np.repeat(AT, 2)[1:], 13.0)
    real, fake = np.repeat(data, 2), np.repeat(made, 2)
    return Panel(
        "W₁ as an area",
        Axis("place", -0.7, 12.7),
        Axis("share at or before", 0, 1.02),
        (
            Area("their distance, W₁", x, np.minimum(real, fake), np.maximum(real, fake), "muted"),
            Line("F of the heap", x, real, "real"),
            Line("G of the hole", x, fake, "fake", "dashed"),
        ),
    )


def _critic(f: np.ndarray, values: Values) -> Panel:
    own = values.slope * AT
    low, high = min(f.min(), own.min(), -1.0), max(f.max(), own.max(), 1.0)
    end = 12.0
    return Panel(
        "Critics",
        Axis("place", -0.7, 12.7),
        Axis("f, up to a constant", float(low) - 0.6, float(high) + 0.6),
        (
            Line("best 1-Lipschitz f", AT, f, "ink"),
            Points("best 1-Lipschitz f", AT, f, "ink", "circle", 2.6),
            Line("your f(x) = s x", AT, own, "third", "dashed"),
        ),
        (
            Handle("your critic", end, values.slope * end, None, "slope", scale=(1, end),
                   colour="third"),
        ),
    )  # fmt: skip


LESSON = Lesson(
    words=(
        "The cheapest way to carry a heap of earth into a hole costs exactly as much as the best 1-Lipschitz "
        "height can tell the two apart. So a critic whose slope is bounded measures a distance."
    ),
    equations=(
        "W₁(P_d, P_g) = min_π Σ π_{ij} ‖x_i − y_j‖ = max_{‖f‖_L ≤ 1} E_d f − E_g f",
        "on a line:  W₁ = ∫ |F(t) − G(t)| dt",
    ),
    predicts="Plan and critic give the same number; a K-Lipschitz critic gives up to K times as much.",
    measures=(
        "Solves both problems exactly for clouds of points, and trains clipped, penalised and spectrally "
        "normalised critics, whose estimates must come near and stay below once K is divided out."
    ),
    play=(
        "Drag the heap and the hole. A critic that is one straight line is best when all earth "
        "goes one way."
    ),
    controls=Values,
    picture=picture,
    caption="Heap, hole and moves; the same work as an area; the best critic, and yours.",
    slip=(
        "Two words on the slides are misspelt: read Wasserstein, and earlier for “Carlier”. And the "
        "gradient penalty, whose brackets are broken there, is λ E (‖∇a(x̃)‖ − 1)²."
    ),
    links=(Link("A game with a Wasserstein critic", "/game?objective=wgan&penalty=wgan-gp&weight=10&k=5"),),
    pages=("how-to-choose-a-penalty",),
)  # fmt: skip
