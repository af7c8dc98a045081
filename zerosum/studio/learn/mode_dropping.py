"""Claim 13 to play with: one Gaussian for two modes, under three criteria."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

import numpy as np

from zerosum.claims.gaussian_fits import (
    SPREAD,
    Fit,
    covering_fit,
    dropping_fit,
    left_out,
    two_modes,
)
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
from zerosum.studio.learn.lesson import Lesson, Link, names, span
from zerosum.theory import JENSEN_SHANNON, KL, REVERSE_KL, FDivergence, gaussian

CRITERIA = {d.name: d for d in (KL, REVERSE_KL, JENSEN_SHANNON)}
SAID = {
    "kl": "KL(p_d‖p_g)", "reverse-kl": "KL(p_g‖p_d)", "jensen-shannon": "JSD(p_d, p_g)",
}  # fmt: skip
X = np.linspace(-7.0, 7.0, 351)
COARSE = np.linspace(-16.0, 16.0, 257)
MEANS, LOG_SDS = np.linspace(-4.0, 4.0, 41), np.linspace(math.log(0.3), math.log(4.0), 25)


@dataclass(frozen=True)
class Values:
    """What can be moved."""

    criterion: Annotated[str, "what p_g is to make small", names("Criterion", *CRITERIA)] = (
        "reverse-kl"
    )
    distance: Annotated[
        float,
        "of each mode from the middle, in their own sd",
        span("Distance of the modes", 0, 7, 0.25),
    ] = 4.0
    mean: Annotated[float, "of the model", span("Mean of p_g", -4, 4, 0.05)] = 0.5
    sd: Annotated[float, "of the model", span("Standard deviation of p_g", 0.3, 4, 0.05)] = 1.5


def picture(values: Values) -> Figure:
    """Draw data and model, and the criterion over all models with its best ones."""
    which = CRITERIA[values.criterion]
    p, q = two_modes(values.distance), gaussian(values.mean, values.sd)
    covering, dropping = fits(values.criterion, values.distance)
    best = min(covering, dropping, key=lambda fit: fit.value)
    yours = sums.divergence(which, p, q)
    dropped, off = left_out(Fit(values.mean, values.sd, yours), values.distance)
    return Figure(
        (_densities(values, best), _landscape(values, which, covering, dropping)),
        (
            Number(f"{SAID[which.name]}, your model", yours, "nats"),
            Number(f"{SAID[which.name]}, best Gaussian", best.value, "nats",
                   f"mean {abs(best.mean):.2f}, sd {best.sd:.2f}"),
            Number("best that covers both modes", covering.value, "nats"),
            Number("best beside one mode", dropping.value, "nats"),
            Number("data that your model leaves out", dropped, "", "outside its 99.9 %"),
            Number("your model off the data", off, "", "outside the data's 99.9 %"),
        ),
    )  # fmt: skip


@lru_cache(maxsize=128)
def fits(criterion: str, distance: float) -> tuple[Fit, Fit]:
    """Return the best Gaussian round the middle, and the best one beside a mode."""
    which = CRITERIA[criterion]
    return covering_fit(which, distance), dropping_fit(which, distance)


def _densities(values: Values, best: Fit) -> Panel:
    p, q = two_modes(values.distance).prob(X), gaussian(values.mean, values.sd).prob(X)
    zero, nearest = np.zeros_like(X), gaussian(best.mean, best.sd).prob(X)
    peak = 1 / (values.sd * math.sqrt(2 * math.pi))
    place = values.distance * SPREAD
    return Panel(
        "Two modes and one Gaussian",
        Axis("x", -7, 7),
        Axis("density", 0, max(0.9, 1.15 * peak)),
        (
            Area("data p_d", X, zero, p, "real"), Line("data p_d", X, p, "real", "dotted", 2.2),
            Area("your model p_g", X, zero, q, "fake"), Line("your model p_g", X, q, "fake"),
            Line("best Gaussian", X, nearest, "ink", "dashed", 1.4),
        ),
        (
            Handle("mean of p_g", values.mean, peak, "mean", colour="fake"),
            Handle("width of p_g", values.mean + values.sd, peak * math.exp(-0.5), "sd",
                   origin=(values.mean, 0), colour="fake"),
            Handle("right mode", place, 0.5 * float(np.max(p)), "distance", scale=(SPREAD, 1),
                   colour="real"),
        ),
    )  # fmt: skip


@lru_cache(maxsize=64)
def landscape(criterion: str, distance: float) -> np.ndarray:
    """Return the criterion over widths (rows) and means (columns)."""
    half = MEANS[len(MEANS) // 2 :]  # the data are symmetric, so the other half is its mirror image
    found = sums.over_gaussians(
        CRITERIA[criterion], two_modes(distance), half, np.exp(LOG_SDS), COARSE
    )
    return np.concatenate([found[:, :0:-1], found], axis=1)


def _landscape(values: Values, which: FDivergence, covering: Fit, dropping: Fit) -> Panel:
    table = landscape(values.criterion, values.distance)
    low = float(min(table.min(), covering.value, dropping.value))
    box = (-4.0, 4.0, float(LOG_SDS[0]), float(LOG_SDS[-1]))
    ticks = tuple((math.log(sd), f"{sd:g}") for sd in (0.3, 0.5, 1.0, 2.0, 4.0))
    deep, other = sorted((covering, dropping), key=lambda fit: fit.value)
    sides = [1.0, -1.0]
    return Panel(
        f"{SAID[which.name]} over all Gaussians",
        Axis("mean of p_g", -4, 4),
        Axis("sd of p_g", box[2], box[3], ticks=ticks),
        (
            Heat("nats above the least, to 1.5", box, np.minimum(table, low + 1.5), low, low + 1.5),
            Points("best", [s * deep.mean for s in sides], [math.log(deep.sd)] * 2, "real", "plus", 8),
            Points("best of the other kind", [s * other.mean for s in sides], [math.log(other.sd)] * 2,
                   "third", "cross", 5),
            Points("your model", [values.mean], [math.log(values.sd)], "fake", "circle", 5),
        ),
        (Handle("your model", values.mean, math.log(values.sd), "mean", colour="fake", anywhere=True),),
    )  # fmt: skip


LESSON = Lesson(
    words=(
        "A model that cannot make two modes must choose: cover both and fill the gap between them, or "
        "make one well and leave the other out. Which is better depends on the criterion. The lecture "
        "asks whether a GAN's support is a subset or a superset of the data's: as GANs are trained it is "
        "neither, for a continuous generator that reaches two modes also fills the way between them."
    ),
    equations=(
        "KL(p_g ‖ p_d) = ∞ for mass off the data;   log 2 for half of them dropped",
        "KL(p_d ‖ p_g): the reverse.   JSD of half or of twice the support: ¾ log 4/3",
    ),
    predicts=(
        "KL(p_d‖p_g) covers, with sd √(s² + m²); KL(p_g‖p_d) keeps one mode; JSD covers near modes and drops "
        "one of far ones."
    ),
    measures=(
        "Fits a Gaussian under each criterion, finds where JSD changes its mind, and trains three small GANs "
        "on a ring of eight modes, counting what they drop and what they put between."
    ),
    play="Pull the modes apart under each criterion and watch where the best Gaussian goes; try to beat it.",
    controls=Values,
    picture=picture,
    caption="Left: two modes, your Gaussian and the best. Right: the criterion over all Gaussians.",
    links=(
        Link("A game on the ring of eight modes", "/game?data=ring&objective=ns&penalty=none"),
    ),
    pages=("how-to-judge-mode-collapse", "how-to-use-packing", "how-to-unroll"),
)  # fmt: skip
