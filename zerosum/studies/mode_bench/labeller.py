"""Which of 1000 modes a stack of three digits belongs to, by a classifier of single digits.

It is trained by `metrics/classifier.py` on the training scans with one fixed key, so that it is the same
one wherever it is made, and it is measured on the held-out scans. A classifier that is right with
probability a gives a stack its own label with a³; the stacks it mislabels fill modes that the model
misses, a few samples each, so `modes` is an upper bound that the divergence beside it corrects.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Int

from zerosum import noise
from zerosum.data.mnist_files import read_mnist
from zerosum.data.stacked import CHANNELS, DIGITS, PLACES, Scans, digit_scans
from zerosum.errors import InputError
from zerosum.metrics import intervals
from zerosum.metrics.classifier import Classifier, train_classifier

MODES = DIGITS**CHANNELS
_KEY = noise.fold(0, "labeller")


@dataclass(frozen=True, eq=False)
class Labeller:
    """A trained classifier of single digits.

    Attributes:
        classifier: of one channel. scans: what it was trained and measured on.
        accuracy: share of the held-out scans it has right. seconds: of its training.
    """

    classifier: Classifier
    scans: Scans
    accuracy: intervals.Share
    seconds: float

    def triples(self, stacks: np.ndarray) -> Int[np.ndarray, " n"]:
        """Return the mode of each stack, 0 to 999: 100 times the first channel's digit, and so on.

        Args:
            stacks: (n, h, w, 3) in the scans' units.

        Raises:
            InputError: pictures of another shape.
        """
        shape = (*self.scans.train.shape[1:], CHANNELS)
        if stacks.ndim != 4 or stacks.shape[1:] != shape or not len(stacks):
            raise InputError(
                f"stacks of {self.scans.name} have the shape (n, {', '.join(map(str, shape))}), and "
                f"{stacks.shape} was given: judge what was trained on this protocol's data"
            )
        pictures = self.scans.stacked_codec.encode(stacks).flatten(0, 1)[:, None]
        digits = self.classifier.predict(pictures).reshape(len(stacks), CHANNELS)
        return digits @ PLACES

    def sentence(self) -> str:
        """Return what it is and how good, for a person."""
        a = self.accuracy
        return (
            f"classifier of {self.scans.name}: {100 * a.value:.2f} % of {a.n:,} held-out scans right "
            f"(95 %: {100 * a.low:.2f} to {100 * a.high:.2f}), so about {100 * a.value**3:.1f} % of "
            f"stacks; trained in {self.seconds:.0f} s; {self.classifier.id}"
        )


@cache
def labeller_of(scans: Scans) -> Labeller:
    """Train on the training scans and measure on the held-out ones, once a process."""
    began = time.perf_counter()
    encoded = scans.codec.encode(scans.train)
    with torch.enable_grad():
        made = train_classifier(encoded, scans.train_labels, DIGITS, key=_KEY)
    accuracy = made.accuracy(scans.codec.encode(scans.held), scans.held_labels)
    return Labeller(made, scans, accuracy, time.perf_counter() - began)


@cache
def digits_labeller() -> Labeller:
    """Return the labeller of scikit-learn's digits."""
    return labeller_of(digit_scans())


@cache
def mnist_scans(path: Path) -> Scans:
    """Return the MNIST at `path`, read once a process."""
    return read_mnist(path)
