"""Section about translations between two domains: rows, what they become, and what that becomes again."""

from __future__ import annotations

from collections.abc import Iterator

from zerosum.reports.html import Markup, figure, grid, join, lead
from zerosum.reports.parts import grid_image
from zerosum.reports.read import Absent, Run

WAYS = {"there": "from the first domain to the second", "back": "from the second to the first"}


def section(run: Run) -> Markup:
    """Show held-out pictures above their translations and these translated back."""
    if run.kind != "image":
        raise Absent("Translated points and tables are not drawn here.")
    said = lead(
        "Each column is a held-out picture, its translation, and the translation translated back;",
        "none was picked or left out. What the round trip loses is the cycle error of the evidence.",
    )
    return join([said, grid(_grids(run), "full")])


def _grids(run: Run) -> Iterator[Markup]:
    for name, words in WAYS.items():
        rows = run.array(name)
        if rows.ndim < 4 or len(rows) != 3 or not rows.size:
            raise Absent(f"The translations in gallery.npz have shape {rows.shape}.")
        n = rows.shape[1]
        alt = f"{n} pictures, their translations and round trips, {words}"
        shown = grid_image(rows.reshape(3 * n, *rows.shape[2:]), alt, columns=n)
        yield figure(
            shown, f"{n} held-out pictures {words}: picture, translation, round trip.", "full"
        )
