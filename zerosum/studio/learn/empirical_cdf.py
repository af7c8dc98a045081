"""Claim 12 to play with: how far n draws are from their law, and the band that holds it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

import numpy as np
import torch
from scipy.special import ndtr, ndtri

from zerosum import noise
from zerosum.studio.learn.figure import Area, Axis, Bars, Figure, Line, Number, Panel, Points
from zerosum.studio.learn.lesson import Lesson, Link, decades, span
from zerosum.theory import KOLMOGOROV_MEAN, dkw_band, probability_within

X = np.linspace(-3.5, 3.5, 281)
SETS = 300  # data sets of which the distances are counted
EDGES = np.linspace(0.2, 2.2, 41)


@dataclass(frozen=True)
class Values:
    """What can be moved."""

    n: Annotated[int, "from N(0, 1)", decades("Draws n", 10, 1000, 10)] = 40
    level: Annotated[
        float, "that the band promises", span("Level of the band", 0.5, 0.99, 0.01)
    ] = 0.95
    seed: Annotated[int, "another number, other draws", span("Data set", 0, SETS - 1, 1)] = 0


@lru_cache(maxsize=8)  # 2.4 MB at 1000 draws
def draws(n: int) -> np.ndarray:
    """Return F at the draws of 300 data sets, sorted: uniform numbers, shape (300, n)."""
    key = noise.fold("learn", "empirical", n)
    return np.sort(noise.uniform(key, (SETS, n), dtype=torch.float64).numpy(), axis=1)


@lru_cache(maxsize=32)
def distances(n: int) -> np.ndarray:
    """Return ‖F_n − F‖ of each of the 300 data sets."""
    return supremum(draws(n))


def supremum(u: np.ndarray) -> np.ndarray:
    """Return sup |F_n − F| of sorted rows of F at the draws: at a jump, from above or below."""
    n = u.shape[1]
    steps = np.arange(1, n + 1) / n
    return np.maximum(np.abs(steps - u), np.abs(steps - 1 / n - u)).max(axis=1)


def picture(values: Values) -> Figure:
    """Draw F_n with its band, and the distances of 300 such data sets."""
    found, root = distances(values.n), math.sqrt(values.n)
    band = dkw_band(values.n, level=values.level)
    here = float(found[values.seed])
    expected = KOLMOGOROV_MEAN - 1 / (6 * root)
    return Figure(
        (_functions(values, band, here), _counts(values, found, band, here)),
        (
            Number("‖F_n − F‖ of this data set", here),
            Number("band ε = √(log(2/α)/2n)", band, "", "holds for every F (Massart 1990)"),
            Number("probability that F lies inside", probability_within(values.n, band), "",
                   f"exact; the band promises {values.level:g}"),
            Number("share of the 300 inside", float((found <= band).mean())),
            Number("√n · mean of the 300", float(found.mean()) * root, "",
                   f"standard error {found.std(ddof=1) * root / math.sqrt(SETS):.3f}"),
            Number("√(π/2) log 2 − 1/(6√n)", expected, "", "the limit is 0.8687"),
        ),
    )  # fmt: skip


def _functions(values: Values, band: float, here: float) -> Panel:
    u = draws(values.n)[values.seed]
    places = np.clip(ndtri(u), X[0], X[-1])
    steps = np.arange(values.n + 1) / values.n
    x = np.concatenate([[X[0]], np.repeat(places, 2), [X[-1]]])
    y = np.repeat(steps, 2)
    worst = np.maximum(np.abs(steps[1:] - u), np.abs(steps[:-1] - u))
    at = int(np.argmax(worst))
    reached = steps[at + 1] if steps[at + 1] - u[at] >= u[at] - steps[at] else steps[at]
    return Panel(
        "F_n of the draws, and F",
        Axis("t", -3.5, 3.5),
        Axis("share of draws up to t", 0, 1),
        (
            Area("F_n ± ε", x, np.maximum(y - band, 0.0), np.minimum(y + band, 1.0), "muted"),
            Line("F of N(0, 1)", X, ndtr(X), "real", "dotted", 2.2),
            Line("F_n", x, y, "ink", "solid", 1.4),
            Line("largest distance", [places[at]] * 2, [u[at], reached], "fake", "solid", 3),
        ),
    )


def _counts(values: Values, found: np.ndarray, band: float, here: float) -> Panel:
    root, width = math.sqrt(values.n), EDGES[1] - EDGES[0]
    share = np.histogram(found * root, EDGES)[0] / SETS
    top = max(0.2, 1.15 * float(share.max()))
    return Panel(
        "300 data sets of n draws",
        Axis("√n · ‖F_n − F‖", 0.2, 2.2),
        Axis("share of them", 0, top),
        (
            Bars("data sets", EDGES[:-1] + width / 2, np.zeros(40), share, 0.9 * width, "muted"),
            Line("limit of the mean, 0.8687", [KOLMOGOROV_MEAN] * 2, [0, top], "third", "dashed"),
            Line("√n ε", [band * root] * 2, [0, top], "real", "dotted", 2.2),
            Points("this data set", [here * root], [0.03 * top], "fake", "diamond", 5),
        ),
    )


LESSON = Lesson(
    words=(
        "The distribution function of n draws is off the truth by about 0.87/√n, whatever the law. A GAN "
        "trained on those draws makes a distribution of its own: is it closer? That has to be measured."
    ),
    equations=(
        "√n · E ‖F_n − F‖_∞ → √(π/2) log 2 = 0.8687",
        "P(‖F_n − F‖_∞ > ε) ≤ 2 exp(−2nε²)",
    ),
    predicts="The limit, its first correction −1/(6√n), the rate n^{−1/2}, and the band for every n and F.",
    measures=(
        "Draws 4000 data sets at seven sizes, and trains small GANs on 100 points each, whose "
        "own distribution "
        "function is compared with the truth."
    ),
    play="Step through the data sets: about one in twenty leaves a band of level 0.95. Then take more draws.",
    controls=Values,
    picture=picture,
    caption="Left: one data set with its band. Right: the distances of 300 such data sets, times √n.",
    links=(Link("A game on this law", "/game?data=gaussian"),),
    pages=("how-to-read-the-evidence",),
)
