"""Claim 2 to play with: the valley that the generator descends when the discriminator is at its best."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

import numpy as np

from zerosum.studio.learn import sums
from zerosum.studio.learn.figure import (
    Area,
    Axis,
    Figure,
    Handle,
    Heat,
    Line,
    Number,
    Panel,
    Points,
)
from zerosum.studio.learn.lesson import Lesson, Link, span
from zerosum.theory import GAN, JENSEN_SHANNON, TOTAL_VARIATION, gaussian, optimal_logits

X = np.linspace(-7.0, 7.0, 351)
MEANS, SDS = np.linspace(-4.0, 4.0, 65), np.geomspace(0.3, 3.0, 41)
LOG_4 = math.log(4)
FINE, COARSE = np.linspace(-32.0, 32.0, 1601), np.linspace(-16.0, 16.0, 321)


@dataclass(frozen=True)
class Values:
    """What can be moved."""

    mean: Annotated[float, "where samples are centred", span("Mean of p_g", -4, 4, 0.05)] = 1.5
    sd: Annotated[float, "how wide they are", span("Standard deviation of p_g", 0.3, 3, 0.05)] = 0.7


def picture(values: Values) -> Figure:
    """Draw the densities, C(G) along the means, and C(G) over means and widths."""
    p, q = gaussian(), gaussian(values.mean, values.sd)
    criterion = sums.game_value(p, q, optimal_logits(p, q))
    divergence = sums.divergence(JENSEN_SHANNON, p, q)
    gap = sums.divergence(TOTAL_VARIATION, p, q)
    return Figure(
        (_densities(values), _along(values, criterion), _valley(values)),
        (
            Number("C(G) = V(D*, G)", criterion, "nats"),
            Number("−log 4 + 2 JSD", -LOG_4 + 2 * divergence, "nats", "the same, by theorem 1"),
            Number("JSD(p_d, p_g)", divergence, "nats", "0 to log 2 = 0.6931"),
            Number("C(G) + log 4", criterion + LOG_4, "nats", "0 only where p_g = p_d"),
            Number("TV²", gap**2, "", "never more than C(G) + log 4 (Pinsker)"),
        ),
    )


def _densities(values: Values) -> Panel:
    p, q = gaussian(), gaussian(values.mean, values.sd)
    real, fake, zero = p.prob(X), q.prob(X), np.zeros_like(X)
    peak = float(q.prob(np.array([values.mean]))[0])
    side = float(q.prob(np.array([values.mean + values.sd]))[0])
    marks = (
        Area("data p_d", X, zero, real, "real"), Line("data p_d", X, real, "real", "dotted", 2.2),
        Area("samples p_g", X, zero, fake, "fake"), Line("samples p_g", X, fake, "fake"),
        Line("half of each, m", X, (real + fake) / 2, "muted", "dashed", 1.4),
    )  # fmt: skip
    handles = (
        Handle("mean of p_g", values.mean, peak, "mean", colour="fake"),
        Handle(
            "width of p_g",
            values.mean + values.sd,
            side,
            "sd",
            origin=(values.mean, 0),
            colour="fake",
        ),
    )
    top = max(0.5, 1.12 * peak)
    return Panel("Data and samples", Axis("x", -7, 7), Axis("density", 0, top), marks, handles)


def _along(values: Values, criterion: float) -> Panel:
    curve = sums.over_gaussians(GAN, gaussian(), MEANS, np.array([values.sd]), FINE)[0]
    return Panel(
        "C(G) as p_g is shifted",
        Axis("mean of p_g", -4, 4),
        Axis("C(G), nats", -1.5, 0.1),
        (
            Line("C(G) at this width", MEANS, curve, "ink"),
            Line("−log 4", [-4.0, 4.0], [-LOG_4, -LOG_4], "muted", "dashed", 1.2),
        ),
        (Handle("p_g", values.mean, criterion, "mean", colour="fake"),),
    )


def _valley(values: Values) -> Panel:
    ticks = tuple((math.log10(sd), f"{sd:g}") for sd in (0.3, 0.5, 1.0, 2.0, 3.0))
    at = math.log10(values.sd)
    return Panel(
        "C(G) over means and widths",
        Axis("mean of p_g", -4, 4),
        Axis("sd of p_g", math.log10(0.3), math.log10(3.0), ticks=ticks),
        (
            Heat("C(G), nats", (-4, 4, math.log10(0.3), math.log10(3)), _map(), -LOG_4, 0.0),
            Points("p_g = p_d", [0.0], [0.0], "real", "plus", 7),
            Points("p_g", [values.mean], [at], "fake", "circle", 5),
        ),
        (Handle("p_g", values.mean, at, "mean", colour="fake", anywhere=True),),
    )


@lru_cache(maxsize=1)
def _map() -> np.ndarray:
    return sums.over_gaussians(GAN, gaussian(), MEANS, SDS, COARSE)


LESSON = Lesson(
    words=(
        "Let the discriminator answer at its best for every generator. What is left for the generator is "
        "one valley whose floor lies where samples are distributed as the data, and whose height above "
        "the floor is twice the Jensen–Shannon divergence."
    ),
    equations=(
        "C(G) = max_D V(D, G) = −log 4 + 2 JSD(p_d, p_g)",
        "JSD(p, q) = ½ KL(p ‖ m) + ½ KL(q ‖ m),   m = (p + q)/2",
    ),
    predicts="C(G) ≥ −log 4 = −1.3863 nats, with equality just where p_g = p_d and D* = 1/2.",
    measures=(
        "Computes V(D*, G) and −log 4 + 2 JSD by two ways along shifts and widths, searches the minimum "
        "from two starts, and looks for a counterexample among 2000 random laws."
    ),
    play="Drag the bell, or the point on the map: there is one valley and no other place to come to rest.",
    controls=Values,
    picture=picture,
    caption="p_d = N(0, 1) and p_g; C(G) along the means at the chosen width; and over means and widths.",
    links=(Link("Play the minimax game on the line", "/game?data=bimodal&objective=mm"),),
    pages=("how-to-use-the-python-face",),
)
