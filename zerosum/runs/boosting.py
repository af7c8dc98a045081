"""A mixture of GANs: what each component is trained on, and the generator they make together.

    adagan     component t on rows weighted by what the mixture of the former ones lacks
    ensemble   T components that differ in the seed alone, with equal shares
    best       the same T components, of which the one nearest to training rows is kept

Every game is a weak learner: a component is a training like any other, on a feed with weights.
`runs/boosted.py` does it in a run folder, `runs/boosted_crowd.py` for many data sets or seeds at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from zerosum import noise
from zerosum.data.passes import blocks
from zerosum.games.boosting import (
    Reweighted,
    component_shares,
    ratio_of,
    reweighted,
    reweighted_by_class,
    searched_beta,
    uniform_beta,
)
from zerosum.generator import Generator, mixed
from zerosum.metrics.density_ratio import Effort, log_density_ratio
from zerosum.metrics.features import RandConv, extract
from zerosum.recipes.config import Config
from zerosum.recipes.config_boost import BoostConfig
from zerosum.recipes.preset_parts import SMALL_PIXELS
from zerosum.runs.job import Job, assemble, cpu_threads

_FEWEST_SAMPLES, _MOST_SAMPLES = 4096, 1 << 16  # of the mixture, that its classifier learns from


@dataclass(frozen=True)
class Cost:
    """What a component took.

    Attributes:
        rounds: of its game. samples: real rows it has been through. seconds: of its training.
        classifier_seconds: of the classifier that weighted its rows.
        distance: quick Fréchet distance of this component to training rows; `best` goes by it.
        effective: effective share of the rows it was trained on. left_out: share with weight 0.
    """

    rounds: int
    samples: int
    seconds: float
    classifier_seconds: float = 0.0
    distance: float = 0.0
    effective: float = 1.0
    left_out: float = 0.0


@dataclass(frozen=True)
class Part:
    """A trained component: its generator, its weight when it came in, and what it took."""

    generator: Generator
    beta: float
    cost: Cost


def component_config(config: Config, t: int) -> Config:
    """Return the settings of component t, from 0: the run's own, with a seed of its own from 1 on.

    Component 0 is thus the GAN that the run would have been without a mixture.
    """
    seed = noise.fold(config.seed, "component", t) % 2**63 if t else config.seed
    # the log of the whole holds the ticks of all; previews are of the mixture
    ticks = -(-config.run.ticks // config.boost.components)
    run = replace(config.run, previews=0, ticks=ticks)
    evaluation = replace(
        config.evaluation, times=0
    )  # the mixture is evaluated after each component
    return replace(config, seed=seed, boost=BoostConfig(), evaluation=evaluation, run=run)


def component_job(job: Job, t: int, weights: Tensor | None) -> Job:
    """Return the training of component t, from 0, on this job's rows, weighted or all alike."""
    return assemble(component_config(job.config, t), job.source, job, weights)


def is_reweighted(config: Config, t: int) -> bool:
    """Whether component t, from 0, is trained on weighted rows."""
    return t > 0 and config.boost.method == "adagan"


def reweigh(jobs: Sequence[Job], mixtures: Sequence[Generator], t: int) -> list[Reweighted]:
    """Return what component t, from 1, of each mixture is trained on.

    Args:
        jobs: one a mixture, of equally many rows of one shape.
        mixtures: of the t components before.
        t: components that are there already, so that the next is number t + 1.
    """
    boost = jobs[0].config.boost
    keys = [noise.fold(job.config.seed, "boost", t) for job in jobs]
    with cpu_threads(jobs[0].threads):
        real = torch.stack([_rows_seen(job) for job in jobs])
        each = zip(jobs, mixtures, keys, strict=True)
        fake = torch.stack([_samples_seen(job, mixture, key) for job, mixture, key in each])
        effort = Effort(boost.rounds, boost.width)
        logits = log_density_ratio(real, fake, torch.tensor(keys), effort)
    return [_weights(job, ratio_of(logit), t) for job, logit in zip(jobs, logits, strict=True)]


def together(config: Config, parts: Sequence[Part]) -> Generator:
    """Return the generator that the components make: their mixture, or the best of them."""
    if config.boost.method == "best":
        found = min(parts, key=lambda part: part.cost.distance).generator
    elif len(parts) == 1:
        found = parts[0].generator
    else:
        found = mixed([p.generator for p in parts], component_shares([p.beta for p in parts]))
    rounds = sum(part.cost.rounds for part in parts)
    made = {"seed": config.seed, "steps": rounds, "components": len(parts)}
    return replace(found, provenance=found.provenance | made | {"method": config.boost.method})


def summary(config: Config, parts: Sequence[Part]) -> dict[str, Any]:
    """Return what is written about a mixture: each component's share and cost, and the whole cost."""
    if config.boost.method == "best":
        best = min(range(len(parts)), key=lambda i: parts[i].cost.distance)
        shares = tuple(float(i == best) for i in range(len(parts)))
    else:
        shares = component_shares([part.beta for part in parts])
    costs = [part.cost for part in parts]
    total, classifier = (
        sum(c.seconds + c.classifier_seconds for c in costs),
        sum(c.classifier_seconds for c in costs),
    )
    return {
        "method": config.boost.method,
        "beta": config.boost.beta,
        "components": [
            {"beta": part.beta, "share": share} | asdict(part.cost)
            for part, share in zip(parts, shares, strict=True)
        ],
        "rounds": sum(c.rounds for c in costs),
        "samples": sum(c.samples for c in costs),
        "seconds": total,
        "classifier_seconds": classifier,
        "times_one": total / max(costs[0].seconds, 1e-9),
        "networks_to_sample": sum(share > 0 for share in shares),
    }


def _weights(job: Job, ratio: Tensor, t: int) -> Reweighted:
    search = job.config.boost.beta == "search"
    beta = searched_beta(ratio, t + 1) if search else uniform_beta(t + 1)
    label = _labels(job)
    if label is None:
        return reweighted(ratio, beta)
    return reweighted_by_class(ratio, beta, label)


def _rows_seen(job: Job) -> Tensor:
    """Return the training rows as the classifier sees them, (rows, d)."""
    kept = job.feed.kept
    if kept is not None:
        rows = _seen(job, kept[0].cpu())
    else:
        parts = blocks(job.source.rows, job.trained)
        rows = torch.cat([_seen(job, job.source.codec.encode(part)) for _, part in parts])
    return _with_class(job, rows, _labels(job))


def _samples_seen(job: Job, mixture: Generator, key: int) -> Tensor:
    """Return samples of the mixture as the classifier sees them, of the classes that the rows have."""
    n, label = len(job.trained), _labels(job)
    m = min(max(n, _FEWEST_SAMPLES), _MOST_SAMPLES)
    if label is not None:
        label = label[noise.integers(noise.fold(key, "classes"), (m,), n)]
    encoded = mixture.encoded(mixture.latents(m, noise.fold(key, "samples")), label)
    return _with_class(job, _seen(job, encoded), label)


def _seen(job: Job, encoded: Tensor) -> Tensor:
    """Return numbers and small pictures as they are, large pictures through randconv-v1."""
    event = job.sizes.event
    if len(event) == 3 and max(event[1:]) > SMALL_PIXELS:
        return torch.from_numpy(extract(RandConv((event[0], event[1], event[2])), encoded)).float()
    return encoded.flatten(1)


def _with_class(job: Job, rows: Tensor, label: Tensor | None) -> Tensor:
    if label is None:
        return rows
    return torch.cat((rows, F.one_hot(label, job.sizes.classes).float()), dim=1)


def _labels(job: Job) -> Tensor | None:
    if not job.sizes.classes or job.source.labels is None:
        return None
    return torch.from_numpy(job.source.labels[job.trained])
