"""Hand-made systems: samplers that stand round the modes, and benches of them that train nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from zerosum.data.toys import TOYS
from zerosum.studies.mode_bench.bench import REAL, Bench
from zerosum.studies.mode_bench.entrants import ENTRANTS
from zerosum.studies.mode_bench.found import Judged
from zerosum.studies.mode_bench.tally import tally
from zerosum.studies.mode_bench.training import Team


class Round:
    """Makes even numbers of samples at the first `kept` modes of the ring, or NaN where it keeps none."""

    def __init__(self, kept):
        self.kept = kept

    def sample(self, n=1, seed=0):
        if not self.kept:
            return np.full((n, 2), np.nan)
        return TOYS["ring"].modes[: self.kept][np.arange(n) % self.kept].astype(np.float32)


def team(kept, dead=()):
    """Return a trainer whose i-th seed keeps so many modes; those in `dead` have diverged."""

    def train(settings, source, *, first, seeds):
        alive = [i not in dead for i in range(seeds)]
        return Team([Round(k) for k in kept[:seeds]], alive, 7, {"generator": 11, "judge": 13})

    return train


def enter(monkeypatch, **trainers):
    """Put hand-made trainers in the place of systems."""
    for name, trainer in trainers.items():
        monkeypatch.setitem(ENTRANTS, name, replace(ENTRANTS[name], trainer=trainer))


def judged(system, modes, good=None, kl=None, failed=None, **more):
    """Return one system under the protocol of the ring, from its modes in each seed."""
    modes = np.array(modes, dtype=float)
    good = np.full(len(modes), 90.0) if good is None else np.array(good, dtype=float)
    kl = np.log(8.0 / np.maximum(modes, 1.0)) if kl is None else np.array(kl, dtype=float)
    scores = {"modes": modes, "high quality": good, "reverse KL": kl, "reverse KL, plug-in": kl}
    failed = np.zeros(len(modes), dtype=bool) if failed is None else np.array(failed)
    return Judged(system, scores, failed, np.zeros((5, 2)), 7, 11, 13, 65.0, **more)


def part(**systems):
    """Return the ring's table of these systems; seeds as many as the first has."""
    seeds = len(next(iter(systems.values())).failed)
    bench = Bench(("ring-pacgan",), tuple(systems), seeds=seeds)
    real = judged(REAL, [8.0] * seeds, [98.9] * seeds)
    table = {"ring-pacgan": {REAL: real, **systems}}
    return bench, tally(bench.judged[0], table)
