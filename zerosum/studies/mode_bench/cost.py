"""How long a bench will take, from a few rounds of the plain system that are played here and now.

    seconds of a cell = start + weight of its system * updates * seconds of an update of `gan` + judging

Weights were measured once (`Entrant.weight`); seconds of an update are measured on this machine, for each
data set with as many seeds as its cells have. The estimate is good to about a third: weights differ a
little from data to data, and workers that share caches and memory slow each other.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from zerosum.reports.numbers import duration
from zerosum.studies.mode_bench.bench import REAL, Bench, training_rows
from zerosum.studies.mode_bench.entrants import ENTRANTS
from zerosum.studies.mode_bench.terms import Terms
from zerosum.studies.mode_bench.training import as_population

START = 3.0  # seconds until a worker has loaded everything and a cell is built
_SHORT, _LONG = 3, 23  # rounds that are timed
_JUDGING = {"stacked-digits": 1.0, "stacked-mnist": 3.0}  # seconds a training, most of it drawing
_JUDGING_PLANE = 0.3

Clock = Callable[[], float]


@dataclass(frozen=True)
class Estimate:
    """How long it will take.

    Attributes:
        seconds: on all workers together. cells: how many wait. workers: at once.
        longest: seconds of the longest cell, which no number of workers shortens.
    """

    seconds: float
    cells: int
    workers: int
    longest: float

    @property
    def wall(self) -> float:
        """Seconds by the clock."""
        return max(self.longest, self.seconds / self.workers)

    def sentence(self) -> str:
        """Return it for a person.

        >>> Estimate(5400.0, 100, 2, 60.0).sentence()
        'about 45 min 00 s by the clock: 100 cells, 2 at once (good to about a third)'
        """
        clock = duration(self.wall).replace("\u00a0", " ")
        return (
            f"about {clock} by the clock: {self.cells} cells, {self.workers} at once "
            "(good to about a third)"
        )


def estimate(
    bench: Bench,
    cells: Sequence[Mapping[str, Any]],
    workers: int,
    *,
    clock: Clock = time.process_time,
) -> Estimate:
    """Return how long these cells will take; about three seconds are spent on each kind of data."""
    updates: dict[tuple[Any, ...], float] = {}
    found = []
    for cell in cells:
        if cell["system"] == REAL:
            found.append(START)
            continue
        on = bench.terms(cell["data"])
        kind = _kind(cell["data"], on)
        if kind not in updates:
            updates[kind] = _an_update(bench, cell, on, clock)
        judging = on.seeds * _JUDGING.get(cell["data"], _JUDGING_PLANE)
        weight = ENTRANTS[cell["system"]].weight
        found.append(START + judging + weight * on.updates * updates[kind])
    return Estimate(
        sum(found), len(found), max(1, min(workers, len(found))), max(found, default=0.0)
    )


def _kind(data: str, on: Terms) -> tuple[Any, ...]:
    """Return what an update's time depends on: all points of the plane are alike."""
    where = data if data in ("manifolds-1200", "stacked-digits", "stacked-mnist") else "plane"
    return where, on.seeds, on.batch, str(on.generator), str(on.discriminator)


def _an_update(bench: Bench, cell: Mapping[str, Any], on: Terms, clock: Clock) -> float:
    source = training_rows(cell, bench.seed, bench.mnist)
    seconds = []
    for rounds in (_SHORT, _SHORT, _LONG):  # the first also loads what is needed
        settings = ENTRANTS["gan"].settings(replace(on, updates=rounds))
        began = clock()
        as_population(settings, source, first=bench.seed, seeds=on.seeds)
        seconds.append(clock() - began)
    return max(0.0, seconds[2] - seconds[1]) / (_LONG - _SHORT)
