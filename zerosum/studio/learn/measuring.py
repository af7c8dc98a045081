"""A claim measured while the page waits: `zerosum theory CLAIM --json` in a process that can be stopped.

A process, because a measurement trains networks for seconds and a thread could not be told to stop. One
at a time, by the studio's turns; what was found is kept, for the same seed gives the same numbers.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from zerosum.studio.bodies import Refused
from zerosum.studio.shared import Turns

MAX_AT_ONCE = 3  # measurements under way or waiting
MOST_SECONDS = 600.0  # then it is stopped


@dataclass
class Measurement:
    """One claim's measurement.

    Attributes:
        claim, seed: what is measured. state: waiting, measuring, done, stopped or failed.
        found: the claim's part of the JSON that `zerosum theory` prints. began: when it left the queue.
        seconds: how long it took, once it ended.
    """

    claim: str
    seed: int
    state: str = "waiting"
    found: dict[str, Any] | None = None
    began: float = 0.0
    seconds: float = 0.0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def busy(self) -> bool:
        """Whether it is under way or waiting."""
        return self.state in ("waiting", "measuring")

    def told(self) -> dict[str, Any]:
        """Return what a page is told of it."""
        going = time.monotonic() - self.began if self.state == "measuring" else self.seconds
        return {
            "state": self.state,
            "seed": self.seed,
            "seconds": round(going, 1),
            "found": self.found,
        }


class Desk:
    """All measurements, the newest of each claim."""

    def __init__(self, turns: Turns) -> None:
        self._turns, self._lock = turns, threading.Lock()
        self._known: dict[str, Measurement] = {}

    def look(self, claim: str) -> dict[str, Any]:
        """Return how far a claim's measurement is; state "none" before there is one."""
        nothing = {"state": "none", "seed": 0, "seconds": 0.0, "found": None}
        with self._lock:
            known = self._known.get(claim)
            return nothing if known is None else known.told()

    def start(self, claim: str, seed: int) -> dict[str, Any]:
        """Measure a claim in the background; one that is being measured already goes on.

        Raises:
            Refused: 429, so many are being measured.
        """
        with self._lock:
            known = self._known.get(claim)
            if known is not None and known.busy:
                return known.told()
            if sum(m.busy for m in self._known.values()) >= MAX_AT_ONCE:
                raise Refused(429, f"{MAX_AT_ONCE} claims are being measured: wait for one of them")
            new = self._known[claim] = Measurement(claim, seed)
        threading.Thread(target=self._run, args=(new,), daemon=True).start()
        return self.look(claim)

    def stop(self, claim: str) -> dict[str, Any]:
        """Stop a measurement, if one is under way or waits."""
        with self._lock:
            known = self._known.get(claim)
            if known is not None and known.busy:
                known.state = "stopped"
                if known.process is not None:
                    known.process.terminate()
        return self.look(claim)

    def _run(self, measurement: Measurement) -> None:
        try:
            with self._turns.take():
                self._measure(measurement)
        except Refused:
            self._end(measurement, "failed", None)

    def _measure(self, measurement: Measurement) -> None:
        with self._lock:
            if measurement.state == "stopped":
                return
            measurement.began, measurement.state = time.monotonic(), "measuring"
            measurement.process = _process(measurement.claim, measurement.seed)
        try:
            out, _ = measurement.process.communicate(timeout=MOST_SECONDS)
        except subprocess.TimeoutExpired:
            measurement.process.kill()
            out, _ = measurement.process.communicate()
        found = _claim_of(out)
        self._end(measurement, "failed" if found is None else "done", found)

    def _end(self, measurement: Measurement, state: str, found: dict[str, Any] | None) -> None:
        with self._lock:
            if measurement.began:
                measurement.seconds = time.monotonic() - measurement.began
            if measurement.state != "stopped":
                measurement.found, measurement.state = found, state


def _process(claim: str, seed: int) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "zerosum", "theory", claim, "--seed", str(seed), "--json"]
    # one thread: networks this small are slower with two, and a game may be played beside it
    alone = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=alone,
    )


def _claim_of(printed: bytes) -> dict[str, Any] | None:
    """Return the one claim of what was printed, or None where the measurement broke."""
    try:
        found: dict[str, Any] = json.loads(printed)["claims"][0]
    except (ValueError, KeyError, IndexError):
        return None
    return found if found["failure"] is None else None
