"""Who reads glyphs: classifiers of character and attributes, trained on real glyphs of the training fonts."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from torch import Tensor

from benchmarks.latent_glyphs_data import ATTRIBUTES, LETTERS, Glyphs
from zerosum import noise
from zerosum.generator import Generator
from zerosum.metrics.classifier import Classifier, train_classifier


@dataclass(frozen=True)
class Reading:
    """What is seen: characters (n,) as indices of `LETTERS`, attributes (n, 3) True or False."""

    letters: np.ndarray
    attributes: np.ndarray


@dataclass(frozen=True)
class Judge:
    """One classifier of 26 characters and one of each attribute."""

    letters: Classifier
    attributes: tuple[Classifier, ...]

    def read(self, encoded: Tensor) -> Reading:
        """Return what encoded glyphs (n, 1, 32, 32) look like."""
        seen = [classifier.predict(encoded) == 1 for classifier in self.attributes]
        return Reading(self.letters.predict(encoded), np.stack(seen, axis=1))


@dataclass(frozen=True)
class Judges:
    """Two that have nothing in common but their data: one tells latents apart, the other judges edits."""

    labeller: Judge
    judge: Judge


def trained_judges(glyphs: Glyphs, generator: Generator, seed: int) -> Judges:
    """Return two judges with weights, batches and shifts of their own."""
    encoded = generator.codec.encode(glyphs.images)
    return Judges(
        *(_judge(glyphs, encoded, noise.fold(seed, role)) for role in ("labeller", "judge"))
    )


def _judge(glyphs: Glyphs, encoded: Tensor, key: int) -> Judge:
    each = tuple(
        train_classifier(encoded, glyphs.attributes[:, i].astype(int), 2, key=noise.fold(key, name))
        for i, name in enumerate(ATTRIBUTES)
    )
    letters = np.searchsorted(LETTERS, glyphs.names)
    return Judge(train_classifier(encoded, letters, len(LETTERS), key=noise.fold(key, "A")), each)


def accuracies(judges: Judges, glyphs: Glyphs, generator: Generator) -> dict[str, Any]:
    """Return the share of test glyphs, of fonts unlike the training fonts, that each reads rightly."""
    encoded = generator.codec.encode(glyphs.images)
    letters = np.searchsorted(LETTERS, glyphs.names)
    found = {}
    for role in ("labeller", "judge"):
        judge: Judge = getattr(judges, role)
        found[role] = {"character": asdict(judge.letters.accuracy(encoded, letters))} | {
            name: asdict(judge.attributes[i].accuracy(encoded, glyphs.attributes[:, i].astype(int)))
            for i, name in enumerate(ATTRIBUTES)
        }
    share = glyphs.attributes.mean(axis=0)
    more = np.maximum(share, 1 - share).tolist()
    return found | {"share of the more frequent": dict(zip(ATTRIBUTES, more, strict=True))}
