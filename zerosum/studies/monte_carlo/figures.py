"""The lecture's two figures, the distribution of the mean over members and of the distance from F; and more.

They draw on the matplotlib axes they are given, from statistics or tables of a study alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.special import ndtri

from zerosum.studies.monte_carlo.cells import NORMAL_95, Cell, Table
from zerosum.studies.monte_carlo.functionals import INTERVALS
from zerosum.studies.monte_carlo.statistics import Statistics
from zerosum.studies.monte_carlo.table import COVERAGE, DATA, ERRORS, GAN, NAMES
from zerosum.studies.monte_carlo.truths import Truth

# the colours of the project's reports, where they follow the page's theme
REAL, FAKE, THIRD, INK, MUTED = "#0072b2", "#d55e00", "#009e73", "#1c2024", "#5b636c"

# F*, F_n, smoothed, normal, the exact law of F_n
_STYLES = ((FAKE, "o-"), (REAL, "s-"), (THIRD, "D-"), (MUTED, "^-"), (INK, "--"))
_STEPS = tuple(d * 10.0**e for e in range(-5, 1) for d in (1, 2, 5))

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


def paint_coverage(axes: Any, table: Table) -> None:
    """Draw the coverage of each named interval with its error, and the band a true 95 % lies in.

    Args: axes: one matplotlib Axes. table: of a study.
    """
    found = [c for c in table.cells if c.group == COVERAGE]
    names = list(dict.fromkeys(c.what for c in found))
    for of, colour, mark, up in ((GAN, FAKE, "o", 0.12), (DATA, REAL, "s", -0.12)):
        for source, fill in ((of, colour), (f"lecture, {of}", "none")):
            cells = [c for c in found if c.of == source]
            places = [len(names) - 1 - names.index(c.what) + up for c in cells]
            _shares(axes, cells, places, fmt=mark, color=colour, markerfacecolor=fill, label=source)
    axes.set_xlabel("share of members whose interval holds μ")
    _against_band(axes, found, names)


def paint_intervals(axes: Any, table: Table) -> None:
    """Draw the coverage of each interval for T with its error, and the band a true 95 % lies in.

    Args: axes: one matplotlib Axes. table: of a study with a T.
    """
    found = [c for c in table.cells if c.group == INTERVALS and c.what == "coverage"]
    names = [c.of for c in found if math.isnan(c.low)]
    for colour, mark, word in ((REAL, "s", "bootstrap"), (FAKE, "o", "GAN")):
        cells = [c for c in found if word in c.of]
        places = [len(names) - 1 - names.index(c.of) for c in cells]
        _shares(axes, cells, places, fmt=mark, color=colour, label=word)
    axes.set_xlabel("share of members whose interval holds T(F)")
    _against_band(axes, found, names)


def paint_quantiles(axes: Any, table: Table) -> None:
    """Draw the squared errors of the quantiles over those of F_n, one line an estimator.

    Args: axes: one matplotlib Axes. table: of a study.
    """
    cells = [c for c in table.cells if c.group == ERRORS]
    base = {c.what: c.value for c in cells if c.of == NAMES["data"]}
    axes.axhline(1.0, color=REAL, linewidth=1.2, label=NAMES["data"])
    others = (("gan", FAKE, "o-"), ("kde", THIRD, "s-"), ("normal", MUTED, "^-"))
    for name, colour, style in others:
        values = [c.value / base[c.what] for c in cells if c.of == NAMES[name]]
        axes.plot(range(len(base)), values, style, color=colour, markersize=5, label=NAMES[name])
    axes.set_xticks(range(len(base)), list(base))
    axes.set(xlabel="quantile", ylabel="mean squared error over that of F_n")
    axes.set_ylim(bottom=0.0)
    axes.set_ylim(top=axes.get_ylim()[1] * 1.2)
    axes.legend(frameon=False, fontsize=8.5, ncols=2, loc="upper center")


def paint_functional(axes: Any, statistics: Statistics, name: str, wanted: float) -> None:
    """Draw T of GAN samples and of data over members, and T of the truth.

    Args: axes: one matplotlib Axes. name: of T. wanted: T(F).
    """
    gan, data = statistics["t_gan"], statistics["t_data"]
    edges = _edges(gan, data)
    axes.hist(gan, edges, density=True, color=FAKE, alpha=0.35, label="GAN, T(F*)")
    axes.hist(
        data, edges, density=True, histtype="step", color=REAL, linewidth=1.2, label="data, T(F_n)"
    )
    label = f"truth, {wanted:.4g}"
    axes.axvline(wanted, ymax=1 / _ROOM, color=INK, linewidth=1.4, label=label)
    axes.set(xlabel=f"T = {name}", ylabel="density over members")
    _frame(axes)


def paint_rate(axes: Any, sizes: np.ndarray, means: dict[str, np.ndarray]) -> None:
    """Draw √n times the mean distance against n, one line for each estimator.

    Args:
        axes: one matplotlib Axes. sizes: (k,) values of n.
        means: the mean distance at each size, (k,), by what the legend calls the estimator; the
            first four in the colours of the estimators, the exact law dashed.
    """
    for (label, values), (colour, style) in zip(means.items(), _STYLES, strict=False):
        axes.plot(sizes, np.sqrt(sizes) * values, style, markersize=4, color=colour, label=label)
    axes.set(ylabel="√n · mean distance from F")
    _against_n(axes, sizes)
    axes.set_ylim(bottom=0.0)
    axes.legend(frameon=False, fontsize=8.5, ncols=2, loc="lower center")


def paint_distance_against_n(
    axes: Any, sizes: np.ndarray, means: dict[str, np.ndarray], errors: dict[str, np.ndarray]
) -> None:
    """Draw the mean distance against n, both axes logarithmic, with 1.96 standard errors.

    Args: as `paint_rate`; errors: standard errors by the same names, (k,), of those that have any.
    """
    for (label, values), (colour, style) in zip(means.items(), _STYLES, strict=False):
        bars = NORMAL_95 * errors.get(label, np.zeros(len(sizes)))
        axes.errorbar(sizes, values, bars, fmt=style, markersize=4, color=colour, label=label)
    axes.set(yscale="log", ylabel="mean distance from F")
    _against_n(axes, sizes)
    low, high = min(map(np.min, means.values())), max(map(np.max, means.values()))
    steps = [v for v in _STEPS if low / 1.6 <= v <= high * 1.6]
    axes.set_yticks(steps, [f"{v:g}" for v in steps])
    axes.set_yticks([], minor=True)
    axes.legend(frameon=False, fontsize=8.5)


def _shares(
    axes: Any, cells: Sequence[Cell], places: Sequence[int | float], label: str, **style: Any
) -> None:
    if not cells:
        return
    errors = [0.0 if math.isnan(c.error) else NORMAL_95 * c.error for c in cells]
    values = [c.value for c in cells]
    right = [min(error, 1.0 - value) for error, value in zip(errors, values, strict=True)]
    axes.errorbar(
        values, places, xerr=(errors, right), markersize=6, label=label, linestyle="none", **style
    )


def _against_band(axes: Any, cells: list[Cell], names: list[str]) -> None:
    low, high = next((c.low, c.high) for c in cells if not math.isnan(c.low))
    axes.axvspan(low, high, color=THIRD, alpha=0.15, linewidth=0, label="where 95 % lies")
    axes.axvline(0.95, color=THIRD, linewidth=1.0, zorder=0)
    axes.set_yticks(range(len(names)), names[::-1])
    axes.set_ylim(-0.6, len(names) + 0.6)
    axes.legend(frameon=False, fontsize=8.5, ncols=3, loc="upper center")


def _against_n(axes: Any, sizes: np.ndarray) -> None:
    axes.set(xscale="log", xlabel="n, draws in a data set")
    axes.set_xticks(sizes, [f"{n:g}" for n in sizes])
    axes.set_xticks([], minor=True)


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
