"""Kill a training again and again, resume it each time, and compare it with one left in peace.

    python -m tests.acceptance.kill --kills 200 --seed 0

The trainer is a forked child, which resumes as `zerosum train --resume` does and says through a pipe
which phase it enters and which step it has finished. SIGKILL is aimed in two ways: by the clock,
some milliseconds after so many steps; and at the n-th filesystem operation inside a phase, where
a write may have put half its bytes. Passes when every run ends with the untouched run's hash and
log, no resume loses more than one interval, and enough kills fell inside each phase.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from tests.acceptance.victim import Aim, Life, live
from tests.records.faults import half_done
from tests.training.tiny import digest_of_run, prepared
from zerosum.records.events import read_events
from zerosum.runs.job import Job
from zerosum.runs.session import begin

STEPS, TICK, SAVE = 48, 2, 4  # the run, and its intervals
MOST_STARTS = 200  # of one run: more would mean that it gets nowhere

# In 20 kills: how each is aimed, and how many filesystem operations its phase has in two visits.
AIMED = {"save": 7, "retention": 2, "start-up": 2, "log": 2, "clock": 7}
OPERATIONS = {"save": 26, "retention": 12, "start-up": 12, "log": 16}
# The share of the kills that must have fallen in each phase.
LEAST = {"start-up": 0.05, "step": 0.1, "save": 0.3, "retention": 0.05}


@dataclass
class Tally:
    """What a campaign found: kills by phase, runs, and a sentence for each thing that was wrong."""

    kills: Counter[str] = field(default_factory=Counter)
    runs: int = 0
    equal: int = 0
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def short(self) -> list[str]:
        """Return a sentence for each phase in which too few kills fell to prove anything."""
        total = self.kills.total()
        return [
            f"{self.kills[phase]} kills of {total} in {phase}: at least {round(share * total)} needed"
            for phase, share in LEAST.items()
            if self.kills[phase] < round(share * total)
        ]


def aims(seed: int) -> Iterator[Aim]:
    """Yield aims for ever, of each kind its share, in a seeded order."""
    rng = random.Random(seed)
    while True:
        kinds = [kind for kind, share in AIMED.items() for _ in range(share)]
        rng.shuffle(kinds)
        for kind in kinds:
            if kind == "clock":
                yield Aim(kind, rng.randrange(16), delay=rng.uniform(0.0, 0.02))
            else:
                yield Aim(kind, rng.randint(1, OPERATIONS[kind]), rng.random() < 0.5)


class Campaign:
    """Runs trained under fire, each compared with one left in peace."""

    def __init__(self, root: Path, kills: int, seed: int) -> None:
        self.root, self.wanted = root, kills
        self.tally = Tally()
        self._aims, self._again = aims(seed), deque[Aim]()
        self._job = job()
        peaceful = begin(self._job, root, "untouched").run
        life = live(peaceful, Aim())
        assert life.code == 0, f"the untouched run ended with code {life.code}"
        self._digest, self._ticks = digest_of_run(peaceful), ticks(peaceful)
        assert [tick["step"] for tick in self._ticks] == list(range(TICK, STEPS + 1, TICK))

    def go(self) -> Tally:
        """Train runs until enough kills fell, and return what was found."""
        start = time.monotonic()
        while self.tally.kills.total() < self.wanted and not self.tally.wrong:
            self._train_one()
        self.tally.seconds = time.monotonic() - start
        return self.tally

    def _train_one(self) -> None:
        run = begin(self._job, self.root, f"run-{self.tally.runs:04d}").run
        self.tally.runs += 1
        reached = 0
        for _ in range(MOST_STARTS):
            life = self._one_life(run)
            reached = self._check_loss(run, life, reached)
            if life.code == 0:
                return self._compare(run)
            if life.code != -signal.SIGKILL:
                return self._blame(run, f"the trainer ended with code {life.code}")
        return self._blame(run, f"not done after {MOST_STARTS} starts")

    def _one_life(self, run: Path) -> Life:
        if self.tally.kills.total() >= self.wanted:
            return live(run, Aim())
        aim = self._again.popleft() if self._again else next(self._aims)
        life = live(run, aim)
        if life.code == -signal.SIGKILL:
            self.tally.kills[life.phase] += 1
        else:  # the run was done before the aim was reached: the next run takes it up
            self._again.append(aim)
        return life

    def _check_loss(self, run: Path, life: Life, reached: int) -> int:
        """Blame a resume from before the last save that was finished; return the step reached."""
        saved = reached // SAVE * SAVE
        if life.steps and life.steps[0] < saved:
            self._blame(run, f"resumed at step {life.steps[0]}, though {saved} was saved")
        return max([reached, *life.steps])

    def _compare(self, run: Path) -> None:
        before = len(self.tally.wrong)
        if digest_of_run(run) != self._digest:
            self._blame(run, "the final hash differs from the untouched run's")
        if ticks(run) != self._ticks:
            self._blame(run, "the log does not hold the untouched run's ticks, each once")
        if left := half_done(run):
            self._blame(run, f"left half done: {', '.join(left)}")
        self.tally.equal += len(self.tally.wrong) == before

    def _blame(self, run: Path, what: str) -> None:
        self.tally.wrong.append(f"{run.name}: {what}")


def job() -> Job:
    """Return the training that is killed: tiny, and with every item a state can have."""
    run = {"steps": STEPS, "ticks": STEPS // TICK, "checkpoints": STEPS // SAVE}
    return prepared(run=run)


def ticks(run: Path) -> list[Mapping[str, Any]]:
    """Return the log's ticks without the two numbers that come from a clock."""
    timed = {"seconds", "rate"}
    events = (event for event in read_events(run) if event["kind"] == "tick")
    return [{k: v for k, v in event.items() if k not in timed} for event in events]


def main() -> int:
    """Run a campaign, print what was found, and return 1 on failure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=200, help="how many (default: 200)")
    parser.add_argument("--seed", type=int, default=0, help="of the aims (default: 0)")
    given = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as root:
        tally = Campaign(Path(root), given.kills, given.seed).go()
    phases = ", ".join(f"{phase} {n}" for phase, n in sorted(tally.kills.items()))
    print(f"{tally.kills.total()} kills in {tally.runs} runs, {tally.seconds:.0f} s: {phases}")
    print(f"{tally.equal} of {tally.runs} runs ended with the untouched run's hash and log")
    bad = tally.wrong + tally.short()
    print("\n".join([*bad, "FAIL" if bad else "PASS"]))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
