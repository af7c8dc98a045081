"""Batches as a pure function of the draw number: a resumed run sees what it would have seen."""

from __future__ import annotations

import copy
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Float64, Int64, Shaped
from torch import Tensor

from zerosum import noise
from zerosum.data.codec import Codec
from zerosum.data.passes import blocks, gather
from zerosum.data.source import Source
from zerosum.errors import InputError

MEMORY_LIMIT = 1 << 30  # bytes of encoded float32 samples that are kept rather than made anew


@dataclass(frozen=True)
class Batch:
    """Encoded real samples (batch, *event_shape) and their classes (batch,), or None."""

    real: Float[Tensor, "batch ..."]
    label: Int64[Tensor, " batch"] | None


class Feed:
    """Draw number -> batch, over the endless concatenation of one permutation for each epoch.

    Draw t takes positions t * batch .. (t + 1) * batch - 1, so no sample is left out at an epoch's
    end and a batch may be larger than the data. Small data are encoded once; mapped files and data
    above `memory_limit` are gathered and encoded batch by batch, and are never copied whole.

    Args:
        source: the data.
        index: (m,) rows to draw from, such as the first result of `split`.
        batch: samples in a batch.
        seed: of the permutations.
        device: where the batches go.
        memory_limit: bytes of float32 above which nothing is kept.
    """

    def __init__(
        self,
        source: Source,
        index: Int64[np.ndarray, " m"],
        batch: int,
        seed: int,
        device: torch.device | str = "cpu",
        memory_limit: int = MEMORY_LIMIT,
    ) -> None:
        if batch < 1:
            raise InputError(f"a batch of {batch} samples cannot be; give 1 or more")
        if len(index) == 0:
            raise InputError(f"{source.name} has no row to draw a batch from; hold out fewer rows")
        self.source, self.size, self.seed, self.device = source, batch, seed, torch.device(device)
        self.index = np.asarray(index, dtype=np.int64)
        self._labels = _gather_labels(source, self.index)
        floats = 4 * len(index) * int(np.prod(source.event_shape))
        mapped = isinstance(source.rows, np.memmap)
        keep = not mapped and floats <= memory_limit
        self._kept = encode_all(source.codec, source.rows, self.index) if keep else None
        if self._kept is not None:
            self._kept = self._kept.to(self.device)
        self._epoch = (-1, np.zeros(0, dtype=np.int64))
        self.weights: Tensor | None = None

    def again(self, seed: int) -> Feed:
        """Return the feed of another seed; what is kept of the rows is shared, not copied."""
        other = copy.copy(self)
        other.seed, other._epoch = seed, (-1, np.zeros(0, dtype=np.int64))
        return other

    def weighted(self, weights: Float64[Tensor, " m"]) -> Feed:
        """Return the feed in which a row comes m w_i times an epoch in the mean, of m rows.

        Args: weights: of the entries of `index`, in its order, summing to 1.
        """
        other = self.again(self.seed)
        other.weights = weights
        return other

    @property
    def kept(self) -> tuple[Tensor, Tensor | None] | None:
        """All encoded rows and their classes, in the order of `index`; None where nothing is kept."""
        return None if self._kept is None else (self._kept, self._labels)

    def batch(self, draw: int) -> Batch:
        """Return batch number `draw`, from 0; any order of calls gives the same batches."""
        where = self.positions(draw)
        at = torch.from_numpy(where)
        label = None if self._labels is None else self._labels[at].to(self.device)
        if self._kept is not None:
            return Batch(self._kept[at.to(self.device)], label)
        rows = gather(self.source.rows, self.index[where])
        return Batch(self.source.codec.encode(rows).to(self.device), label)

    def positions(self, draw: int) -> Int64[np.ndarray, " batch"]:
        """Return which entries of `index` batch number `draw` consists of."""
        m, start = len(self.index), draw * self.size
        stop, parts = start + self.size, []
        while start < stop:
            epoch, offset = divmod(start, m)
            part = self._permutation(epoch)[offset : offset + stop - start]
            parts.append(part)
            start += len(part)
        return np.concatenate(parts)

    def _permutation(self, epoch: int) -> np.ndarray:
        # one epoch's permutation is remembered; it is a cache, the result never depends on it
        if self._epoch[0] != epoch:
            key = noise.fold(self.seed, "epoch", epoch)
            order = noise.permutation(key, len(self.index))
            self._epoch = (epoch, self.ordered(order, epoch).numpy())
        return self._epoch[1]

    def ordered(self, order: Int64[Tensor, " m"], epoch: int) -> Int64[Tensor, " m"]:
        """Return the entries of `index` that an epoch consists of, from its permutation."""
        if self.weights is None:
            return order
        return in_proportion(self.weights, noise.fold(self.seed, "weights", epoch))[order]


def in_proportion(weights: Float64[Tensor, " m"], key: int) -> Int64[Tensor, " m"]:
    """Return m row numbers, ascending, of which row i has m w_i, rounded up or down at random.

    The numbers at (u + j)/m, j = 0 ... m - 1, of the cumulative weights, u uniform from the key. With
    equal weights each row comes once, so that a weighted feed is then the plain one.
    Source: systematic resampling, Kitagawa 1996, doi:10.1080/10618600.1996.10474692.

    >>> in_proportion(torch.tensor([0.5, 0.0, 0.25, 0.25], dtype=torch.float64), 0).tolist()
    [0, 0, 2, 3]
    """
    m = len(weights)
    offset = noise.uniform(key, (1,), dtype=torch.float64)
    at = (offset + torch.arange(m)) / m
    upto = weights.cumsum(0)
    # the last sum is 1 up to rounding, and no row may be looked for beyond it
    return torch.searchsorted(upto / upto[-1], at, right=True).clamp_max(m - 1)


def encode_all(
    codec: Codec, rows: Shaped[np.ndarray, "n ..."], index: Int64[np.ndarray, " m"]
) -> Float[Tensor, "m ..."]:
    """Return rows[index] encoded, block by block so that no second copy of all is made."""
    out = torch.empty((len(index), *codec.event_shape), dtype=torch.float32)
    for start, block in blocks(rows, index):
        out[start : start + len(block)] = codec.encode(block)
    return out


def _gather_labels(source: Source, index: np.ndarray) -> Tensor | None:
    return None if source.labels is None else torch.from_numpy(source.labels[index])
