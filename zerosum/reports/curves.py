"""Series over training: what the events say, thinned to what a page can show, and drawn."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from zerosum.reports import svg
from zerosum.reports.numbers import short

BINS = 150  # more ticks than this are drawn as a bin's mean inside its smallest and largest value
_FAR = (
    20  # times the band of real rows: above, a linear axis shows its first points and a flat line
)


@dataclass(frozen=True)
class Series:
    """One curve; y may hold NaN, which is drawn as a gap."""

    x: np.ndarray
    y: np.ndarray
    colour: str = svg.INK
    dashed: bool = False
    error: np.ndarray | None = None  # of every y, drawn as a bar; NaN draws none


@dataclass(frozen=True)
class Axis:
    """What the axes say and show."""

    label: str
    limits: tuple[float, float] | None = None
    guide: float | None = None  # a value worth a thin line, such as chance
    decades: bool = False  # a logarithmic scale where the values span more than 300 times
    band: tuple[float, float, float] | None = None  # 5 %, half and 95 % of what real rows get
    mark: float | None = None  # an x worth a thin line, such as the best step
    x: str = "samples seen"


def binned(series: Series) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return x, mean, smallest and largest y of at most `BINS` bins of neighbouring points."""
    finite = np.isfinite(series.x) & np.isfinite(series.y)
    x, y = series.x[finite], series.y[finite]
    parts = np.array_split(np.arange(len(x)), min(BINS, len(x)) or 1)
    parts = [part for part in parts if len(part)]
    reduce = [(x[p].mean(), y[p].mean(), y[p].min(), y[p].max()) for p in parts]
    columns = np.array(reduce, dtype=float).reshape(-1, 4).T
    return columns[0], columns[1], columns[2], columns[3]


def paint(axes: Axes, curves: Mapping[str, Series], axis: Axis) -> None:
    """Draw the curves over samples seen, with a legend above the frame when there are several."""
    if axis.guide is not None:
        axes.axhline(axis.guide, color=svg.MUTED, linewidth=0.9, linestyle=(0, (1, 2)))
    if axis.mark is not None:
        axes.axvline(axis.mark, color=svg.MUTED, linewidth=0.9, linestyle=(0, (1, 2)))
    if axis.band is not None:
        _band(axes, axis.band, curves.values())
    for name, series in curves.items():
        _line(axes, name, series)
    axes.set_xlabel(axis.x)
    axes.set_ylabel(axis.label)
    if axis.limits is not None:
        axes.set_ylim(*axis.limits)
    if axis.decades and _spread(curves.values()) > 300:
        axes.set_yscale("log")
    axes.xaxis.set_major_locator(MaxNLocator(5))
    for side in (axes.xaxis, axes.yaxis):
        side.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
    axes.yaxis.set_minor_formatter(FuncFormatter(lambda value, _: ""))
    if len(curves) > 1:
        legend(axes, len(curves))


def legend(axes: Axes, columns: int) -> None:
    """Put the legend above the frame, where it can hide nothing."""
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(-0.02, 0.99),
        ncols=columns,
        handlelength=1.6,
        columnspacing=1.4,
        handletextpad=0.5,
        borderaxespad=0.1,
    )


def _band(axes: Axes, band: tuple[float, float, float], curves: Iterable[Series]) -> None:
    """Draw what real rows get; far values above it go on a logarithmic scale, linear inside the band."""
    low, median, high = band
    axes.axhspan(low, high, color=svg.REAL, alpha=0.18, linewidth=0)
    axes.axhline(median, color=svg.REAL, linewidth=0.9)
    near = max(abs(low), abs(high))
    values = np.concatenate([series.y[np.isfinite(series.y)] for series in curves])
    if len(values) and near > 0 and values.max() > _FAR * near:
        decades = range(math.ceil(math.log10(near)), math.ceil(math.log10(values.max())) + 1)
        axes.set_yscale("symlog", linthresh=near)
        axes.yaxis.set_major_locator(FixedLocator([0.0, *(10.0**k for k in decades)]))


def _line(axes: Axes, name: str, series: Series) -> None:
    look: dict[str, Any] = {
        "color": series.colour,
        "linestyle": (0, (4, 1.5)) if series.dashed else "-",
    }
    if series.error is not None:
        bars: dict[str, Any] = {
            "elinewidth": 1.0,
            "ecolor": series.colour,
            "marker": "o",
            "markersize": 3.0,
        }
        axes.errorbar(series.x, series.y, yerr=series.error, label=name, **bars, **look)
        return
    if len(series.x) <= BINS:
        axes.plot(series.x, series.y, label=name, marker="o" if len(series.x) < 3 else None, **look)
        return
    x, mean, low, high = binned(series)
    axes.fill_between(x, low, high, color=series.colour, alpha=0.2, linewidth=0)
    axes.plot(x, mean, label=name, **look)


def _spread(curves: Iterable[Series]) -> float:
    values = np.concatenate([series.y[np.isfinite(series.y)] for series in curves])
    if not len(values) or values.min() <= 0:
        return 1.0
    return float(values.max() / values.min())
