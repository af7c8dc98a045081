"""How the seeds of one system are trained: side by side, on the same rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np

from zerosum.data.source import Source
from zerosum.gan import GAN
from zerosum.population import Population
from zerosum.recipes.config import merge
from zerosum.runs.boosted_crowd import train_boosted
from zerosum.runs.job import assemble, configure

_TOGETHER = 5  # mixtures in lock step: each has its rows once more for its classifier


@runtime_checkable
class Sampler(Protocol):
    """Anything trained: a generator, or a mixture of them."""

    def sample(self, n: int = 1, seed: int = 0) -> np.ndarray: ...


@dataclass(frozen=True, eq=False)
class Team:
    """One system after training.

    Attributes:
        samplers: of each seed. alive: whether its training met only finite numbers.
        rounds: of one training. parameters: numbers in each player's network.
    """

    samplers: list[Any]
    alive: list[bool]
    rounds: int
    parameters: dict[str, int]


@runtime_checkable
class Trainer(Protocol):
    """Trains `seeds` members, the i-th with the seed `first` + i, all on the same rows."""

    def __call__(
        self, settings: Mapping[str, Any], source: Source, *, first: int, seeds: int
    ) -> Team: ...


def as_population(settings: Mapping[str, Any], source: Source, *, first: int, seeds: int) -> Team:
    """Train all seeds in lock step; nothing of the rows is held out, the judge draws its own."""
    gan = GAN("custom", seed=first, holdout=0.0, settings=dict(settings))
    many = Population(gan, members=seeds, chunk=seeds).fit(source)
    return Team(
        many.generators_,
        many.alive_.tolist(),
        settings["run"]["steps"],
        parameters(settings, source),
    )


def as_mixtures(settings: Mapping[str, Any], source: Source, *, first: int, seeds: int) -> Team:
    """Train a mixture of GANs for each seed, component after component, all seeds in lock step."""
    configured = []
    for seed in range(first, first + seeds):
        own = merge(settings, {"seed": seed, "data": {"holdout": 0.0}})
        configured.append(configure(source, recipe="custom", settings=own))
    groups = [configured[i : i + _TOGETHER] for i in range(0, seeds, _TOGETHER)]
    made = [member for group in groups for member in train_boosted(group)]
    several = settings["boost"]["components"]
    one = parameters({**settings, "boost": {}}, source)
    return Team(
        [member.generator for member in made],
        [not member.stopped for member in made],
        several * settings["run"]["steps"],
        {player: several * count for player, count in one.items()},
    )


def parameters(settings: Mapping[str, Any], source: Source) -> dict[str, int]:
    """Return how many numbers each player's network learns."""
    whole = merge(settings, {"data": {"holdout": 0.0}})
    config, source = configure(source, recipe="custom", settings=whole)
    networks = assemble(config, source).state.networks
    return {
        player: sum(p.numel() for p in network.parameters()) for player, network in networks.items()
    }
