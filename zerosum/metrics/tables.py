"""Plain-text tables of numbers with errors, at most 100 columns wide."""

from __future__ import annotations

import math
import textwrap

WIDTH = 100


def with_error(value: float | None, error: float | None) -> str:
    """Return `value ± error` with two digits of the error, or four digits of the value."""
    if value is None:
        return "blank"
    if error is None:
        return f"{value:.4g}"
    places = digits(error)
    return f"{value:.{places}f} ± {error:.{places}f}"


def digits(error: float) -> int:
    """Return the decimals that show two digits of the error; 4 when there is no error."""
    return 4 if error <= 0.0 else min(8, max(0, 1 - math.floor(math.log10(error))))


def columns(rows: list[tuple[str, ...]]) -> str:
    """Return rows of text as columns, two spaces apart, the first cut where the width is short."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    widths[0] = max(11, widths[0] - max(0, sum(widths) + 2 * (len(widths) - 1) - WIDTH))
    lines = ["  ".join(c[:w].ljust(w) for c, w in zip(r, widths, strict=True)) for r in rows]
    return "\n".join(line.rstrip() for line in lines)


def footnote(mark: str, text: str) -> str:
    """Return a footnote wrapped to the width, hanging under its mark."""
    return textwrap.fill(text, WIDTH, initial_indent=f"{mark} ", subsequent_indent="    ")
