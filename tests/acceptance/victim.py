"""The trainer that is killed: a forked child that says what it does, and the traps set for it."""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.records.faults import REAL_WRITE, every_operation
from zerosum.records import checkpoint, leftovers
from zerosum.records.lock import Lock
from zerosum.runs.session import resume


@dataclass(frozen=True)
class Aim:
    """Where to kill: at operation `number` of `phase`, or by the clock after `number` steps."""

    phase: str = "never"
    number: int = 0
    halfway: bool = False
    delay: float = 0.0  # seconds


@dataclass
class Life:
    """What one trainer said before it ended.

    Attributes:
        code: its exit code, -9 when it was killed.
        phase: the one it was in when it ended.
        steps: numbers of the steps it had finished, after the one it started from.
    """

    code: int = 0
    phase: str = "start-up"
    steps: list[int] = field(default_factory=list)


class Trap:
    """Lives in the trainer: tells its phases, and kills it at the operation aimed at."""

    def __init__(self, aim: Aim, tell: Callable[[str], None]) -> None:
        self._aim, self._tell = aim, tell
        self._phase, self._count = "start-up", 0

    def enter(self, phase: str, step: int | str = "") -> None:
        """Say that a phase begins; a start-up that was too short for its aim is cut off here."""
        if self._phase == self._aim.phase == "start-up":
            self._die("start-up")
        self._phase = phase
        self._tell(f"{phase} {step}\n")

    def operation(self, _: int, name: str, arguments: tuple, do: Callable[[], Any]) -> Any:
        """Stand before every filesystem operation; between saves these are the log's."""
        phase = "log" if self._phase == "step" else self._phase
        self._count += phase == self._aim.phase
        if phase == self._aim.phase and self._count == self._aim.number:
            if self._aim.halfway and name == "write":
                descriptor, data = arguments
                REAL_WRITE(descriptor, data[: len(data) // 2])
            self._die(phase)
        return do()

    def _die(self, phase: str) -> None:
        self._tell(f"{phase} \n")
        os.kill(os.getpid(), signal.SIGKILL)


def watch_saves(trap: Trap) -> None:
    """Let the trap know of saves and of the deletions inside them; for good."""
    write, delete = checkpoint.write, leftovers.delete

    def watched_write(*arguments: Any, **named: Any) -> Path:
        trap.enter("save")
        leftovers.delete = watched_delete
        folder = write(*arguments, **named)
        leftovers.delete = delete
        trap.enter("step")
        return folder

    def watched_delete(folders: Any) -> None:
        if victims := list(folders):
            trap.enter("retention")
            delete(victims)

    checkpoint.write = watched_write


def trainer(run: Path, aim: Aim, tell: Callable[[str], None]) -> None:
    """Resume a run and train it to its end; for a forked child, whose patches nobody undoes."""
    trap = Trap(aim, tell)
    watch_saves(trap)
    with every_operation(trap.operation), Lock(run) as lock:
        session = resume(run, lock, _cleaning_only)
        state = session.job.state
        trap.enter("step", state.step)

        def after_each_step() -> bool:
            trap.enter("step", state.step)
            return False

        session.train(after_each_step)


def _cleaning_only(sentence: str) -> None:
    """Let the cleaning speak; a kill must never leave a damaged checkpoint to be passed over."""
    assert sentence.startswith("finished or removed what an interrupted save left"), sentence


def live(run: Path, aim: Aim) -> Life:
    """Fork a trainer, let it train as far as the aim lets it, and return its life."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.close(reader)
            trainer(run, aim, lambda text: os.write(writer, text.encode()) and None)
            code = 0
        except BaseException:
            traceback.print_exc(file=sys.__stderr__)
        finally:
            os._exit(code)
    os.close(writer)
    life = Life()
    with open(reader, encoding="ascii") as lines:
        if aim.phase == "clock":
            _wait_and_kill(pid, aim, life, lines)
        _listen(life, lines)
    life.code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return life


def _listen(life: Life, lines: Iterator[str], until: float = float("inf")) -> None:
    """Take down what a trainer says, until it has said so many steps or ended."""
    while len(life.steps) <= until and (line := next(lines, "")):
        life.phase, _, step = line.strip().partition(" ")
        life.steps += [int(step)] if step else []


def _wait_and_kill(pid: int, aim: Aim, life: Life, lines: Iterator[str]) -> None:
    if aim.number:
        _listen(life, lines, until=aim.number)
    time.sleep(aim.delay)
    os.kill(pid, signal.SIGKILL)  # one that has ended is still there until it is waited for
