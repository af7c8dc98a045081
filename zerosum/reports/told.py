"""What the ticks of a run told, as lines and figures."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np

from zerosum.reports import curves, svg
from zerosum.reports.curves import Axis, Series
from zerosum.reports.html import Markup, clean, figure
from zerosum.reports.numbers import significant
from zerosum.reports.read import Run, value


def panel(name: str, caption: str, lines: Mapping[str, Series], axis: Axis) -> Markup:
    """Return one figure of lines over samples seen, with what they begin and end with in words."""
    first, last = zip(*((_ends(line.y)) for line in lines.values()), strict=True)
    said = "; ".join(
        f"{clean(line, 40)} from {significant(a)} to {significant(b)}"
        for line, a, b in zip(lines, first, last, strict=True)
    )
    paint = partial(curves.paint, curves=lines, axis=axis)
    drawing = svg.draw(name, f"{caption} over samples seen: {said}.", paint)
    return figure(drawing, caption)


def _ends(y: np.ndarray) -> tuple[float, float]:
    known = y[np.isfinite(y)]
    return (float(known[0]), float(known[-1])) if len(known) else (np.nan, np.nan)


def series(run: Run, *keys: str) -> tuple[np.ndarray, np.ndarray]:
    """Return samples seen (or steps, where those are not known) and one number of every tick."""
    seen = [value(tick, "seen") for tick in run.ticks]
    step = [value(tick, "step") for tick in run.ticks]
    x = np.array(seen if np.isfinite(seen).all() else step, dtype=float)
    return x, np.array([value(tick, *keys) for tick in run.ticks], dtype=float)


def names(run: Run, group: str) -> list[str]:
    """Return the keys that any tick holds a finite number for, in order of appearance."""
    found: dict[str, None] = {}
    for tick in run.ticks:
        held = tick.get(group)
        keys = held if isinstance(held, Mapping) else {}
        found |= {key: None for key in keys if np.isfinite(value(tick, group, key))}
    return list(found)
