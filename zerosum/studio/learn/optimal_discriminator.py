"""Claim 1 to play with: a discriminator of one's own against the best one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from scipy.special import expit

from zerosum.studio.learn import sums
from zerosum.studio.learn.figure import Area, Axis, Figure, Handle, Line, Number, Panel
from zerosum.studio.learn.lesson import Lesson, Link, names, span
from zerosum.theory import Density, gaussian, mixture, optimal_discriminator, optimal_logits

X = np.linspace(-6.0, 6.0, 361)


@dataclass(frozen=True)
class Values:
    """What can be moved."""

    mean: Annotated[float, "where samples are centred", span("Mean of p_g", -4, 4, 0.05)] = 1.0
    sd: Annotated[float, "how wide they are", span("Standard deviation of p_g", 0.3, 3, 0.05)] = 1.0
    slope: Annotated[float, "logit per unit of x", span("Your D: slope w", -6, 6, 0.1)] = -2.0
    place: Annotated[float, "where it says 1/2", span("Your D: place c", -4, 4, 0.05)] = 0.0
    data: Annotated[str, "what is real", names("Data", "one bell", "two bells")] = "one bell"


def data(name: str) -> Density:
    """Return the data's density: N(0, 1), or two narrow bells."""
    if name == "one bell":
        return gaussian()
    return mixture([gaussian(-1.5, 0.6), gaussian(1.5, 0.6)], [0.5, 0.5])


def picture(values: Values) -> Figure:
    """Draw both densities, the best discriminator and the visitor's own."""
    p, q = data(values.data), gaussian(values.mean, values.sd)
    best = optimal_discriminator(p, q)

    def own(x: np.ndarray) -> np.ndarray:
        return values.slope * (x - values.place)

    highest, reached = sums.game_value(p, q, optimal_logits(p, q)), sums.game_value(p, q, own)
    return Figure(
        (_densities(p, q, values), _judges(best(X), expit(own(X)), values)),
        (
            Number("V(D*, G)", highest, "nats", "the largest there is"),
            Number("V(your D, G)", reached, "nats", "never above it"),
            Number("what your D misses", highest - reached, "nats"),
            Number("D* at the mean of p_g", float(best(np.array([values.mean], dtype=float))[0])),
        ),
    )


def _densities(p: Density, q: Density, values: Values) -> Panel:
    zero, real, fake = np.zeros_like(X), p.prob(X), q.prob(X)
    peak = float(q.prob(np.array([values.mean], dtype=float))[0])
    width = float(q.prob(np.array([values.mean + values.sd], dtype=float))[0])
    return Panel(
        "Data and samples",
        Axis("x", -6, 6),
        Axis("density", 0, max(0.5, 1.12 * peak)),
        (
            Area("data p_d", X, zero, real, "real"), Line("data p_d", X, real, "real", "dotted", 2.2),
            Area("samples p_g", X, zero, fake, "fake"), Line("samples p_g", X, fake, "fake"),
        ),
        (
            Handle("mean of p_g", values.mean, peak, "mean", colour="fake"),
            Handle("width of p_g", values.mean + values.sd, width, "sd", origin=(values.mean, 0),
                   colour="fake"),
        ),
    )  # fmt: skip


def _judges(best: np.ndarray, own: np.ndarray, values: Values) -> Panel:
    return Panel(
        "What discriminators say",
        Axis("x", -6, 6),
        Axis("probability of real", 0, 1),
        (
            Line("D* = p_d/(p_d + p_g)", X, best, "ink", "dashed"),
            Line("your D = σ(w(x − c))", X, own, "third"),
        ),
        (Handle("place of your D", values.place, 0.5, "place", colour="third"),),
    )


LESSON = Lesson(
    words=(
        "Hold the generator still. At each x the discriminator should answer with the share of real "
        "samples among all that are seen there, and no other answer earns more."
    ),
    equations=(
        "V(D, G) = E_{x ~ p_d} log D(x) + E_{x ~ p_g} log(1 − D(x))",
        "D*(x) = p_d(x) / (p_d(x) + p_g(x))",
    ),
    predicts="D* as above, and V(D, G) ≤ V(D*, G) for every D.",
    measures=(
        "Trains a network as discriminator against two fixed generators, and compares it with D* at every "
        "x and its V with V(D*, G)."
    ),
    play=(
        "Drag the bell of samples, and move your own D: it may come close to V(D*, G), and with two equally "
        "wide bells it can reach it. Nothing exceeds it."
    ),
    controls=Values,
    picture=picture,
    caption=(
        "Left: data and samples. Right: the best discriminator, and yours, whose logit is a "
        "straight line."
    ),
    links=(Link("Watch D learn in a game on the line", "/game?data=bimodal&objective=mm"),),
    pages=("how-to-use-the-python-face",),
)
