"""Neighbours against brute force, and a copy beside rows that are none."""

from __future__ import annotations

import numpy as np
import pytest

from tests.explore.small import pictures, table
from zerosum.errors import InputError
from zerosum.explore.nearing import neighbours


def test_neighbours_by_brute_force():
    generator = pictures()
    train, held = generator.sample(40, 8), generator.sample(15, 9)
    train[7] = generator.sample(1, 0)[0]  # the first sample, copied
    found = neighbours(generator, train, held, n=4, k=3)
    apart = np.sqrt(np.square((found.samples[:, None] - train[None]) / 16).mean(axis=(2, 3)))
    order = np.argsort(apart, axis=1)[:, :3]
    np.testing.assert_array_equal(found.index, order)
    # encoded rows are in single precision
    np.testing.assert_allclose(found.distances, np.take_along_axis(apart, order, 1), atol=1e-6)
    np.testing.assert_array_equal(found.rows, train[order])
    least = np.sqrt(np.square((held[:, None] - train[None]) / 16).mean(axis=(2, 3))).min(axis=1)
    np.testing.assert_allclose(found.reference, np.sort(least), atol=1e-6)
    assert found.index[0, 0] == 7 and found.distances[0, 0] < 1e-6 and found.nearer[0] == 0
    want = (np.sort(least)[None] <= found.distances[:, :1] + 1e-9).mean(axis=1)
    np.testing.assert_allclose(found.nearer, want, atol=1 / 15)


def test_another_space_gives_other_neighbours():
    generator = pictures()
    train, held = generator.sample(40, 8), generator.sample(15, 9)
    found = neighbours(generator, train, held, n=4, k=1, features=lambda x: x[:, 0, :1])
    top = np.square(found.samples[:, None, 0] - train[None, :, 0]).sum(axis=2)
    np.testing.assert_array_equal(found.index[:, 0], top.argmin(axis=1))


def test_rows_of_a_table():
    generator = table()
    found = neighbours(generator, generator.sample(20, 3), generator.sample(5, 4), n=2, k=2)
    assert found.rows.shape == (2, 2, 5) and np.isfinite(found.distances).all()


@pytest.mark.parametrize("more", [{"k": 50}, {"n": 0}, {"k": 0}])
def test_too_few(more):
    rows = pictures().sample(10, 8)
    with pytest.raises(InputError, match="cannot be found among 10 training rows"):
        neighbours(pictures(), rows, rows, **more)
    with pytest.raises(InputError, match="beside 0 held-out ones"):
        neighbours(pictures(), rows, rows[:0])
