"""Maximum mean discrepancy: enumerated splits, closed forms, NumPy, its error bar and its p-value.

Rows of small whole numbers have exact float32 products, so identities on them hold to float64.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import kstest

from zerosum.errors import InputError
from zerosum.metrics import mmd as module
from zerosum.metrics.kernels import Gaussian, Kernel, Polynomial, median_distance
from zerosum.metrics.mmd import MMD, mmd

Gram = Callable[[np.ndarray, np.ndarray], np.ndarray]


def gaussian_rows(seed: int, n: int, d: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, d))


def whole_rows(seed: int, n: int, d: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(-3, 4, size=(n, d)).astype(np.float64)


def cubic(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return (a @ b.T / a.shape[1] + 1.0) ** 3


def bell(a: np.ndarray, b: np.ndarray) -> np.ndarray:  # σ = 1.5
    return np.exp(-np.square(a[:, None] - b).sum(axis=2) / 4.5)


KERNELS: list[tuple[Kernel, Gram]] = [(Polynomial(), cubic), (Gaussian(1.5), bell)]


def numpy_mmd(x: np.ndarray, y: np.ndarray, gram: Gram = cubic, *, biased: bool = False) -> float:
    """The estimator from three dense Gram matrices."""
    n, m = len(x), len(y)
    xx, yy, xy = gram(x, x), gram(y, y), gram(x, y)
    if biased:
        return float(xx.mean() + yy.mean() - 2.0 * xy.mean())
    own_x, own_y = xx.sum() - np.trace(xx), yy.sum() - np.trace(yy)
    return float(own_x / (n * (n - 1)) + own_y / (m * (m - 1)) - 2.0 * xy.mean())


@pytest.mark.parametrize(("kernel", "gram"), KERNELS)
def test_over_all_70_splits_of_8_points_the_estimate_averages_to_zero(
    kernel: Kernel, gram: Gram
) -> None:
    points = whole_rows(1, 8, 2)
    splits = [
        (points[list(i)], np.delete(points, i, 0)) for i in itertools.combinations(range(8), 4)
    ]
    values = [mmd(x, y, kernel=kernel, permutations=0).value for x, y in splits]
    assert len(values) == 70
    largest = np.abs(values).max()
    assert abs(np.mean(values)) < 1e-14 * largest
    assert np.mean([numpy_mmd(x, y, gram, biased=True) for x, y in splits]) > 0.05 * largest


def test_p_of_a_tiny_set_is_the_share_of_all_splits() -> None:
    points = whole_rows(4, 8, 2)
    splits = [list(i) for i in itertools.combinations(range(8), 4)]
    values = [numpy_mmd(points[i], np.delete(points, i, 0)) for i in splits]
    for number in (0, 20, 34):  # the given labelling is one of the 70, and ties count
        exact = np.mean(np.array(values) >= values[number] - 1e-12)
        x, y = points[splits[number]], np.delete(points, splits[number], 0)
        got = mmd(x, y, permutations=4000).p
        assert abs(got - exact) < 4 * np.sqrt(exact * (1 - exact) / 4000) + 1 / 4001


def test_gaussian_kernel_of_shifted_gaussians_has_its_closed_form() -> None:
    # E k of N(a, I) and N(b, I) is (1 + 2/σ²)^(-d/2) exp(-‖a - b‖²/(2 (σ² + 2))); here d = 5, σ = 1
    # and the shift is 0.5 in every column
    truth = 2.0 * 3.0**-2.5 * (1.0 - np.exp(-5 * 0.25 / 6.0))
    assert_allclose(truth, 0.0241285786, atol=5e-11)
    got = mmd(gaussian_rows(1, 1500, 5), gaussian_rows(2, 1500, 5) + 0.5, kernel=Gaussian(1.0))
    assert abs(got.value - truth) < 4 * got.error < 0.01
    assert got.p == 1 / 201


def polynomial_truth(shift: float, d: int) -> float:
    """MMD² of N(0, I) and N(shift, I) under (x·y/d + 1)³, from moments up to the third.

    With s = ‖shift‖²: E t = s/d, E t² = (d + 2s + s²)/d², E t³ = (s³ + 6s² + (3d + 6)s)/d³ for two
    shifted rows, 0, 1/d, 0 for two others, and 0, (d + s)/d², 0 between.
    """
    s = d * shift * shift
    return 3 * s / d + 3 * s * s / d**2 + (s**3 + 6 * s * s + (3 * d + 6) * s) / d**3


def test_polynomial_kernel_of_shifted_gaussians_has_its_closed_form() -> None:
    # another route: the third power of t in one dimension by Gauss-Hermite quadrature
    nodes, weights = np.polynomial.hermite_e.hermegauss(20)
    w = np.outer(weights, weights) / weights.sum() ** 2
    means = [
        (w * (np.outer(nodes + a, nodes + b) + 1) ** 3).sum()
        for a, b in ((0, 0), (0.7, 0.7), (0, 0.7))
    ]
    assert_allclose(polynomial_truth(0.7, 1), means[0] + means[1] - 2 * means[2], rtol=1e-12)
    got = mmd(gaussian_rows(1, 800, 16), gaussian_rows(2, 900, 16) + 0.3, permutations=0)
    assert abs(got.value - polynomial_truth(0.3, 16)) < 4 * got.error
    assert got.error < 0.1 * got.value


@pytest.mark.parametrize(("kernel", "gram"), KERNELS)
@pytest.mark.parametrize(("n", "m"), [(40, 40), (13, 29), (2, 2), (2, 50)])
def test_equals_three_dense_gram_matrices(kernel: Kernel, gram: Gram, n: int, m: int) -> None:
    x, y = whole_rows(1, n, 4), whole_rows(2, m, 4) + 1.0
    # Gaussian rows are moved to mean 0, after which products are rounded to float32: 1e-7 of 10
    tight = {"rtol": 1e-12} if isinstance(kernel, Polynomial) else {"atol": 2e-6}
    assert_allclose(mmd(x, y, kernel=kernel).value, numpy_mmd(x, y, gram), **tight)


def test_the_kid_of_given_subsets_equals_numpys() -> None:
    # subsets drawn in the order of the usual implementation: one set, then the other, for each subset
    x, y = gaussian_rows(1, 300, 24), 1.1 * gaussian_rows(2, 250, 24) + 0.1
    draw = np.random.RandomState(2020)
    drawn = [
        (draw.choice(len(x), 100, replace=False), draw.choice(len(y), 100, replace=False))
        for _ in range(20)
    ]
    ours = [mmd(x[i], y[j], permutations=0).value for i, j in drawn]
    theirs = [numpy_mmd(x[i], y[j]) for i, j in drawn]
    assert_allclose(ours, theirs, atol=1e-6, rtol=0)  # what the reference page asks
    assert_allclose(np.mean(ours), np.mean(theirs), atol=1e-7, rtol=0)
    # 20 subsets estimate what all pairs do, with errors of their own
    whole = mmd(x, y, permutations=0)
    spread = np.std(theirs, ddof=1) / np.sqrt(20)
    assert abs(whole.value - np.mean(theirs)) < 4 * np.hypot(spread, whole.error)


def test_the_mean_over_all_subsets_is_the_value_of_all_rows() -> None:
    # what "unbiased" means for a U-statistic: 20 subsets of 3 of 6 in either set
    x, y = whole_rows(1, 6, 4), whole_rows(2, 6, 4) + 1.0
    threes = [list(i) for i in itertools.combinations(range(6), 3)]
    values = [mmd(x[i], y[j], permutations=0).value for i in threes for j in threes]
    assert_allclose(np.mean(values), mmd(x, y).value, rtol=1e-12)


@pytest.mark.parametrize("tile", [1, 7, 40, 64])
def test_tiles_do_not_show(tile: int, monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = whole_rows(1, 25, 4), whole_rows(2, 38, 4) + 1.0
    whole = mmd(x, y)
    monkeypatch.setattr(module, "_TILE", tile)
    tiled = mmd(x, y)
    assert_allclose([tiled.value, tiled.error], [whole.value, whole.error], rtol=1e-11)
    assert tiled.p == whole.p


def test_every_permuted_value_is_the_estimate_of_relabelled_rows() -> None:
    x, y = whole_rows(1, 9, 4), whole_rows(2, 14, 4) + 1.0
    members = module._members(9, 14, 30, key=5)
    got = module._block(x, y, Polynomial(), members).values
    pooled, labels = np.concatenate((x, y)), members.numpy().T.astype(bool)
    assert labels[0].tolist() == [True] * 9 + [False] * 14
    assert (labels.sum(axis=1) == 9).all()
    assert len({tuple(label) for label in labels}) == 31
    want = [numpy_mmd(pooled[label], pooled[~label]) for label in labels]
    assert_allclose(got, want, rtol=1e-11, atol=1e-11)


def test_the_error_is_hoeffdings_two_parts() -> None:
    # each part from dense matrices: row means, and what k has beside its row and column means
    n, m = 60, 90
    x, y = whole_rows(1, n, 4), whole_rows(2, m, 4) + 1.0
    off = ~np.eye(n, dtype=bool), ~np.eye(m, dtype=bool)
    xx, yy, xy = cubic(x, x), cubic(y, y), cubic(x, y)
    a, b = (xx * off[0]).sum(1) / (n - 1), (yy * off[1]).sum(1) / (m - 1)
    first = 4 * np.var(a - xy.mean(1), ddof=1) / n + 4 * np.var(b - xy.mean(0), ddof=1) / m
    rest_x = (xx - a[:, None] - a + a.mean())[off[0]]
    rest_y = (yy - b[:, None] - b + b.mean())[off[1]]
    rest_xy = xy - xy.mean(1, keepdims=True) - xy.mean(0) + xy.mean()
    v_xx, v_yy, v_xy = (np.square(rest).mean() for rest in (rest_x, rest_y, rest_xy))
    second = 2 * v_xx / (n * (n - 1)) + 2 * v_yy / (m * (m - 1)) + 4 * v_xy / (n * m)
    # row means leave out the diagonal, which makes the two ways of summing differ by 1/n² of v
    assert first > 2 * second
    assert_allclose(mmd(x, y).error, np.sqrt(first - second), rtol=1e-3)


def replicates(shift: float, n: int, d: int, repeats: int) -> tuple[float, float, float]:
    """Return coverage of the 95 % interval, root mean square of the errors and sd of the values."""
    rng, truth = np.random.default_rng(0), polynomial_truth(shift, d)
    found = [
        mmd(rng.normal(size=(n, d)), rng.normal(size=(n, d)) + shift, permutations=0)
        for _ in range(repeats)
    ]
    hits = np.mean([low <= truth <= high for low, high in (r.interval() for r in found)])
    values, errors = np.array([r.value for r in found]), np.array([r.error for r in found])
    return float(hits), float(np.sqrt(np.square(errors).mean())), float(values.std())


@pytest.mark.parametrize("shift", [0.1, 0.5])
def test_the_interval_covers_the_truth(shift: float) -> None:
    # 400 replicates of a 95 % event: 92 to 98 % is 2.75 of its sd; an sd of 400 values is known to
    # 3.5 %, and to 5 % for the skewed ones here: 15 % is three of that
    hits, error, sd = replicates(shift, 100, 16, 400)
    assert 0.92 <= hits <= 0.98
    assert_allclose(error, sd, rtol=0.15)


def test_where_the_laws_are_equal_the_error_is_a_little_too_wide_and_no_more() -> None:
    # there the row means are all noise, and their part alone would be sqrt(2) = 1.41 of the sd;
    # taking the larger of the two estimates of one number leaves 5 to 15 %
    hits, error, sd = replicates(0.0, 100, 16, 200)
    assert hits >= 0.94
    assert 0.9 < error / sd < 1.25


@pytest.mark.slow
@pytest.mark.parametrize(("shift", "least", "most"), [(0.1, 0.92, 0.98), (0.0, 0.94, 1.0)])
def test_the_interval_covers_the_truth_in_400_replicates_of_1000_rows(
    shift: float, least: float, most: float
) -> None:
    hits, error, sd = replicates(shift, 1000, 16, 400)
    assert least <= hits <= most
    assert 0.85 < error / sd < 1.25


def test_an_interval_is_the_normal_one() -> None:
    result = MMD(value=1.0, error=0.5, p=0.1, n=9, m=9, d=2, kernel="k", blocks=1)
    assert_allclose(result.interval(), (1 - 0.979982, 1 + 0.979982), atol=1e-6)
    assert_allclose(result.interval(0.5), (1 - 0.337245, 1 + 0.337245), atol=1e-6)


@pytest.mark.parametrize("kernel", [Polynomial(), Gaussian(2.0), None])
def test_p_is_uniform_where_the_laws_are_equal(kernel: Kernel | None) -> None:
    # unequal sizes; None takes the median of each replicate's own rows, which labels do not move
    rng = np.random.default_rng(3)
    found = []
    for number in range(150):
        x, y = rng.normal(size=(20, 3)), rng.normal(size=(35, 3))
        used = kernel or Gaussian(median_distance(x, y))
        found.append(mmd(x, y, kernel=used, key=number).p)
    assert kstest(found, "uniform").pvalue > 0.01


def test_p_of_far_sets_is_its_least_and_of_one_set_twice_is_not_small() -> None:
    x = gaussian_rows(1, 50, 3)
    assert mmd(x, x + 3.0).p == 1 / 201
    assert mmd(x, x + 3.0, permutations=999).p == 1 / 1000
    twice = mmd(x, x)
    assert twice.value < 0  # pairs of a row and its copy count only between the sets
    assert twice.p > 0.9


def test_constant_sets_have_no_error_and_ties_count_against_a_difference() -> None:
    same = mmd(np.full((10, 3), 2.0), np.full((12, 3), 2.0))
    assert_allclose([same.value, same.error], 0.0, atol=1e-12)
    assert same.p == 1.0
    # rows of 2s against rows of 1s: (4 + 1)³ + (1 + 1)³ - 2 (2 + 1)³
    apart = mmd(np.full((10, 3), 2.0), np.full((12, 3), 1.0))
    assert_allclose([apart.value, apart.error], [79.0, 0.0], atol=1e-11)
    assert apart.p == 1 / 201


def test_a_result_says_what_it_is_and_the_key_moves_only_p() -> None:
    x, y = gaussian_rows(1, 30, 3), gaussian_rows(2, 40, 3)
    first, again, other = (mmd(x, y, kernel=Gaussian(2.0), key=key) for key in (0, 0, 7))
    assert first == again
    assert (first.n, first.m, first.d, first.blocks) == (30, 40, 3, 1)
    assert first.kernel == "Gaussian, bandwidth 2"
    assert other.p != first.p
    assert (other.value, other.error) == (first.value, first.error)
    assert np.isnan(mmd(x, y, permutations=0).p)


def test_order_of_rows_and_of_sets_does_not_matter() -> None:
    x, y = whole_rows(1, 30, 4), whole_rows(2, 40, 4)
    first, turned, swapped = mmd(x, y), mmd(x[::-1], y[::-1]), mmd(y, x)
    for name in ("value", "error"):
        want = getattr(first, name)
        assert_allclose([getattr(turned, name), getattr(swapped, name)], want, rtol=1e-11)


def test_unusable_input_is_answered_with_a_sentence() -> None:
    x = gaussian_rows(1, 20, 3)
    bad = x.copy()
    bad[4, 1] = np.nan
    with pytest.raises(InputError, match="the second set holds NaN or infinity, first in row 4"):
        mmd(x, bad)
    with pytest.raises(InputError, match=r"3 columns and .* 2"):
        mmd(x, x[:, :2])
    with pytest.raises(InputError, match=r"the first set has 1 rows, .* at least 2"):
        mmd(x[:1], x)
    with pytest.raises(InputError, match="permutations is -1: use 200"):
        mmd(x, x, permutations=-1)
