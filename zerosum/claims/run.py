"""Measure claims, each in one thread, several at a time where there are cores for it."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass

import torch

from zerosum.claims.claim import Claim, Measurement
from zerosum.claims.table import CLAIMS


@dataclass(frozen=True)
class Result:
    """A claim's measurement, or the sentence that says why there is none."""

    claim: Claim
    measurement: Measurement | None
    failure: str
    seconds: float

    @property
    def holds(self) -> bool:
        """Whether it was measured and every finding holds."""
        return self.measurement is not None and self.measurement.holds


def measure(names: Sequence[str], seed: int = 0, workers: int | None = None) -> Iterator[Result]:
    """Yield the result of each claim, in the order asked for, as soon as it is there.

    Args:
        names: of `table.CLAIMS`.
        seed: of every random draw in them.
        workers: processes; None takes one a core. A single one measures in this process.
    """
    count = min(len(names), workers or len(os.sched_getaffinity(0)))
    if count <= 1:
        for name in names:
            yield _timed(name, seed)
        return
    # spawned, not forked: a forked child of a process that has used torch's threads can hang
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, mp_context=context, initializer=_one_thread) as pool:
        futures: list[Future[tuple[Measurement | None, str, float]]] = [
            pool.submit(_measured, name, seed) for name in names
        ]
        for name, future in zip(names, futures, strict=True):
            yield Result(CLAIMS[name], *future.result())


def _timed(name: str, seed: int) -> Result:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return Result(CLAIMS[name], *_measured(name, seed))
    finally:
        torch.set_num_threads(threads)


def _measured(name: str, seed: int) -> tuple[Measurement | None, str, float]:
    start = time.perf_counter()
    try:
        measurement, failure = CLAIMS[name].measure(seed), ""
    except Exception as error:  # one claim that breaks must not cost the others their answer
        measurement, failure = None, f"{type(error).__name__}: {' '.join(str(error).split())}"
    return measurement, failure, time.perf_counter() - start


def _one_thread() -> None:
    torch.set_num_threads(1)
