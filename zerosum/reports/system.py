"""Section about what a system follows beside losses: its level, cycle, augmentation or transport."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from zerosum.reports import svg
from zerosum.reports.curves import Axis, Series
from zerosum.reports.html import Markup, grid
from zerosum.reports.read import Absent, Run
from zerosum.reports.told import names, panel, series

_COLOURS = (svg.INK, svg.THIRD, svg.FOURTH, svg.REAL)


@dataclass(frozen=True)
class Followed:
    """A group of numbers in the ticks: which of them are drawn (none named: all), and what they are."""

    group: str
    which: tuple[str, ...]
    axis: str
    caption: str


FOLLOWED = (
    Followed("growth", ("resolution",), "pixels", "Resolution at which both players work: its shorter side."),
    Followed("growth", ("level",), "level", "Level: doublings done, and the share of the one that fades in."),
    Followed("augment", ("p",), "p", "p, the probability of each change of a picture before D looks."),
    Followed("augment", ("sign",), "r", "How surely D knows its training rows: 1 all of them, 0 none."),
    Followed("cycle", (), "mean difference", "Cycle error: mean difference of a row and its round trip."),
    Followed("identity", (), "mean difference", "What a translator changes of rows that are there already."),
    Followed("reconstruction", (), "share", "Squared error of the latents found over their variance."),
    Followed("transport", (), "cost", "Transport cost: mean squared way from latent to sample, a value."),
)  # fmt: skip


def followed(run: Run) -> bool:
    """Return whether any tick holds such a number."""
    return any(_lines(run, one) for one in FOLLOWED)


def section(run: Run) -> Markup:
    """Draw each group that the ticks hold."""
    panels = list(_panels(run))
    if not panels:
        raise Absent("The events hold no numbers of a system.")
    return grid(panels)


def _panels(run: Run) -> Iterator[Markup]:
    for i, one in enumerate(FOLLOWED):
        lines = _lines(run, one)
        if lines:
            yield panel(f"system-{i}", one.caption, lines, Axis(one.axis))


def _lines(run: Run, one: Followed) -> dict[str, Series]:
    held = [name for name in names(run, one.group) if not one.which or name in one.which]
    lines = zip(held[: len(_COLOURS)], _COLOURS, strict=False)
    made = {name: Series(*series(run, one.group, name), colour) for name, colour in lines}
    return {name: line for name, line in made.items() if np.isfinite(line.y).any()}
