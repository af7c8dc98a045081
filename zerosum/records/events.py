"""The log of a run, `events.jsonl`: one JSON object a line, appended whole or not at all.

A line counts once its newline is on the disk. What follows the last newline was torn by a crash:
readers leave it out and the next append cuts it off, so that it can never spoil a later line.
"""

from __future__ import annotations

import errno
import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from zerosum.errors import InputError
from zerosum.records import atomic
from zerosum.records.leftovers import replace_file
from zerosum.records.reading import display, explaining, open_regular
from zerosum.records.text import dump_json, parse_json

FILE = "events.jsonl"
MAX_LINE = 1_000_000  # bytes
_MAX_FILE = 8_000_000_000  # bytes


class EventLog:
    """Appends events to the log of a run; keeps no file open, so forks and renames do no harm."""

    def __init__(self, run: Path) -> None:
        """Name the run folder; the file is made by the first event."""
        self.path = Path(run) / FILE

    def append(self, kind: str, **fields: Any) -> None:
        """Write {"kind": kind, **fields} as one line, handed to the kernel before this returns.

        Numbers that are not finite are written as null, so that any JSON reader can read the line.

        Args:
            kind: tick, start, resume, preview, checkpoint, evidence, control, note or end.
            fields: what JSON can hold; `step` is what `truncate_events` goes by.
        Errors: InputError naming a field JSON cannot hold; ZerosumError when the disk refuses, with
            the log as it was before.
        """
        event = {"kind": kind, **{name: _nulled(value) for name, value in fields.items()}}
        line = dump_json(event, kind, indent=None)
        if len(line) > MAX_LINE:
            raise InputError(f"the event {kind} has {len(line)} bytes; log at most {MAX_LINE}")
        with atomic.reporting(self.path, len(line)):
            descriptor = atomic.open_append(self.path)
            try:
                _append_line(descriptor, line)
            finally:
                os.close(descriptor)

    def sync(self) -> None:
        """Wait until all events are on the disk; called before a checkpoint that follows them."""
        if not self.path.exists():
            return
        with atomic.reporting(self.path):
            descriptor = atomic.open_append(self.path)
            try:
                atomic.fsync(descriptor)
            finally:
                os.close(descriptor)
            atomic.fsync_folder(self.path.parent)


def read_events(run: Path) -> list[dict[str, Any]]:
    """Return the events of a run in order; [] when it has none, and without a torn last line.

    Errors: InputError naming file and line when a whole line is no event.
    """
    return [event for _, event in _lines(Path(run) / FILE)]


def truncate_events(run: Path, step: int) -> int:
    """Drop all that happened after `step`, so that a resumed run logs each step once.

    An event without a step belongs to the step of the event before it. The lines that stay keep
    their bytes.

    Args:
        run: the run folder.
        step: the last step to keep, that of the checkpoint the run resumes from.
    Returns:
        how many events were dropped.
    Errors: InputError naming a line that is no event; ZerosumError when the disk refuses, with the
        log as it was before.
    """
    path = Path(run) / FILE
    kept, dropped, now = [], 0, 0
    for line, event in _lines(path):
        now = event.get("step", now)
        kept.append(line if now <= step else b"")
        dropped += now > step
    if dropped:
        data = b"".join(kept)
        with atomic.reporting(path, len(data)):
            replace_file(path, data)
    return dropped


def _append_line(descriptor: int, line: bytes) -> None:
    """Cut off a torn tail, then add the line whole or not at all."""
    size = os.fstat(descriptor).st_size
    whole = _end_of_last_line(descriptor, size)
    if whole < size:
        atomic.truncate(descriptor, whole)
    # One write of a whole line: the kernel keeps appends of several processes apart.
    written = atomic.write(descriptor, line)
    if written == len(line):
        return
    atomic.truncate(descriptor, whole)
    if atomic.write(descriptor, line) != len(line):
        atomic.truncate(descriptor, whole)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _end_of_last_line(descriptor: int, size: int) -> int:
    """Return the number of bytes up to and with the last newline."""
    if size == 0 or os.pread(descriptor, 1, size - 1) == b"\n":
        return size
    end = size
    while end > 0:
        start = max(0, end - 65536)
        newline = os.pread(descriptor, end - start, start).rfind(b"\n")
        if newline >= 0:
            return start + newline + 1
        end = start
    return 0


def _lines(path: Path) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """Yield each whole line with its event."""
    if not os.path.lexists(path):
        return
    with explaining(path), open_regular(path, _MAX_FILE) as (file, _):
        number = 0
        while line := file.readline(MAX_LINE + 1):
            number += 1
            if not line.endswith(b"\n") and len(line) <= MAX_LINE:
                return
            yield line, _event(line, f"{display(path)}, line {number}")


def _event(line: bytes, where: str) -> dict[str, Any]:
    if len(line) > MAX_LINE:
        raise InputError(f"{where} is longer than {MAX_LINE} bytes; delete that line")
    event = parse_json(line, where)
    if not isinstance(event, dict) or not isinstance(event.get("kind"), str):
        raise InputError(f"{where} is no event with a kind; delete that line")
    if type(event.get("step", 0)) is not int:
        raise InputError(f"{where} has a step that is no integer; delete that line")
    return event


def _nulled(value: Any) -> Any:
    """Return a value with null for each number that is not finite."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _nulled(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_nulled(item) for item in value]
    return value
