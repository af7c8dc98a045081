"""Claim 10 to play with: what noise and least squares change where data and samples never meet."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

import numpy as np
import torch

from zerosum.claims.disjoint_supports import affine_squares, best_logits
from zerosum.studio.learn.figure import Area, Axis, Figure, Handle, Line, Number, Panel, Points
from zerosum.studio.learn.lesson import Lesson, Link, span
from zerosum.theory import uniform

X = np.linspace(-5.0, 5.0, 401)
GAPS = np.linspace(0.0, 6.0, 31)
VARIANCE = 1 / 12  # of an interval of length 1


@dataclass(frozen=True)
class Values:
    """What can be moved."""

    gap: Annotated[float, "between the two intervals", span("Gap", 0, 6, 0.1)] = 2.0
    noise: Annotated[float, "added to data and samples alike", span("Noise σ", 0.2, 2, 0.05)] = 0.7


def noisy_slope(middle: float, sigma: float) -> float:
    """Return dL/dθ = −E_q D* a*′ of the minimax generator where both sides carry noise σ.

    a* is the exact logit between U(±middle ± ½) + N(0, σ²); the sum is in even steps of σ/25.
    """
    reach = middle + 0.5 + 9 * sigma
    x = torch.arange(-reach, reach, sigma / 25, dtype=torch.float64).requires_grad_(True)
    a = best_logits(x, middle, sigma)
    (slope,) = torch.autograd.grad(a.sum(), x)
    places = x.detach()
    made = torch.special.ndtr((places + middle + 0.5) / sigma)
    made = made - torch.special.ndtr((places + middle - 0.5) / sigma)
    return -float((made * a.detach().sigmoid() * slope).sum()) * sigma / 25


def picture(values: Values) -> Figure:
    """Draw the intervals with three discriminators, and the generator's slope over the gap."""
    middle = (values.gap + 1) / 2
    w, squares = affine_squares(middle, VARIANCE)
    noisy = noisy_slope(middle, values.noise)
    return Figure(
        (_intervals(values, middle, w), _slopes(values, squares, noisy)),
        (
            Number("−dL/dθ, exact classic D", 0.0, "", "D* is 0 on every sample"),
            Number("−dL/dθ, exact least squares", 0.0, "", "it can bend, so it is flat too"),
            Number("−dL/dθ, least squares, affine a", -squares, "", "w(½ + wm), a = ½ + wx"),
            Number("−dL/dθ, minimax with noise", -noisy, "", "E D* a*′"),
            Number("−dL/dθ, Wasserstein critic", 1.0),
        ),
    )


def _intervals(values: Values, middle: float, w: float) -> Panel:
    real, fake = uniform(middle - 0.5, middle + 0.5), uniform(-middle - 0.5, -middle + 0.5)
    zero = np.zeros_like(X)
    noisy = best_logits(torch.from_numpy(X), middle, values.noise).sigmoid().numpy()
    return Panel(
        "Two intervals, and what is said of them",
        Axis("x", -5, 5),
        Axis("density, and what D says", -0.5, 1.6),
        (
            Area("data", X, zero, real.prob(X), "real"),
            Area("samples", X, zero, fake.prob(X), "fake"),
            Line("D*, with noise σ", X, noisy, "third", "dashed"),
            Line("least squares, affine a", X, 0.5 + w * X, "fourth"),
        ),
        (
            Handle("data", middle, 1.0, "gap", origin=(0.5, 0), scale=(0.5, 1), colour="real"),
            Handle("samples", -middle, 1.0, "gap", origin=(-0.5, 0), scale=(-0.5, 1), colour="fake"),
        ),
    )  # fmt: skip


@lru_cache(maxsize=64)
def _noisy_curve(sigma: float) -> np.ndarray:
    return np.array([-noisy_slope((gap + 1) / 2, sigma) for gap in GAPS.tolist()])


def _slopes(values: Values, squares: float, noisy: float) -> Panel:
    line = np.array([-affine_squares((gap + 1) / 2, VARIANCE)[1] for gap in GAPS.tolist()])
    at, none = [values.gap], np.zeros_like(GAPS)
    return Panel(
        "Slope towards the data",
        Axis("gap", 0, 6),
        Axis("−dL/dθ", -0.06, 1.1),
        (
            Line("exact classic D, exact least squares", GAPS, none, "ink", "dotted"),
            Line("minimax with noise σ", GAPS, _noisy_curve(values.noise), "third", "dashed"),
            Line("least squares, affine a", GAPS, line, "fourth"),
            Line("Wasserstein", [0.0, 6.0], [1.0, 1.0], "muted", "dashed", 1.2),
            Points("minimax with noise σ", at, [-noisy], "third", "circle", 4.5),
            Points("least squares, affine a", at, [-squares], "fourth", "square", 4.5),
        ),
        (Handle("gap", values.gap, max(-noisy, 0.0), "gap", colour="third", anywhere=True),),
    )


LESSON = Lesson(
    words=(
        "Where data and samples have nothing in common, the best discriminator is exactly 0 on every sample, "
        "so it has no slope to follow. Noise on both sides makes them meet; least squares helps a "
        "discriminator that cannot bend freely."
    ),
    equations=(
        "C′(θ) = −E_{p_g} D* a*′,   a* = log p_σ − log q_σ with noise σ",
        "least squares, a = ½ + wx:   w = m / (2(m² + v)),   dL/dθ = −w(½ + wm)",
    ),
    predicts="Slope 0 without noise, −E D* a*′ with it, and −w(½ + wm) for affine least squares.",
    measures=(
        "Trains affine discriminators, evaluates the exact ones by quadrature, and plays the library's game "
        "with instance noise at the exact D."
    ),
    play=(
        "Pull the intervals apart, then raise the noise: the dashed slope comes back, up to a "
        "gap of a few σ."
    ),
    controls=Values,
    picture=picture,
    caption="Left: the intervals and two discriminators. Right: the slope that moves samples to the data.",
    slip=(
        "On the slide the first term of least squares' discriminator loss has the wrong sign, "
        "and “(D(x̂ − 1))²” "
        "means (D(x̂) − 1)²."
    ),
    links=(Link("A game with least squares", "/game?objective=lsgan"),),
    pages=("how-to-choose-a-recipe", "how-to-diagnose-training"),
)
