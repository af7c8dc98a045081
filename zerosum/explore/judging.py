"""A judge of classes: a small classifier of labelled real pictures, asked what generated ones show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from zerosum import noise
from zerosum.data.codec import ImageCodec
from zerosum.errors import InputError
from zerosum.generator import Generator
from zerosum.metrics.classifier import Classifier, train_classifier
from zerosum.metrics.intervals import Share

_HELD_OUT = 0.25  # of the labelled rows, on which the judge itself is judged
_FEWEST = 8  # labelled rows


@dataclass(frozen=True, eq=False)
class Judge:
    """A classifier, the names of its classes, and how often it is right on real rows it has not seen."""

    classifier: Classifier
    classes: tuple[str, ...]
    accuracy: Share

    def __call__(self, encoded: Tensor) -> np.ndarray:
        """Return the class name of each encoded picture."""
        return np.asarray(self.classes)[self.classifier.predict(encoded)]


def judge_of(
    generator: Generator, rows: np.ndarray, labels: tuple[str, ...], *, seed: int = 0
) -> Judge:
    """Return a judge trained on three quarters of some labelled real rows.

    Args:
        generator: whose samples it will see. rows: (n, ...) in its data's units. labels: n class names.
        seed: of the split and the training.

    Raises:
        InputError: no pictures, no labels, fewer than 8 rows or than two classes.
    """
    require_labelled(generator, rows, labels)
    names, y = np.unique(np.asarray(labels), return_inverse=True)
    key = noise.fold(seed, "judge")
    order = noise.permutation(noise.fold(key, "split"), len(rows)).numpy()
    out = max(1, round(_HELD_OUT * len(rows)))
    x = generator.codec.encode(rows)
    train, test = order[out:], order[:out]
    found = train_classifier(x[train], y[train], len(names), key=noise.fold(key, "classifier"))
    return Judge(found, tuple(map(str, names)), found.accuracy(x[test], y[test]))


def require_labelled(generator: Generator, rows: np.ndarray, labels: tuple[str, ...]) -> None:
    """Raise InputError where rows and labels can teach no judge of a generator's classes."""
    if not isinstance(generator.codec, ImageCodec):
        raise InputError("classes are judged of pictures only, and this generator makes numbers")
    if len(labels) != len(rows) or len(rows) < _FEWEST or len(set(labels)) < 2:
        raise InputError(
            f"a judge of classes needs labels: {len(rows)} rows came with {len(set(labels))} classes; give "
            f"{_FEWEST} rows or more with two classes or more, as --data FILE of pictures and labels"
        )


def judged_samples(
    generator: Generator, judge: Judge, n: int, *, seed: int = 0, label: str | int | None = None
) -> tuple[Tensor, np.ndarray]:
    """Return n latents (n, latent) and what the judge calls their pictures.

    Args: seed: of the latents. label: class of a conditional generator.
    Raises: InputError: a conditional generator without a label, whose latents do not hold the class.
    """
    require_untold(generator, label)
    latents = generator.latents(n, noise.fold(seed, "judged"))
    encoded = generator.encoded(latents, generator.labels(n, label))
    if not bool(torch.isfinite(encoded).all()):
        raise InputError("this generator makes numbers that are not finite: it has diverged")
    return latents, judge(encoded)


def require_untold(generator: Generator, label: str | int | None) -> None:
    """Raise InputError where latents hold no class: a conditional generator's, of no class in particular."""
    if generator.sizes.classes and label is None:
        raise InputError(
            "this generator is told the class, so its latents do not hold it: give label, and data with "
            "labels of something else"
        )
