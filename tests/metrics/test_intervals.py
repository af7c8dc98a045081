"""Intervals for shares against SciPy, and half-sample errors against known standard errors."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import binomtest

from zerosum.errors import InputError
from zerosum.metrics.intervals import binomial_error, half_sample_error, half_samples, wilson


@pytest.mark.parametrize(("successes", "n"), [(0, 10), (10, 10), (3, 7), (351, 360), (1, 5000)])
def test_wilson_equals_scipy(successes: int, n: int) -> None:
    share = wilson(successes, n)
    scipy = binomtest(successes, n).proportion_ci(method="wilson")
    assert_allclose([share.low, share.high], [scipy.low, scipy.high], atol=1e-12)
    assert share.value == successes / n
    assert_allclose(share.error, binomial_error(successes / n, n))


def test_wilson_refuses_what_is_no_share() -> None:
    for successes, n in ((3, 2), (-1, 5), (0, 0)):
        with pytest.raises(InputError, match="no share"):
            wilson(successes, n)


def test_halves_are_halves_without_repeats_and_come_in_complements() -> None:
    halves = half_samples(7, 11, 3)
    assert halves.shape == (6, 5)
    assert all(len(set(h)) == 5 and set(h) <= set(range(11)) for h in halves)
    for a, b in zip(halves[::2], halves[1::2], strict=True):
        assert not set(a) & set(b)
    assert not np.array_equal(half_samples(7, 11, 3), half_samples(8, 11, 3))


def test_the_error_of_a_difference_of_means_is_the_textbook_one() -> None:
    # with 200 splits the spread is known to 1/sqrt(2 * 200) = 5 %; 15 % is three of that. A factor
    # sqrt(1/2), as for draws with replacement, would be 29 % off.
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=300), 2.0 * rng.normal(size=500)
    got = half_sample_error(lambda a, b: float(a.mean() - b.mean()), x, y, key=1, splits=200)
    assert_allclose(got, np.sqrt(x.var() / 300 + y.var() / 500), rtol=0.15)
