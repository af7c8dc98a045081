"""One thread that follows a run's folder, however many pages watch it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from zerosum.errors import InputError
from zerosum.reports.read import value
from zerosum.studio.runs import previews, state
from zerosum.studio.runs.about import brief
from zerosum.studio.runs.judged import judged
from zerosum.studio.runs.story import Story
from zerosum.studio.runs.summary import end_of
from zerosum.studio.runs.tail import Tail

MAX_FOLLOWED = 12  # runs at once, of all visitors
EVERY = 1.0  # seconds between two looks at the folder
_FEW = 2.5  # pages that draw at this pace; more are told less often, so that a training pays for no more
_BEAT = 5.0  # seconds after which a page is told again, though nothing happened
Frame = tuple[Mapping[str, Any], Mapping[str, np.ndarray]]
Post = Callable[[str, Mapping[str, Any], Mapping[str, np.ndarray]], None]


class Follower:
    """Reads a run's folder and posts "curves", "evidence" and "now" frames to whoever listens."""

    def __init__(self, run: Path, every: float = EVERY) -> None:
        self._run, self._every = run, every
        self._tail, self._story = Tail(run), Story()
        self._listeners: dict[object, Post] = {}
        self._new: list[Post] = []
        self._lock, self._bell = threading.Lock(), threading.Event()
        self._told: dict[str, Any] = {}
        self._silence = 0.0
        self._closed = False
        self._thread = threading.Thread(target=self._live, daemon=True)

    def listen(self, who: object, post: Post) -> None:
        """Post frames there from now on, the newest of each kind at once."""
        with self._lock:
            self._listeners[who] = post
            self._new.append(post)
        if not self._thread.is_alive():
            self._thread.start()
        self._bell.set()

    def leave(self, who: object) -> int:
        """Post there no more; return how many still listen."""
        with self._lock:
            self._listeners.pop(who, None)
            return len(self._listeners)

    def close(self) -> None:
        """End the thread."""
        self._closed = True
        self._bell.set()
        self._thread.join(timeout=5)

    def _live(self) -> None:
        changed: set[str] = set()
        while not self._closed:
            changed |= self._read()
            self._tell(changed)
            changed.clear()
            if self._tail.share >= 1:
                self._bell.wait(self.pause)
            self._bell.clear()

    @property
    def pause(self) -> float:
        """Seconds between two looks: longer the more pages would draw what is seen."""
        return self._every * max(1.0, len(self._listeners) / _FEW)

    def _read(self) -> set[str]:
        """Read on in the log; return which frames change by it."""
        anew, events = self._tail.read()
        if anew:
            self._story = Story()
        changed = {self._story.add(event) for event in events}
        return changed | ({"curves", "evidence"} if anew else set())

    def _tell(self, changed: set[str]) -> None:
        now = self._now()
        if now["finished"] != self._told.get("finished"):
            changed.add("evidence")
        self._silence += self.pause
        if {**now, "silent": 0} != {**self._told, "silent": 0} or self._silence >= _BEAT:
            changed.add("now")
            self._told, self._silence = now, 0.0
        with self._lock:
            new, self._new = self._new, []
            old = [post for post in self._listeners.values() if post not in new]
        if changed and old:
            self._post(changed, old, now)
        if new:
            self._post({"now", "curves", "evidence"}, new, now)

    def _post(self, changed: set[str], listeners: list[Post], now: Mapping[str, Any]) -> None:
        for kind in sorted(changed, reverse=True):  # now first: it is what a page waits for
            header, arrays = self._frame(kind, now)
            for post in listeners:
                post(kind, header, arrays)

    def _frame(self, kind: str, now: Mapping[str, Any]) -> Frame:
        if kind == "now":
            return now, {}
        if kind == "evidence":
            return {**self._story.evidence(), "final": judged(self._run)}, {}
        return {"step": self._story.step}, self._story.series.thinned()

    def _now(self) -> dict[str, Any]:
        """Return where the run is; while a long log is still being read, by what its end says."""
        story, run, steps = self._story, self._run, brief(self._run).steps
        silent = state.silence(run)
        end = story.end() if self._tail.share >= 1 else end_of(run)
        doing = state.state_of(state.is_held(run), end.begun, end.standing, silent, end.usual)
        return {
            "state": doing,
            "step": max(story.step, int(end.tick.get("step", 0))),
            "steps": steps,
            **{name: end.tick.get(name) for name in ("seen", "seconds", "rate", "component")},
            "left": time_left(end.tick, steps) if doing in state.LIVE else None,
            "silent": round(silent),
            "answer": {k: story.answer.get(k) for k in ("order", "done", "step")},
            "saves": story.saves,
            "read": round(self._tail.share, 3),
            "finished": (run / "report.html").is_file(),
            "previews": {of: previews.shown(run, of) for of in previews.OF},
        }


def time_left(tick: Mapping[str, Any], steps: int) -> float | None:
    """Return the seconds to the last step at the pace of the last stretch, measured in samples."""
    step, seen, rate = (value(tick, name) for name in ("step", "seen", "rate"))
    if not (step > 0 and rate > 0 and seen > 0):
        return None
    return max(0.0, (steps - step) * (seen / step) / rate)


class Followers:
    """The followers of all runs that are watched, each shared by its watchers."""

    def __init__(self) -> None:
        self._held: dict[Path, Follower] = {}
        self._lock = threading.Lock()

    def begin(self, run: Path, who: object, post: Post) -> None:
        """Follow a run for somebody.

        Raises:
            InputError: so many runs are followed already.
        """
        with self._lock:
            if run not in self._held and len(self._held) >= MAX_FOLLOWED:
                raise InputError(f"{MAX_FOLLOWED} runs are followed already: close a page")
            self._held.setdefault(run, Follower(run)).listen(who, post)

    def end(self, run: Path, who: object) -> None:
        """Follow it for them no more."""
        with self._lock:
            follower = self._held.get(run)
            last = follower is not None and follower.leave(who) == 0
            if last:
                del self._held[run]
        if last and follower is not None:
            follower.close()
