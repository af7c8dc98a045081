"""Distances, radii and nearest rows against direct computation, and the tie rule."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from scipy.spatial.distance import cdist

from zerosum.errors import InputError
from zerosum.metrics import neighbours
from zerosum.metrics.neighbours import distance_chunks, kth_smallest, nearest, radii


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


@pytest.mark.parametrize("columns", [5, 639, 640, 641, 1000])  # groups are taken from 640 on
@pytest.mark.parametrize("least", [0.0, -torch.inf])
def test_the_kth_smallest_is_that_of_sorting(columns: int, least: float) -> None:
    values = torch.from_numpy(np.random.default_rng(columns).normal(size=(40, columns)).round(1))
    values[3] = 1.5
    values[4, 2:] = torch.inf
    values[5, -4:] = values[6, :4] = least  # all in one group, or left over
    for k in (1, 5):
        assert torch.equal(kth_smallest(values, k), values.sort(dim=1).values[:, k - 1])


@pytest.mark.parametrize(("block", "fewest"), [(1, 1), (1, 7), (1000, 1), (10**6, 1)])
def test_the_size_of_blocks_does_not_show(
    block: int, fewest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbours, "_BLOCK", block)
    monkeypatch.setattr(neighbours, "_FEWEST", fewest)
    x, y = rows(1, 50, 3), rows(2, 70, 3)
    blocks = list(distance_chunks(torch.from_numpy(x), torch.from_numpy(y)))
    assert len(blocks) == -(-50 // max(fewest, block // 70))
    # rounding of products whose order of summing may change
    assert_allclose(torch.cat([sq for _, sq in blocks]), cdist(x, y) ** 2, rtol=1e-11, atol=1e-12)


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
