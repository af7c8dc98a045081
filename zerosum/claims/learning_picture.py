"""The learning process drawn as in the 2014 paper: four stages side by side, or a moving picture."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from zerosum.claims.claim import Data
from zerosum.reports import svg
from zerosum.reports.svg import FAKE, INK, LINE, MUTED, REAL

ARROWS = (np.arange(19) + 0.5) / 19  # of the latent's probability: as much between any two
WINDOW = 3.4
X_LINE, Z_LINE, TOP = -0.13, -0.52, 1.08
TITLES = ("p_g near, but off", "D learns", "p_g follows D", "p_g = p_d, D = 1/2")
FRAME_MS, PAUSE_MS = 110, 1500
COLOURS = 40  # of the moving picture


def paint(axes: Any, data: Data) -> None:
    """Draw the four stages, each on its axes."""
    for i, (one, stage) in enumerate(zip(axes, data["stages"], strict=True)):
        frame(one, data, int(stage))
        one.set_title(f"{i + 1}  {TITLES[i]}", fontsize=10, color=INK, loc="left")
    _label(axes[0], data, int(data["stages"][0]))


def frame(axes: Any, data: Data, i: int) -> None:
    """Draw one frame: the densities and D above, the arrows from z to x beneath."""
    x = data["middles"]
    seen = np.abs(x) <= WINDOW
    axes.plot([-WINDOW, WINDOW], [0, 0], color=LINE, lw=0.8)
    axes.plot([-WINDOW, WINDOW], [0.5, 0.5], color=LINE, lw=0.8)
    axes.fill_between(x[seen], data["generated"][i][seen], color=FAKE, alpha=0.13, lw=0)
    axes.plot(x[seen], data["generated"][i][seen], color=FAKE, lw=1.8)
    axes.plot(x[seen], data["real"][seen], color=REAL, lw=1.9, ls=(0, (1, 1.6)))
    axes.plot(x[seen], data["judged"][i][seen], color=INK, lw=1.4, ls=(0, (5, 3)))
    _arrows(axes, data["mapped"][i])
    axes.set(xlim=(-WINDOW - 0.42, WINDOW), ylim=(Z_LINE - 0.06, TOP), xticks=[], yticks=[])
    axes.grid(False)
    for side in axes.spines.values():
        side.set_visible(False)
    for height, text in ((0.0, "0"), (0.5, "½"), (1.0, "1")):
        axes.annotate(
            text, (-WINDOW, height), xytext=(-4, 0), textcoords="offset points",
            color=MUTED, ha="right", va="center", fontsize=9,
        )  # fmt: skip


def _arrows(axes: Any, mapped: np.ndarray) -> None:
    for height, name in ((X_LINE, "x"), (Z_LINE, "z")):
        axes.plot([-WINDOW, WINDOW], [height, height], color=MUTED, lw=1.0)
        axes.annotate(
            name, (-WINDOW, height), xytext=(-4, 0), textcoords="offset points",
            color=INK, ha="right", va="center",
        )  # fmt: skip
    starts = (2 * ARROWS - 1) * WINDOW
    for start, end in zip(starts, mapped, strict=True):
        if abs(end) <= WINDOW:
            axes.annotate(
                "", (end, X_LINE), (start, Z_LINE),
                arrowprops={
                    "arrowstyle": "-|>,head_width=0.13,head_length=0.28", "color": FAKE,
                    "lw": 0.7, "shrinkA": 0, "shrinkB": 0, "alpha": 0.85,
                },
            )  # fmt: skip


def _label(axes: Any, data: Data, i: int) -> None:
    """Write the three names beside their curves."""
    x, made = data["middles"], data["generated"][i]
    peak = int(np.argmax(made))
    left = int(np.argmin(np.abs(x + 2.6)))
    for at, text, colour, place in (
        ((x[peak], made[peak]), "p_g", FAKE, (0, 6)),
        ((-1.1, float(np.interp(-1.1, x, data["real"]))), "p_d", REAL, (-12, 2)),
        ((-2.6, float(data["judged"][i][left])), "D", INK, (0, 4)),
    ):
        axes.annotate(text, at, xytext=place, textcoords="offset points", color=colour, ha="center")


def animate(data: Data) -> bytes:
    """Return the training as an animated GIF that waits at each stage; the same data, the same bytes."""
    pictures = [_picture(data, i) for i in range(len(data["mapped"]))]
    stages = [int(s) for s in data["stages"]]
    palette = _palette([pictures[stage] for stage in stages])
    frames = [p.quantize(palette=palette, dither=Image.Dither.NONE) for p in pictures]
    waits = [PAUSE_MS if i in (0, *stages) else FRAME_MS for i in range(len(frames))]
    waits[-1] = 2 * PAUSE_MS
    out = io.BytesIO()
    frames[0].save(
        out, format="GIF", save_all=True, append_images=frames[1:], duration=waits, loop=0,
        optimize=False, disposal=1,
    )  # fmt: skip
    return out.getvalue()


def _palette(pictures: list[Image.Image]) -> Image.Image:
    """Return one palette for all frames, so that colours do not flicker; pure colours stay pure."""
    width, height = pictures[0].size
    pure = ("white", REAL, FAKE, INK, MUTED, LINE)
    sheet = Image.new("RGB", (width, height * (len(pictures) + len(pure))))
    for row, picture in enumerate(pictures):
        sheet.paste(picture, (0, row * height))
    for row, colour in enumerate(pure, start=len(pictures)):
        sheet.paste(colour, (0, row * height, width, (row + 1) * height))
    return sheet.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


def _picture(data: Data, i: int) -> Image.Image:
    with svg.settings():
        figure = Figure(figsize=(5.6, 4.2), dpi=100, layout="constrained", facecolor="white")
        canvas = FigureCanvasAgg(figure)
        axes = figure.subplots()
        frame(axes, data, i)
        _label_film(axes)
        # on the way from one stage to the next the title says what is happening; the end is the end
        stage = int(np.searchsorted(data["stages"], i))
        stage = stage if i + 1 == len(data["mapped"]) else min(stage, 2)
        turns, rounds = int(data["turns"][i]), int(data["rounds"][i])
        place = f"round {rounds}" if rounds else f"D alone, turn {turns}"
        axes.set_title(TITLES[stage], fontsize=12, color=INK, loc="left")
        axes.set_title(place, fontsize=10, color=MUTED, loc="right")
        canvas.draw()
        return Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")


def _label_film(axes: Any) -> None:
    """Name the curves in a corner: labels that follow moving curves would jump."""
    for height, text, colour, dashes in (
        (1.03, "data p_d", REAL, (0, (1, 1.6))),
        (0.95, "generated p_g", FAKE, "-"),
        (0.87, "D", INK, (0, (5, 3))),
    ):
        axes.plot([1.35, 1.85], [height, height], color=colour, ls=dashes, lw=1.8)
        axes.annotate(text, (1.97, height), color=colour, va="center", fontsize=9.5)
