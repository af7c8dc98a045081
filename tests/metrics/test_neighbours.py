"""Distances, radii and nearest rows against direct computation, and the tie rule."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from scipy.spatial.distance import cdist

from zerosum.errors import InputError
from zerosum.metrics import neighbours
from zerosum.metrics.neighbours import distance_chunks, nearest, radii


def rows(seed: int, n: int, d: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, d))


def test_chunks_hold_the_squared_distances() -> None:
    x, y = rows(1, 23, 4), rows(2, 9, 4)
    blocks = list(distance_chunks(torch.from_numpy(x), torch.from_numpy(y), chunk=5))
    assert [b.stop - b.start for b, _ in blocks] == [5, 5, 5, 5, 3]
    assert_allclose(torch.cat([sq for _, sq in blocks]), cdist(x, y) ** 2, rtol=1e-11, atol=1e-12)


def test_copies_are_at_distance_zero_exactly() -> None:
    x = torch.from_numpy(rows(1, 50, 64) * 30.0)
    squared = torch.cat([sq for _, sq in distance_chunks(x, x.clone(), chunk=7)])
    assert torch.equal(squared.diagonal(), torch.zeros(50, dtype=torch.float64))
    assert (squared + torch.eye(50) > 0).all()


def test_radii_leave_a_row_out_of_its_own_neighbours_but_not_its_twin() -> None:
    x = rows(1, 40, 3)
    want = np.sort(cdist(x, x), axis=1)[:, 4] ** 2  # position 0 is the row itself
    assert_allclose(radii(torch.from_numpy(x), 4, chunk=16), want, rtol=1e-10)
    twins = torch.from_numpy(np.concatenate((x[:3], x[:3])))
    assert torch.equal(radii(twins, 1), torch.zeros(6, dtype=torch.float64))


@pytest.mark.parametrize("d", [2, 64])
def test_nearest_equals_sorting_all_distances(d: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "CHUNK", 37)  # several chunks of the base
    query, base = rows(1, 30, d) + 50.0, rows(2, 200, d) + 50.0
    full = cdist(query, base)
    got = nearest(query, base, 3)
    assert np.array_equal(got.indices, np.argsort(full, axis=1)[:, :3])
    assert_allclose(got.distances, np.sort(full, axis=1)[:, :3], rtol=1e-12)


def test_a_copy_far_from_the_origin_is_found_at_distance_zero() -> None:
    base = rows(2, 300, 16) * 1e-3 + 1e4
    got = nearest(base[[250, 3]], base, 1)
    assert got.indices.tolist() == [[250], [3]]
    assert got.distances.tolist() == [[0.0], [0.0]]


def test_equal_distances_are_ordered_by_index() -> None:
    base = np.array([[1.0], [-1.0], [1.0], [5.0]])
    assert nearest(np.zeros((1, 1)), base, 3).indices.tolist() == [[0, 1, 2]]


def test_too_many_neighbours_are_refused() -> None:
    with pytest.raises(InputError, match="use 1 to 4"):
        nearest(rows(1, 3, 2), rows(2, 4, 2), 5)
    with pytest.raises(InputError, match="lower k"):
        radii(torch.from_numpy(rows(1, 3, 2)), 3)
