"""What the log of a run tells, event by event, kept small however long the log is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zerosum.reports.watched import sentences
from zerosum.studio.runs.plain import tidy
from zerosum.studio.runs.series import Series
from zerosum.studio.runs.state import End, ended, usual_silence

_MOST_LOOKS, _MOST_ALARMS, _MOST_NOTES = 400, 40, 40
Event = Mapping[str, Any]


class Story:
    """Series of the ticks, evaluations, alarms, notes, answers to orders, and where the run stands."""

    def __init__(self) -> None:
        self.series = Series()
        self.ticks: list[Event] = []  # the last two
        self.looks: list[Event] = []
        self.alarms: list[Event] = []
        self.notes: list[str] = []
        self.watch: Event = {}
        self.best: Event = {}
        self.answer: Event = {}  # to the last order
        self.standing, self.begun = False, ""
        self.step = self.saves = 0

    def add(self, event: Event) -> str:
        """Take up one event; return what of a page changes by it: "curves", "evidence" or "now"."""
        kind = event["kind"]
        self.step = event.get("step", self.step)
        self.begun = self.begun if (how := ended(event)) is None else how
        if how is not None or kind == "tick":
            self.standing = False
        taking = {
            "tick": self._tick, "evidence": self._look, "alarm": self._alarm, "note": self._note,
            "watch": self._watch, "checkpoint": self._saved, "control": self._answered,
        }.get(kind)  # fmt: skip
        if taking is not None:
            taking(event)
        changed = {"tick": "curves", "preview": "now", "control": "now"}
        return changed.get(kind, "evidence")

    def end(self) -> End:
        """Return where the log stands."""
        tick, look = self.ticks[-1:] or [{}], self.looks[-1:] or [{}]
        return End(tick[0], usual_silence(self.ticks), look[0], self.begun, self.standing)

    def evidence(self) -> dict[str, Any]:
        """Return evaluations, alarms and notes as a page needs them."""
        looks = self.looks
        if len(looks) > _MOST_LOOKS:  # evenly, the last included
            looks = [
                looks[round(i * (len(looks) - 1) / (_MOST_LOOKS - 1))] for i in range(_MOST_LOOKS)
            ]
        found = {
            "watch": self.watch,
            "looks": [{"step": e.get("step"), "measures": e["measures"]} for e in looks],
            "alarms": self.alarms,
            "notes": self.notes,
            "best": self.best,
            "sentences": sentences(
                [self.watch, *self.looks, {"kind": "checkpoint", "best": self.best}]
            ),
        }
        made: dict[str, Any] = tidy(found)
        return made

    def _tick(self, event: Event) -> None:
        self.series.add(event)
        self.ticks = [*self.ticks[-1:], event]

    def _look(self, event: Event) -> None:
        if isinstance(event.get("measures"), dict):
            self.looks.append(event)

    def _alarm(self, event: Event) -> None:
        if len(self.alarms) < _MOST_ALARMS:
            self.alarms.append(event)

    def _note(self, event: Event) -> None:
        if len(self.notes) < _MOST_NOTES:
            self.notes.append(str(event.get("text", "")))

    def _watch(self, event: Event) -> None:
        self.watch = event

    def _saved(self, event: Event) -> None:
        self.saves += 1
        best = event.get("best")
        self.best = best if isinstance(best, dict) and best else self.best

    def _answered(self, event: Event) -> None:
        self.answer = event
        if event.get("done") in ("paused", "resumed", "stopped"):
            self.standing = event["done"] == "paused"
