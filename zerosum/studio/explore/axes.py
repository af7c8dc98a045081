"""Directions of a generator's latents and mean latents of classes, computed once and kept with it."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from zerosum.errors import InputError
from zerosum.explore.adding import class_latents_of_samples
from zerosum.explore.directing import directions, first_weight, label_directions
from zerosum.explore.judging import Judge, judge_of
from zerosum.studio.explore.models import Model
from zerosum.studio.shared import Shared

WAYS = ("pca", "weights", "labels")
MAX_AXES = 10
_FEWEST = 3  # latents of a class: fewer make no mean


@dataclass(frozen=True, eq=False)
class Axes:
    """Directions of length 1 with what is to be said of each.

    Attributes:
        vectors: (k, latent). names: of each. told: rows of facts beside the name.
    """

    vectors: Float[Tensor, "k latent"]
    names: tuple[str, ...]
    told: tuple[dict[str, Any], ...]


def found(shared: Shared, model: Model, by: str) -> Axes:
    """Return the directions found in one of `WAYS`; not to be called while one has a turn.

    Raises:
        InputError: a way that this generator or its data do not allow.
    """
    return _once(shared, model, ("axes", by), lambda: _axes(model, by))


def axis(shared: Shared, model: Model, by: str, number: int) -> Float[Tensor, " latent"]:
    """Return one direction, as `found` does."""
    vectors = found(shared, model, by).vectors
    if number >= len(vectors):
        raise InputError(f"direction {number} was asked for: there are 0 to {len(vectors) - 1}")
    return vectors[number]


@dataclass(frozen=True, eq=False)
class Means:
    """Mean latents of the data's classes, by what a judge calls 4,096 samples.

    Attributes:
        names: of the classes. vectors: (classes, latent). counts: samples of each. accuracy: of the judge,
            on real rows that it has not seen.
    """

    names: tuple[str, ...]
    vectors: Float[Tensor, "classes latent"]
    counts: tuple[int, ...]
    accuracy: float


def means(shared: Shared, model: Model) -> Means:
    """Return the mean latents of classes; not to be called while one has a turn.

    Raises:
        InputError: a conditional generator, or data without labels.
    """
    return _once(shared, model, "means", lambda: _means(model))


def mean(shared: Shared, model: Model, number: int) -> Float[Tensor, " latent"]:
    """Return the mean latent of one class, as `means` does."""
    known = means(shared, model)
    if number >= len(known.names):
        raise InputError(f"class {number} was asked for: there are 0 to {len(known.names) - 1}")
    if known.counts[number] < _FEWEST:
        raise InputError(
            f"class {known.names[number]} is seen in {known.counts[number]} of 4,096 samples: no mean"
        )
    return known.vectors[number]


def why_no_labels(model: Model) -> str | None:
    """Return why there are no directions and means of labels, as far as that is known without the data."""
    if model.kind != "picture":
        return "classes are judged of pictures only, and this generator makes numbers"
    if model.generator.sizes.classes:
        return "this generator is told the class, so its latents do not hold it"
    return None if model.entry.kind == "run" else "this generator's training data are not with it"


def _once(shared: Shared, model: Model, key: Hashable, made: Callable[[], Any]) -> Any:
    if key in model.parts:
        return model.part(key, made)
    with shared.turns.take():
        return model.part(key, made)


def _axes(model: Model, by: str) -> Axes:
    generator = model.generator
    if by == "labels":
        probes = label_directions(generator, _judge(model))
        told = tuple(
            {"accuracy": p.accuracy, "low": p.low, "high": p.high, "base": p.base}
            for p in probes.values()
        )
        return Axes(torch.stack([p.vector for p in probes.values()]), tuple(probes), told)
    sizes = (generator.sizes.latent, math.prod(generator.sizes.event))
    most = min(MAX_AXES, *(sizes if by == "pca" else first_weight(generator).shape))
    parts = directions(generator, by=by, count=most)
    told = tuple(
        {"share": share, "linear": linear}
        for share, linear in zip(parts.shares.tolist(), parts.linear.tolist(), strict=True)
    )
    return Axes(parts.vectors, tuple(f"Direction {i + 1}" for i in range(most)), told)


def _means(model: Model) -> Means:
    judge = _judge(model)
    of_each = class_latents_of_samples(model.generator, judge)
    width = model.generator.sizes.latent
    vectors = [z.mean(dim=0) if len(z) else torch.zeros(width) for z in of_each.values()]
    counts = tuple(len(z) for z in of_each.values())
    return Means(tuple(of_each), torch.stack(vectors), counts, float(judge.accuracy.value))


def _judge(model: Model) -> Judge:
    def made() -> Judge:
        refusal = why_no_labels(model)
        if refusal is not None:
            raise InputError(refusal)
        data = model.data()
        if not data.labels:
            raise InputError("the data that it was trained on have no labels")
        return judge_of(model.generator, data.rows, data.labels)

    return model.part("judge", made)
