"""Some rows of a source, by number: read when they are asked for, encoded by whoever needs it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from zerosum import noise
from zerosum.data.codec import Codec
from zerosum.data.source import Source


@dataclass(frozen=True)
class Rows:
    """Some rows of a source, read only when they are asked for (mapped files stay on the disk).

    Attributes:
        source: of the rows. index: which of them.
        units: the codec of the units in which they are wanted; None for their own.
    """

    source: Source
    index: np.ndarray
    units: Codec | None = None

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.index)

    def some(self, limit: int, key: int) -> Rows:
        """Return these rows, or `limit` of them drawn by `key`."""
        if len(self) <= limit:
            return self
        chosen = noise.permutation(key, len(self))[:limit].sort().values.numpy()
        return replace(self, index=self.index[chosen])

    def read(self) -> np.ndarray:
        """Return the rows in the user's units, or in those asked for, shape (n, ...)."""
        rows = np.asarray(self.source.rows[self.index])
        return rows if self.units is None else self.units.decode(self.source.codec.encode(rows))

    def labels(self) -> np.ndarray | None:
        """Return the rows' class numbers, or None."""
        return None if self.source.labels is None else self.source.labels[self.index]
