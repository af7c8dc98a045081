"""Trainings begun from the page: each is `zerosum train` in a process of its own, two at once at most.

The process is told nothing but names from tables and numbers within bounds; it goes on when the studio is
closed, and is stopped by its control file like any other training.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Annotated, Any

from zerosum.data.names import NAMES
from zerosum.recipes.presets import PRESETS
from zerosum.records.lock import holder
from zerosum.studio.bodies import Refused
from zerosum.studio.bounds import between, check, one_of
from zerosum.studio.index import Index
from zerosum.studio.runs.plain import plain

MAX_RUNNING = 2
MAX_STEPS, MAX_SEED = 200_000, 2**31 - 1
AUTO = "auto"
_KEPT = 20  # trainings that are told of
_SAID = 100_000  # bytes of what a process says
# somebody is about to look; weights do not change
_WATCHED = ("--run.ticks=200", "--run.previews=24")
RECIPES = (AUTO, *(name for name in PRESETS if name != "cyclegan"))  # which needs a second data set


@dataclass(frozen=True)
class Wanted:
    """A training to begin."""

    data: Annotated[str, "a name of `zerosum list datasets`", one_of(NAMES)]
    recipe: Annotated[
        str, "a name of `zerosum list recipes`; auto: by the shape of the data", one_of(RECIPES)
    ] = AUTO
    steps: Annotated[int, "rounds of the game", between(1, MAX_STEPS)] = 2000
    seed: Annotated[int, "of every random stream", between(0, MAX_SEED)] = 0

    def arguments(self) -> list[str]:
        """Return what `zerosum train` is told.

        Raises:
            InputError: a name of no table, or a number out of bounds.
        """
        check(self)  # again, whoever made it: these words become a command line
        recipe = [] if self.recipe == AUTO else ["--recipe", self.recipe]
        numbers = ["--steps", str(self.steps), "--seed", str(self.seed)]
        return [self.data, *recipe, *numbers, *_WATCHED]


@dataclass
class Training:
    """A process begun from the page."""

    number: int
    what: str
    process: subprocess.Popen[bytes]
    said: IO[bytes] = field(repr=False)
    run: str | None = None  # the number of its run in the index

    def told(self, index: Index) -> dict[str, Any]:
        """Return how it is: starting, training, ended, or failed with its first line of error."""
        code = self.process.poll()
        if code is None and self.run is None:
            self.run = _run_of(self.process.pid, index)
        failed = code not in (None, 0, 130, 143)
        alive = "starting" if self.run is None else "training"
        how = "failed" if failed else alive if code is None else "ended"
        error = first_error(_read(self.said)) if failed else None
        return {
            "number": self.number,
            "what": self.what,
            "state": how,
            "run": self.run,
            "error": error,
        }


Launch = Callable[[Sequence[str], IO[bytes]], "subprocess.Popen[bytes]"]


def launch(arguments: Sequence[str], said: IO[bytes]) -> subprocess.Popen[bytes]:
    """Begin `zerosum` with these arguments, deaf to the studio's Ctrl-C."""
    environment = {k: v for k, v in os.environ.items() if k != "ZEROSUM_TOKEN"}
    return subprocess.Popen(
        [sys.executable, "-m", "zerosum", *arguments], stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=said, env=environment, start_new_session=True,
    )  # fmt: skip


class Trainings:
    """All trainings begun from the page.

    Args: root: where runs go. index: where they are found. launch: begins a process.
    """

    def __init__(self, root: Path, index: Index, launch: Launch = launch) -> None:
        self._root, self._index, self._launch = root, index, launch
        self._held: list[Training] = []
        self._count = 0
        self._lock = threading.Lock()

    def begin(self, wanted: Wanted) -> dict[str, Any]:
        """Begin a training. Raises: Refused: 429, two are running."""
        what = f"{wanted.recipe} on {wanted.data}" if wanted.recipe != AUTO else wanted.data
        return self._begin([*wanted.arguments(), "--out", str(self._root.resolve())], what)

    def resume(self, run: Path) -> dict[str, Any]:
        """Go on with a run that was interrupted. Raises: Refused: 409 somebody does, 429 two are running."""
        if holder(run) is not None:
            raise Refused(409, "this run is being trained already")
        return self._begin(["--resume", str(run)], plain(run.name))

    def all(self) -> list[dict[str, Any]]:
        """Return how each is, the newest first."""
        with self._lock:
            return [training.told(self._index) for training in reversed(self._held)]

    def _begin(self, arguments: list[str], what: str) -> dict[str, Any]:
        with self._lock:
            if sum(t.process.poll() is None for t in self._held) >= MAX_RUNNING:
                raise Refused(
                    429, f"{MAX_RUNNING} trainings that were begun here are running: stop one first"
                )
            said = tempfile.TemporaryFile()  # noqa: SIM115  read as long as the training is told of
            self._count += 1
            process = self._launch(["train", *arguments], said)
            self._held = [*self._held, Training(self._count, what, process, said)][-_KEPT:]
            return self._held[-1].told(self._index)


def first_error(said: str) -> str:
    """Return what a process that failed says of it: its last sentence, without paths.

    >>> first_error("zerosum: training in runs/00001-x\\nzerosum: run.steps is 0: give more\\n")
    'run.steps is 0: give more'
    """
    lines = [line for line in said.splitlines() if line.startswith("zerosum: ")]
    return plain(re.sub(r"^zerosum: ", "", lines[-1])) if lines else "it ended without a word"


def _run_of(pid: int, index: Index) -> str | None:
    """Return the number of the run that a process trains."""
    runs = (entry for entry in index.entries() if entry.kind == "run")
    return next((entry.id for entry in runs if holder(entry.path) == pid), None)


def _read(said: IO[bytes]) -> str:
    said.seek(0)
    return said.read(_SAID).decode("utf-8", "replace")
