"""`.csv` files of numbers, read line by line so that every complaint can name its line.

UTF-8 with or without a byte order mark, any line ends, RFC 4180 quoting. The delimiter is the one
of , ; tab | that splits the first lines most evenly; the first line is a header if a cell of it is
no number. Missing cells: empty, NA, N/A, NaN, null, none, ? (in either case). true and false are 1
and 0.
"""

from __future__ import annotations

import csv
import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import numpy as np

from zerosum.data.options import DataOptions
from zerosum.data.source import Source
from zerosum.data.tables import MISSING_CELLS, Table, check_names, from_table, text_refusal
from zerosum.data.text import counted, listed, short, shown
from zerosum.errors import InputError, unknown

DELIMITERS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}
TRUTH = {"true": 1.0, "false": 0.0}

_SNIFFED = 1 << 16  # characters that the delimiter is detected from
_VALUES_KEPT = 1000  # distinct texts of a column that are told apart
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")


def read_csv(path: Path, options: DataOptions) -> Source:
    """Return the source of a .csv file.

    Raises:
        InputError: not UTF-8, lines of unequal length, twice the same name, text, or anything that
            `from_table` refuses; the sentence names column and line.
    """
    file = shown(path.name)
    _check_encoding(file, path)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        try:
            table = _read(file, shown(path.stem), stream, options)
        except UnicodeDecodeError as error:
            byte = error.object[error.start]
            raise InputError(
                f"{file}: line {_undecodable_line(path)} is not UTF-8 text (byte 0x{byte:02x}); "
                "the file may be Latin-1 or Windows-1252: save it as UTF-8"
            ) from None
        except csv.Error as error:
            raise InputError(f"{file} is no .csv that can be read: {shown(error)}") from None
    return from_table(table, options)


def _check_encoding(file: str, path: Path) -> None:
    with path.open("rb") as stream:
        head = stream.read(4)
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise InputError(f"{file} is UTF-16 text; save it as UTF-8")
    if not head:
        raise InputError(f"{file} is empty; training needs at least 2 rows of numbers")


def _undecodable_line(path: Path) -> int:
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return number
    return 1


def _lines(file: str, stream: TextIO) -> Iterator[str]:
    for number, line in enumerate(stream, start=1):
        if "\0" in line:
            raise InputError(
                f"{file}: line {number} holds a NUL byte; the file is damaged, or it is UTF-16: "
                "save it as UTF-8"
            )
        yield line


def _read(file: str, name: str, stream: TextIO, options: DataOptions) -> Table:
    delimiter = options.delimiter or _delimiter(stream.read(_SNIFFED))
    stream.seek(0)
    records = _records(csv.reader(_lines(file, stream), delimiter=delimiter, strict=True))
    first = next(records, None)
    if first is None:
        raise InputError(f"{file} holds no rows; training needs at least 2 rows of numbers")
    has_header = _is_header(first[1]) if options.header is None else options.header
    columns = _names(first[1]) if has_header else _names([""] * len(first[1]))
    check_names(file, columns)
    cells = Cells(file, columns, options.labels, delimiter)
    if not has_header:
        cells.add(*first)
    for line, record in records:
        cells.add(line, record)
    return cells.table(name, has_header)


def _delimiter(head: str) -> str:
    """Return the delimiter that splits most of the first lines into as many fields, above one."""
    lines = [line for line in head.splitlines()[:50] if line.strip()]
    best, found = 0, ","
    for delimiter in DELIMITERS:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        even = sum(width == widths[0] for width in widths) if widths and widths[0] > 1 else 0
        if even > best:
            best, found = even, delimiter
    return found


def _records(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Yield (line that the record starts on, its cells without spaces around), no empty lines."""
    line = 1
    for record in reader:
        if any(cell.strip() for cell in record) or len(record) > 1:
            yield line, [cell.strip() for cell in record]
        line = reader.line_num + 1  # type: ignore[attr-defined]


def _is_header(record: list[str]) -> bool:
    return any(_number(cell) is None for cell in record)


def _names(cells: list[str]) -> tuple[str, ...]:
    return tuple(cell or f"column_{i + 1}" for i, cell in enumerate(cells))


def _number(cell: str) -> float | None:
    """Return a cell's number, NaN when it is missing, None when it is text."""
    lower = cell.lower()
    if lower in MISSING_CELLS:
        return float("nan")
    if lower in TRUTH:
        return TRUTH[lower]
    try:
        # float() would read 1_000 as 1000, which no other program does
        return None if "_" in cell else float(cell)
    except ValueError:
        return None


@dataclass
class Odd:
    """Cells of one column that are no plain numbers: the first, its line, how many, how varied."""

    first: str
    line: int
    count: int = 0
    values: set[str] = field(default_factory=set)

    def add(self, cell: str) -> None:
        """Count one more cell."""
        self.count += 1
        if len(self.values) < _VALUES_KEPT:
            self.values.add(cell)


@dataclass
class Cells:
    """Gathers the numbers of the records, 8 bytes each, and remembers what was no number."""

    file: str
    columns: tuple[str, ...]
    labels: str | None
    delimiter: str
    lines: array[int] = field(default_factory=lambda: array("q"))
    numbers: array[float] = field(default_factory=lambda: array("d"))
    classes: list[str] = field(default_factory=list)
    text: dict[int, Odd] = field(default_factory=dict)
    truths: dict[int, Odd] = field(default_factory=dict)
    label_at: int | None = None

    def __post_init__(self) -> None:
        if self.labels in (None, "none"):
            return
        if self.labels not in self.columns:
            raise unknown(f"label column of {self.file}", self.labels, self.columns)
        self.label_at = self.columns.index(str(self.labels))

    def add(self, line: int, record: list[str]) -> None:
        """Take one record that starts on `line`."""
        if len(record) != len(self.columns):
            raise InputError(
                f"{self.file}: line {line} has {counted(len(record), 'field')}, the first line has "
                f"{len(self.columns)}; correct the line or the delimiter ({self._delimiter_hint()})"
            )
        if self.label_at is not None:
            self.classes.append(record.pop(self.label_at))
        self.lines.append(line)
        try:
            fast = [] if "_" in "".join(record) else list(map(float, record))
        except ValueError:
            fast = []
        self.numbers.extend(fast or [self._slow(i, c, line) for i, c in enumerate(record)])

    def _slow(self, column: int, cell: str, line: int) -> float:
        number = _number(cell)
        seen = self.text if number is None else self.truths if cell.lower() in TRUTH else None
        if seen is not None:
            seen.setdefault(column, Odd(cell, line)).add(cell)
        return float("nan") if number is None else number

    def table(self, name: str, has_header: bool) -> Table:
        """Return what was gathered; raise InputError for the first column that holds text."""
        columns = tuple(c for i, c in enumerate(self.columns) if i != self.label_at)
        values = np.array(self.numbers, dtype=np.float64).reshape(len(self.lines), len(columns))
        self._refuse_text(columns, values)
        read = f"{counted(len(values), 'row')} of {counted(len(columns), 'column')}"
        head = "" if has_header else "; no header, so the first line counts as numbers"
        note = f"{self.file}: {read}, delimiter {self._delimiter_hint()}{head}"
        classes = np.array(self.classes) if self.label_at is not None else None
        lines = self.lines
        return Table(
            self.file, name, columns, values, classes, lambda i: f"line {lines[i]}", (note,)
        )

    def _refuse_text(self, columns: tuple[str, ...], values: np.ndarray) -> None:
        numbers = (~np.isnan(values)).sum(axis=0)
        more = [columns[i] for i in sorted(self.text)][1:]
        for column, odd in sorted(self.text.items()):
            self._refuse_other_notation(columns, odd.first, odd.line)
            error = self._refusal(columns[column], odd, int(numbers[column]))
            raise InputError(f"{error} (also text: {listed(more)})") if more else error
        for column, odd in sorted(self.truths.items()):
            if odd.count != numbers[column]:
                raise self._refusal(columns[column], odd, int(numbers[column]))

    def _refusal(self, column: str, odd: Odd, numbers: int) -> InputError:
        repeats = 2 * len(odd.values) <= odd.count
        return text_refusal(self.file, column, odd.first, f"line {odd.line}", numbers, repeats)

    def _refuse_other_notation(self, columns: tuple[str, ...], cell: str, line: int) -> None:
        if _DECIMAL_COMMA.fullmatch(cell):
            raise InputError(
                f"{self.file}: {short(cell)} on line {line} has a decimal comma; write a point"
            )
        other = [d for d in DELIMITERS if d in cell and d != self.delimiter]
        if len(columns) == 1 and other:
            raise InputError(
                f"{self.file}: one column found, and line {line} is {short(cell)}; is the "
                f"delimiter {DELIMITERS[other[0]]}? choose it with --delimiter"
            )

    def _delimiter_hint(self) -> str:
        return DELIMITERS.get(self.delimiter, repr(self.delimiter))
