"""Interleaved rounds: every contestant gets a turn in every round, so that drift hits all alike."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parent.parent


@dataclass
class Runner:
    """A contestant's process, the steps of its turn, and the seconds a step took in each round."""

    name: str
    process: subprocess.Popen[str]
    steps: int = 1
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def ask(self, **command: object) -> dict[str, Any]:
        """Send a command and return the answer."""
        if self.process.stdin is None or self.process.stdout is None:
            raise RuntimeError(f"{self.name} was started without pipes")
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} ended with code {self.process.wait()}: see above")
        return json.loads(line)

    def close(self) -> None:
        """End the process."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        self.process.wait()


def start(name: str, case: str, threads: int, python: str = sys.executable) -> Runner:
    """Start a contestant's process."""
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [python, "-m", "benchmarks.worker", name, case, str(threads)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=ROOT,
    )
    return Runner(name, process)


def race(runners: list[Runner], rounds: int, seconds: float, warm: int = 3) -> None:
    """Run rounds of turns that last about `seconds` each; a turn's first step is not timed."""
    for runner in runners:
        runner.ask(do="time", steps=warm)
        step = runner.ask(do="time", steps=warm)["wall"]
        runner.steps = max(1, round(seconds / step))
    for number in range(rounds):
        # each round begins with another contestant
        first = number % len(runners)
        for runner in runners[first:] + runners[:first]:
            runner.ask(do="time", steps=1)
            answer = runner.ask(do="time", steps=runner.steps)
            runner.wall.append(answer["wall"])
            runner.cpu.append(answer["cpu"])


def summary(runner: Runner) -> dict[str, Any]:
    """Return the contestant's numbers: seconds a step, arithmetic, memory."""
    counted = runner.ask(do="flops")["flops"]
    used = runner.ask(do="memory")
    return {
        "seconds per step": {
            "median": median(runner.wall),
            "best": min(runner.wall),
            "median cpu": median(runner.cpu),
            "best cpu": min(runner.cpu),
        },
        "rounds": len(runner.wall),
        "steps per round": runner.steps,
        "flops per step": counted,
        "peak memory MB": round(used["peak"], 1),
        "memory of training MB": round(used["peak"] - used["before"], 1),
    }
