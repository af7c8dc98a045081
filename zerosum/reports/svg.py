"""A matplotlib drawing as inline SVG: page fonts, theme colours, unique ids, reproducible bytes.

The object-oriented interface is used throughout; what matplotlib reads from its global settings is
set for the length of one drawing and put back.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from zerosum.reports.html import Markup, escape

REAL, FAKE, THIRD, FOURTH = "#0072b2", "#d55e00", "#009e73", "#b0578a"
INK, MUTED, LINE = "#1c2024", "#5b636c", "#dfe2e6"
_VARIABLES = {REAL: "real", FAKE: "fake", THIRD: "third", FOURTH: "fourth"}
_VARIABLES |= {INK: "ink", MUTED: "muted", LINE: "line"}

Paint = Callable[[Any], None]  # takes one Axes, or an array of them

_SETTINGS: dict[str, Any] = {
    "font.family": ["DejaVu Sans"],  # comes with matplotlib: the same layout on every machine
    "font.size": 9.5,
    "axes.labelsize": 9.5,
    "xtick.labelsize": 9.0,
    "ytick.labelsize": 9.0,
    "legend.fontsize": 9.5,
    "text.parse_math": False,  # a column named "$x" is a name, not a formula
    "text.color": INK,
    "axes.labelcolor": MUTED,
    "axes.edgecolor": LINE,
    "axes.linewidth": 0.8,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": LINE,
    "grid.linewidth": 0.6,
    "xtick.color": LINE,
    "ytick.color": LINE,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": MUTED,
    "lines.linewidth": 1.6,
    "legend.frameon": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "zerosum",
}


@contextmanager
def settings() -> Iterator[None]:
    """Set matplotlib's settings for one drawing, whatever the user's own are."""
    with matplotlib.rc_context(), warnings.catch_warnings():
        # names in any script: the browser has the glyphs that matplotlib's font lacks
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_SETTINGS)  # type: ignore[arg-type]
        yield


def draw(
    name: str,
    alt: str,
    paint: Paint,
    size: tuple[float, float] = (5.2, 3.0),
    grid: tuple[int, int] = (1, 1),
) -> Markup:
    """Return one drawing as an <svg> element that can stand in a page beside others.

    Args:
        name: unique on the page; every id in the drawing starts with it.
        alt: what a person who does not see the drawing should know of it.
        paint: draws on the axes it is given, or on the array of them.
        size: width and height in inches of 72 units.
        grid: rows and columns of axes; (1, 1) gives one, not an array.
    """
    with settings():
        figure = Figure(figsize=size, dpi=160, layout="constrained")
        paint(figure.subplots(*grid))
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None})
    return inline(text.getvalue(), name, alt)


def png(
    paint: Paint, size: tuple[float, float] = (3.4, 3.4), grid: tuple[int, int] = (1, 1)
) -> bytes:
    """Return one drawing as a PNG on white."""
    with settings():
        figure = Figure(figsize=size, dpi=120, layout="constrained", facecolor="white")
        FigureCanvasAgg(figure)
        paint(figure.subplots(*grid))
        data = io.BytesIO()
        figure.savefig(data, format="png", metadata={"Software": None})
    return data.getvalue()


def inline(svg: str, name: str, alt: str) -> Markup:
    """Return a stand-alone SVG file's text as an element for the inside of an HTML page."""
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", body, flags=re.S)
    used = set(re.findall(r'(?:url\(|href=")#([^)"]+)', body))
    body = re.sub(r"<[^>]*>", lambda tag: _tidy(tag[0], name, used), body)
    body = re.sub(r">\s+<", "><", body).replace("<defs></defs>", "").strip()
    width, height = re.findall(r'viewBox="0 0 (\S+) (\S+)"', body)[0]
    inside = body[body.index(">") + 1 :]
    head = f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(alt)}">'
    return Markup(head + inside)


def _tidy(tag: str, name: str, used: set[str]) -> str:
    # runs on tags only, so that no number or colour inside a label is touched
    tag = re.sub(r"\bid=\"([^\"]+)\"", lambda m: f'id="{name}-{m[1]}"' if m[1] in used else "", tag)
    tag = re.sub(r"(url\(|href=\")#", rf"\1#{name}-", tag).replace("xlink:href", "href")
    tag = re.sub(r" font-family: [^;\"]*;?| transform=\"rotate\(-0 [^\"]*\"", "", tag)
    if "base64" in tag:
        return re.sub(r"\s+(?!\w+=|/>)", "", tag).replace("<image", "<image ").replace("  ", " ")
    tag = re.sub(r"#[0-9a-f]{6}\b", _themed, tag)
    tag = re.sub(r"-?\d+\.\d{3,}", lambda m: f"{float(m[0]):.2f}".rstrip("0").rstrip("."), tag)
    return re.sub(r"\s+", " ", tag).replace(" >", ">").replace(" />", "/>").replace(' "', '"')


def _themed(colour: re.Match[str]) -> str:
    variable = _VARIABLES.get(colour[0])
    return f"var(--{variable})" if variable else colour[0]
