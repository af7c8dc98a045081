"""What a comparison looks like: final scores, all draws, the best against budget, one parameter.

They draw on the matplotlib axes they are given, from the statistics alone. Generated scores are
vermilion, what real rows get is blue, statistics of them are ink, the other objectives are grey.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from zerosum.reports.html import clean
from zerosum.reports.numbers import short
from zerosum.reports.svg import FAKE, INK, LINE, MUTED, REAL
from zerosum.studies.comparison.budget import running_best
from zerosum.studies.comparison.failures import costs
from zerosum.studies.comparison.sensitivity import bins
from zerosum.studies.comparison.spaces import FORMULATIONS, Parameter
from zerosum.studies.comparison.table import Comparison
from zerosum.studies.comparison.text import by_place

PARAMETERS = {p.name: p for form in FORMULATIONS.values() for p in form.parameters}

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_DECADES = 15.0  # scores that span more than so many times are drawn on a log axis
_VECTORS = 300  # more points than this are drawn as one picture, to keep the page small
_DOT = {"color": FAKE, "alpha": 0.6, "linewidths": 0}
_CROSS = {"marker": "x", "color": INK, "linewidths": 1.1}


def paint_final(axes: Any, found: Comparison) -> None:
    """Draw every final training as a dot, means with intervals that hold together, real rows' score.

    A failed training is a cross at the score it counts as.
    """
    values = costs(found.trials)
    final, lost = (
        values.final * values.sign,
        _lost(found.trials.final, found.trials.final_failed, found),
    )
    standings = {one.objective: one for one in found.ranking.standings}
    for row, i in enumerate(_order(found)):
        y = row - 0.16 + _jitter(final.shape[1], 0.26)
        axes.scatter(final[i][~lost[i]], y[~lost[i]], s=15, **_DOT)
        axes.scatter(final[i][lost[i]], y[lost[i]], s=22, **_CROSS)
        one = standings[found.trials.objectives[i]]
        axes.plot([one.low, one.high], [row + 0.22] * 2, color=INK, linewidth=2.0)
        axes.plot(one.mean, row + 0.22, "D", color=INK, markersize=4.5)
        axes.annotate(
            one.letters,
            (1.015, row),
            xycoords=("axes fraction", "data"),
            va="center",
            color=INK,
            fontweight="bold",
        )
    _rows(axes, found)
    _score_axis(axes.xaxis, _and_real(found, final), f"{_score(found)}, test rows")


def paint_draws(axes: Any, found: Comparison) -> None:
    """Draw the mean score of every draw, its quartiles and median; crosses where a training failed."""
    means, lost = draw_means(found)
    for row, i in enumerate(_order(found)):
        y = row - 0.14 + _jitter(means.shape[1], 0.4)
        axes.scatter(means[i][~lost[i]], y[~lost[i]], s=11, rasterized=len(y) > _VECTORS, **_DOT)
        axes.scatter(means[i][lost[i]], y[lost[i]], s=13, **_CROSS)
        low, middle, high = np.quantile(means[i], [0.25, 0.5, 0.75])
        axes.plot([low, high], [row + 0.28] * 2, color=INK, linewidth=2.0)
        axes.plot(middle, row + 0.28, "|", color=INK, markersize=9, markeredgewidth=2.0)
    _rows(axes, found)
    _score_axis(axes.xaxis, _and_real(found, means), f"{_score(found)}, mean over seeds")


def paint_budget(axes: Any, found: Comparison, i: int) -> None:
    """Draw the expected best of k draws of objective i among all others, its band where to be trusted.

    Of a search that learns, whose draws are no random sample, the best among the first k instead.
    """
    curves, curve = best_curves(found), found.budget
    shown = [curves]
    for other, line in enumerate(curves):
        if other != i:
            axes.plot(curve.draws, line, color=MUTED, alpha=0.45, linewidth=0.8)
    if is_random(found):
        inside = slice(0, curve.trusted)
        shown += [curve.low[:, inside], curve.high[:, inside]]
        ends = curve.low[i, inside], curve.high[i, inside]
        axes.fill_between(curve.draws[inside], *ends, color=FAKE, alpha=0.25, linewidth=0)
        axes.plot(curve.draws, curve.unseen[i], color=INK, linewidth=1.1, linestyle=(0, (3, 1.5)))
    axes.plot(curve.draws, curves[i], color=FAKE, linewidth=2.0)
    axes.axhline(_real(found), color=REAL, linewidth=1.1, linestyle=(0, (1, 1.5)))
    axes.set_xscale("log")
    axes.set_xlim(1, max(2, len(curve.draws)))
    axes.set_xlabel("draws tried, k")
    _log_ticks(axes.xaxis, float(len(curve.draws)))
    _score_axis(axes.yaxis, _and_real(found, *shown), _score(found))


def paint_parameter(axes: Any, found: Comparison, i: int, parameter: str) -> None:
    """Draw the mean score of objective i's draws against one hyper-parameter, with medians of bins.

    Draws of which a training failed are crosses at the edge.
    """
    means, lost = draw_means(found)
    x = found.trials.parameters[parameter][i]
    there = np.isfinite(x)
    x, y, crossed = x[there], means[i, there], lost[i, there]
    known = PARAMETERS.get(parameter)
    shown = x + _jitter(len(x), 0.3) if known is not None and known.scale == "whole" else x
    many = len(x) > _VECTORS
    axes.scatter(shown[~crossed], y[~crossed], s=9, rasterized=many, **_DOT)
    worst_end = 1.0 if found.trials.better == "lower" else 0.0
    axes.scatter(
        shown[crossed],
        np.full(crossed.sum(), worst_end),
        s=13,
        transform=axes.get_xaxis_transform(),
        clip_on=False,
        zorder=3,
        **_CROSS,
    )
    groups = bins(x)
    middles = [(np.median(x[groups == g]), np.median(y[groups == g])) for g in np.unique(groups)]
    axes.plot(*np.array(middles).T, color=INK, linewidth=1.3)
    _parameter_axis(axes, parameter, known)
    _score_axis(axes.yaxis, means, "")


def draw_means(found: Comparison) -> tuple[np.ndarray, np.ndarray]:
    """Return (objectives, draws) mean scores, failures counted, and which draws had a failure."""
    values = costs(found.trials)
    lost = _lost(found.trials.scores, found.trials.failed, found)
    return values.search.mean(axis=2) * values.sign, np.asarray(lost.any(axis=2))


def best_curves(found: Comparison) -> np.ndarray:
    """Return (objectives, draws): expected best of k draws, or the best so far of a search that learns."""
    return found.budget.best if is_random(found) else running_best(found.trials)


def is_random(found: Comparison) -> bool:
    """Return whether the draws are a random sample."""
    return bool(found.trials.facts.get("search", "random") == "random")


def _lost(scores: Mapping[str, np.ndarray], failed: np.ndarray, found: Comparison) -> np.ndarray:
    # a score that is no number counts as a failure in every statistic
    return failed | ~np.isfinite(scores[found.trials.score])


def _order(found: Comparison) -> list[int]:
    return [found.trials.objectives.index(row.objective) for row in by_place(found)]


def _score(found: Comparison) -> str:
    return f"{clean(found.trials.score, 40)} ({found.trials.better} is better)"


def _jitter(n: int, width: float) -> np.ndarray:
    # multiples of the golden section lie apart however many there are, and are the same each time
    return width * (np.arange(n) * 0.6180339887 % 1.0 - 0.5)


def _rows(axes: Any, found: Comparison) -> None:
    names = [clean(row.objective, 24) for row in by_place(found)]
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.grid(axis="y", visible=False)
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    for edge in np.arange(len(names) - 1) + 0.5:
        axes.axhline(edge, color=LINE, linewidth=0.6)
    axes.axvline(_real(found), color=REAL, linewidth=1.3, linestyle=(0, (1, 1.5)))


def _and_real(found: Comparison, *values: np.ndarray) -> np.ndarray:
    shown = np.concatenate([*(v.ravel() for v in values), [_real(found)]])
    return shown[np.isfinite(shown)]


def _real(found: Comparison) -> float:
    return float(found.trials.real.get(found.trials.score, np.nan))


def _score_axis(axis: Any, values: np.ndarray, label: str) -> None:
    """Label the axis and let it hold the values: log where they span decades."""
    low, high = float(values.min()), float(values.max())
    set_scale, set_limits = (
        (axis.axes.set_xscale, axis.axes.set_xlim)
        if axis.axis_name == "x"
        else (axis.axes.set_yscale, axis.axes.set_ylim)
    )
    axis.set_label_text(label)
    if low > 0 and high / low > _DECADES:
        set_scale("log")
        room = (high / low) ** 0.04
        set_limits(low / room, high * room)
        _log_ticks(axis, high / low)
        return
    room = 0.04 * (high - low) or 1.0
    set_limits(low - room, high + room)
    axis.set_major_locator(MaxNLocator(5))
    axis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))


def _log_ticks(axis: Any, span: float) -> None:
    axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if span < 200 else (1.0,), numticks=12))
    axis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
    axis.set_minor_locator(NullLocator())


def _parameter_axis(axes: Any, name: str, known: Parameter | None) -> None:
    axes.set_xlabel(clean(name, 24))
    if known is None:
        axes.xaxis.set_major_locator(MaxNLocator(3))
    elif known.scale == "log":
        axes.set_xscale("log")
        axes.set_xlim(known.low / 1.3, known.high * 1.3)
        axes.xaxis.set_major_locator(LogLocator(numticks=4))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _power(value)))
        axes.xaxis.set_minor_locator(NullLocator())
    elif known.scale == "whole":
        wholes = np.arange(known.low, known.high + 1)
        names = ["off", "on"] if len(wholes) == 2 else [f"{whole:g}" for whole in wholes]
        axes.set_xticks(wholes, names)
        axes.set_xlim(known.low - 0.5, known.high + 0.5)
    else:
        room = 0.04 * (known.high - known.low)
        axes.set_xlim(known.low - room, known.high + room)
        axes.xaxis.set_major_locator(MaxNLocator(2, steps=[1, 5, 10]))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))


def _power(value: float) -> str:
    exponent = round(np.log10(value))
    return short(value) if abs(exponent) < 3 else "10" + str(exponent).translate(_SUPERSCRIPT)
