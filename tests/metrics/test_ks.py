"""Kolmogorov-Smirnov distances against SciPy, closed forms and the band's promise."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import ks_2samp, kstest, norm

from zerosum.errors import InputError
from zerosum.metrics.ks import ks_columns, ks_known, ks_two_sample
from zerosum.theory.empirical import dkw_band


@pytest.mark.parametrize(("n", "m"), [(100, 100), (37, 250), (1, 5)])
@pytest.mark.parametrize("decimals", [12, 1, 0])
def test_two_samples_equal_scipy_also_with_ties(n: int, m: int, decimals: int) -> None:
    rng = np.random.default_rng(n)
    x = np.round(rng.normal(size=n), decimals)
    y = np.round(rng.normal(size=m) + 0.3, decimals)
    assert ks_two_sample(x, y) == ks_2samp(x, y).statistic


def test_against_a_known_law_equals_scipy() -> None:
    x = np.random.default_rng(0).normal(size=500) * 1.2
    assert_allclose(ks_known(x, norm.cdf), kstest(x, norm.cdf).statistic, rtol=1e-13)


def test_shifted_uniforms_are_a_fifth_apart() -> None:
    grid = (np.arange(10_000) + 0.5) / 10_000
    assert_allclose(ks_two_sample(grid, grid + 0.2 - 2e-5), 0.2, atol=1e-12)
    assert_allclose(ks_known(grid + 0.2, lambda v: np.clip(v, 0, 1)), 0.2 + 5e-5, atol=1e-9)


def test_one_point_by_hand() -> None:
    # F_1 jumps from 0 to 1 at the point, where the law is at 0.3
    assert_allclose(ks_known(np.array([0.3]), lambda v: v), 0.7)


def test_columns_are_measured_one_by_one() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(60, 3)), rng.normal(size=(80, 3)) * [1, 2, 3]
    want = [ks_2samp(x[:, j], y[:, j]).statistic for j in range(3)]
    assert_allclose(ks_columns(x, y), want, rtol=0, atol=0)


def test_the_band_holds_95_percent_of_empirical_laws() -> None:
    # 400 replicates; Massart's bound is nearly attained at n = 200, so about 5 % leave the band
    rng = np.random.default_rng(2)
    out = np.mean(
        [ks_known(rng.uniform(size=200), lambda v: v) > dkw_band(200) for _ in range(400)]
    )
    assert 0.015 < out < 0.085


def test_unusable_input_is_refused() -> None:
    with pytest.raises(InputError, match="not its density"):
        ks_known(np.array([0.1, 0.2]), lambda v: v + 1.0)
    with pytest.raises(InputError, match="not its density"):
        ks_known(np.array([0.1, 0.2]), lambda v: v * np.nan)
    with pytest.raises(InputError, match="NaN"):
        ks_two_sample(np.array([np.nan]), np.array([0.0]))
    with pytest.raises(InputError, match="level"):
        dkw_band(10, level=1.0)
