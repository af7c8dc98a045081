"""Parzen windows: against closed forms, SciPy, and the bias they are known for."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import gaussian_kde, multivariate_normal

from zerosum import noise
from zerosum.errors import InputError
from zerosum.theory import parzen
from zerosum.theory.parzen import parzen_log_density, parzen_score


def rows(n, d, key=0):
    import torch

    return noise.normal(noise.fold("parzen", key), (n, d), dtype=torch.float64).numpy()


def test_one_window_is_one_gaussian():
    points = rows(5, 3)
    expected = multivariate_normal([1.0, 2.0, 3.0], 0.25 * np.eye(3)).logpdf(points)
    got = parzen_log_density(points, np.array([[1.0, 2.0, 3.0]]), 0.5)
    assert_allclose(got, expected, rtol=1e-12)  # rounding only


def test_many_windows_are_scipys_kernel_density():
    samples, points = rows(40, 1), rows(7, 1, 1)
    spread = samples.std(ddof=1)
    expected = gaussian_kde(samples.ravel(), bw_method=0.3 / spread).logpdf(points.ravel())
    assert_allclose(parzen_log_density(points, samples, 0.3), expected, rtol=1e-10)


def test_far_from_every_sample_and_from_zero_nothing_underflows():
    point, samples = np.array([[1e6 + 100.0]]), np.array([[1e6], [1e6 + 1]])
    # by hand: the nearer window, 99 away, and one part in e^-99.5 of the other
    expected = (
        -(99.0**2) / 2 - 0.5 * math.log(2 * math.pi) - math.log(2) + math.log1p(math.exp(-99.5))
    )
    assert_allclose(parzen_log_density(point, samples, 1.0), [expected], rtol=1e-9)


def test_parts_give_what_the_whole_gives(monkeypatch):
    points, samples = rows(23, 4), rows(11, 4, 1)
    whole = parzen_log_density(points, samples, 0.7)
    monkeypatch.setattr(parzen, "_AT_ONCE", 30)  # two points at a time
    assert_allclose(parzen_log_density(points, samples, 0.7), whole, rtol=1e-12)


def test_the_width_is_the_one_validation_prefers_and_the_score_is_the_tests():
    samples, held, test = rows(300, 2), rows(200, 2, 1), rows(100, 2, 2)
    widths = (0.05, 0.3, 2.0)
    by_hand = [parzen_log_density(held, samples, w).mean() for w in widths]
    score = parzen_score(test, samples, held, widths)
    assert score.sigma == widths[int(np.argmax(by_hand))] == 0.3
    density = parzen_log_density(test, samples, 0.3)
    assert_allclose(score.mean, density.mean(), rtol=1e-12)
    assert_allclose(score.standard_error, density.std(ddof=1) / 10, rtol=1e-12)
    assert score.samples == 300 and not score.at_edge


def test_a_width_at_the_edge_of_the_grid_is_said():
    assert parzen_score(rows(50, 2), rows(200, 2, 1), rows(50, 2, 2), (1e-3, 1e-2)).at_edge


def test_it_is_far_too_low_for_the_true_model_in_fifty_dimensions():
    # the bias is not covered by the standard error that is printed with it: more than 10 of these
    test, samples, held = rows(200, 50), rows(2000, 50, 1), rows(200, 50, 2)
    score = parzen_score(test, samples, held)
    exact = multivariate_normal(np.zeros(50)).logpdf(test).mean()
    assert score.mean < exact - 10 * score.standard_error


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"test": np.zeros(3)}, "test has shape (3,)"),
        ({"samples": np.zeros((0, 2))}, "samples has shape (0, 2)"),
        ({"samples": np.zeros((4, 3))}, "samples has 3"),
        ({"samples": np.full((4, 2), np.nan)}, "samples holds nan"),
        ({"test": np.zeros((1, 2))}, "test has 1 row"),
        ({"sigmas": ()}, "sigmas is empty"),
        ({"sigmas": (0.0,)}, "sigmas is 0"),
    ],
)  # fmt: skip
def test_what_cannot_work_is_refused(given, says):
    right = {"test": rows(4, 2), "samples": rows(5, 2), "validation": rows(4, 2)}
    with pytest.raises(InputError, match=re.escape(says)):
        parzen_score(**(right | given))
