"""What the cells brought, as arrays by protocol and system; from here on nothing is trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from zerosum.studies.mode_bench.bench import REAL, Bench
from zerosum.studies.mode_bench.cell import worst_score
from zerosum.studies.mode_bench.protocols import ModeProtocol
from zerosum.studies.results import Results


@dataclass(frozen=True, eq=False)
class Judged:
    """One system under one protocol.

    Attributes:
        system: its name, or that of real rows.
        scores: score -> (seeds,); a training that failed counts as the worst there is.
        failed: which trainings failed.
        samples: of the first seed, for a picture; none where they are no picture.
        rounds: of one training. generator, others: numbers in the networks.
        seconds: the whole cell took; 0 where that was lost.
        trouble: why nothing of it could be trained, or "".
    """

    system: str
    scores: Mapping[str, Float[np.ndarray, " seeds"]]
    failed: Bool[np.ndarray, " seeds"]
    samples: np.ndarray
    rounds: int = 0
    generator: int = 0
    others: int = 0
    seconds: float = 0.0
    trouble: str = ""


Found = Mapping[str, Mapping[str, Judged]]  # protocol -> system -> its scores


def found(bench: Bench, results: Results) -> Found:
    """Return every system under every protocol, in the order they were asked for."""
    cells: Sequence[Mapping[str, Any]] = results.description["work"]
    arrays, seconds = dict(results), {row.number: row.seconds for row in results.rows}
    table: dict[str, dict[str, Judged]] = {name: {} for name in bench.names}
    protocols = {p.name: p for p in bench.judged}
    for number, cell in enumerate(cells):
        start = 0
        for name in cell["protocols"]:
            one = protocols[name]
            if number in arrays:
                made = _judged(cell["system"], arrays[number], one, start, seconds[number])
            else:
                made = _missing(cell, one, results.failed.get(number, "it was not done"))
            table[name][cell["system"]] = made
            start += len(one.scores)
    order = (REAL, *bench.entered)
    return {name: {system: of[system] for system in order} for name, of in table.items()}


def _judged(
    system: str,
    arrays: Mapping[str, np.ndarray],
    protocol: ModeProtocol,
    start: int,
    seconds: float,
) -> Judged:
    names = [score.name for score in protocol.scores]
    columns = arrays["scores"][:, start : start + len(names)].T
    generator, others = arrays["parameters"].tolist()
    return Judged(
        system,
        dict(zip(names, columns, strict=True)),
        arrays["failed"],
        arrays["samples"],
        int(arrays["rounds"][0]),
        generator,
        others,
        seconds,
    )


def _missing(cell: Mapping[str, Any], protocol: ModeProtocol, why: str) -> Judged:
    """Return a cell that broke: all of its trainings count as failed, and the reason is kept."""
    seeds = cell["seeds"]
    scores = {s.name: np.full(seeds, worst_score(s, protocol)) for s in protocol.scores}
    return Judged(cell["system"], scores, np.ones(seeds, dtype=bool), np.zeros((0, 2)), trouble=why)
