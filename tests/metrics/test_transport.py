"""Transport distances: closed forms, SciPy, brute force over permutations, identities."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from scipy.stats import wasserstein_distance

from zerosum.errors import InputError
from zerosum.metrics.transport import (
    directions,
    sliced_wasserstein,
    wasserstein_1d,
    wasserstein_exact,
)


def rows(seed: int, n: int, d: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, d))


@pytest.mark.parametrize("p", [1, 2, 3])
@pytest.mark.parametrize("shift", [0.0, -0.3, 12.5])
def test_a_shift_costs_its_length(p: int, shift: float) -> None:
    x = rows(1, 200, 1)[:, 0]
    assert_allclose(wasserstein_1d(x, x[::-1] + shift, p=p), abs(shift), atol=1e-12)


@pytest.mark.parametrize(("n", "m"), [(50, 50), (50, 73), (7, 1000), (1, 3)])
def test_one_column_equals_scipy_at_equal_and_unequal_sizes(n: int, m: int) -> None:
    x, y = rows(1, n, 1)[:, 0], np.round(rows(2, m, 1)[:, 0], 1)  # rounded: ties
    assert_allclose(wasserstein_1d(x, y), wasserstein_distance(x, y), rtol=1e-10)


def test_unequal_sizes_equal_repeating_each_point() -> None:
    # 4 and 6 points: 12 equal shares of mass, for any p
    x, y = rows(1, 4, 1)[:, 0], rows(2, 6, 1)[:, 0]
    for p in (1, 2):
        want = wasserstein_1d(np.repeat(x, 3), np.repeat(y, 2), p=p)
        assert_allclose(wasserstein_1d(x, y, p=p), want, rtol=1e-12)


def test_two_points_by_hand() -> None:
    # mass 1/2 at 0 and 1/2 at 1 against all at 0: half the mass moves by 1
    assert_allclose(wasserstein_1d(np.array([0.0, 1.0]), np.array([0.0])), 0.5)
    assert_allclose(wasserstein_1d(np.array([0.0, 1.0]), np.array([0.0]), p=2), np.sqrt(0.5))


def test_sorting_is_the_optimal_assignment() -> None:
    x, y = rows(1, 40, 1), rows(2, 40, 1) * 2
    cost = cdist(x, y) ** 2
    i, j = linear_sum_assignment(cost)
    assert_allclose(wasserstein_1d(x, y, p=2) ** 2, cost[i, j].mean(), rtol=1e-12)
    assert_allclose(wasserstein_exact(x, y), wasserstein_1d(x, y), rtol=1e-12)


def test_exact_is_the_best_of_all_permutations() -> None:
    x, y = rows(1, 6, 2), rows(2, 6, 2)
    cost = cdist(x, y)
    best = min(cost[range(6), p].mean() for p in itertools.permutations(range(6)))
    assert_allclose(wasserstein_exact(x, y), best, rtol=1e-12)
    assert wasserstein_exact(x, x[::-1]) == 0.0
    assert_allclose(wasserstein_exact(x, x + np.array((3.0, 4.0))), 5.0, rtol=1e-12)


@pytest.mark.parametrize("d", [2, 3, 50])
def test_sliced_of_a_shift_has_mean_square_length_over_dimension(d: int) -> None:
    x, shift = rows(1, 100, d), np.full(d, 0.5)
    got = sliced_wasserstein(x, x + shift, p=2, projections=4000) ** 2
    # exact for even directions in the plane; 4000 random ones know the mean to 2 %
    assert_allclose(got, shift @ shift / d, rtol=1e-12 if d == 2 else 0.08)


def test_sliced_averages_the_projections() -> None:
    x, y = rows(1, 30, 3), rows(2, 45, 3) + 1.0
    axes = directions(3, 8, key=5)
    assert_allclose(np.linalg.norm(axes, axis=1), 1.0, rtol=1e-12)
    want = np.mean([wasserstein_distance(x @ a, y @ a) for a in axes])
    assert_allclose(sliced_wasserstein(x, y, projections=8, key=5), want, rtol=1e-10)
    assert sliced_wasserstein(x, y, key=5) != sliced_wasserstein(x, y, key=6)
    assert sliced_wasserstein(x, y, key=5) == sliced_wasserstein(x, y, key=5)


@pytest.mark.parametrize("p", [1, 2, 3])
@pytest.mark.parametrize(("n", "m"), [(40, 40), (40, 30), (7, 100)])
@pytest.mark.parametrize("projections", [1, 64, 130])  # below, at and above what is sorted at once
def test_sliced_equals_one_direction_at_a_time(p: int, n: int, m: int, projections: int) -> None:
    x, y = rows(1, n, 5), rows(2, m, 5) * 1.5 + 0.2
    multiple = np.lcm(n, m)  # with each point repeated both have this many, of equal masses
    costs = []
    for axis in directions(5, projections, key=3):
        one, other = np.sort(x @ axis), np.sort(y @ axis)
        gaps = np.repeat(one, multiple // n) - np.repeat(other, multiple // m)
        costs.append(np.mean(np.abs(gaps) ** p))
    got = sliced_wasserstein(x, y, p=p, projections=projections, key=3)
    assert_allclose(got, np.mean(costs) ** (1 / p), rtol=1e-12)


@pytest.mark.parametrize("sizes", [(200, 200), (200, 150)])
def test_sliced_equals_pot_on_the_same_projections(sizes: tuple[int, int]) -> None:
    ot = pytest.importorskip("ot", reason="POT is optional")
    x, y = rows(1, sizes[0], 6), rows(2, sizes[1], 6) + 0.3
    theirs = ot.sliced_wasserstein_distance(x, y, p=2, projections=directions(6, 100, key=1).T)
    assert_allclose(sliced_wasserstein(x, y, p=2, projections=100, key=1), theirs, rtol=1e-6)


def test_sliced_keeps_a_difference_that_float32_would_lose() -> None:
    # the cosines of 64 even directions have the mean square 1/2 exactly
    x = rows(1, 50, 2) + 1000.0
    got = sliced_wasserstein(x, x + np.array((1e-6, 0.0)), p=2)
    assert_allclose(got, 1e-6 / np.sqrt(2), rtol=1e-6)  # float64 keeps 1e-13 of 1,000


def test_sliced_does_not_change_its_rows() -> None:
    x, y = rows(1, 20, 3), rows(2, 20, 3)
    kept = x.copy(), y.copy()
    for p in (1, 2, 3):
        sliced_wasserstein(x, y, p=p)
    assert_allclose((x, y), kept, rtol=0)


def test_sliced_is_below_exact_and_zero_on_itself() -> None:
    x, y = rows(1, 60, 2), rows(2, 60, 2) + 0.4
    assert 0 < sliced_wasserstein(x, y) < wasserstein_exact(x, y)
    assert sliced_wasserstein(x, x[::-1]) == 0.0


def test_what_cannot_be_transported_is_refused() -> None:
    x = rows(1, 10, 2)
    with pytest.raises(InputError, match="equal sizes up to 2000"):
        wasserstein_exact(x, x[:9])
    with pytest.raises(InputError, match="equal sizes up to 2000"):
        wasserstein_exact(np.zeros((2001, 2)), np.zeros((2001, 2)))
    with pytest.raises(InputError, match="one column"):
        wasserstein_1d(x, x)
    with pytest.raises(InputError, match="p >= 1"):
        wasserstein_1d(x[:, 0], x[:, 1], p=0)
    with pytest.raises(InputError, match="1 or more"):
        sliced_wasserstein(x, x, projections=0)
