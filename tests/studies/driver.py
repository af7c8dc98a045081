"""A driver in a process of its own.

    python -m tests.studies.driver FOLDER CHUNKS WORKERS [WORK [EXECUTOR]]

WORKERS 0 lets the executor choose. Prints the chunks done after each one. $KILL_AT=k: it kills
itself as the k-th result, already on the disk, is about to be noted in the ledger.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from tests.studies import trials
from zerosum.errors import ZerosumError
from zerosum.studies.executors import executor
from zerosum.studies.ledger import Ledger
from zerosum.studies.study import run_study

WORKS = {"trial": trials.trial, "held": trials.held, "slow": trials.slow}


def trap(at):
    """Kill this process at the `at`-th call of Ledger.finish, before it changes anything."""
    finish, calls = Ledger.finish, []

    def finish_or_die(self, outcome):
        calls.append(outcome)
        if len(calls) == at:
            os.kill(os.getpid(), signal.SIGKILL)
        finish(self, outcome)

    Ledger.finish = finish_or_die


def main(folder, chunks, workers, work="trial", place="local"):
    """Drive a study and return the exit code."""
    if "KILL_AT" in os.environ:
        trap(int(os.environ["KILL_AT"]))
    try:
        run_study(
            Path(folder), trials.DESCRIPTION, int(chunks), WORKS[work], int(workers) or None,
            lambda progress: print(progress.done, flush=True), command="zerosum study again",
            executor=executor(place),
        )  # fmt: skip
    except ZerosumError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
