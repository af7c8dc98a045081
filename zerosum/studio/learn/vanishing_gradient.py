"""Claim 6 to play with: how much slope is left for the generator as the discriminator gets better."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

import numpy as np
import torch
from scipy.special import expit

from zerosum.claims.vanishing_gradient import logit_slopes
from zerosum.objectives.least_squares import LEAST_SQUARES
from zerosum.objectives.minimax import MINIMAX
from zerosum.objectives.nonsaturating import NONSATURATING
from zerosum.objectives.wasserstein import WASSERSTEIN
from zerosum.studio.learn import sums
from zerosum.studio.learn.figure import Area, Axis, Figure, Handle, Line, Number, Panel, Points
from zerosum.studio.learn.lesson import Lesson, Link, span
from zerosum.theory import gaussian, optimal_logits

X = np.linspace(-8.0, 8.0, 321)
WIDE = np.linspace(-16.0, 16.0, 1601)
LOGITS = np.linspace(-10.0, 10.0, 201)
PLACES = np.linspace(0.0, 4.0, 33)
OBJECTIVES = {"mm": MINIMAX, "ns": NONSATURATING, "lsgan": LEAST_SQUARES, "wgan": WASSERSTEIN}
LOOKS = {
    "mm": ("fake", "solid"), "ns": ("real", "solid"), "lsgan": ("fourth", "dashed"),
    "wgan": ("muted", "dotted"),
}  # fmt: skip
NAMES = {"mm": "minimax", "ns": "non-saturating", "lsgan": "least squares", "wgan": "Wasserstein"}
LEAST = 1e-5


@dataclass(frozen=True)
class Values:
    """What can be moved."""

    place: Annotated[
        float, "half of the way between the two", span("Distance m", 0.05, 4, 0.05)
    ] = 2.0
    skill: Annotated[
        float, "0: knows nothing, 1: exact, above: too sure", span("Skill of D, κ", 0, 3, 0.05)
    ] = 1.0


def gradients(place: float, skill: float) -> dict[str, float]:
    """Return the size of dL/dθ of each loss for x̂ = θ + z, D's logit being κ times the exact one.

    dL/dθ = E_g [l′(a(x)) a′(x)], a = κ a*, a* = 2mx between N(m, 1) and N(−m, 1).
    """
    p, q = gaussian(place), gaussian(-place)
    x = WIDE
    logits = skill * optimal_logits(p, q)(x)
    slope = np.gradient(logits, x)
    found = {}
    for name in ("mm", "ns"):
        losses = logit_slopes(OBJECTIVES[name], torch.from_numpy(logits)).numpy()
        found[name] = abs(sums.mean(losses * slope, q, x))
    return found


def picture(values: Values) -> Figure:
    """Draw the two bells under D, the losses' slopes in the logit, and the gradients left over."""
    now = gradients(values.place, values.skill)
    right = float(_share_right(values.place))
    return Figure(
        (_bells(values), _slopes(values), _left_over(values, now)),
        (
            Number("|dL/dθ|, minimax", now["mm"], "", "−log(1 − D) saturates"),
            Number("|dL/dθ|, non-saturating", now["ns"]),
            Number("their ratio", now["mm"] / now["ns"] if now["ns"] else math.nan),
            Number("logit at the mean of p_g", -2 * values.skill * values.place**2, "nats"),
            Number("share that D calls right", right, "", "of both kinds, for κ above 0"),
        ),
    )


def _share_right(place: float) -> np.floating:
    beyond = gaussian(place).prob(sums.LINE)[sums.LINE > 0].sum()
    return (beyond + gaussian(place).prob(np.zeros(1))[0] / 2) * (sums.LINE[1] - sums.LINE[0])


def _bells(values: Values) -> Panel:
    m, zero = values.place, np.zeros_like(X)
    real, fake = gaussian(m).prob(X), gaussian(-m).prob(X)
    judged = expit(values.skill * optimal_logits(gaussian(m), gaussian(-m))(X))
    peak = 1 / math.sqrt(2 * math.pi)
    return Panel(
        "Data, samples and D",
        Axis("x", -8, 8),
        Axis("density; probability", 0, 1),
        (
            Area("data N(m, 1)", X, zero, real, "real"), Line("data N(m, 1)", X, real, "real", "dotted"),
            Area("samples N(−m, 1)", X, zero, fake, "fake"), Line("samples N(−m, 1)", X, fake, "fake"),
            Line("D = σ(κ a*)", X, judged, "ink", "dashed"),
        ),
        (
            Handle("data", m, peak, "place", colour="real"),
            Handle("samples", -m, peak, "place", scale=(-1, 1), colour="fake"),
        ),
    )  # fmt: skip


def _slopes(values: Values) -> Panel:
    at = max(-2 * values.skill * values.place**2, -10.0)
    marks: list[Line | Points] = []
    for name, objective in OBJECTIVES.items():
        slope = -logit_slopes(objective, torch.from_numpy(LOGITS)).numpy()
        marks.append(Line(NAMES[name], LOGITS, slope, *LOOKS[name]))
    marks.append(Line("logit at p_g's mean", [at, at], [-0.6, 1.6], "third", "dashed", 1.4))
    return Panel(
        "Slope of the generator's loss in D's logit",
        Axis("logit a of a sample", -10, 10),
        Axis("−dL/da: 0 teaches nothing", -0.6, 1.6),
        tuple(marks),
    )


@lru_cache(maxsize=64)
def _curves(skill: float) -> dict[str, np.ndarray]:
    rows = [gradients(float(m), skill) for m in PLACES]
    return {name: np.array([row[name] for row in rows]) for name in ("mm", "ns")}


def _left_over(values: Values, now: dict[str, float]) -> Panel:
    marks: list[Line | Points] = []
    for name, curve in _curves(values.skill).items():
        marks.append(Line(NAMES[name], PLACES, np.maximum(curve, LEAST), *LOOKS[name]))
        height = max(now[name], LEAST)
        marks.append(Points(NAMES[name], [values.place], [height], LOOKS[name][0], "circle", 4.5))
    ones = np.ones_like(PLACES)
    marks.append(Line("Wasserstein: 1", PLACES, ones, *LOOKS["wgan"]))
    return Panel(
        "Gradient that is left for G",
        Axis("distance m", 0, 4),
        Axis("|dL/dθ|", LEAST, 30.0, log=True),
        tuple(marks),
        (Handle("distance", values.place, max(now["mm"], LEAST), "place", colour="fake"),),
    )


LESSON = Lesson(
    words=(
        "Where the discriminator is sure that a sample is generated, log(1 − D) is flat, so the minimax "
        "generator learns nothing just when it is worst. Descending −log D instead keeps the slope."
    ),
    equations=(
        "minimax: −d/da E softplus(a) = −σ(a) → 0 as a → −∞",
        "non-saturating: d/da softplus(−a) = −(1 − σ(a)) → −1",
        "N(m, 1) against N(−m, 1):  |dL/dθ| = 2m E D*  and  2m (1 − E D*)",
    ),
    predicts=(
        "The minimax gradient falls like exp(−m²/2); the non-saturating one grows to 2m; a Wasserstein "
        "critic's stays 1."
    ),
    measures=(
        "Differentiates the losses of the library at exact discriminators, and follows the generator's "
        "gradient while real discriminators are trained, with noise, least squares and Lipschitz "
        "bounds beside."
    ),
    play=(
        "Pull the bells apart: the minimax curve falls by powers of ten. Then lower D's skill: a "
        "weak D still teaches."
    ),
    controls=Values,
    picture=picture,
    caption=(
        "Left: data, samples and a discriminator of skill κ. Middle: each loss's slope in the logit. Right: "
        "the gradient in the generator's place θ."
    ),
    links=(
        Link("A game with the minimax loss", "/game?objective=mm"),
        Link("The same with the non-saturating loss", "/game?objective=ns"),
    ),
    pages=("how-to-diagnose-training", "how-to-choose-a-recipe"),
)
