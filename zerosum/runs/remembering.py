"""A slow extractor that remembers: what it said of rows is read from the disk the next time.

    entry = SHA-256(versions, id, dtype of the features, dtype, shape and bytes of the encoded rows)

The id holds the network, its resize and the hash of its weights, so another file or resize has entries of its
own; so has another version of torch, whose last bits may differ. Whoever changes what an id means raises
`_FORMAT`. Rows are taken 64 at a time, the first rows first: an interrupted evaluation goes on where it was.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from zerosum.metrics.features import Extractor
from zerosum.runs.feature_cache import keep, recall

_FORMAT = "features-1"
PART = 64  # rows of an entry; also bounds the memory of a network at 299 pixels
MOST_ROWS = 2000  # of either side that a slow extractor is asked about unless told otherwise
Told = Callable[[int, bool], None]


def _silent(rows: int, known: bool) -> None:
    """Say nothing."""


@dataclass(frozen=True, eq=False)
class Remembering:
    """An extractor with the same id and numbers, which computes nothing twice.

    Attributes:
        extractor: what is asked when nothing is known. folder: where features are kept.
        limit: bytes that may be kept there. most_rows: of either side that an evaluation asks it about.
        told: called with each part's number of rows and whether they were known.
    """

    extractor: Extractor
    folder: Path
    limit: int
    most_rows: int | None = MOST_ROWS
    told: Told = _silent

    @property
    def id(self) -> str:
        """The extractor's."""
        return self.extractor.id

    @property
    def dim(self) -> int:
        """The extractor's."""
        return self.extractor.dim

    @property
    def input_range(self) -> str:
        """The extractor's."""
        return self.extractor.input_range

    def __call__(self, batch: Float[Tensor, "n ..."]) -> Float[Tensor, "n d"]:
        """Return the features as float32, computed or remembered."""
        return torch.cat([self._part(part) for part in batch.split(PART)])

    def _part(self, rows: Tensor) -> Tensor:
        path = self.folder / f"{self._key(rows)}.npy"
        found = recall(path, (len(rows), self.dim), np.dtype(np.float32))
        if found is not None:
            self.told(len(rows), True)
            return torch.from_numpy(found)
        with torch.no_grad():
            made: Tensor = self.extractor(rows).float().cpu()
        self.told(len(rows), False)
        values = made.numpy()
        # a number that is not finite is refused by whoever asked, and is nothing to remember
        if self.limit and np.isfinite(values).all() and not keep(path, values, self.limit):
            warnings.warn(
                f"features are not kept: {self.folder} cannot be written or is too small; the next "
                "evaluation computes them again",
                stacklevel=2,
            )
        return made

    def _key(self, rows: Tensor) -> str:
        plain = rows.detach().cpu().contiguous()
        of = (_FORMAT, torch.__version__, self.id, "float32", plain.dtype)
        text = "\x1f".join(map(str, (*of, tuple(plain.shape))))
        found = hashlib.sha256(text.encode())
        found.update(plain.reshape(-1).view(torch.uint8).numpy().tobytes())
        return found.hexdigest()
