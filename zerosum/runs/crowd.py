"""One chunk of a population: jobs in lock step, what each member leaves, and the memory it takes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from zerosum.data.source import Source
from zerosum.errors import InputError
from zerosum.generator import Generator
from zerosum.recipes.config import Config, DataConfig
from zerosum.records.reading import size_text
from zerosum.runs.job import Job, assemble, cpu_threads
from zerosum.runs.member_settings import Configured
from zerosum.training.allocator import keep_freed_memory
from zerosum.training.member_draws import MemberDraws, Rhythm
from zerosum.training.member_field import Record
from zerosum.training.member_plans import MemberPlans
from zerosum.training.meter import peak_memory
from zerosum.training.population import finite_members, play_members, train_members
from zerosum.training.stacked import Members, member_average, stack

After = Callable[[Members, Record], None]

# Of what the allocator leaves unused and libraries take for themselves. Measured on mlp 16 to 256 wide and
# dcgan of 8 and 16 pixels, with and without penalties, 20 to 2000 members: with it the bound is 1.05 to
# 1.9 times the growth of the process, for chunks above 40 MB; smaller ones are dominated by the block.
_SLACK = 1.7
_OBJECTS, _KEPT = (
    100_000,
    60_000,
)  # bytes of Python's objects a member (72 kB; trained: 13 to 43 kB)
_BLOCK = 1 << 20  # latents made at once, however few members there are


@dataclass(frozen=True)
class Trained:
    """What one member leaves: its generator, its settings, and the step it was frozen at or -1."""

    generator: Generator
    config: Config
    stopped: int


@dataclass(frozen=True)
class Footprint:
    """Bytes of a population, an upper bound.

    Attributes:
        state: of a member before its first step, without its rows. rows: of its encoded rows.
        shared: whether all members have the same rows.
        played: of a member's rounds, at most. kept: when trained.
        numbers: of the latents of one of its steps. a_number: bytes that making one of them takes.
    """

    state: int
    played: int
    kept: int
    numbers: int
    a_number: float
    rows: int = 0
    shared: bool = False

    def chunk(self, members: int) -> int:
        """Return the most bytes that a chunk of so many members takes at work."""
        made = max(_BLOCK, members * self.numbers)
        # draws are made before a round and leave float32; what making them took is free by then
        moment = max(self.a_number * made, members * self.played + 4 * made)
        # members with rows of their own have them encoded, and once more stacked
        rows = self.rows if self.shared else 2 * members * self.rows
        return int(members * (_OBJECTS + _SLACK * self.state) + _SLACK * (rows + moment))


def train_chunk(
    configured: Sequence[Configured], after: After = lambda m, r: None
) -> list[Trained]:
    """Train members of one structure in lock step; `after` is told of every round."""
    return train_jobs(jobs_of(configured), after)


def train_jobs(jobs: Sequence[Job], after: After = lambda m, r: None) -> list[Trained]:
    """Train these trainings, which nobody has begun, in lock step."""
    members = stack([job.state for job in jobs])
    plans = MemberPlans([j.plan for j in jobs], [j.state.optimizers for j in jobs])
    keep_freed_memory()
    with cpu_threads(jobs[0].threads):
        train_members(jobs[0].game, members, plans, member_draws(jobs), after=after)
    # a last step may have led where no further one has looked
    living = members.alive & finite_members(members.weights["generator"])
    stopped = torch.where(members.alive & ~living, members.step, members.stopped).tolist()
    return [_trained(job, members, place, stopped[place]) for place, job in enumerate(jobs)]


def member_draws(jobs: Sequence[Job]) -> MemberDraws:
    """Return the draws of these trainings, stacked."""
    first = jobs[0]
    rhythm = Rhythm(
        turns=len(first.game.turns),
        fresh_last=first.plan.fresh_latents,
        latent=first.plan.latent,
        labelled=first.sizes.classes > 0,
        stratified=first.plan.stratified,
    )
    return MemberDraws([job.feed for job in jobs], [job.plan.seed for job in jobs], rhythm)


def footprint(config: Config, source: Source) -> Footprint:
    """Return what a population of such members takes, from two rounds of one member.

    One member is built and played under a meter that counts its tensors (weights, gradients, optimiser
    slots, averages, data, activations, the penalty's graph), whatever its networks are. A block of
    latents is made for at least 2²⁰ numbers at once, and for more if a step's own are more.
    """
    job = _job(config, source)
    built = peak_memory(lambda: _job(config, source))
    draws = member_draws([job])
    made = peak_memory(lambda: draws.step(0))
    turns = [draws.step(number) for number in range(2)]
    played = peak_memory(lambda: _play(job, turns))
    numbers = job.plan.batch * job.plan.latent * len({id(turn) for turn in turns[0]})
    weights = sum(w.nbytes for w in job.state.averages["generator"].state_dict().values())
    rows = sum(t.nbytes for t in job.feed.kept or () if t is not None)
    return Footprint(
        state=max(0, built - rows),
        played=played,
        kept=weights + _KEPT,
        numbers=numbers,
        a_number=made / (numbers * max(1, _BLOCK // numbers)),
        rows=rows,
    )


def fitting_chunk(each: Footprint, wanted: int, free: int | None) -> int:
    """Return how many members to train in lock step: those wanted, or fewer if the memory is short.

    Args: each: from `footprint`. wanted: members. free: bytes, beside what is kept; None: unknown.
    Raises: InputError: not even one fits.

    >>> each = Footprint(state=0, played=10**6, kept=0, numbers=1, a_number=16.0)
    >>> fitting_chunk(each, 200, None), fitting_chunk(each, 200, each.chunk(50))
    (200, 50)
    """
    if free is None or each.chunk(wanted) <= free:
        return wanted
    if each.chunk(1) > free:
        raise InputError(
            f"one member takes up to {size_text(each.chunk(1))} in training, where {size_text(max(0, free))} "
            "of memory are free: take smaller networks or a smaller batch"
        )
    return (
        bisect_left(range(1, wanted), True, key=lambda members: each.chunk(members + 1) > free) + 1
    )


def jobs_of(configured: Sequence[Configured]) -> list[Job]:
    """Return the members' jobs; those on one data set share its encoded rows."""
    jobs: list[Job] = []
    first: dict[tuple[int, DataConfig], Job] = {}
    for config, source in configured:
        data = (id(source), config.data)
        jobs.append(_job(config, source, first.get(data)))
        first.setdefault(data, jobs[-1])
    return jobs


def _job(config: Config, source: Source, like: Job | None = None) -> Job:
    # a file's rows are mapped, which a chunk of many members cannot index at once
    if like is None and isinstance(source.rows, np.memmap):
        source = replace(source, rows=np.array(source.rows))
    return assemble(config, source, like)


def _play(job: Job, turns: Sequence) -> Members:
    members = stack([job.state])
    # a network that grows takes most at its full size, where a fresh one stands
    plans = MemberPlans([replace(job.plan, growth=None)], [job.state.optimizers])
    for draws in turns:
        play_members(job.game, members, plans, draws)
    return members


def _trained(job: Job, members: Members, place: int, stopped: int) -> Trained:
    job.state.averages["generator"].load_state_dict(member_average(members, "generator", place))
    job.state.step = members.step if stopped < 0 else stopped
    return Trained(job.generator(), job.config, stopped)
