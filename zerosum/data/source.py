"""A data set, ready to be trained on: raw rows, how they are encoded, what is known of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from jaxtyping import Int64, Shaped

from zerosum.data import passes
from zerosum.data.codec import Codec, NumericCodec
from zerosum.data.text import counted, shown
from zerosum.data.toys import Toy
from zerosum.data.triangles import Triangles
from zerosum.errors import InputError

MINIMUM = 2  # samples; one is neither a distribution nor a batch whose spread can be measured


@dataclass(frozen=True, eq=False)
class Source:
    """Samples in the user's units and everything needed to use them.

    Args:
        name: "digits", "ring", or the stem of the file.
        kind: "image", "points" (one or two coordinates) or "table".
        rows: (n, ...) raw samples in the user's units, dtype and layout; may be a np.memmap.
        codec: turns rows into tensors and back.
        labels: (n,) class of each sample as an index into `classes`, or None.
        classes: names of the classes, () when unlabelled.
        toy: the known density behind the samples, or None.
        manifold: what pictures of a known law are functions of, or None.
        notes: one sentence for everything that was converted, skipped or assumed.

    Raises:
        InputError: fewer than two samples, or labels that do not fit them.
    """

    name: str
    kind: str
    rows: Shaped[np.ndarray, "n ..."]
    codec: Codec
    labels: Int64[np.ndarray, " labels"] | None = None
    classes: tuple[str, ...] = ()
    toy: Toy | None = None
    manifold: Triangles | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.rows) < MINIMUM:
            raise InputError(
                f"{self.name} holds {counted(len(self.rows), 'sample')}; training needs at least "
                f"{MINIMUM}"
            )
        if self.labels is not None and len(self.labels) != len(self.rows):
            raise InputError(
                f"{self.name} has {len(self.labels):,} labels for {len(self.rows):,} samples; "
                "give one label for each sample"
            )

    @property
    def n(self) -> int:
        """Number of samples."""
        return len(self.rows)

    @property
    def event_shape(self) -> tuple[int, ...]:
        """Shape of one encoded sample: (channels, height, width) or (columns,)."""
        return self.codec.event_shape

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 in hex over dtype, shape, content and labels; read once, in blocks."""
        return passes.fingerprint(self.rows, self.labels)

    def fitted(self, index: Int64[np.ndarray, " m"]) -> Source:
        """Return this source with its codec's statistics taken from the rows `index` only.

        Standardising with the held-out rows' mean and spread would leak them into training.
        Pictures are encoded by their stated range, which no split changes.
        """
        if not isinstance(self.codec, NumericCodec):
            return self
        fresh = numeric_codec(self.rows, self.codec.columns, index)
        return replace(self, codec=fresh)


def numeric_codec(
    rows: Shaped[np.ndarray, "n ..."],
    columns: tuple[str, ...],
    index: Int64[np.ndarray, " m"] | None = None,
) -> NumericCodec:
    """Return the codec of the rows' columns, statistics from `index` (all rows when None)."""
    return standardising(rows, columns, passes.moments(rows, index))


def standardising(
    rows: Shaped[np.ndarray, "n ..."], columns: tuple[str, ...], m: passes.Moments
) -> NumericCodec:
    """Return the codec that subtracts the means of `m` and divides by its standard deviations.

    Raises:
        InputError: a column whose mean or spread is not finite.
    """
    constant = m.low == m.high
    # mean and spread of numbers near 1e154 and above overflow when squared
    wild = np.flatnonzero(~np.isfinite(m.std) | ~np.isfinite(m.mean) | (np.abs(m.mean) >= 1e300))
    if len(wild):
        raise InputError(
            f"column {shown(columns[wild[0]])} reaches {m.high[wild[0]]:.3g}, too large to be "
            "standardised; give it in a larger unit"
        )
    # the mean of equal numbers can be off by a rounding; the number itself is not
    mean = np.where(constant, m.low, m.mean)
    std = np.where(constant | (m.std == 0), 1.0, m.std)
    return NumericCodec(
        columns,
        tuple(mean.tolist()),
        tuple(std.tolist()),
        tuple(constant.tolist()),
        rows.dtype.str,
        rows.ndim == 1,
    )
