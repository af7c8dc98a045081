"""How many times faster than a loop is a population, per core, on the GANs of `study inference`?

    python -m benchmarks.population [--members 30 100 200] [--rounds 7] [--steps 20]

And how many times faster is the path of fully connected networks (`training/member_chain.py`) than the
path of any network, on these GANs and on three kinds on the ring of width 64?

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
from zerosum.studies.monte_carlo.truths import truth
from zerosum.studies.monte_carlo.work import gan
from zerosum.training.allocator import keep_freed_memory
from zerosum.training.member_plans import MemberPlans
from zerosum.training.population import play_members
from zerosum.training.stacked import stack
from zerosum.training.step import play_round

N = 100
RING = {
    "ns": {"objective": "ns"},
    "ns, R1": {"objective": "ns", "penalties": [{"name": "r1", "weight": 1.0}]},
    "WGAN-GP": {"objective": "wgan", "penalties": [{"name": "wgan-gp", "weight": 10.0}]},
}


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
    contestants |= {
        f"population of {b}": population(list(map(_job, range(b)))) for b in options.members
    }
    rates, seconds = race(contestants, options)
    for name, rate in rates.items():
        print(
            f"{name:20} {rate:8.0f} GAN-steps a CPU-second, {rate / rates['loop']:.2f} of the loop"
        )
    paths = both_paths(options)
    for name, both in paths.items():
        print(
            f"{name:24} any network {both['any network']:7.0f}, fully connected "
            f"{both['fully connected']:7.0f} GAN-steps a CPU-second: {both['ratio']:.2f} times"
        )
    result = {"GAN-steps a CPU-second": rates, "paths": paths, "seconds": seconds}
    machine.write("population", result, threads=1)


def race(
    contestants: dict[str, Callable[[int], int]], options: argparse.Namespace
) -> tuple[dict[str, float], dict[str, list[float]]]:
    """Return each contestant's GAN-steps a CPU-second, and the seconds of all rounds."""
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for advance in contestants.values():
        advance(3)
    for _ in range(options.rounds):
        for name, advance in contestants.items():
            start = time.process_time()
            members = advance(options.steps)
            seconds[name].append((time.process_time() - start) / (members * options.steps))
    return {name: 1 / statistics.median(times) for name, times in seconds.items()}, seconds


def both_paths(options: argparse.Namespace) -> dict[str, dict[str, float]]:
    """Return the rates of both paths on each kind of GAN, and the ratio of fully connected to any."""
    kinds = {"inference, 200 members": [_job(i) for i in range(200)]}
    for name in RING:
        kinds[f"ring {name}, 100 members"] = [_ring(name, i) for i in range(100)]
    found = {}
    for kind, jobs in kinds.items():
        pair = {
            "any network": population(jobs, fast=False),
            "fully connected": population(jobs, fast=True),
        }
        rates, _ = race(pair, options)
        found[kind] = {**rates, "ratio": rates["fully connected"] / rates["any network"]}
    return found


def loop(job: Job) -> Callable[[int], int]:
    """Return what plays so many steps of one GAN and says how many GANs that were."""

    def advance(steps: int) -> int:
        for _ in range(steps):
            play_round(job.game, job.state, job.plan, job.draws.step(job.state.step))
        return 1

    return advance


def population(jobs: list[Job], fast: bool = True) -> Callable[[int], int]:
    """Return what plays so many steps of all members and says how many they are."""
    members = stack([job.state for job in jobs], fast=fast)
    plans = MemberPlans([j.plan for j in jobs], [j.state.optimizers for j in jobs])
    draws = member_draws(jobs)

    def advance(steps: int) -> int:
        for _ in range(steps):
            play_members(jobs[0].game, members, plans, draws.step(members.step))
        return len(jobs)

    return advance


def _job(seed: int) -> Job:
    data: Any = truth("normal").sample(seed, (N, 1))
    one = gan(N, seed)
    return prepare(data, recipe=one.recipe, settings=one._settings(None))


def _ring(name: str, seed: int) -> Job:
    network = {"name": "mlp", "width": 64, "depth": 2, "activation": "leaky_relu"}
    adam = {"name": "adam", "lr": 1e-3, "beta1": 0.5, "beta2": 0.9}
    settings = {
        "seed": seed,
        "latent": 2,
        "generator": network,
        "discriminator": network,
        "generator_optimizer": adam,
        "discriminator_optimizer": adam,
        "game": RING[name],
        "run": {"batch": 64, "steps": 10_000},
    }
    return prepare("ring", recipe="custom", settings=settings)


if __name__ == "__main__":
    main()
