"""A line of the list of runs, from the folder's settings and the end of its log."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from zerosum.records.events import FILE
from zerosum.reports.read import value
from zerosum.studio.index import Entry
from zerosum.studio.runs import previews, state
from zerosum.studio.runs.about import brief
from zerosum.studio.runs.judged import judged
from zerosum.studio.runs.plain import plain
from zerosum.studio.runs.state import End
from zerosum.studio.runs.tail import last_lines, parsed

MAX_SHOWN = 300
_LAST = 256_000  # bytes of a log that are looked at
T = TypeVar("T")


class Summaries:
    """Makes lines of the list; what has not changed since the last time is not read again."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], tuple[Any, Any]] = {}
        self._lock = threading.Lock()

    def __call__(self, entries: Iterable[Entry]) -> list[dict[str, Any]]:
        """Return a line for each of the runs, at most 300."""
        runs = [entry for entry in entries if entry.kind == "run"]
        with self._lock:
            return [self._line(entry) for entry in runs[:MAX_SHOWN]]

    def _line(self, entry: Entry) -> dict[str, Any]:
        run = entry.path
        said = self._unchanged("config.yaml", run, brief)
        end = self._unchanged(FILE, run, end_of)
        found = self._unchanged("evidence.json", run, final_headline)
        pictures = previews.shown(run)
        silent = state.silence(run)
        held = state.is_held(run)
        return {
            "id": entry.id,
            "name": plain(entry.name),
            "data": said.data,
            "recipe": said.recipe,
            "seed": said.seed,
            "step": int(value(end.tick, "step")) if end.tick else 0,
            "steps": said.steps,
            "seconds": _number(end.tick, "seconds"),
            "state": state.state_of(held, end.begun, end.standing, silent, end.usual),
            "headline": found or headline(end.look),
            "picture": pictures[-1] if pictures else None,
            "silent": round(silent),
        }

    def _unchanged(self, name: str, run: Path, read: Callable[[Path], T]) -> T:
        """Return what `read` gives, from the last time if the file is still the same."""
        try:
            found = os.stat(run / name)
            now: Any = (found.st_mtime_ns, found.st_size, found.st_ino)
        except OSError:
            now = None
        before = self._kept.get((str(run), name))
        if before is None or before[0] != now:
            before = self._kept[(str(run), name)] = (now, read(run))
        kept: T = before[1]
        return kept


def end_of(run: Path) -> End:
    """Return what the end of a run's log says."""
    ticks: list[dict[str, Any]] = []
    look: dict[str, Any] = {}
    begun, standing = None, None
    for line in last_lines(run, _LAST):
        event = parsed(line) or {"kind": ""}
        how, kind = state.ended(event), event["kind"]
        begun = how if begun is None else begun
        if standing is None and kind == "control" and event.get("done") in ("paused", "resumed"):
            standing = event["done"] == "paused"
        if standing is None and (kind == "tick" or how is not None):
            standing = False
        if kind == "tick" and len(ticks) < 2:
            ticks.insert(0, event)
        if kind == "evidence" and not look and isinstance(event.get("measures"), dict):
            look = event
        if begun is not None and look and len(ticks) == 2:
            break
    usual = state.usual_silence(ticks)
    return End(ticks[-1] if ticks else {}, usual, look, begun or "", bool(standing))


def final_headline(run: Path) -> dict[str, Any] | None:
    """Return the first measurement of a run's evidence that has a reference."""
    found = judged(run)
    rows = [] if found is None else found["rows"]
    for row in rows:
        if row["value"] is not None and row["low"] is not None:
            return {
                k: row[k] for k in ("name", "value", "error", "median", "low", "high", "better")
            }
    return None


def headline(look: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the number of an evaluation during training that comes first."""
    measures = look.get("measures") or {}
    name = next(iter(measures), None)  # FD of pictures, MMD of points, the first of its kind
    if name is None:
        return None
    numbers = {k: _number(measures[name], k) for k in ("value", "error", "median", "low", "high")}
    return {"name": plain(name), **numbers, "better": "lower"}


def _number(source: object, key: str) -> float | None:
    found = value(source, key)
    return found if found == found and abs(found) != float("inf") else None
