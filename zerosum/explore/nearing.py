"""The training rows nearest to samples, beside how near held-out rows come: is a sample a copy?

    d(x) = min over training rows t of ‖f(x) - f(t)‖ / √m

f is the rows themselves (the root mean square of the difference: of pictures as a share of the range from
black to white, of numbers in standard deviations) or a classifier's hidden layer, in which rows
of one class lie together and pixels do not count one by one. A sample nearer to a training row than
almost all held-out rows are is suspected of being a copy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from zerosum.errors import InputError
from zerosum.explore.inverting import unit
from zerosum.generator import Generator
from zerosum.metrics.neighbours import nearest

Features = Callable[[Tensor], Tensor]
_CHUNK = 512


@dataclass(frozen=True, eq=False)
class Near:
    """Samples and their nearest training rows.

    Attributes:
        samples: (n, ...). rows: (n, k, ...) nearest first; both in the data's units.
        index: (n, k) of those rows among the training rows. distances: (n, k).
        reference: (m,) distance of each held-out row to its nearest training row, sorted.
    """

    samples: np.ndarray
    rows: np.ndarray
    index: Int[np.ndarray, "n k"]
    distances: Float[np.ndarray, "n k"]
    reference: Float[np.ndarray, " m"]

    @property
    def nearer(self) -> Float[np.ndarray, " n"]:
        """Share of held-out rows that lie at least as near to training as each sample does."""
        upto = np.searchsorted(self.reference, self.distances[:, 0], side="right")
        return upto / len(self.reference)


def neighbours(
    generator: Generator,
    train: np.ndarray,
    held_out: np.ndarray,
    *,
    n: int = 8,
    k: int = 5,
    features: Features | None = None,
    label: str | int | None = None,
    seed: int = 0,
) -> Near:
    """Return the k training rows nearest to each of n samples.

    Args:
        generator: an artefact. train, held_out: (., ...) real rows in its data's units.
        features: encoded rows -> (., m), such as a classifier's hidden layer; None: the rows themselves.
        label: class of a conditional generator. seed: of the samples.

    Raises:
        InputError: fewer than k training rows or no held-out one, or n or k below 1.
    """
    if n < 1 or not 1 <= k <= len(train) or not len(held_out):
        raise InputError(
            f"{k} neighbours of {n} samples cannot be found among {len(train)} training rows beside "
            f"{len(held_out)} held-out ones: give 1 or more of each"
        )
    encode, samples = generator.codec.encode, generator.sample(n, seed, label)
    made, real, unseen = (_flat(encode(rows), features) for rows in (samples, train, held_out))
    of_one = 1.0 if features is not None else unit(generator.codec)
    scale = np.sqrt(made.shape[1]) / of_one
    found, reference = nearest(made, real, k), nearest(unseen, real, 1)
    return Near(
        samples,
        np.asarray(train)[found.indices],
        found.indices,
        found.distances / scale,
        np.sort(reference.distances[:, 0] / scale),
    )


def _flat(encoded: Tensor, features: Features | None) -> Float[np.ndarray, "n m"]:
    if features is None:
        return encoded.flatten(1).double().numpy()
    with torch.no_grad():
        parts = [features(part).flatten(1) for part in encoded.split(_CHUNK)]
    return torch.cat(parts).double().numpy()
