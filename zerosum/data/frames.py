"""DataFrames and `.parquet` files -> tables; pandas is imported only to read a parquet file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from zerosum.data.options import DataOptions
from zerosum.data.source import Source
from zerosum.data.tables import Table, check_names, from_table, text_refusal
from zerosum.data.text import counted, shown
from zerosum.errors import InputError, unknown


def is_frame(spec: object) -> bool:
    """Return whether an object has a DataFrame's named columns (pandas, polars and their like)."""
    return hasattr(spec, "columns") and hasattr(spec, "to_numpy") and hasattr(spec, "__getitem__")


def read_parquet(path: Path, options: DataOptions) -> Source:
    """Return the source of a .parquet file.

    Raises:
        InputError: pandas or pyarrow is not installed, the file is damaged, or anything that
            `from_frame` refuses.
    """
    file = shown(path.name)
    try:
        import pandas
        import pyarrow  # noqa: F401  # pandas would name several engines where one is enough
    except ImportError:
        raise InputError(
            f"{file} needs pandas and pyarrow; install them with: pip install 'zerosum[tabular]'"
        ) from None
    try:
        frame = pandas.read_parquet(path, engine="pyarrow")
    except MemoryError:
        raise
    # pyarrow has its own tree of exceptions, some of them OSError and some ValueError
    except Exception as error:
        raise InputError(f"{file} is no readable .parquet file: {shown(error)[:100]}") from None
    return from_frame(file, shown(path.stem), frame, options)


def from_frame(file: str, name: str, frame: Any, options: DataOptions) -> Source:
    """Return the source of a DataFrame: its columns as float64, its index left out.

    Raises:
        InputError: twice the same column, text, dates, or anything that `from_table` refuses.
    """
    columns = tuple(str(c) for c in frame.columns)
    check_names(file, columns)
    if options.labels not in (None, "none", *columns):
        raise unknown(f"label column of {file}", options.labels, columns)
    series = {
        c: np.asarray(frame[original]) for c, original in zip(columns, frame.columns, strict=True)
    }
    classes = series.pop(options.labels or "", None)
    if not series:
        raise InputError(f"{file} holds no column of numbers")
    values = np.stack([_numbers(file, c, v) for c, v in series.items()], axis=1)
    note = f"{file}: {counted(len(values), 'row')} of {counted(len(series), 'column')}"
    table = Table(
        file=file,
        name=name,
        columns=tuple(series),
        values=values,
        classes=None if classes is None else np.array([str(v) for v in classes]),
        where=lambda i: f"row {i} (counted from 0)",
        notes=(note,),
    )
    return from_table(table, options)


def _numbers(file: str, column: str, values: np.ndarray) -> np.ndarray:
    if values.dtype.kind in "biuf":
        return values.astype(np.float64)
    cells = values.astype(object)
    for row, cell in enumerate(cells):
        if not _is_number(cell) and not _is_missing(cell):
            others = sum(_is_number(v) for v in cells)
            repeats = 2 * len({str(v) for v in cells}) <= len(cells)
            raise text_refusal(file, column, cell, f"row {row} (counted from 0)", others, repeats)
    return np.array([np.nan if _is_missing(v) else float(v) for v in cells], dtype=np.float64)


def _is_number(cell: object) -> bool:
    return isinstance(cell, (bool, int, float, np.bool_, np.integer, np.floating))


def _is_missing(cell: object) -> bool:
    # pandas' own NA and NaT, recognised without importing pandas
    return cell is None or type(cell).__name__ in ("NAType", "NaTType")
