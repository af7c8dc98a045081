"""A table of numbers with their Monte-Carlo errors: as text, as JSON, and one by one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from zerosum.errors import unknown
from zerosum.metrics import tables

NORMAL_95 = 1.959963984540054  # Φ⁻¹(0.975)


@dataclass(frozen=True)
class Cell:
    """One number of a table.

    Attributes:
        group: which part of the table. of: its row. what: its column.
        value: the number.
        error: its Monte-Carlo standard error; NaN where it has none, being exact or published.
        low, high: an interval, or the band it should lie in; NaN where there is none.
    """

    group: str
    of: str
    what: str
    value: float
    error: float = math.nan
    low: float = math.nan
    high: float = math.nan

    def __str__(self) -> str:
        if not math.isnan(self.low):
            return f"{self.value:.4f} [{self.low:.4f}, {self.high:.4f}]"
        return tables.with_error(self.value, None if math.isnan(self.error) else self.error)


@dataclass(frozen=True)
class Table:
    """The results of one study.

    Attributes:
        title: one line. facts: what the study was, by name.
        cells: every number. notes: what a reader must know to read them.
    """

    title: str
    facts: dict[str, Any]
    cells: tuple[Cell, ...]
    notes: tuple[str, ...] = ()

    def cell(self, group: str, of: str, what: str) -> Cell:
        """Return one number with its error; an unknown place is answered with the nearest one."""
        places = {f"{c.group} / {c.of} / {c.what}": c for c in self.cells}
        wanted = f"{group} / {of} / {what}"
        if wanted not in places:
            raise unknown("place", wanted, places)
        return places[wanted]

    def joined(self, other: Table) -> Table:
        """Return this table with another's facts, cells and notes after its own."""
        return Table(
            self.title,
            {**self.facts, **other.facts},
            (*self.cells, *other.cells),
            (*self.notes, *other.notes),
        )

    def __str__(self) -> str:
        groups = dict.fromkeys(cell.group for cell in self.cells)
        parts = [self.title, *(self._group(group) for group in groups)]
        notes = [tables.footnote(f"({i})", note) for i, note in enumerate(self.notes, 1)]
        return "\n\n".join([*parts, "\n".join(notes)] if notes else parts)

    def _group(self, group: str) -> str:
        cells = {(c.of, c.what): str(c) for c in self.cells if c.group == group}
        tight = {place: text.replace(" ± ", "±") for place, text in cells.items()}
        turned = {(what, of): text for (of, what), text in tight.items()}
        shown = (_grid(found) for found in (cells, tight, turned))
        fitting = (t for t in shown if max(map(len, t.splitlines())) <= tables.WIDTH)
        return f"{group}\n{next(fitting, _grid(tight))}"

    def to_json(self) -> dict[str, Any]:
        """Return the table as one JSON object; a number that does not exist is null there."""
        return {
            "title": self.title,
            **self.facts,
            "cells": [
                {name: _plain(value) for name, value in vars(cell).items()} for cell in self.cells
            ],
            "notes": list(self.notes),
        }


def _grid(cells: dict[tuple[str, str], str]) -> str:
    """Return texts by (row, column) as lines of columns."""
    rows, columns = (dict.fromkeys(place[i] for place in cells) for i in (0, 1))
    body = [(row, *(cells.get((row, column), "–") for column in columns)) for row in rows]
    return tables.columns([("", *columns), *body])


def mean_cell(group: str, of: str, what: str, values: np.ndarray) -> Cell:
    """Return the mean over members with its standard error sd/√B."""
    error = values.std(ddof=1) / math.sqrt(len(values))
    return Cell(group, of, what, float(values.mean()), float(error))


def variance_cell(group: str, of: str, what: str, values: np.ndarray) -> Cell:
    """Return the variance over members with its error √((m₄ − v² (B − 3)/(B − 1))/B)."""
    count, variance = len(values), float(values.var(ddof=1))
    fourth = float(((values - values.mean()) ** 4).mean())
    square = (fourth - variance**2 * (count - 3) / (count - 1)) / count
    return Cell(group, of, what, variance, math.sqrt(max(0.0, square)))


def quantile_cell(group: str, of: str, what: str, values: np.ndarray, share: float) -> Cell:
    """Return a quantile over members; its error is half the way between two order statistics.

    Their places are B p ± √(B p (1 − p)), one standard error of the number of members below.
    """
    around = math.sqrt(share * (1.0 - share) / len(values))
    ends = np.clip([share - around, share, share + around], 0.0, 1.0)
    low, value, high = np.quantile(values, ends)
    return Cell(group, of, what, float(value), float(high - low) / 2)


def correlation_cell(group: str, of: str, what: str, x: np.ndarray, y: np.ndarray) -> Cell:
    """Return the correlation over members; its error (1 − r²)/√(B − 1) is that of normal pairs."""
    if min(np.ptp(x), np.ptp(y)) == 0.0:
        return Cell(group, of, what, math.nan)
    r = float(np.corrcoef(x, y)[0, 1])
    return Cell(group, of, what, r, (1.0 - r * r) / math.sqrt(len(x) - 1))


def share_cell(group: str, of: str, what: str, hits: np.ndarray) -> Cell:
    """Return the share of members that are true, with the binomial error √(p (1 − p)/B)."""
    share = float(hits.mean())
    return Cell(group, of, what, share, math.sqrt(share * (1.0 - share) / len(hits)))


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
