"""Many mixtures at once: component t of all of them is one population, each on its own weighted rows."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from zerosum.errors import InputError
from zerosum.games.boosting import Reweighted
from zerosum.generator import Generator
from zerosum.runs.boosting import (
    Cost,
    Part,
    component_job,
    is_reweighted,
    reweigh,
    summary,
    together,
    uniform_beta,
)
from zerosum.runs.crowd import jobs_of, train_jobs
from zerosum.runs.job import Job
from zerosum.runs.member_settings import Configured
from zerosum.runs.quick import quick_distance


@dataclass(frozen=True)
class BoostedMember:
    """One mixture of a crowd.

    Attributes:
        generator: the mixture, or the best component.
        parts: its components, each with a generator of its own.
        summary: as `mixture.json` of a run has it; seconds are a member's share of the crowd's.
        stopped: (component, round) of each component that met a number that is not finite.
    """

    generator: Generator
    parts: tuple[Part, ...]
    summary: dict[str, Any]
    stopped: tuple[tuple[int, int], ...]


def train_boosted(
    configured: Sequence[Configured], after: Callable[[int], None] = lambda t: None
) -> list[BoostedMember]:
    """Train one mixture for each (settings, data), component after component, all members in lock step.

    A member differs from `zerosum train` with its settings and data by rounding only.

    Args:
        configured: of one structure, as `runs.job.configure` returns them; equally many rows each.
        after: told of every component that all members have finished, from 0.

    Raises:
        InputError: members with different boost sections.
    """
    boost = configured[0][0].boost
    if any(config.boost != boost for config, _ in configured):
        raise InputError("members have different boost sections: train those of each in a crowd")
    jobs = jobs_of(configured)
    parts: list[list[Part]] = [[] for _ in jobs]
    stopped: list[list[tuple[int, int]]] = [[] for _ in jobs]
    for t in range(boost.components):
        made = _component(jobs, parts, t)
        for member, (part, step) in enumerate(made):
            parts[member].append(part)
            stopped[member] += [(t, step)] if step >= 0 else []
        after(t)
    each = zip(jobs, parts, stopped, strict=True)
    return [
        BoostedMember(together(j.config, p), tuple(p), summary(j.config, p), tuple(s))
        for j, p, s in each
    ]


def _component(
    jobs: Sequence[Job], parts: Sequence[Sequence[Part]], t: int
) -> list[tuple[Part, int]]:
    """Return component t, from 0, of every mixture, and the round it was frozen at or -1."""
    found: Sequence[Reweighted | None] = [None] * len(jobs)
    start = time.perf_counter()
    if is_reweighted(jobs[0].config, t):
        mixtures = [together(j.config, p) for j, p in zip(jobs, parts, strict=True)]
        found = reweigh(jobs, mixtures, t)
    weighted = time.perf_counter()
    own = [
        component_job(job, t, None if of_rows is None else of_rows.weights)
        for job, of_rows in zip(jobs, found, strict=True)
    ]
    trained = train_jobs(own)
    each = len(jobs)
    seconds = (time.perf_counter() - weighted) / each, (weighted - start) / each
    made = []
    for job, of_rows, one in zip(own, found, trained, strict=True):
        # a member's state holds the average it ended with, of which alone the distance is taken
        rounds = job.state.step
        cost = Cost(
            rounds, rounds * job.plan.batch * job.plan.accumulate, *seconds,
            quick_distance(job),
        )  # fmt: skip
        beta = uniform_beta(t + 1)
        if of_rows is not None:
            beta = of_rows.beta
            cost = replace(cost, effective=of_rows.effective, left_out=of_rows.left_out)
        made.append((Part(one.generator, beta, cost), one.stopped))
    return made
