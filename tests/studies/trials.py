"""Small pure functions to be studied, and the traps that kill the process which computes one."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import numpy as np

from tests.records.faults import every_operation, killing

ROWS = 5
DESCRIPTION = {"seed": 7, "rows": ROWS, "milliseconds": 15}


def draw(description, number):
    """One trial: numbers that depend on the seed and on the number of the chunk, and on nothing else."""
    key = np.array([description["seed"], number], dtype=np.uint64)
    noise = np.random.Generator(np.random.Philox(key=key))
    rows = noise.normal(size=(description["rows"], 3))
    return {"rows": rows, "mean": rows.mean(), "number": np.full(description["rows"], number)}


def trial(description, number):
    """The same after some milliseconds; noted in $TRIALS/log, and killed by $TRIALS/trap-NUMBER."""
    if "TRIALS" in os.environ:
        _note_and_arm(Path(os.environ["TRIALS"]), number)
    time.sleep(description["milliseconds"] / 1000)
    return draw(description, number)


def held(description, number):
    """The same, but from chunk 6 on it does not end before $TRIALS/hold is gone."""
    found = trial(description, number)
    while number >= 6 and (Path(os.environ["TRIALS"]) / "hold").exists():
        time.sleep(0.01)
    return found


def _note_and_arm(folder, number):
    late = bool(list((folder / "study" / "results").glob(f"{number:06d}-*")))
    with open(folder / "log", "a") as log:
        log.write(f"{'late' if late else 'start'} {number}\n")
    trap = folder / f"trap-{number}"
    if trap.exists():
        operation, halfway = json.loads(trap.read_text())
        trap.unlink()  # it kills only once
        every_operation(killing(operation, halfway=halfway)).__enter__()


def deadly(description, number):
    """Chunk 2 kills whoever computes it."""
    if number == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return draw(description, number)


def hanging(description, number):
    """Chunk 1 never ends."""
    while number == 1:
        time.sleep(1)
    return draw(description, number)


def faulty(description, number):
    """Chunk 1 has an error of its own, chunk 2 no memory, chunk 3 gives what no file can hold."""
    if number == 1:
        raise ValueError("this chunk\nis wrong")
    if number == 2:
        raise MemoryError
    return {"odd": np.array(["text"])} if number == 3 else draw(description, number)


def nan(description, number):
    """A member that diverged."""
    return {"value": np.array([np.nan, number], dtype=np.float32)}


def ragged(description, number):
    """Chunks of unequal length, and one without its second array."""
    arrays = {"rows": np.full((number, 2), number), "flag": np.full(number, number > 1)}
    return arrays if number < 3 else {"rows": arrays["rows"]}


def environment(description, number):
    """How this process computes."""
    import torch

    names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    variables = [int(os.environ[name]) for name in names]
    return {"threads": np.array([torch.get_num_threads(), *variables]), "pid": os.getpid()}


def slow(description, number):
    """Takes longer than any test waits."""
    time.sleep(description.get("seconds", 60))
    return draw(description, number)
