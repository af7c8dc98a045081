"""What a worker does with one cell: train a system's seeds, draw from each, and let the protocols judge."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from zerosum import noise
from zerosum.errors import InputError
from zerosum.studies.mode_bench.bench import MNIST, REAL, made, scans_sha256, training_rows
from zerosum.studies.mode_bench.entrants import ENTRANTS
from zerosum.studies.mode_bench.judges import KL, PLUG_IN
from zerosum.studies.mode_bench.protocols import ModeProtocol, Score

SHOWN, PICTURES = 1000, 16  # samples of the first seed that are kept for a picture
_PLAYERS = ("generator", "others")


def work(description: dict[str, Any], number: int) -> dict[str, np.ndarray]:
    """Return one cell's scores: a pure function of its arguments.

    Arrays: scores (seeds, scores), protocol by protocol in the order of `ModeProtocol.scores`; failed
    (seeds,); samples of the first seed; rounds (1,); parameters (2,): of the generator, of all others.
    """
    cell, seed, mnist = description["work"][number], description["seed"], description.get("path")
    protocols = [made(name, mnist) for name in cell["protocols"]]
    if cell["system"] == REAL:
        return _real(protocols, cell["seeds"])
    source = training_rows(cell, seed, mnist)
    if cell["data"] == MNIST and scans_sha256(mnist) != description["mnist_sha256"]:
        raise InputError("the files of MNIST have changed since this bench began")
    trainer = ENTRANTS[cell["system"]].trainer
    team = trainer(cell["settings"], source, first=seed, seeds=cell["seeds"])
    drawn = [_drawn(sampler, protocols, seed) for sampler in team.samplers]
    found = [
        _judged(rows, protocols) if alive else None
        for rows, alive in zip(drawn, team.alive, strict=True)
    ]
    worst = [worst_score(score, p) for p in protocols for score in p.scores]
    sizes = team.parameters
    rest = sum(sizes.values()) - sizes["generator"]
    return {
        "scores": np.array([worst if one is None else one for one in found]),
        "failed": np.array([one is None for one in found]),
        "samples": kept(drawn[0]),
        "rounds": np.array([team.rounds]),
        "parameters": np.array([sizes["generator"], rest]),
    }


def worst_score(score: Score, protocol: ModeProtocol) -> float:
    """Return what a training that failed counts as: no mode, nothing good, all in one mode.

    >>> worst_score(Score("modes", "higher", 8.0), None)
    0.0
    """
    if score.name not in (KL, PLUG_IN):
        return 0.0
    return math.log(modes_of(protocol))


def modes_of(protocol: ModeProtocol) -> float:
    """Return how many modes there are to find; NaN where none are counted."""
    perfect = {score.name: score.perfect for score in protocol.scores}
    return perfect.get("modes") or math.nan


def kept(samples: np.ndarray) -> np.ndarray:
    """Return the few samples that a picture shows; none of many numbers, which are no picture."""
    if samples.ndim == 4:
        return samples[:PICTURES]
    return samples[: SHOWN if samples.shape[1] == 2 else 0]


def _drawn(sampler: Any, protocols: Sequence[ModeProtocol], seed: int) -> np.ndarray:
    count = max(p.samples for p in protocols)
    return sampler.sample(count, noise.fold(seed, "judged") % 2**48)


def _judged(rows: np.ndarray, protocols: Sequence[ModeProtocol]) -> list[float] | None:
    """Return the scores, or None for samples that are not finite or too large to be judged."""
    if not np.isfinite(rows).all():
        return None
    try:
        return [value for p in protocols for value in _values(p, p.judge(rows[: p.samples]))]
    except InputError:
        return None


def _values(protocol: ModeProtocol, scores: Mapping[str, float]) -> list[float]:
    """Return scores in order; a divergence of no good sample counts as all in one mode."""
    return [
        worst_score(s, protocol) if math.isnan(scores[s.name]) else scores[s.name]
        for s in protocol.scores
    ]


def _real(protocols: Sequence[ModeProtocol], seeds: int) -> dict[str, np.ndarray]:
    each = [[v for p in protocols for v in _values(p, p.real(key))] for key in range(seeds)]
    first = protocols[0]
    return {
        "scores": np.array(each),
        "failed": np.zeros(seeds, dtype=bool),
        "samples": kept(first.truth(noise.fold(0, "shown"), SHOWN)),
        "rounds": np.zeros(1, dtype=np.int64),
        "parameters": np.zeros(2, dtype=np.int64),
    }
