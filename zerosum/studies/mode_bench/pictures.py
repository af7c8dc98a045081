"""Small pictures of what each system made with its first seed: points in the plane, or stacks of digits."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from zerosum.reports import figures, svg
from zerosum.reports.html import Markup, element, figure, grid
from zerosum.reports.parts import grid_image, img
from zerosum.studies.mode_bench.bench import REAL
from zerosum.studies.mode_bench.tally import Line, Part

_INCHES = 1.5
_PIXELS = round(_INCHES * 120)


def pictures(part: Part) -> list[Markup]:
    """Return a heading and the pictures, or nothing where samples are no picture."""
    real = part.lines[0].judged.samples
    if not real.size:
        return []
    drawn = [_plane(line, real) if real.ndim == 2 else _stack(line, real) for line in part.lines]
    return [element("h3", "The first seed"), grid([d for d in drawn if d], "grid frames")]


def _plane(line: Line, real: np.ndarray) -> Markup:
    name, points = line.judged.system, line.judged.samples
    colour = svg.REAL if name == REAL else svg.FAKE
    extent = figures.frame(real)
    paint = partial(_paint, points=points, colour=colour, extent=extent)
    away = figures.outside(points, extent)
    beyond = f", {away} of {len(points)} points outside the frame" if away else ""
    drawn = img(svg.png(paint, (_INCHES, _INCHES)), _PIXELS, _PIXELS, f"Scatter of {name}{beyond}.")
    return figure(drawn, f"{name}{beyond}")


def _paint(axes: Any, *, points: np.ndarray, colour: str, extent: figures.Extent) -> None:
    figures.scatter(axes, points, colour, extent, alpha=0.5)
    axes.tick_params(labelbottom=False, labelleft=False, length=0)


def _stack(line: Line, real: np.ndarray) -> Markup:
    name, stacks = line.judged.system, line.judged.samples
    if not len(stacks):
        return Markup("")
    white = 16.0 if real.shape[1] == 8 else 255.0
    levels = np.clip(np.nan_to_num(stacks * (255.0 / white)), 0, 255).astype(np.uint8)
    return figure(grid_image(levels, f"Sixteen stacks of {name}."), name)
