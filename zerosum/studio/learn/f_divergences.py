"""Claim 9 to play with: each f-divergence from below, by a function T of one's own."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import torch

from zerosum.studio.learn import sums
from zerosum.studio.learn.figure import (
    Area,
    Axis,
    Figure,
    Handle,
    Line,
    Number,
    Panel,
    Points,
)
from zerosum.studio.learn.lesson import Lesson, Link, names, span
from zerosum.theory import (
    GAN,
    JEFFREYS,
    JENSEN_SHANNON,
    KL,
    NEYMAN,
    PEARSON,
    REVERSE_KL,
    SQUARED_HELLINGER,
    TOTAL_VARIATION,
    Density,
    FDivergence,
    alpha,
    gaussian,
    optimal_t,
)

X = np.linspace(-5.0, 5.0, 251)
RATIOS = np.geomspace(0.02, 8.0, 160)
KNOWN = {
    d.name: d
    for d in (KL, REVERSE_KL, JEFFREYS, JENSEN_SHANNON, GAN, PEARSON, NEYMAN, SQUARED_HELLINGER,
              TOTAL_VARIATION)
}  # fmt: skip


@dataclass(frozen=True)
class Values:
    """What can be moved."""

    which: Annotated[str, "f says it all", names("Divergence", *KNOWN, "alpha")] = "kl"
    order: Annotated[
        float, "of the alpha divergence", span("Order α", 0.15, 0.85, 0.05, which="alpha")
    ] = 0.5
    mean: Annotated[float, "where samples are centred", span("Mean of p_g", -2, 2, 0.05)] = 1.0
    believed: Annotated[
        float, "your T is the best one for samples centred there", span("Your T: mean", -2, 2, 0.05)
    ] = 0.5
    ratio: Annotated[float, "where f is touched", span("Ratio u = p/q", 0.1, 6, 0.1)] = 2.0


def chosen(values: Values) -> FDivergence:
    """Return the divergence."""
    return alpha(values.order) if values.which == "alpha" else KNOWN[values.which]


def best_t(which: FDivergence, p: Density, q: Density, x: np.ndarray) -> np.ndarray:
    """Return T*(x) = f′(p(x)/q(x))."""
    return optimal_t(which, np.exp(p.log_prob(x) - q.log_prob(x)))


def bound(which: FDivergence, p: Density, q: Density, believed: Density) -> float:
    """Return E_p T − E_q f*(T) for the T that would be best if `believed` were the generator."""
    x = np.linspace(-14.0, 14.0, 2801)
    t = best_t(which, p, believed, x)
    conjugate = which.conjugate(torch.from_numpy(t)).numpy()
    return sums.mean(t, p, x) - sums.mean(conjugate, q, x)


def picture(values: Values) -> Figure:
    """Draw T* and the visitor's T, and f with the tangent that makes the bound."""
    which = chosen(values)
    p, q, believed = gaussian(), gaussian(values.mean), gaussian(values.believed)
    whole = sums.divergence(which, p, q)
    reached = bound(which, p, q, believed)
    return Figure(
        (_densities(values, p, q), _functions(which, p, q, believed), _tangent(which, values)),
        (
            Number(f"D_f(p_d‖p_g), {which.name}", whole, "", which.formula),
            Number("bound by T*", bound(which, p, q, q), "", "E_d T − E_g f*(T)"),
            Number("bound by your T", reached, "", "never above the divergence"),
            Number("what your T misses", whole - reached),
        ),
    )


def _densities(values: Values, p: Density, q: Density) -> Panel:
    real, fake, zero = p.prob(X), q.prob(X), np.zeros_like(X)
    peak = 1 / math.sqrt(2 * math.pi)
    return Panel(
        "Data and samples",
        Axis("x", -5, 5),
        Axis("density", 0, 0.46),
        (
            Area("data p_d", X, zero, real, "real"), Line("data p_d", X, real, "real", "dotted", 2.2),
            Area("samples p_g", X, zero, fake, "fake"), Line("samples p_g", X, fake, "fake"),
            Line("what your T takes for p_g", X, gaussian(values.believed).prob(X), "third", "dashed", 1.4),
        ),
        (
            Handle("mean of p_g", values.mean, peak, "mean", colour="fake"),
            Handle("mean your T believes in", values.believed, peak, "believed", colour="third"),
        ),
    )  # fmt: skip


def _functions(which: FDivergence, p: Density, q: Density, believed: Density) -> Panel:
    best, own = best_t(which, p, q, X), best_t(which, p, believed, X)
    inside = np.abs(X) <= 3
    seen = np.concatenate([best[inside], own[inside]])
    low, high = max(float(seen.min()), -8.0), min(float(seen.max()), 8.0)
    room = 0.1 * max(high - low, 0.5)
    return Panel(
        "T*, and yours",
        Axis("x", -5, 5),
        Axis("T", low - room, high + room),
        (
            Line("T* = f′(p_d/p_g)", X, best, "ink", "dashed"),
            Line("your T", X, own, "third"),
        ),
    )


def _tangent(which: FDivergence, values: Values) -> Panel:
    f = which.f(torch.from_numpy(RATIOS)).numpy()
    u = torch.tensor([values.ratio], dtype=torch.float64)
    touch, slope = float(which.f(u)), float(which.derivative(u))
    line = touch + slope * (RATIOS - values.ratio)
    shown = RATIOS >= 0.1
    low, high = float(f[shown].min()), float(np.median(f[shown]) + 3 * np.std(f[shown]))
    room = 0.4 * max(high - low, 0.2)
    return Panel(
        "f, and a tangent below it",
        Axis("ratio u = p_d/p_g", 0, 8),
        Axis("f(u)", low - room, high + 0.3 * room),
        (
            Line("f(u)", RATIOS, f, "ink"),
            Line("ut − f*(t) at t = f′(u)", RATIOS, line, "real", "dashed"),
            Points("u = 1: no difference", [1.0], [float(which.f(torch.ones(1)))], "muted", "plus", 7),
        ),
        (Handle("ratio", values.ratio, touch, "ratio", colour="real"),),
    )  # fmt: skip


LESSON = Lesson(
    words=(
        "Every convex f makes a divergence, and every convex f is the highest of its tangents. Choosing a "
        "tangent at each x is choosing a function T: the divergence is the most that any T can earn."
    ),
    equations=(
        "D_f(p ‖ q) = E_q f(p/q) ≥ E_p T − E_q f*(T),   f*(t) = sup_u  ut − f(u)",
        "equal at T*(x) = f′(p(x)/q(x))",
    ),
    predicts="The bound at T* is the divergence; at any other T it is less.",
    measures=(
        "Computes both sides by quadrature for ten divergences, trains a network as T for each, "
        "and checks that "
        "it comes within 2 % and never above."
    ),
    play=(
        "Let your T believe in the wrong generator and drag it to the right one: the bound rises to the "
        "divergence. Drag u along f: the tangent lies below f everywhere, and that is the whole proof."
    ),
    controls=Values,
    picture=picture,
    caption="Data and samples; the best T and yours; f with one of the tangents whose supremum it is.",
    links=(Link("The minimax game, whose f-divergence is `gan`", "/game?objective=mm"),),
    pages=("how-to-choose-a-recipe", "how-to-add-a-formulation"),
)
