"""The lecture's two figures: the distribution of the mean over members, and of the distance from F.

They draw on the matplotlib axes they are given, from the statistics of `inference_statistics` alone.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy.special import ndtri

from zerosum.studies.inference_statistics import Statistics
from zerosum.studies.truths import Truth

# the colours of the project's reports, where they follow the page's theme
REAL, FAKE, THIRD, INK, MUTED = "#0072b2", "#d55e00", "#009e73", "#1c2024", "#5b636c"

_OUTLIERS = 0.001  # share of members on either side that may lie outside the picture
_ROOM = 1.45  # height of the picture over that of its highest bar: the legend stands in between


def paint_means(axes: Any, statistics: Statistics, truth: Truth, n: int) -> None:
    """Draw the means of GAN samples and of data over members, with the normal curve N(μ, σ²/n).

    Args: axes: one matplotlib Axes. n: draws in a data set.
    """
    gan, data = statistics["mean_gan"], statistics["mean_data"]
    edges = _edges(gan, data)
    axes.hist(gan, edges, density=True, color=FAKE, alpha=0.35, label="GAN, X̄*")
    axes.hist(
        data, edges, density=True, histtype="step", color=REAL, linewidth=1.2, label="data, X̄"
    )
    sd = math.sqrt(truth.variance / n)
    x = truth.mean + sd * np.linspace(-4.0, 4.0, 201)
    x = x[(x >= edges[0]) & (x <= edges[-1])]
    curve = np.exp(-0.5 * ((x - truth.mean) / sd) ** 2) / (sd * math.sqrt(2 * math.pi))
    axes.plot(x, curve, color=INK, linewidth=1.4, label=f"N(μ, σ²/n), n = {n}")
    axes.set(xlabel=f"mean, μ = {truth.mean:.4g}", ylabel="density over members")
    _frame(axes)


def paint_distances(axes: Any, statistics: Statistics) -> None:
    """Draw the distances from F of F*, F_n and the smoothed bootstrap over members, with their means.

    Args: axes: one matplotlib Axes.
    """
    parts = (
        ("ks_gan", FAKE, "GAN, ‖F* − F‖"),
        ("ks_data", REAL, "data, ‖F_n − F‖"),
        ("ks_kde", THIRD, "smoothed bootstrap"),
    )
    edges = _edges(*(statistics[name] for name, _, _ in parts))
    for name, colour, label in parts:
        values = statistics[name]
        style = {"histtype": "step", "linewidth": 1.2} if name == "ks_kde" else {"alpha": 0.35}
        label = f"{label}, mean {values.mean():.4f}"
        axes.hist(values, edges, density=True, color=colour, label=label, **style)
        axes.axvline(values.mean(), ymax=1 / _ROOM, color=colour, linewidth=1.2, linestyle="--")
    axes.set(xlabel="largest distance from F", ylabel="density over members")
    axes.set_xlim(left=0.0)
    _frame(axes)


def paint_rate(axes: Any, sizes: np.ndarray, means: dict[str, np.ndarray]) -> None:
    """Draw √n times the mean distance against n, one line for each estimator.

    Args:
        axes: one matplotlib Axes. sizes: (k,) values of n.
        means: the mean distance at each size, (k,), by what the legend calls the estimator.
    """
    colours = (FAKE, REAL, THIRD, MUTED)
    for (label, values), colour in zip(means.items(), colours, strict=False):
        axes.plot(sizes, np.sqrt(sizes) * values, "o-", markersize=4, color=colour, label=label)
    axes.set(xscale="log", xlabel="n, draws in a data set", ylabel="√n · mean distance from F")
    axes.set_xticks(sizes, [f"{n:g}" for n in sizes])
    axes.set_xticks([], minor=True)
    axes.set_ylim(bottom=0.0)
    axes.legend(frameon=False, fontsize=8.5)


def _edges(*groups: np.ndarray) -> np.ndarray:
    """Return bins for all groups: Scott's width of the narrowest spread, outliers left out."""
    ends = np.array([np.quantile(v, [_OUTLIERS, 1.0 - _OUTLIERS]) for v in groups])
    low, high = float(ends[:, 0].min()), float(ends[:, 1].max())
    # quartiles rather than sd: one far member must not widen every bar
    spread = min(np.subtract(*np.quantile(v, [0.75, 0.25])) for v in groups) / (2 * ndtri(0.75))
    width = 3.49 * spread * len(groups[0]) ** (-1 / 3)
    if not (high > low and width > 0.0):
        low, high, width = low - 0.5, high + 0.5, 0.1
    return np.linspace(low, high, int(np.clip(math.ceil((high - low) / width), 5, 120)) + 1)


def _frame(axes: Any) -> None:
    axes.set_yticks([])
    axes.margins(x=0.02)
    axes.set_ylim(top=axes.get_ylim()[1] * _ROOM)
    axes.legend(frameon=False, fontsize=8.5, loc="upper right")
