"""A place among the latents as a visitor says it: a weighted sum of samples, directions and class means.

    z = Σ_j w_j v_j,   v_j a sample's latent, a direction of length 1, or the mean latent of a class

With `keep`, z is brought back to the mean length of the samples and means, Σ|w_j|‖v_j‖ / Σ|w_j|, near which
latents lie; a lone sample of weight 1 is never touched, so that its row is the one that `sample` gives.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from zerosum import noise
from zerosum.errors import InputError
from zerosum.generator import Generator
from zerosum.studio.bounds import between, count, each, one_of
from zerosum.studio.explore import axes
from zerosum.studio.explore.models import Model
from zerosum.studio.shared import Shared

MAX_SAMPLE = 999_999
MAX_SEED = 2**31 - 1
MAX_TERMS = 64
MAX_WEIGHT = 100.0
OF = ("sample", *axes.WAYS, "mean")


@dataclass(frozen=True)
class Term:
    """A vector and its weight."""

    of: Annotated[str, "sample, pca, weights, labels or mean", one_of(OF)] = "sample"
    number: Annotated[
        int,
        "of the sample, counted as `zerosum sample` does, of the direction, or of the data's class",
        between(0, MAX_SAMPLE),
    ] = 0
    weight: Annotated[float, "how much of it", between(-MAX_WEIGHT, MAX_WEIGHT)] = 1.0


@dataclass(frozen=True)
class Point:
    """A place among the latents, and the class of what is made there."""

    terms: Annotated[tuple[Term, ...], "1 to 64", count(1, MAX_TERMS)]
    seed: Annotated[int, "of the samples", between(0, MAX_SEED)] = 0
    keep: Annotated[bool, "bring the sum back to the mean length of its samples"] = False
    classes: Annotated[
        tuple[float, ...],
        "weight of each class of a conditional generator; its first one if empty",
        each(between(-MAX_WEIGHT, MAX_WEIGHT)),
    ] = ()


def check(model: Model, point: Point) -> None:
    """Refuse a point that is none of this generator's, before anything is computed.

    Raises:
        InputError: weights of classes that do not fit.
    """
    known = model.generator.sizes.classes
    if point.classes and len(point.classes) != known:
        raise InputError(
            f"{len(point.classes)} weights of classes were given, and this generator has {known} classes"
        )


def latents(shared: Shared, model: Model, points: Sequence[Point]) -> Float[Tensor, "n latent"]:
    """Return the latents of some points that were checked; not to be called while one has a turn.

    Raises:
        InputError: a direction or class mean that there is not.
    """
    known: dict[tuple[str, int, int], Tensor] = {}

    def vector(point: Point, term: Term) -> Tensor:
        key = (term.of, term.number, point.seed)
        if key not in known:
            known[key] = _vector(shared, model, term, point.seed)
        return known[key]

    return torch.stack([_sum(p, [vector(p, term) for term in p.terms]) for p in points])


def sample_latent(generator: Generator, number: int, seed: int) -> Float[Tensor, " latent"]:
    """Return row `number` of `generator.latents(n, seed)`, without making those before it."""
    keys = noise.bits(noise.fold(seed, "sample"), number + 1)[-1:]
    return noise.normal(keys, (generator.sizes.latent,))[0]


def _vector(shared: Shared, model: Model, term: Term, seed: int) -> Tensor:
    if term.of == "sample":
        return sample_latent(model.generator, term.number, seed)
    if term.of == "mean":
        return axes.mean(shared, model, term.number)
    return axes.axis(shared, model, term.of, term.number)


def _sum(point: Point, vectors: Sequence[Tensor]) -> Tensor:
    terms = [(t, v) for t, v in zip(point.terms, vectors, strict=True) if t.weight != 0]
    if len(terms) == 1 and terms[0][0].weight == 1:
        return terms[0][1]
    total = torch.zeros_like(vectors[0])
    for term, vector in terms:
        total = total + term.weight * vector
    ends = [(abs(t.weight), float(v.norm())) for t, v in terms if t.of in ("sample", "mean")]
    size, all_of_it = float(total.norm()), sum(w for w, _ in ends)
    if not point.keep or not all_of_it or not size or not math.isfinite(size):
        return total
    return total * (sum(w * n for w, n in ends) / all_of_it / size)
