"""Directions of an artefact's latents: where its rows change most, what its first layer stretches, labels.

    pca      principal axes of many samples, carried back to the latents          (Härkönen 2020, 2004.02546)
    weights  right singular vectors of the first layer, of the latent's columns        (Shen 2021, 2007.06600)
    labels   for each class a linear discriminant of what a judge calls the samples    (Shen 2020, 1907.10786)

The first two say where much changes and not what; whoever uses one must look.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from zerosum import noise
from zerosum.errors import InputError, unknown
from zerosum.explore.judging import Judge, judged_samples
from zerosum.generator import Generator
from zerosum.latent.directions import Probe, along, probe
from zerosum.latent.unsupervised import Components, feature_directions, weight_directions

WAYS = ("pca", "weights")
_SAMPLES = 2048
_JUDGED = (
    8192  # a class is seldom, and a direction towards it is only as good as what it is fitted to
)


@dataclass(frozen=True, eq=False)
class Strips:
    """Rows along directions: (k, samples, steps, ...) in the data's units, the middle step unmoved."""

    rows: np.ndarray
    amounts: Float[np.ndarray, " steps"]


def directions(
    generator: Generator,
    *,
    by: str = "pca",
    count: int = 5,
    label: str | int | None = None,
    seed: int = 0,
) -> Components:
    """Return the directions along which a generator's rows change most, the strongest first.

    Args:
        by: "pca" of its samples, or "weights" of its first layer.
        count: how many. label: class of a conditional generator's samples; None takes all in turn.
        seed: of the samples.

    Raises:
        InputError: an unknown way, a count out of range, or the weights of a mixture.
    """
    if by not in WAYS:
        raise unknown("way to find directions", by, WAYS)
    if by == "weights":
        return weight_directions(first_weight(generator), count)
    latents = generator.latents(_SAMPLES, noise.fold(seed, "directions"))
    return feature_directions(
        latents, generator.encoded(latents, generator.labels(len(latents), label)), count
    )


def label_directions(
    generator: Generator,
    judge: Judge,
    *,
    samples: int = _JUDGED,
    label: str | int | None = None,
    seed: int = 0,
) -> dict[str, Probe]:
    """Return for each class the direction towards it, fitted to what a judge calls the samples.

    Classes that the judge sees in fewer than 2 % of the samples are left out.

    Args: samples: how many. label: class of a conditional generator. seed: of the samples.
    """
    latents, names = judged_samples(generator, judge, samples, seed=seed, label=label)
    often = [name for name in judge.classes if (names == name).mean() >= 0.02]
    if len(often) < 2:
        raise InputError(
            f"the judge sees {len(often)} of {len(judge.classes)} classes in this generator's samples: no "
            "direction leads from one to another"
        )
    return {name: probe(latents, torch.from_numpy(names == name), key=seed) for name in often}


def strips(
    generator: Generator,
    vectors: Float[Tensor, "k d"],
    *,
    samples: int = 2,
    reach: float = 3.0,
    steps: int = 7,
    label: str | int | None = None,
    seed: int = 0,
) -> Strips:
    """Return rows along each direction, from -reach to reach in units of the latent.

    Args:
        vectors: (k, latent) of length 1. samples: the first ones of `sample(n, seed)`.
        reach: how far. steps: odd, so that the unmoved sample stands in the middle.
        label: class of a conditional generator.

    Raises:
        InputError: no sample, an even number of steps, or no reach.
    """
    if samples < 1 or steps < 3 or steps % 2 == 0 or not 0 < reach < float("inf"):
        raise InputError(
            f"{samples} samples in {steps} steps to {reach} show nothing: give 1 sample or more, an odd "
            "number of steps from 3, and a finite reach above 0"
        )
    z, amounts = generator.latents(samples, seed), torch.linspace(-reach, reach, steps)
    moved = torch.stack([along(z, vector, amounts).transpose(0, 1) for vector in vectors])
    labels = generator.labels(samples, label)
    each = None if labels is None else labels.repeat_interleave(steps).repeat(len(vectors))
    rows = generator.codec.decode(generator.encoded(moved.flatten(0, 2), each))
    return Strips(rows.reshape(*moved.shape[:3], *rows.shape[1:]), amounts.double().numpy())


def first_weight(generator: Generator) -> Float[Tensor, "out latent"]:
    """Return the weight of the first layer that sees the latent, without the columns of a label.

    Raises: InputError: a mixture, or a network whose first layer is not linear.
    """
    if generator.shares:
        raise InputError("a mixture's networks have weights of their own: use by 'pca'")
    seen: list[nn.Module] = []
    leaves = [
        m for m in generator.network.modules() if isinstance(getattr(m, "weight", None), Tensor)
    ]
    leaves = [m for m in leaves if not isinstance(m, nn.Embedding)]
    handles = [m.register_forward_pre_hook(lambda m, _: seen.append(m)) for m in leaves]
    try:
        generator.encoded(generator.latents(1), generator.labels(1))
    finally:
        for handle in handles:
            handle.remove()
    weight = seen[0].weight if seen else None
    if not isinstance(weight, Tensor) or weight.ndim != 2:
        raise InputError("this generator's first layer has no matrix of weights: use by 'pca'")
    return weight[:, : generator.sizes.latent].detach().cpu().float()
