"""Claim 14 to play with: the 2014 paper's figure, with a discriminator that is exact, or exact too late."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from scipy.special import expit, ndtri

from zerosum.studio.learn import sums
from zerosum.studio.learn.figure import (
    Area,
    Arrows,
    Axis,
    Figure,
    Handle,
    Line,
    Number,
    Panel,
    Points,
    Text,
)
from zerosum.studio.learn.lesson import Lesson, Link, names, span
from zerosum.theory import GAN, TOTAL_VARIATION, gaussian, optimal_discriminator, optimal_logits

ROUNDS = 80
WINDOW, X_LINE, Z_LINE = 3.4, -0.13, -0.52
X = np.linspace(-WINDOW, WINDOW, 273)
ARROWS = (np.arange(19) + 0.5) / 19
LATENTS = ndtri((np.arange(400) + 0.5) / 400)
PROBE = 1e-4  # a* is a parabola here, of which central differences are exact to rounding
DATA = gaussian()
SUMMED = np.linspace(-24.0, 24.0, 2401)
LOG_4 = math.log(4)


@dataclass(frozen=True)
class Values:
    """What can be moved."""

    rounds: Annotated[int, "rounds played", span("Round", 0, ROUNDS, 1)] = 4
    mean: Annotated[float, "of p_g at the start", span("Start: mean", -2.5, 2.5, 0.05)] = 1.6
    sd: Annotated[float, "of p_g at the start", span("Start: standard deviation", 0.3, 2, 0.05)] = (
        0.6
    )
    loss: Annotated[
        str, "what the generator descends", names("Loss of G", "non-saturating", "minimax")
    ] = "non-saturating"
    step: Annotated[
        float, "of the generator's mean and log sd", span("Step of G", 0.02, 1, 0.02)
    ] = 0.2
    lag: Annotated[int, "rounds since D was exact", span("How late D is", 0, 12, 1)] = 0


def path(values: Values) -> np.ndarray:
    """Return the generator's mean and standard deviation after each round, (rounds + 1, 2).

    G(z) = mean + sd z descends its loss at D = D* of the generator of `lag` rounds ago:
    −dL/dx = σ(a) a′ for minimax, (1 − σ(a)) a′ for the non-saturating loss.
    """
    found = [(values.mean, values.sd)]
    for t in range(ROUNDS):
        mean, sd = found[-1]
        x = mean + sd * LATENTS
        a = optimal_logits(DATA, gaussian(*found[max(0, t - values.lag)]))
        slope = (a(x + PROBE) - a(x - PROBE)) / (2 * PROBE)
        share = expit(a(x)) if values.loss == "minimax" else expit(-a(x))
        push = share * slope
        log_sd = math.log(sd) + values.step * float((push * sd * LATENTS).mean())
        mean = min(max(mean + values.step * float(push.mean()), -20.0), 20.0)
        found.append((mean, math.exp(min(max(log_sd, -4.0), 3.0))))
    return np.array(found)


def picture(values: Values) -> Figure:
    """Draw densities, D and the arrows from z to x; the criterion over rounds; the way of p_g."""
    way = path(values)
    mean, sd = way[values.rounds].tolist()
    made = gaussian(mean, sd)
    seen = gaussian(*way[max(0, values.rounds - values.lag)].tolist())
    criterion = np.array(
        [sums.divergence(GAN, DATA, gaussian(m, s), SUMMED) for m, s in way.tolist()]
    )
    here = float(criterion[values.rounds])
    judged = optimal_discriminator(DATA, seen)
    near = np.linspace(-2.5, 2.5, 101)
    return Figure(
        (_stage(mean, sd, judged(X)), _fall(values, criterion), _plane(values, way)),
        (
            Number("C(G)", here, "nats", "its least is −log 4 = −1.3863"),
            Number("total variation", sums.divergence(TOTAL_VARIATION, DATA, made)),
            Number("largest |D − 1/2|, |x| ≤ 2.5", float(np.abs(judged(near) - 0.5).max())),
            Number("mean of p_g", mean),
            Number("standard deviation of p_g", sd),
        ),
    )


def _stage(mean: float, sd: float, judged: np.ndarray) -> Panel:
    real, fake = DATA.prob(X), gaussian(mean, sd).prob(X)
    starts, ends = (2 * ARROWS - 1) * WINDOW, mean + sd * ndtri(ARROWS)
    shown = np.abs(ends) <= WINDOW
    flat = [-WINDOW, WINDOW]
    return Panel(
        "The figure of the 2014 paper",
        Axis("x, and beneath it the latent z", -WINDOW, WINDOW),
        Axis("density; D", Z_LINE - 0.08, 1.12, ticks=((0.0, "0"), (0.5, "½"), (1.0, "1"))),
        (
            Area("samples p_g", X, np.zeros_like(X), fake, "fake"),
            Line("samples p_g", X, fake, "fake"),
            Line("data p_d", X, real, "real", "dotted", 2.2),
            Line("D", X, judged, "ink", "dashed"),
            Line("", flat, [X_LINE, X_LINE], "muted", "solid", 1),
            Line("", flat, [Z_LINE, Z_LINE], "muted", "solid", 1),
            Arrows("z → x = G(z)", starts[shown], np.full(shown.sum(), Z_LINE), ends[shown],
                   np.full(shown.sum(), X_LINE), "fake", 0.8),
            Text(-WINDOW + 0.05, X_LINE + 0.03, "x"), Text(-WINDOW + 0.05, Z_LINE + 0.03, "z"),
        ),
    )  # fmt: skip


def _fall(values: Values, criterion: np.ndarray) -> Panel:
    at, here = float(values.rounds), float(criterion[values.rounds])
    return Panel(
        "C(G) over the rounds",
        Axis("round", 0, ROUNDS),
        Axis("C(G), nats", -1.45, max(-0.4, float(criterion.max()) + 0.05)),
        (
            Line("C(G)", np.arange(ROUNDS + 1), criterion, "ink"),
            Line("−log 4", [0.0, ROUNDS], [-LOG_4, -LOG_4], "muted", "dashed", 1.2),
            Points("this round", [at], [here], "fake", "circle", 5),
        ),
        (Handle("round", at, here, "rounds", colour="fake", anywhere=True),),
    )


def _plane(values: Values, way: np.ndarray) -> Panel:
    at = way[values.rounds]
    return Panel(
        "The way of p_g",
        Axis("mean of p_g", -2.6, 2.6),
        Axis("sd of p_g", 0, 2.2),
        (
            Line("way", way[:, 0], way[:, 1], "ink", "solid", 1.2),
            Points("rounds", way[:, 0], way[:, 1], "ink", "circle", 1.8),
            Points("p_g = p_d", [0.0], [1.0], "real", "plus", 8),
            Points("this round", [at[0]], [at[1]], "fake", "circle", 5),
        ),
        (Handle("start", values.mean, values.sd, "mean", "sd", colour="third", anywhere=True),),
    )


LESSON = Lesson(
    words=(
        "The first GAN paper draws four stages: samples off the data, a discriminator that "
        "learns to tell them "
        "apart, samples that follow its slope, and rest where it can only guess."
    ),
    equations=(
        "x = G(z) = mean + sd · z,   p_d = N(0, 1),   D = p_d/(p_d + p_g)",
        "G moves along E (1 − D) ∇a  (non-saturating)  or  E D ∇a  (minimax),   a = logit of D",
    ),
    predicts="It ends where p_g = p_d and D = 1/2 everywhere.",
    measures=(
        "Trains both networks on the line: D alone until it is D*, then both; total variation, C(G) and D at "
        "the end."
    ),
    play=(
        "Move the round, and drag the start. Then let D be late: samples run past the data and "
        "back, and with "
        "long steps they never come to rest. That is why real trainings circle."
    ),
    controls=Values,
    picture=picture,
    caption=(
        "Left: data dotted, samples solid, D dashed; equally many latents between any two arrows. Middle: "
        "C(G). Right: mean and width of p_g."
    ),
    links=(Link("The same figure, live, with networks", "/game?data=gaussian&objective=ns"),),
    pages=("how-to-watch-a-run",),
)
