"""Cells of a feature space: the k-means clusters of the training rows.

Data-copying and bin counts both ask their question cell by cell. Cells are made from training rows
only, and every set is put into them by one rule, the nearest centre.

Reference: Lloyd 1982, doi:10.1109/TIT.1982.1056489; starting points of Arthur and Vassilvitskii
2007 (k-means++).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning

from zerosum import noise
from zerosum.errors import InputError
from zerosum.metrics import checks, neighbours

STARTS = 10  # runs of k-means, of which the best is kept


@dataclass(frozen=True)
class Cells:
    """Centres (K, d); a row belongs to the nearest one."""

    centres: Float[np.ndarray, "K d"]

    def of(self, rows: Float[np.ndarray, "n d"]) -> Int[np.ndarray, " n"]:
        """Return the number of each row's cell, 0 to K - 1."""
        return neighbours.nearest(rows, self.centres, 1).indices[:, 0]


def partition(train: np.ndarray, count: int, *, key: int = 0) -> Cells:
    """Return `count` cells, the best of 10 runs of k-means on the training rows.

    Args:
        train: (n, d) training features. count: number of cells.
        key: noise key of the starting points.

    Raises:
        InputError: when the rows cannot make that many cells.
    """
    train = checks.matrix("the training set", train, least=1)
    refused = InputError(
        f"{count} cells cannot be made of {len(train)} training rows: at least 1 cell, and no more "
        "cells than different rows, so ask for fewer cells"
    )
    if not 1 <= count <= len(train):
        raise refused
    seed = int(noise.integers(noise.fold(key, "cells"), (1,), 2**31 - 1)[0])
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        try:
            found = KMeans(count, n_init=STARTS, random_state=seed).fit(train)
        except ConvergenceWarning:  # too few different rows
            raise refused from None
    return Cells(np.asarray(found.cluster_centers_, dtype=np.float64))
