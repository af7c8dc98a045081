"""Columns of numbers -> a source: what is missing, infinite, constant or too large is said.

Samples are rows, float64, in the order and the units of the columns. Columns of text are refused:
only numbers can be generated for now; one of them can serve as the classes (`labels`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64

from zerosum.data.arrays import constant_notes, refuse_image_options, with_labels
from zerosum.data.options import DataOptions
from zerosum.data.source import MINIMUM, Source, numeric_codec
from zerosum.data.text import counted, listed, short, shown
from zerosum.errors import InputError

Values = Float64[np.ndarray, "n columns"]
MISSING_CELLS = frozenset({"", "na", "n/a", "nan", "null", "none", "?", "<na>", "nat"})
WHOLE_LIMIT = 2.0**53  # above it not every whole number has a float64


@dataclass(frozen=True)
class Table:
    """Columns read from somewhere.

    Args:
        file: what messages call it; `name` what the source is called.
        columns: names, in order.
        values: (n, columns); NaN where a cell is missing.
        classes: (n,) text of the label column, or None.
        where: row index -> the place a person finds it at, such as "line 12".
        notes: sentences about how it was read.
    """

    file: str
    name: str
    columns: tuple[str, ...]
    values: Values
    classes: np.ndarray | None
    where: Callable[[int], str]
    notes: tuple[str, ...]


def from_table(table: Table, options: DataOptions) -> Source:
    """Return the source of a table.

    Raises:
        InputError: no row or column, twice the same name, an infinite value, or a missing one under
            the rule "refuse".
    """
    refuse_image_options(table.file, options)
    check_names(table.file, table.columns)
    if table.values.size == 0 or len(table.values) < MINIMUM:
        raise InputError(
            f"{table.file} holds {counted(len(table.values), 'row')} of "
            f"{counted(len(table.columns), 'column')} of numbers; training needs at least "
            f"{MINIMUM} rows"
        )
    _refuse_infinite(table)
    _refuse_unlabelled(table)
    kept, filled, notes = _without_missing(table, options.missing)
    codec = numeric_codec(filled, table.columns)
    notes += constant_notes(table.file, table.columns, codec.constant)
    notes += _precision_notes(table, filled)
    source = Source(
        name=table.name, kind="table", rows=filled, codec=codec, notes=(*table.notes, *notes)
    )
    return source if table.classes is None else with_labels(source, table.classes[kept], None)


def check_names(file: str, columns: Sequence[str]) -> None:
    """Raise InputError naming the columns that have the same name."""
    twice = sorted({c for c in columns if list(columns).count(c) > 1})
    if twice:
        raise InputError(
            f"{file} has more than one column named {listed(twice)}; give every column its own name"
        )


def text_refusal(
    file: str, column: str, cell: object, place: str, others: int, repeats: bool
) -> InputError:
    """Return the refusal of a column in which some cells, or all, are no numbers.

    Args:
        file: where it was read.
        column: its name.
        cell: the first cell that is no number.
        place: where that cell is.
        others: how many cells of the column ARE numbers.
        repeats: whether the texts occur twice or more on average, as classes do and names do not.
    """
    if others:
        return InputError(
            f"{file}: column {shown(column)}, {place}: {short(cell)} is not a number like the rest "
            "of the column; correct it, or empty the cell and choose --missing mean or drop"
        )
    classes = f", or make it the classes with --labels {shown(column)}" if repeats else ""
    return InputError(
        f"{file}: column {shown(column)} holds text ({short(cell)} at {place}), and only numbers "
        f"can be used for now; remove the column{classes}"
    )


def _refuse_infinite(table: Table) -> None:
    rows, columns = np.nonzero(np.isinf(table.values))
    if len(rows) == 0:
        return
    raise InputError(
        f"{table.file}: column {shown(table.columns[columns[0]])}, {table.where(int(rows[0]))} is "
        f"infinite or too large for a 64-bit float ({counted(len(rows), 'such cell')} in all); "
        "correct or remove it"
    )


def _refuse_unlabelled(table: Table) -> None:
    for row, text in enumerate(() if table.classes is None else table.classes):
        if str(text).lower() in MISSING_CELLS:
            raise InputError(f"{table.file}: {table.where(row)} has no class; give every row one")


def _without_missing(
    table: Table, rule: str
) -> tuple[Bool[np.ndarray, " n"], Float64[np.ndarray, "kept columns"], list[str]]:
    """Return which rows are kept, their values with no gap left, and what was done."""
    gaps = np.isnan(table.values)
    whole = ~gaps.any(axis=1)
    if whole.all():
        return whole, table.values, []
    rows, columns = np.nonzero(gaps)
    cells = counted(len(rows), "missing cell")
    if rule == "refuse":
        raise InputError(
            f"{table.file}: {cells}, the first in column {shown(table.columns[columns[0]])} at "
            f"{table.where(int(rows[0]))}; fill them in, or choose --missing mean or drop"
        )
    if rule == "drop":
        left = int(whole.sum())
        if left < MINIMUM:
            raise InputError(
                f"{table.file}: without the rows that miss a cell {left} of {len(whole):,} remain, "
                f"and {MINIMUM} are needed; fill them in, or choose --missing mean"
            )
        dropped = f"{counted(len(whole) - left, 'row')} with {cells} left out, {left:,} remain"
        return whole, table.values[whole], [f"{table.file}: {dropped}"]
    empty = np.flatnonzero(gaps.all(axis=0))
    if len(empty):
        raise InputError(
            f"{table.file}: column {shown(table.columns[empty[0]])} is empty and has no mean to "
            "fill in; remove it"
        )
    filled = np.where(gaps, np.nanmean(table.values, axis=0), table.values)
    return np.ones_like(whole), filled, [f"{table.file}: {cells} set to the mean of their column"]


def _precision_notes(table: Table, values: Values) -> list[str]:
    whole = (values == np.rint(values)).all(axis=0) & (np.abs(values).max(axis=0) > WHOLE_LIMIT)
    names = [c for c, large in zip(table.columns, whole, strict=True) if large]
    if not names:
        return []
    return [
        f"{table.file}: column {listed(names)} holds whole numbers above 2^53, which 64-bit floats "
        "round; their last digits are lost"
    ]
