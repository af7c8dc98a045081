"""Cells: k-means finds what is there, one rule for every set, one key one result."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.spatial.distance import cdist

from zerosum.errors import InputError
from zerosum.metrics.cells import partition


def rows(seed: int, n: int, d: int = 2) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, d))


def test_separate_groups_are_found_and_centres_are_their_means() -> None:
    groups = [rows(i, 30) * 0.01 + 10.0 * i for i in range(4)]
    found = partition(np.concatenate(groups), 4)
    order = np.argsort(found.centres[:, 0])
    assert_allclose(found.centres[order], [g.mean(axis=0) for g in groups], atol=1e-9)


def test_a_row_belongs_to_the_nearest_centre() -> None:
    cells = partition(rows(1, 200, 5), 7)
    new = rows(2, 50, 5)
    assert_array_equal(cells.of(new), cdist(new, cells.centres).argmin(axis=1))


def test_the_key_alone_decides() -> None:
    train = rows(1, 100)
    assert_array_equal(partition(train, 9, key=3).centres, partition(train, 9, key=3).centres)
    assert not np.array_equal(partition(train, 9, key=3).centres, partition(train, 9).centres)


def test_more_cells_than_different_rows_are_refused() -> None:
    with pytest.raises(InputError, match="no more cells than different rows"):
        partition(np.repeat(rows(1, 3), 10, axis=0), 4)
    with pytest.raises(InputError, match="9 cells cannot be made of 8"):
        partition(rows(1, 8), 9)
    with pytest.raises(InputError, match="at least 1 cell"):
        partition(rows(1, 8), 0)
    assert len(partition(np.ones((5, 2)), 1).centres) == 1
