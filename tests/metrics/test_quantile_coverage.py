"""AdaGAN's coverage of models whose coverage is known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import norm
from sklearn.neighbors import KernelDensity

from zerosum.errors import InputError
from zerosum.metrics.quantile_coverage import log_density, quantile_coverage

N = 400


def coverage(model, truth, runs=16):
    """Values of C over runs: model and truth are (rng, n) -> rows."""
    found = []
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        kernels, tuning, own = (model(rng, n) for n in (N, N // 2, N))
        found.append(quantile_coverage(kernels, tuning, own, truth(rng, 4 * N)).share.value)
    return np.array(found)


def near(values, expected):
    """Within four standard errors of the mean over runs, plus what smoothing may shift it by."""
    assert abs(values.mean() - expected) < 4 * values.std() / np.sqrt(len(values)) + 0.003


def normal(scale, shift=0.0):
    return lambda rng, n: scale * rng.normal(size=(n, 2)) + shift


def test_log_density_is_the_kernel_estimate():
    rng = np.random.default_rng(0)
    centres, x = rng.normal(size=(50, 3)), rng.normal(size=(20, 3))
    other = KernelDensity(bandwidth=0.3).fit(centres).score_samples(x)
    assert_allclose(log_density(x, centres, 0.3), other, rtol=1e-10)


def test_bug_26_a_bandwidth_is_a_standard_deviation():
    x = np.linspace(-1, 1, 7)[:, None]
    assert_allclose(log_density(x, np.zeros((1, 1)), 0.5), norm.logpdf(x[:, 0], scale=0.5))


def test_a_perfect_model_covers_95_percent_and_not_all():
    near(coverage(normal(1.0), normal(1.0)), 0.95)


def test_half_the_modes_cover_half_of_that():
    def both(rng, n):
        return normal(0.1)(rng, n) + 10.0 * rng.integers(0, 2, (n, 1))

    near(coverage(normal(0.1), both), 0.475)


def test_a_narrow_model_covers_what_the_normal_says():
    # 95 % of a plane normal of deviation s lies within s sqrt(-2 ln 0.05): of a standard one
    # P(r < s sqrt(-2 ln 0.05)) = 1 - 0.05^(s²)
    near(coverage(normal(0.5), normal(1.0)), 1 - 0.05**0.25)


def test_a_wide_model_covers_all_and_a_model_elsewhere_nothing():
    assert coverage(normal(3.0), normal(1.0), runs=2).min() > 0.999
    assert coverage(normal(1.0, 30.0), normal(1.0), runs=2).max() == 0.0


def test_bug_26_the_coverage_threshold_is_not_from_the_rows_of_the_kernels():
    # nearly each kernel is alone in five dimensions, so its own row looks dense and other rows do not
    def five(rng, n):
        return rng.normal(size=(n, 5))

    honest = coverage(five, five)
    near(honest, 0.95)
    rng = np.random.default_rng(0)
    kernels, tuning, truth = (five(rng, n) for n in (N, N // 2, 4 * N))
    published = quantile_coverage(kernels, tuning, kernels, truth).share.value
    assert published < 0.95 - 4 * honest.std()


def test_one_point_covers_nothing():
    point = np.zeros((10, 2))
    assert quantile_coverage(point, point, point, point).share.value == 0.0
    # most rows in one point, the rest spread: there is a bandwidth, and the point is not all
    mixed = np.concatenate((np.zeros((900, 2)), np.random.default_rng(0).normal(size=(100, 2))))
    found = quantile_coverage(mixed, mixed[::2], mixed, np.full((10, 2), 40.0))
    assert found.share.value == 0.0 and found.bandwidth > 0


def test_unusable_rows_are_refused():
    rows = np.zeros((10, 2))
    with pytest.raises(InputError, match="NaN"):
        quantile_coverage(rows, rows, rows * np.nan, rows)
    with pytest.raises(InputError, match="columns"):
        quantile_coverage(np.zeros((10, 3)), rows, rows, rows)
