"""What a running training is asked to do, by a file in its run folder: `control.json`.

    {"order": "5f3a…", "do": "pause" | "resume" | "save" | "stop"}

Whoever asks replaces the file at once; the trainer takes it away as it obeys and answers with an event
of kind "control" in the log: {"step", "order", "done"}, where done is paused, resumed, saved, stopped or
refused. The newest order counts: one that was not taken yet is replaced by the next. What stands there
when a trainer begins was meant for another one, and is thrown away.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zerosum.errors import InputError, unknown
from zerosum.records import atomic
from zerosum.records.leftovers import marked, replace_file
from zerosum.records.reading import read_bytes
from zerosum.records.text import dump_json, parse_json

FILE = "control.json"
ORDERS = ("pause", "resume", "save", "stop")
_MAX_BYTES = 1000


@dataclass(frozen=True)
class Order:
    """One wish: its number, by which the answer is known, and what to do ("" for nothing that is known)."""

    number: str
    do: str


def give_order(run: Path, do: str) -> str:
    """Ask the trainer of a run for something and return the order's number.

    Errors: InputError for an unknown order; ZerosumError when the disk refuses.
    """
    if do not in ORDERS:
        raise unknown("order", do, ORDERS)
    number = secrets.token_hex(6)
    path = Path(run) / FILE
    with atomic.reporting(path):
        replace_file(path, dump_json({"order": number, "do": do}, FILE))
    return number


def take_order(run: Path) -> Order | None:
    """Take the order that waits, if there is one; asking costs one look for a name.

    The file is renamed before it is read, so that an order given at this very moment is not lost.
    """
    path = Path(run) / FILE
    if not os.path.lexists(path):
        return None
    taken = marked(path, "del")
    try:
        atomic.rename(path, taken)
        return _understood(taken)
    except OSError:  # a disk that refuses must not end a training
        return None
    finally:
        atomic.discard(taken)


def forget_orders(run: Path) -> None:
    """Throw away an order that was meant for a former trainer."""
    with suppress(OSError):
        atomic.discard(Path(run) / FILE)


def _understood(path: Path) -> Order:
    try:
        found: Any = parse_json(read_bytes(path, _MAX_BYTES), FILE)
    except InputError:
        found = None
    if not isinstance(found, dict):
        return Order("", "")
    do = found.get("do")
    return Order(str(found.get("order", ""))[:40], do if do in ORDERS else "")
