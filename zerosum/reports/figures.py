"""Drawings of samples: histograms, distribution functions, scatters, heat maps, shares and paths.

Each function draws on the axes it is given; `svg.draw` turns that into markup.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgba
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

from zerosum.reports import svg
from zerosum.reports.curves import legend
from zerosum.reports.html import clean
from zerosum.reports.numbers import dkw, short, significant, wilson

Extent = tuple[float, float, float, float]  # left, right, bottom, top

_BINS = 40
# the middle is transparent, so that logit 0 is the page's own colour, light or dark
_DIVERGING = LinearSegmentedColormap.from_list(
    "fake-real",
    [
        (0.0, to_rgba(svg.FAKE, 0.95)),
        (0.5, to_rgba(svg.FAKE, 0.0)),
        (0.5, to_rgba(svg.REAL, 0.0)),
        (1.0, to_rgba(svg.REAL, 0.95)),
    ],
)


@dataclass(frozen=True)
class Shares:
    """Shares of real samples and of others, which are generated unless `second` says otherwise."""

    names: Sequence[str]
    real: np.ndarray
    fake: np.ndarray
    n_real: float | None
    n_fake: float | None
    second: str = "generated"


def finite(values: np.ndarray) -> np.ndarray:
    """Return the rows (or numbers) that hold no NaN and no infinity, as float64."""
    values = np.asarray(values, dtype=np.float64)
    return values[np.isfinite(values).all(axis=tuple(range(1, values.ndim)))]


def frame(real: np.ndarray, pad: float = 0.15) -> Extent:
    """Return the real points' bounding box with a margin of `pad` of its longer side."""
    points = finite(real)
    if not len(points):
        return -1.0, 1.0, -1.0, 1.0
    low, high = points.min(axis=0), points.max(axis=0)
    margin = pad * max(float((high - low).max()), 1e-9)
    (left, bottom), (right, top) = low - margin, high + margin
    return float(left), float(right), float(bottom), float(top)


def outside(points: np.ndarray, extent: Extent) -> int:
    """Return how many points a frame does not show, non-finite ones included."""
    left, right, bottom, top = extent
    x, y = np.asarray(points, dtype=np.float64).T
    return int(len(x) - ((x >= left) & (x <= right) & (y >= bottom) & (y <= top)).sum())


def histogram(axes: Axes, real: np.ndarray, fake: np.ndarray, label: str) -> None:
    """Draw two densities over the same bins, which span the middle 99.8 % of both."""
    real, fake = finite(np.ravel(real)), finite(np.ravel(fake))
    edges = _edges(np.concatenate([real, fake]))
    for values, name, colour, dash in _both(real, fake):
        if not len(values):
            continue
        heights = np.histogram(values, edges)[0] / len(values) / np.diff(edges)
        axes.stairs(heights, edges, fill=True, color=colour, alpha=0.16, linewidth=0)
        axes.stairs(heights, edges, color=colour, label=name, linestyle=dash, linewidth=1.4)
    axes.set_xlabel(clean(label, 40))
    axes.set_ylabel("density")
    _plain_ticks(axes)
    axes.set_yticks([])  # heights are compared with each other; their unit says nothing more
    whole = np.array_equal(edges * 2, np.round(edges * 2))
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=whole))
    legend(axes, 2)


def ecdf(axes: Axes, real: np.ndarray, fake: np.ndarray, label: str) -> None:
    """Draw both empirical distribution functions, each in its 95 % band (`numbers.dkw`)."""
    for values, name, colour, dash in _both(finite(np.ravel(real)), finite(np.ravel(fake))):
        if not len(values):
            continue
        # 400 quantiles draw the same line as 100,000 steps
        share = np.linspace(0, 1, min(len(values), 400))
        x, band = np.quantile(values, share), dkw(len(values))
        axes.fill_between(
            x,
            np.clip(share - band, 0, 1),
            np.clip(share + band, 0, 1),
            color=colour,
            alpha=0.2,
            linewidth=0,
        )
        axes.plot(x, share, color=colour, label=name, linestyle=dash, linewidth=1.3)
    axes.set_xlabel(clean(label, 40))
    axes.set_ylabel("share at or below")
    axes.set_ylim(0, 1)
    _plain_ticks(axes)
    legend(axes, 2)


def scatter(
    axes: Axes, points: np.ndarray, colour: str, extent: Extent, *, alpha: float = 0.45
) -> None:
    """Draw 2-D points in a frame with equal axes."""
    shown = finite(points)
    size = 14 if len(shown) < 300 else 5
    axes.scatter(
        shown[:, 0], shown[:, 1], s=size, color=colour, alpha=alpha, linewidths=0, rasterized=True
    )
    _square(axes, extent)


def heat(axes: Axes, logits: np.ndarray, where: Extent, extent: Extent) -> None:
    """Draw D's logits on a grid, blue where it says real, vermilion where it says generated."""
    values = np.asarray(logits, dtype=np.float64)
    axes.imshow(
        values,
        origin="lower",
        extent=where,
        cmap=_DIVERGING,
        vmin=-strongest(values),
        vmax=strongest(values),
        interpolation="nearest",
    )
    if (values > 0).any() and (values < 0).any():
        x, y = _centres(where[:2], values.shape[1]), _centres(where[2:], values.shape[0])
        axes.contour(x, y, values, levels=[0.0], colors=[svg.INK], linewidths=0.9)
    axes.grid(visible=False)
    _square(axes, extent)


def strongest(logits: np.ndarray) -> float:
    """Return the absolute logit from which on the heat map has its full colour.

    The 98th percentile: one far corner must not bleach the rest.
    """
    known = np.abs(np.asarray(logits, dtype=np.float64))
    known = known[np.isfinite(known)]
    return (float(np.quantile(known, 0.98)) if known.size else 0.0) or 1.0


def shares(axes: Axes, data: Shares) -> None:
    """Draw each class's share, real and generated, each with its 95 % Wilson interval."""
    rows = np.arange(len(data.names))
    for values, n, name, colour, shift, mark in (
        (data.real, data.n_real, "real", svg.REAL, -0.16, "o"),
        (data.fake, data.n_fake, data.second, svg.FAKE, 0.16, "D"),
    ):
        if n:
            ends = np.array([wilson(min(max(float(v), 0.0), 1.0), n) for v in values])
            axes.hlines(rows + shift, ends[:, 0], ends[:, 1], color=colour, linewidth=1.4)
        # a share of 0 sits on the axis and is still a whole mark
        axes.plot(
            values, rows + shift, mark, color=colour, markersize=4.5, label=name, clip_on=False
        )
    axes.set_yticks(rows, [clean(name, 24) for name in data.names])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(left=0)
    axes.set_xlabel("share of samples")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:g} %"))
    axes.grid(axis="y", visible=False)
    axes.tick_params(axis="y", length=0)
    legend(axes, 2)


def paths(axes: Axes, rows: np.ndarray, real: np.ndarray, extent: Extent) -> None:
    """Draw interpolations of 2-D samples as paths among the real points, a dot at each end."""
    scatter(axes, real, svg.REAL, extent, alpha=0.15)
    for row in rows:
        axes.plot(row[:, 0], row[:, 1], color=svg.FAKE, linewidth=1.1, alpha=0.8)
        axes.plot(row[[0, -1], 0], row[[0, -1], 1], "o", color=svg.FAKE, markersize=4)
    _square(axes, extent)


def joined(axes: Axes, rows: np.ndarray, again: np.ndarray, extent: Extent) -> None:
    """Draw points of the plane, each joined to another one."""
    for a, b in zip(rows, again, strict=True):
        axes.plot([a[0], b[0]], [a[1], b[1]], color=svg.INK, linewidth=0.8)
    axes.plot(*rows.T, "o", color=svg.REAL, markersize=6, label="held out")
    axes.plot(*again.T, "D", color=svg.FAKE, markersize=4, label="made again")
    _square(axes, extent)
    legend(axes, 2)


def sheet(axes: Axes, points: np.ndarray, weight: np.ndarray, extent: Extent) -> None:
    """Draw a square of latents as it lies in the plane, darker where samples lie denser."""
    deepest = float(np.quantile(weight, 0.95)) or 1.0
    shades = np.clip(weight / deepest, 0.0, 1.0)
    tint = LinearSegmentedColormap.from_list(
        "mass", [to_rgba(svg.FAKE, 0.02), to_rgba(svg.FAKE, 0.75)]
    )
    axes.pcolormesh(
        points[..., 0], points[..., 1], shades, cmap=tint, vmin=0, vmax=1, rasterized=True
    )
    for lines in (points[::4], points.transpose(1, 0, 2)[::4]):
        for row in lines:
            axes.plot(row[:, 0], row[:, 1], color=svg.FAKE, linewidth=0.5, alpha=0.7)
    _square(axes, extent)


def profile(axes: Axes, rows: np.ndarray, label: str) -> None:
    """Draw one column of interpolated samples, (rows, steps), against the place on the way."""
    way = np.linspace(0, 1, rows.shape[1])
    for row in rows:
        axes.plot(way, row, color=svg.FAKE, linewidth=1.1, alpha=0.8)
    axes.set_xlabel("from the first latent (0) to the second (1)")
    axes.set_ylabel(clean(label, 24))
    _plain_ticks(axes)


def lengths(axes: Axes, values: np.ndarray) -> None:
    """Draw the counts of positive numbers on a logarithmic axis."""
    edges = _powers(values)
    axes.stairs(np.histogram(values, edges)[0], edges, fill=True, color=svg.FAKE, alpha=0.5)
    _logarithmic(axes, "squared change per squared step", "pairs")


def distances(axes: Axes, real: np.ndarray, fake: np.ndarray, label: str) -> None:
    """Draw the shares of two sets of distances on a logarithmic axis; 0 counts as the least above it."""
    both = np.concatenate([real, fake])
    positive = both[both > 0]
    least = float(positive.min()) if len(positive) else 1.0
    edges = _powers(np.maximum(both, least))
    for values, name, colour, dash in _both(np.maximum(real, least), np.maximum(fake, least)):
        shares = np.histogram(values, edges)[0] / max(1, len(values))
        axes.stairs(shares, edges, fill=True, color=colour, alpha=0.16, linewidth=0)
        axes.stairs(shares, edges, color=colour, label=name, linestyle=dash, linewidth=1.4)
    _logarithmic(axes, label, "share")
    legend(axes, 2)


def _powers(values: np.ndarray) -> np.ndarray:
    low, high = np.log10(values.min()), np.log10(values.max())
    edges = np.logspace(low, high if high > low else low + 1.0, _BINS // 2 + 1)
    edges[0], edges[-1] = min(edges[0], values.min()), max(edges[-1], values.max())
    return edges


def _logarithmic(axes: Axes, across: str, up: str) -> None:
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(numticks=7))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: significant(value, 1)))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel(across)
    axes.set_ylabel(up)


def _both(real: np.ndarray, fake: np.ndarray) -> tuple[tuple[np.ndarray, str, str, object], ...]:
    dashed = (0, (4, 1.2))  # told apart on paper without colour too
    return (real, "real", svg.REAL, "-"), (fake, "generated", svg.FAKE, dashed)


def _edges(values: np.ndarray) -> np.ndarray:
    if not len(values):
        return np.linspace(0, 1, 3)
    distinct = np.unique(values)
    if len(distinct) <= 20:
        # a column of few values (counts, categories) gets one bar for each of them
        gap = float(np.diff(distinct).min()) if len(distinct) > 1 else 1.0
        return np.unique(np.concatenate([distinct - gap / 2, distinct + gap / 2]).round(12))
    low, high = np.quantile(values, [0.001, 0.999])
    return np.linspace(low, high if high > low else low + 1.0, _BINS + 1)


def _centres(ends: tuple[float, float], n: int) -> np.ndarray:
    step = (ends[1] - ends[0]) / n
    return ends[0] + step * (np.arange(n) + 0.5)


def _square(axes: Axes, extent: Extent) -> None:
    axes.set_aspect("equal")
    axes.set_xlim(*extent[:2])
    axes.set_ylim(*extent[2:])
    _plain_ticks(axes)


def _plain_ticks(axes: Axes) -> None:
    for side in (axes.xaxis, axes.yaxis):
        side.set_major_locator(MaxNLocator(5))
        side.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
