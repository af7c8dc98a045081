"""A log of events, read on from where one was: however long it is, only what is new costs time."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from zerosum.records.events import FILE, MAX_LINE

_CHUNK = 2_000_000  # bytes read at once
Event = dict[str, Any]


class Tail:
    """The log of a run, as it grows; a resumed run writes it anew, which is noticed.

    Args: run: the run folder.
    """

    def __init__(self, run: Path) -> None:
        self._path = run / FILE
        self._file = (0, 0)  # device and number of the file that was read
        self._offset = 0
        self._rest = b""
        self.size = 0

    @property
    def share(self) -> float:
        """How much of the log has been read, 0 to 1."""
        return min(1.0, self._offset / self.size) if self.size else 1.0

    def read(self) -> tuple[bool, list[Event]]:
        """Return whether the log begins anew, and the next events; [] when there are none yet."""
        try:
            with self._path.open("rb") as file:
                status = os.fstat(file.fileno())
                anew = self._is_another(status)
                file.seek(self._offset)
                data = file.read(_CHUNK)
        except OSError:
            return False, []
        self._offset += len(data)
        return anew, list(self._events(data))

    def _is_another(self, status: os.stat_result) -> bool:
        file, self.size = (status.st_dev, status.st_ino), status.st_size
        if file == self._file and self.size >= self._offset:
            return False
        self._file, self._offset, self._rest = file, 0, b""
        return True

    def _events(self, data: bytes) -> list[Event]:
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > MAX_LINE:  # no event is that long
            self._rest = b""
        return [event for event in map(parsed, lines) if event is not None]


def parsed(line: bytes) -> Event | None:
    """Return the event of a line, None for a line that is none."""
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return None
    known = isinstance(event, dict) and isinstance(event.get("kind"), str)
    return event if known and type(event.get("step", 0)) is int else None


def last_lines(run: Path, size: int) -> list[bytes]:
    """Return the whole lines among a log's last `size` bytes, the newest first."""
    try:
        with (run / FILE).open("rb") as file:
            end = file.seek(0, os.SEEK_END)
            file.seek(max(0, end - size))
            data = file.read(size)
    except OSError:
        return []
    lines = data.split(b"\n")[:-1]  # what follows the last newline is not whole
    return lines[::-1] if end <= size else lines[:0:-1]
