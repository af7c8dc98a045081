"""How many times faster than a loop is a population, per core, on the GANs of `study inference`?

    python -m benchmarks.population [--members 30 100 200] [--rounds 7] [--steps 20]

The loop is zerosum's own step, one GAN after the other, on the same networks, data and draws. Both
run on one thread of one process in turn; the ratio is of median CPU seconds a GAN-step.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

import torch

from benchmarks import machine
from zerosum.population import member_draws
from zerosum.runs.job import Job, prepare
from zerosum.studies.inference import gan
from zerosum.studies.truths import truth
from zerosum.training.allocator import keep_freed_memory
from zerosum.training.member_plans import MemberPlans
from zerosum.training.population import play_members
from zerosum.training.stacked import stack
from zerosum.training.step import play_round

N = 100


def main() -> None:
    """Race the loop against each size of population and write the result."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--members", type=int, nargs="+", default=[1, 10, 30, 100, 200, 400])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--steps", type=int, default=20)
    options = parser.parse_args()
    torch.set_num_threads(1)
    keep_freed_memory()
    contestants = {"loop": loop(_job(0))}
    contestants |= {f"population of {b}": population(b) for b in options.members}
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for advance in contestants.values():
        advance(3)
    for _ in range(options.rounds):
        for name, advance in contestants.items():
            start = time.process_time()
            members = advance(options.steps)
            seconds[name].append((time.process_time() - start) / (members * options.steps))
    rates = {name: 1 / statistics.median(times) for name, times in seconds.items()}
    for name, rate in rates.items():
        print(
            f"{name:20} {rate:8.0f} GAN-steps a CPU-second, {rate / rates['loop']:.2f} of the loop"
        )
    machine.write("population", {"GAN-steps a CPU-second": rates, "seconds": seconds}, threads=1)


def loop(job: Job) -> Callable[[int], int]:
    """Return what plays so many steps of one GAN and says how many GANs that were."""

    def advance(steps: int) -> int:
        for _ in range(steps):
            play_round(job.game, job.state, job.plan, job.draws.step(job.state.step))
        return 1

    return advance


def population(count: int) -> Callable[[int], int]:
    """Return what plays so many steps of all members and says how many they are."""
    jobs = [_job(i) for i in range(count)]
    members = stack([job.state for job in jobs])
    plans = MemberPlans([j.plan for j in jobs], [j.state.optimizers for j in jobs])
    draws = member_draws(jobs)

    def advance(steps: int) -> int:
        for _ in range(steps):
            play_members(jobs[0].game, members, plans, draws.step(members.step))
        return count

    return advance


def _job(seed: int) -> Job:
    data: Any = truth("normal").sample(seed, (N, 1))
    one = gan(N, seed)
    return prepare(data, recipe=one.recipe, settings=one._settings(None))


if __name__ == "__main__":
    main()
