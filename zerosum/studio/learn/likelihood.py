"""Claim 11 to play with: a generator's range, what noise makes of it, and what Parzen windows report."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

import numpy as np
import torch

from zerosum import noise
from zerosum.studio.learn.figure import Axis, Figure, Handle, Heat, Line, Number, Panel, Points
from zerosum.studio.learn.lesson import Lesson, Link, decades, span
from zerosum.theory import linear_gaussian_log_likelihood, parzen_log_density

NOISES = np.geomspace(0.01, 1.0, 61)
WIDTHS = np.geomspace(0.1, 2.0, 13)
ROWS = 60  # judged under the windows
FLOOR = -60.0  # nats; what lies below is drawn there
MAP_FLOOR = -20.0


@dataclass(frozen=True)
class Values:
    """What can be moved."""

    x: Annotated[float, "of the point that is judged", span("Point x₁", -2, 2, 0.05)] = 0.5
    y: Annotated[float, "of the point that is judged", span("Point x₂", -2, 2, 0.05)] = 1.0
    tilt: Annotated[float, "G(z) = (z, w z)", span("Tilt w of the range", -2, 2, 0.05)] = 0.5
    noise: Annotated[float, "added to G(z)", decades("Noise s", 0.01, 1, 10)] = 0.32
    dimensions: Annotated[int, "of the data under windows", span("Dimensions", 1, 50, 1)] = 10
    samples: Annotated[int, "one window round each", decades("Samples", 10, 1000, 5)] = 400


def log_likelihood(points: np.ndarray, tilt: float, s: float) -> np.ndarray:
    """Return log N(x; 0, W Wᵀ + s² I) of points (n, 2), W = (1, tilt)."""
    weight = torch.tensor([[1.0], [tilt]], dtype=torch.float64)
    return linear_gaussian_log_likelihood(torch.from_numpy(points).double(), weight, s).numpy()


def picture(values: Values) -> Figure:
    """Draw the likelihood over the plane, over the noise, and the score of windows over their width."""
    at = np.array([[values.x, values.y]])
    found = float(log_likelihood(at, values.tilt, values.noise)[0])
    away = abs(values.y - values.tilt * values.x) / math.hypot(1.0, values.tilt)
    exact, scores = windows(values.dimensions, values.samples)
    best = int(np.argmax(scores))
    return Figure(
        (_plane(values), _over_noise(values, at, found), _windows(exact, scores, values)),
        (
            Number("log p_s(x)", found, "nats"),
            Number("p_s(x)", math.exp(max(found, -746.0)), "", "tends to 0 with s off the range"),
            Number("distance of x from the range", away),
            Number("−d²/2s²", -(away**2) / (2 * values.noise**2), "nats", "what decides for small s"),
            Number("exact log-likelihood of N(0, I)", exact, "nats a row"),
            Number("best score of windows", float(scores[best]), "nats a row",
                   f"at width {WIDTHS[best]:.2f}, for the very same law"),
            Number("windows minus exact", float(scores[best]) - exact, "nats a row"),
        ),
    )  # fmt: skip


@lru_cache(maxsize=64)
def windows(dimensions: int, samples: int) -> tuple[float, np.ndarray]:
    """Return the exact mean log-density of rows of N(0, I), and what windows of each width say of them."""
    key = noise.fold("learn", "parzen", dimensions)
    rows = _normal(noise.fold(key, "rows"), ROWS, dimensions)
    made = _normal(noise.fold(key, "samples"), samples, dimensions)
    exact = -0.5 * (rows**2).sum(axis=1).mean() - dimensions / 2 * math.log(2 * math.pi)
    scores = [parzen_log_density(rows, made, width).mean() for width in WIDTHS.tolist()]
    return float(exact), np.array(scores)


def _normal(key: int, rows: int, columns: int) -> np.ndarray:
    return noise.normal(key, (rows, columns), dtype=torch.float64).numpy()


def _plane(values: Values) -> Panel:
    side = np.linspace(-2.0, 2.0, 41)
    points = np.stack([a.ravel() for a in np.meshgrid(side, side)], axis=1)
    logs = log_likelihood(points, values.tilt, values.noise).reshape(41, 41)
    ends = np.array([-4.0, 4.0])
    return Panel(
        "log p_s over the plane",
        Axis("x₁", -2, 2),
        Axis("x₂", -2, 2),
        (
            Heat("log p_s, nats (20 below is darkest)", (-2, 2, -2, 2), np.maximum(logs, MAP_FLOOR),
                 MAP_FLOOR, 2.0),
            Line("range of G: all it can make", ends, values.tilt * ends, "fake", "solid", 2),
        ),
        (Handle("point x", values.x, values.y, "x", "y", colour="real", anywhere=True),),
        equal=True,
    )  # fmt: skip


def _over_noise(values: Values, at: np.ndarray, found: float) -> Panel:
    curve = np.array([log_likelihood(at, values.tilt, s)[0] for s in NOISES.tolist()])
    foot = np.array([[1.0, values.tilt]]) * (at @ [1.0, values.tilt]) / (1 + values.tilt**2)
    on = np.array([log_likelihood(foot, values.tilt, s)[0] for s in NOISES.tolist()])
    height = max(found, FLOOR)
    return Panel(
        "As the noise goes to 0",
        Axis("noise s", 0.01, 1, log=True),
        Axis("log-likelihood, nats", FLOOR, 8),
        (
            Line("at your point", NOISES, np.where(curve < FLOOR, np.nan, curve), "real"),
            Line("at the range's nearest point", NOISES, on, "fake", "dashed"),
            Line("−∞ is below", [0.01, 1.0], [FLOOR, FLOOR], "line"),
        ),
        (Handle("noise", values.noise, height, "noise", colour="real"),),
    )


def _windows(exact: float, scores: np.ndarray, values: Values) -> Panel:
    low = max(float(scores.min()), exact - 12.0 * max(values.dimensions, 3) / 3)
    shown = np.where(scores < low, np.nan, scores)
    ends = [float(WIDTHS[0]), float(WIDTHS[-1])]
    return Panel(
        "Parzen windows on the true law",
        Axis("width of the windows", ends[0], ends[1], log=True),
        Axis("log-likelihood, nats a row", low, exact + 0.12 * (exact - low)),
        (
            Line("by windows round samples", WIDTHS, shown, "fourth"),
            Points("by windows round samples", WIDTHS, shown, "fourth", "circle", 3),
            Line("exact", ends, [exact, exact], "ink", "dashed"),
        ),
    )


LESSON = Lesson(
    words=(
        "A generator that maps few numbers to many covers only a thin sheet. Data off the sheet "
        "have likelihood "
        "0, data on it infinite density: there is no log-likelihood to report. Adding noise invents one, and "
        "it depends on the noise."
    ),
    equations=(
        "G(z) = W z,  noise s:   log p_s(x) = log N(x; 0, W W^T + s² I) = −d(x)²/2s² + …",
        "windows:   log p̂(x) = log 1/N Σ_i N(x; s_i, σ² I)",
    ),
    predicts=(
        "s² log p_s(x) tends to −d²/2, the share of data within ε of the range falls as ε^{n − "
        "k}, and windows "
        "are far too low in many dimensions even for the true law."
    ),
    measures=(
        "Counts data near the ranges of random networks, takes noise towards 0, scores a perfect and a wrong "
        "model by windows, and brackets an exact value by annealed importance sampling."
    ),
    play=(
        "Drag the point off the line, then lower the noise. On the right raise the dimensions: windows round "
        "samples of the very same law fall short by more and more nats."
    ),
    controls=Values,
    picture=picture,
    caption=(
        "Left: log-likelihood of G(z) = (z, wz) with noise s. Middle: at your point, over s. Right: windows "
        "round samples of N(0, I), judged on 60 other rows of it."
    ),
    links=(Link("What is reported instead: the evidence of a run", "/runs"),),
    pages=("how-to-read-the-evidence",),
)
