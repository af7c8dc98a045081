"""A picture as data: panels with axes, what is drawn on them, and the numbers beside them.

One module of the page (static/js/lib/figure.js) draws every such picture, so a lesson holds no drawing and
the page no mathematics. Colours are the page's own names: real, fake, third, fourth, ink, muted, line.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Values = Sequence[float] | np.ndarray


@dataclass(frozen=True, eq=False)
class Line:
    """A curve through points; a gap wherever a number is not finite."""

    name: str
    x: Values
    y: Values
    colour: str = "ink"
    dash: str = "solid"  # or dashed, dotted
    width: float = 1.8


@dataclass(frozen=True, eq=False)
class Points:
    """Separate points."""

    name: str
    x: Values
    y: Values
    colour: str = "ink"
    marker: str = "circle"  # or square, diamond, cross, plus
    size: float = 4.0


@dataclass(frozen=True, eq=False)
class Area:
    """The area between two curves."""

    name: str
    x: Values
    low: Values
    high: Values
    colour: str = "muted"


@dataclass(frozen=True, eq=False)
class Bars:
    """Upright bars from `base` by `height`, which may be negative."""

    name: str
    x: Values
    base: Values
    height: Values
    width: float
    colour: str = "muted"


@dataclass(frozen=True, eq=False)
class Arrows:
    """Arrows from (x, y) to (to_x, to_y)."""

    name: str
    x: Values
    y: Values
    to_x: Values
    to_y: Values
    colour: str = "ink"
    width: float = 1.0


@dataclass(frozen=True, eq=False)
class Heat:
    """A map of numbers over a box: rows from the bottom up.

    Attributes:
        box: low x, high x, low y, high y; the outer values lie on its edges.
        values: shape (rows, columns). low, high: what the ends of the ramp stand for.
        ramp: "ordered" for amounts, "diverging" for signs.
    """

    name: str
    box: tuple[float, float, float, float]
    values: np.ndarray
    low: float
    high: float
    ramp: str = "ordered"


@dataclass(frozen=True, eq=False)
class Text:
    """A few words at a place."""

    x: float
    y: float
    text: str
    colour: str = "muted"
    align: str = "left"


@dataclass(frozen=True)
class Handle:
    """What can be taken hold of: dragged to a place it sets controls to (place − origin) / scale.

    Attributes:
        moves_x, moves_y: names of the controls, or None for a direction in which it does not move.
        anywhere: whether a press anywhere on the panel brings it there.
    """

    name: str
    x: float
    y: float
    moves_x: str | None = None
    moves_y: str | None = None
    origin: tuple[float, float] = (0.0, 0.0)
    scale: tuple[float, float] = (1.0, 1.0)
    colour: str = "ink"
    anywhere: bool = False


@dataclass(frozen=True)
class Axis:
    """An axis; `ticks` are (place, words) where numbers would say less."""

    label: str
    low: float
    high: float
    log: bool = False
    ticks: tuple[tuple[float, str], ...] = ()


Mark = Line | Points | Area | Bars | Arrows | Heat | Text


@dataclass(frozen=True)
class Panel:
    """One pair of axes; `equal`: a unit is as long upwards as it is to the right."""

    title: str
    x: Axis
    y: Axis
    marks: tuple[Mark, ...]
    handles: tuple[Handle, ...] = ()
    equal: bool = False


@dataclass(frozen=True)
class Number:
    """A number beside the picture; `note` says where it comes from."""

    name: str
    value: float
    unit: str = ""
    note: str = ""


@dataclass(frozen=True)
class Figure:
    """A whole picture."""

    panels: tuple[Panel, ...]
    numbers: tuple[Number, ...]

    def number(self, name: str) -> float:
        """Return the number of this name."""
        return next(found.value for found in self.numbers if found.name == name)


def plain(value: Any) -> Any:
    """Return a figure as JSON holds it: a mark says its kind, a number that is not finite is null.

    Beside a picture an infinite number is worth saying: there it is the text "inf" or "-inf".
    """
    if isinstance(value, Number) and math.isinf(value.value):
        return {**_fields(value), "value": str(float(value.value))}
    if dataclasses.is_dataclass(value):
        return {"kind": type(value).__name__.lower(), **_fields(value)}
    if isinstance(value, np.ndarray):
        return [plain(row) for row in value] if value.ndim > 1 else _finite(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _fields(value: Any) -> dict[str, Any]:
    return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}


def _finite(values: list[float | int]) -> list[float | int | None]:
    return [v if math.isfinite(v) else None for v in values]
