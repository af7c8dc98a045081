"""What a run is doing, from its lock and the last of its events."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zerosum.records.events import FILE
from zerosum.records.lock import holder

STATES = ("training", "paused", "measuring", "stalled", "done", "interrupted", "diverged")
LIVE = ("training", "paused", "measuring", "stalled")
_PATIENCE = 10.0  # times the usual silence between two events
_LEAST, _FIRST = 60.0, 300.0  # seconds of silence that mean nothing: later, before the first tick
Event = Mapping[str, Any]


@dataclass(frozen=True)
class End:
    """What the end of a log says.

    Attributes:
        tick: the last. usual: seconds between the last two. look: the last evaluation. begun, standing: as
            for `state.state_of`.
    """

    tick: Event
    usual: float | None
    look: Event
    begun: str
    standing: bool


def state_of(held: bool, begun: str, standing: bool, silent: float, usual: float | None) -> str:
    """Return one of `STATES`.

    Args:
        held: whether a trainer holds the run.
        begun: how the log's last beginning or end reads: "" for a beginning, else why it ended.
        standing: whether the last order that was obeyed was to pause.
        silent: seconds since the log was written to.
        usual: seconds between its last two ticks; None before there are two.
    """
    if not held:
        return begun if begun in ("done", "diverged") else "interrupted"
    if begun == "done":
        return "measuring"
    if standing:
        return "paused"
    limit = _FIRST if usual is None else max(_LEAST, _PATIENCE * usual)
    return "stalled" if silent > limit else "training"


def ended(event: Event) -> str | None:
    """Return how a run ended by this event, "" if it is a beginning, None if it is neither."""
    if event.get("kind") in ("start", "resume"):
        return ""
    return str(event.get("reason", ""))[:40] if event.get("kind") == "end" else None


def is_held(run: Path) -> bool:
    """Return whether a trainer holds a run."""
    return holder(run) is not None


def silence(run: Path) -> float:
    """Return seconds since the log of a run was written to."""
    try:
        return max(0.0, time.time() - os.stat(run / FILE).st_mtime)
    except OSError:
        return 0.0


def usual_silence(ticks: Sequence[Event]) -> float | None:
    """Return the seconds of training between the last two ticks, given in order; None without two."""
    at = [t["seconds"] for t in ticks[-2:] if isinstance(t.get("seconds"), int | float)]
    return max(0.0, at[1] - at[0]) if len(at) == 2 else None
