"""Kernels: SciPy's distances, explicit powers, the median by hand, and when float32 is enough."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from scipy.spatial.distance import cdist, pdist

from zerosum.errors import InputError
from zerosum.metrics import kernels
from zerosum.metrics.kernels import Gaussian, Kernel, Polynomial, median_distance
from zerosum.metrics.mmd import mmd


def rows(seed: int, n: int, d: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, d))


def tile(kernel: Kernel, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    ready = kernel.prepare(np.concatenate((x, y)))
    return kernel.tile(ready[: len(x)], ready[len(x) :]).numpy()


def test_the_cube_of_a_product_over_the_dimension() -> None:
    # (1·2 + 3·(-1))/2 + 1 = 1/2, and (1·0 + 3·4)/2 + 1 = 7
    got = tile(Polynomial(), np.array([[1.0, 3.0]]), np.array([[2.0, -1.0], [0.0, 4.0]]))
    assert_allclose(got, [[0.125, 343.0]], rtol=1e-15)
    x, y = rows(1, 30, 7), rows(2, 20, 7)
    # float32 products of 7 numbers below 4: about 1e-6 before the cube of at most 1e2
    assert_allclose(tile(Polynomial(), x, y), (x @ y.T / 7 + 1) ** 3, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("offset", [0.0, 1e6])
def test_gaussian_equals_scipys_distances_wherever_the_rows_lie(offset: float) -> None:
    x, y = rows(1, 30, 5) + offset, rows(2, 20, 5) + offset
    want = np.exp(-cdist(x, y, "sqeuclidean") / (2 * 1.7**2))
    # k <= 1, and its exponent has the rounding of float32, 6e-8, times ‖x‖²/σ² of about 10
    assert_allclose(tile(Gaussian(1.7), x, y), want, atol=1e-5)


def test_gaussian_of_a_copy_is_one() -> None:
    x = rows(1, 30, 5)
    assert_allclose(np.diag(tile(Gaussian(0.5), x, x)), 1.0, atol=1e-5)
    assert tile(Gaussian(0.5), x, x).max() <= 1.0


def test_the_median_by_hand_and_over_all_pooled_pairs() -> None:
    # 0, 1, 4, 9 have the distances 1, 3, 4, 5, 8, 9: the median of six is (4 + 5)/2
    assert median_distance(np.array([0.0, 9.0]), np.array([1.0, 4.0])) == 4.5
    x, y = rows(1, 60, 3), rows(2, 40, 3) + 2.0
    pairs = [np.linalg.norm(a - b) for a, b in itertools.combinations(np.concatenate((x, y)), 2)]
    assert_allclose(median_distance(x, y), np.median(pairs), rtol=1e-12)
    assert_allclose(median_distance(y, x), np.median(pairs), rtol=1e-12)  # labels do not matter


def test_the_median_of_many_rows_is_that_of_a_fixed_thousand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kernels, "MEDIAN_ROWS", 200)
    x, y = rows(1, 800, 4), rows(2, 700, 4) + 1.0
    whole = np.median(pdist(np.concatenate((x, y))))
    got = [median_distance(x, y, key=key) for key in range(20)]
    assert got[0] == median_distance(x, y, key=0) != got[1]
    # a sample median has sd about 1/(2 f sqrt(n)); pairs share rows, so n is near 200 rows: f of the
    # distances at their median is 0.45 a unit, sd 0.08 a draw and 0.02 in the mean of 20
    assert abs(np.mean(got) - whole) < 0.08
    assert np.std(got) < 0.16


def test_float32_products_move_the_value_by_a_small_part_of_its_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    x, y = 0.5 * rows(1, 300, 64) + 5.0, 0.55 * rows(2, 300, 64) + 5.0
    for kernel in (Polynomial(), Gaussian(4.0)):
        assert kernel.prepare(np.concatenate((x, y))).dtype == torch.float32
        fast = mmd(x, y, kernel=kernel, permutations=0)
        monkeypatch.setattr(kernels, "_LARGE", 0.0)
        exact = mmd(x, y, kernel=kernel, permutations=0)
        monkeypatch.undo()
        assert fast.value != exact.value
        # rounding of 6e-8 in a size ten times the spread, less the averaging over 300 rows
        assert abs(fast.value - exact.value) < 1e-3 * exact.error


@pytest.mark.parametrize("kernel", [Polynomial(), Gaussian(4.0)])
@pytest.mark.parametrize("centre", [0.5, 1e4])  # float32 products, float64 ones
def test_rows_in_float32_give_what_they_give_in_float64(kernel: Kernel, centre: float) -> None:
    x, y = (rows(seed, 60, 8).astype(np.float32) + np.float32(centre) for seed in (1, 2))
    single, double = mmd(x, y, kernel=kernel), mmd(x.astype(float), y.astype(float), kernel=kernel)
    assert single == double == mmd(x, y.astype(float), kernel=kernel)


@pytest.mark.parametrize(
    ("kernel", "x"),
    [
        (Polynomial(), 1e6 + rows(1, 20, 3)),  # spread below the rounding of float32 products
        (Polynomial(), 1e25 * rows(1, 20, 3)),  # products above 3e38
        (Polynomial(), np.full((20, 3), 7.0)),
        (Gaussian(1e-4), rows(1, 20, 3)),
    ],
)
def test_where_float32_is_not_enough_float64_is_taken(kernel: Kernel, x: np.ndarray) -> None:
    assert kernel.prepare(x).dtype == torch.float64
    assert np.isfinite(tile(kernel, x, x)).all()


def test_what_is_no_bandwidth_is_refused() -> None:
    for width in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(InputError, match="positive width"):
            Gaussian(width)
    with pytest.raises(InputError, match="median distance is 0"):
        median_distance(np.zeros((5, 2)), np.ones((1, 2)))
    with pytest.raises(InputError, match="first in row 1"):
        median_distance(np.array([0.0, np.nan]), np.zeros(2))


def test_a_text_names_a_kernel_and_its_width() -> None:
    assert isinstance(Polynomial(), Kernel)
    assert Polynomial().text == "(x·y/d + 1)³"
    assert Gaussian(0.25).text == "Gaussian, bandwidth 0.25" != Gaussian(0.5).text
