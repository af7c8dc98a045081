"""Stacked digits: three pictures of digits in the three channels of one, so 1000 modes.

Which mode a picture belongs to is known by the labels of its channels: channels a, b, c make mode
100 a + 10 b + c. Each channel's digit is drawn evenly and then a scan of it, so that all modes have one
share; the papers draw scans evenly, whose digits are a little uneven.

References: Che et al. 2017, arXiv:1612.02136; Metz et al. 2017, arXiv:1611.02163.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Int64, Shaped

from zerosum import noise
from zerosum.data.codec import ImageCodec
from zerosum.data.digits import digits
from zerosum.data.options import DataOptions
from zerosum.data.source import Source
from zerosum.data.split import split

STACKED = 128_000  # training pictures, as many as in PacGAN's published configuration
DIGITS, CHANNELS = 10, 3
PLACES = np.array([100, 10, 1])  # digits of a stack -> its mode
HELD_OUT = 0.2  # of the scans of scikit-learn, always the same ones
_SPLIT_SEED = 0


@dataclass(frozen=True, eq=False)
class Scans:
    """Labelled grey pictures in two parts; a classifier fitted to one is measured on the other.

    Args:
        name: of the set they come from.
        train, held: (n, h, w) and (m, h, w) uint8 pictures.
        train_labels, held_labels: (n,) and (m,) digits 0 to 9.
        white: the largest pixel value there can be; the smallest is 0.
    """

    name: str
    train: Shaped[np.ndarray, "n h w"]
    train_labels: Int64[np.ndarray, " n"]
    held: Shaped[np.ndarray, "m h w"]
    held_labels: Int64[np.ndarray, " m"]
    white: float

    @property
    def codec(self) -> ImageCodec:
        """The codec of one grey scan."""
        return ImageCodec((1, *self._size), "nhw", np.dtype(np.uint8).str, 0.0, self.white)

    @property
    def stacked_codec(self) -> ImageCodec:
        """The codec of a stack of three."""
        shape = (CHANNELS, *self._size)
        return ImageCodec(shape, "nhwc", np.dtype(np.uint8).str, 0.0, self.white)

    @property
    def _size(self) -> tuple[int, int]:
        return self.train.shape[1], self.train.shape[2]


def digit_scans() -> Scans:
    """Return scikit-learn's digits, 8 x 8 in 0..16: 1,438 to train on and 359 held out."""
    source = digits()
    assert source.labels is not None
    pictures = source.rows.astype(np.uint8)
    seen, held = split(source.n, HELD_OUT, _SPLIT_SEED)
    labels = source.labels
    return Scans("digits", pictures[seen], labels[seen], pictures[held], labels[held], 16.0)


def stacks(
    pictures: Shaped[np.ndarray, "m h w"], labels: Int64[np.ndarray, " m"], n: int, key: int
) -> tuple[Shaped[np.ndarray, "n h w c"], Int64[np.ndarray, " n"]]:
    """Return n stacks and the mode of each, 0 to 999, all modes equally likely.

    Args:
        pictures: scans. labels: their digits 0 to 9, each present.
        n: how many. key: noise key.
    """
    digit = noise.integers(noise.fold(key, "digit"), (n, CHANNELS), DIGITS).numpy()
    counts = np.bincount(labels, minlength=DIGITS)
    place = noise.uniform(noise.fold(key, "scan"), (n, CHANNELS), dtype=torch.float64).numpy()
    rank = (place * counts[digit]).astype(np.int64)  # of the scan among those of its digit
    starts = np.cumsum(counts) - counts
    chosen = np.argsort(labels, kind="stable")[starts[digit] + rank]
    rows = np.stack([pictures[chosen[:, c]] for c in range(CHANNELS)], axis=-1)
    return rows, digit @ PLACES


def stacked_source(name: str, scans: Scans, n: int, seed: int) -> Source:
    """Return n stacks of training scans, (n, h, w, 3) uint8, the same ones for the same seed."""
    rows, _ = stacks(scans.train, scans.train_labels, n, noise.fold(seed, name))
    note = f"{name}: {n:,} stacks of three of {len(scans.train):,} training scans of {scans.name}"
    return Source(name, "image", rows, scans.stacked_codec, notes=(note,))


def stacked_digits(options: DataOptions) -> Source:
    """Return stacks of scikit-learn's digits, (n, 8, 8, 3) in 0..16."""
    n = STACKED if options.n is None else options.n
    return stacked_source("stacked-digits", digit_scans(), n, options.seed)
