"""The driver's loop: chunks to an executor, outcomes to the ledger, deaths forgiven up to a number."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from zerosum.errors import ZerosumError
from zerosum.studies.ledger import Ledger
from zerosum.studies.task import Executor, Outcome, Task, result_on_disk, sweep
from zerosum.training.signals import StopRequest

MOST_ATTEMPTS = 3  # workers a chunk may cost before it is given up
_LOOK = 0.2  # seconds between looks at whether somebody asked to stop


class Interrupted(ZerosumError):
    """Ctrl-C or SIGTERM ended the driver; every finished chunk is kept."""

    def __init__(self, sentence: str, signal: int) -> None:
        super().__init__(sentence)
        self.exit_code = 128 + signal


@dataclass(frozen=True)
class Progress:
    """How far a study is.

    Attributes:
        done: chunks with a result.
        failed: chunks given up.
        chunks: of the whole study.
        rate: chunks a second since this driver began; 0 before the first.
        seconds_left: at that rate; None before the first.
    """

    done: int
    failed: int
    chunks: int
    rate: float
    seconds_left: float | None

    def __str__(self) -> str:
        """Say it in one line.

        >>> print(Progress(37, 1, 200, 2.5, 64.8))
        37/200 chunks  1 failed  2.5 chunks/s  1:05 left
        """
        parts = [f"{self.done}/{self.chunks} chunks"]
        parts += [f"{self.failed} failed"] if self.failed else []
        parts += [f"{self.rate:.3g} chunks/s", self.left] if self.left else []
        return "  ".join(parts)

    @property
    def left(self) -> str:
        """The time left in words; empty while nobody knows.

        >>> Progress(1, 0, 2, 0.01, 3725.0).left
        '1:02:05 left'
        """
        if self.seconds_left is None:
            return ""
        minutes, seconds = divmod(round(self.seconds_left), 60)
        hours, minutes = divmod(minutes, 60)
        clock = f"{hours}:{minutes:02d}" if hours else str(minutes)
        return f"{clock}:{seconds:02d} left"


class Drive:
    """One driver's share of a study."""

    def __init__(
        self,
        ledger: Ledger,
        task: Task,
        progress: Callable[[Progress], None],
        stop: StopRequest,
        command: str,
    ) -> None:
        self._ledger, self._task, self._progress = ledger, task, progress
        self._stop, self._command = stop, command
        states = [row.state for row in ledger.rows()]
        self._done, self._failed = states.count("done"), states.count("failed")
        self._before, self._start = self._done + self._failed, time.monotonic()

    def go(self, waiting: list[int], executor: Executor) -> None:
        """Do every chunk that waits; the workers are ended on every way out."""
        try:
            for number in waiting:
                executor.submit(number)
            self._report()
            while self._done + self._failed < self._ledger.chunks:
                for outcome in executor.outcomes(_LOOK):
                    self._take(outcome, executor)
                if self._stop():
                    raise self._interrupted()
        finally:
            executor.close()
            sweep(self._task.results)

    def _take(self, outcome: Outcome, executor: Executor) -> None:
        if outcome.kind == "disk":
            raise ZerosumError(outcome.reason)
        if outcome.kind == "died":
            outcome = self._after_death(outcome)
        if outcome.kind == "died":
            executor.submit(outcome.number)
            return
        if outcome.kind == "done":
            self._ledger.finish(outcome)
            self._done += 1
        else:
            self._ledger.fail(outcome.number, outcome.reason)
            self._failed += 1
        self._report()

    def _after_death(self, outcome: Outcome) -> Outcome:
        """Say what a worker's end means: its result may be there, or the chunk may be hopeless."""
        found = result_on_disk(self._task.results, outcome.number)
        if found is not None:
            return found
        attempts = self._ledger.blame(outcome.number, outcome.reason)
        if attempts < MOST_ATTEMPTS:
            return outcome
        reason = f"given up after {attempts} attempts: {outcome.reason}"
        return Outcome(outcome.number, "failed", reason=reason)

    def _report(self) -> None:
        here = self._done + self._failed - self._before
        rate = here / max(time.monotonic() - self._start, 1e-9)
        rest = self._ledger.chunks - self._done - self._failed
        left = rest / rate if here else None
        self._progress(Progress(self._done, self._failed, self._ledger.chunks, rate, left))

    def _interrupted(self) -> Interrupted:
        kept = f"{self._done} of {self._ledger.chunks} chunks are done and kept"
        return Interrupted(f"interrupted; {kept}. To go on:\n  {self._command}", self._stop.signal)
