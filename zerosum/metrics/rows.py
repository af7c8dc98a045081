"""Which rows an evaluation looks at, chosen by a key and by nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from zerosum import noise
from zerosum.errors import InputError
from zerosum.metrics import features, panels

PAIRED_LIMIT = 4000  # rows on each side of a paired number
POOL_LIMIT = 10_000  # training rows that references are drawn from and the classifier is trained on
_LEAST = 12  # rows: two halves of k + 1 = 6

Encode = Callable[[np.ndarray], Tensor]


@dataclass(frozen=True)
class Rows:
    """Chosen rows: `held`, `fake`, the `pool` of training rows, `draws` of it, and their story."""

    held: np.ndarray
    fake: np.ndarray
    pool: np.ndarray
    pool_index: np.ndarray
    held_index: np.ndarray
    draws: np.ndarray
    story: str
    key: int

    def at_most(self, limit: int | None) -> Rows:
        """Return these rows, or a choice of them with `limit` on either side; the story says how many."""
        if limit is None or limit >= len(self.held):
            return self
        key = noise.fold(self.key, "fewer")
        return choose(self.held, self.pool, self.fake, key, len(self.draws), limit)

    def trial(self, extractor: features.Extractor, encode: Encode) -> panels.Trial:
        """Return the rows in the extractor's space."""
        held, fake, pool = (
            features.extract(extractor, encode(v)) for v in (self.held, self.fake, self.pool)
        )
        return panels.Trial(held, fake, pool, self.draws, extractor.id, self.story, self.key)


def choose(
    held_out: np.ndarray,
    train: np.ndarray,
    fake: np.ndarray,
    key: int,
    splits: int,
    limit: int = PAIRED_LIMIT,
) -> Rows:
    """Return n held-out rows, the first n generated ones and `splits` draws of n training rows.

    n = min(held-out, generated, half the training rows, limit); the draws are from 2.5 times the limit.

    Raises:
        InputError: rows of different shapes, or too few of them.
    """
    shapes = [np.shape(v)[1:] for v in (held_out, train, fake)]
    if len(set(shapes)) != 1:
        raise InputError(
            f"held-out rows have shape {shapes[0]}, training rows {shapes[1]} and generated ones "
            f"{shapes[2]}: give one, that of the generator's training data"
        )
    n = min(len(held_out), len(fake), len(train) // 2, limit)
    if n < _LEAST or splits < 1:
        raise InputError(
            f"{len(held_out)} held-out, {len(train)} training and {len(fake)} generated rows with "
            f"{splits} splits are too few: give at least {_LEAST}, {2 * _LEAST}, {_LEAST} and 1"
        )

    def subset(name: str, size: int, of: int, *more: int) -> np.ndarray:
        return noise.permutation(noise.fold(key, name, *more), of).numpy()[:size]

    held_index = np.sort(subset("held-out", n, len(held_out)))
    pool_index = np.sort(
        subset("pool", min(len(train), POOL_LIMIT * limit // PAIRED_LIMIT), len(train))
    )
    draws = np.stack([subset("draw", n, len(pool_index), s) for s in range(splits)])
    held = np.asarray(held_out[held_index])
    real = f"real=held-out {n} #{features.digest([held])}"
    story = f"{real} | fake={n} | reference={splits} train subsets"
    pool = np.asarray(train[pool_index])
    return Rows(held, np.asarray(fake[:n]), pool, pool_index, held_index, draws, story, key)
