"""Some rows of a source, by number: read when they are asked for, encoded by whoever needs it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zerosum import noise
from zerosum.data.source import Source


@dataclass(frozen=True)
class Rows:
    """Some rows of a source, read only when they are asked for (mapped files stay on the disk)."""

    source: Source
    index: np.ndarray

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.index)

    def some(self, limit: int, key: int) -> Rows:
        """Return these rows, or `limit` of them drawn by `key`."""
        if len(self) <= limit:
            return self
        chosen = noise.permutation(key, len(self))[:limit].sort().values.numpy()
        return Rows(self.source, self.index[chosen])

    def read(self) -> np.ndarray:
        """Return the rows in the user's units, shape (n, ...)."""
        return np.asarray(self.source.rows[self.index])

    def labels(self) -> np.ndarray | None:
        """Return the rows' class numbers, or None."""
        return None if self.source.labels is None else self.source.labels[self.index]
