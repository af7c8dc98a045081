"""Small drawings of rows for a quiz: the same frame, ink and number of marks whoever made the rows.

Drawn by hand as a path or two each: two dozen of them weigh less than one of matplotlib's, follow the page's
colours, and hold nothing that tells real from generated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from zerosum.reports.html import Markup, clean, element, join
from zerosum.reports.numbers import short

_SIDE, _PAD, _TEXT = 320.0, 10.0, 26.0  # units of the drawing; room for the axes' numbers
_BINS = 24
_COLUMNS = 3  # of a table
_WIDE = 200
_TALLEST = 0.84  # of a histogram's height: the rest is for its name
_BEYOND = 0.001  # share of the values on either side that may lie outside the frame


@dataclass(frozen=True)
class Frame:
    """Names and ends of the columns that are drawn.

    Attributes:
        names: of the columns. index: their numbers. low, high: the ends of their axes, (columns,).
        tallest: of each column's histogram bars, as a share of the rows.
    """

    names: tuple[str, ...]
    index: tuple[int, ...]
    low: np.ndarray
    high: np.ndarray
    tallest: np.ndarray


def frame(groups: Sequence[np.ndarray], names: Sequence[str]) -> Frame:
    """Return the frame of all groups of rows (n, columns): one for real and generated rows alike.

    Of more than three columns the first three are drawn that are not constant. An axis spans all but the
    outermost 0.1 % of the values on either side, which are drawn on its edge.
    """
    rows = np.concatenate(groups).astype(np.float64)
    moving = [i for i in range(rows.shape[1]) if np.ptp(rows[:, i]) > 0] or [0]
    index = tuple(moving[:_COLUMNS])
    low, high = np.quantile(rows[:, index], [_BEYOND, 1 - _BEYOND], axis=0)
    margin = np.where(high > low, 0.04 * (high - low), 0.5)
    low, high = low - margin, high + margin
    found = Frame(tuple(names[i] for i in index), index, low, high, np.ones(len(index)))
    tallest = np.array(
        [max(float(_heights(g, found, c).max()) for g in groups) for c in range(len(index))]
    )
    return Frame(found.names, index, low, high, tallest)


def panel(rows: np.ndarray, where: Frame, alt: str) -> Markup:
    """Return rows (n, columns) as a drawing: one column as a histogram, two as a scatter, three as both."""
    k = len(where.index)
    if k == 1:
        inside = _cell(_bars(rows, where, 0, _BOX), where, (0,), _BOX)
    elif k == 2:
        inside = _cell(_dots(rows, where, (0, 1), _BOX), where, (0, 1), _BOX)
    else:
        inside = _matrix(rows, where)
    return element(
        "svg",
        inside,
        viewBox=f"0 0 {_SIDE:.0f} {_SIDE:.0f}",
        role="img",
        aria_label=alt,
        class_="picture",
    )


Box = tuple[float, float, float, float]  # left, top, width, height
_BOX: Box = (_TEXT, _PAD, _SIDE - _TEXT - _PAD, _SIDE - _TEXT - _PAD)


def _matrix(rows: np.ndarray, where: Frame) -> Markup:
    """Return a histogram of each column on the diagonal and scatters of the pairs below it."""
    side = (_SIDE - _PAD) / len(where.index)
    cells = []
    for down in range(len(where.index)):
        for across in range(down + 1):
            box = (_PAD + across * side, _PAD + down * side, side - 16, side - 22)
            cells.append(_pair(rows, where, across, down, box))
    return join(cells)


def _pair(rows: np.ndarray, where: Frame, across: int, down: int, box: Box) -> Markup:
    if across == down:
        return _cell(_bars(rows, where, down, box), where, (down,), box)
    return _cell(_dots(rows, where, (across, down), box), where, (across, down), box, ends=False)


def _cell(
    marks: Markup, where: Frame, columns: tuple[int, ...], box: Box, *, ends: bool = True
) -> Markup:
    left, top, width, height = box
    edge = element("rect", x=f"{left:.1f}", y=f"{top:.1f}", width=f"{width:.1f}",
                   height=f"{height:.1f}", class_="edge")  # fmt: skip
    if not ends:
        return join([edge, marks])
    x, below = columns[0], top + height + 13
    texts = [
        _text(left, below, "start", short(float(where.low[x]))),
        _text(left + width, below, "end", short(float(where.high[x]))),
    ]
    if width > _WIDE:
        texts.append(_text(left + width / 2, below, "middle", clean(where.names[x], 30)))
    else:  # no room between the ends: above the bars, which leave some
        texts.append(_text(left + 4, top + 10, "start", clean(where.names[x], 16)))
    if len(columns) == 2:
        y, edge_x = columns[1], left - 4
        texts += [
            _text(edge_x, top + height, "end", short(float(where.low[y]))),
            _text(edge_x, top + 9, "end", short(float(where.high[y]))),
            _text(edge_x, top + height / 2, "end", clean(where.names[y], 4)),
        ]
    return join([edge, marks, *texts])


def _text(x: float, y: float, anchor: str, said: str) -> Markup:
    return element("text", said, x=f"{x:.1f}", y=f"{y:.1f}", text_anchor=anchor)


def _unit(rows: np.ndarray, where: Frame, column: int) -> np.ndarray:
    """Return a column's values as shares of its axis, those outside on its edge."""
    values = np.asarray(rows, dtype=np.float64)[:, where.index[column]]
    span = where.high[column] - where.low[column]
    return np.clip((values - where.low[column]) / span, 0.0, 1.0)


def _dots(rows: np.ndarray, where: Frame, columns: tuple[int, int], box: Box) -> Markup:
    left, top, width, height = box
    x = left + width * _unit(rows, where, columns[0])
    y = top + height * (1 - _unit(rows, where, columns[1]))
    path = "".join(f"M{a:.1f} {b:.1f}h0" for a, b in zip(x, y, strict=True))
    return element("path", d=path, class_="dots" if width > _WIDE else "dots small")


def _heights(rows: np.ndarray, where: Frame, column: int) -> np.ndarray:
    counts, _ = np.histogram(_unit(rows, where, column), _BINS, (0.0, 1.0))
    return counts / len(rows)


def _bars(rows: np.ndarray, where: Frame, column: int, box: Box) -> Markup:
    left, top, width, height = box
    tall = _heights(rows, where, column) / where.tallest[column]
    edges = left + width * np.arange(_BINS + 1) / _BINS
    steps = "".join(
        f"V{top + height * (1 - _TALLEST * t):.1f}H{edges[i + 1]:.1f}" for i, t in enumerate(tall)
    )
    path = f"M{edges[0]:.1f} {top + height:.1f}{steps}V{top + height:.1f}Z"
    return element("path", d=path, class_="bars")
