"""Parzen windows as a metric: the published bias, the choice of width, and units."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import multivariate_normal

from zerosum.errors import InputError
from zerosum.metrics.parzen import LABEL, parzen_likelihood

D, LATENT = 50, 10


def model(seed: int, n: int, variance: float = 0.1) -> tuple[np.ndarray, np.ndarray]:
    """Rows of N(0, W Wᵀ + variance I) and the covariance; W is fixed."""
    w = np.random.default_rng(0).normal(size=(D, LATENT)) / np.sqrt(LATENT)
    covariance = w @ w.T + variance * np.eye(D)
    rng = np.random.default_rng(seed)
    return rng.multivariate_normal(np.zeros(D), covariance, size=n), covariance


def test_the_perfect_model_of_fifty_dimensions_is_given_twenty_nats_too_few() -> None:
    # published: -54.3 against -32.6, 10,000 samples; this bias, -21.7, has an sd of 0.91 over draws of
    # W (tests of the claim), and a finer grid of widths can only raise the score, by below 0.5
    real, covariance = model(1, 500)
    got = parzen_likelihood(real, model(2, 10_000)[0], model(3, 300)[0])
    exact = multivariate_normal(np.zeros(D), covariance).logpdf(real).mean()
    assert abs(got.value - exact + 21.7) < 3 * 0.91
    assert exact - got.value > 10 * got.error  # which the printed error does not cover
    assert not got.at_edge and "teaching" in LABEL


def test_a_model_hundreds_of_nats_worse_is_given_more() -> None:
    real, covariance = model(1, 400)
    validation = model(3, 300)[0]
    fair = parzen_likelihood(real, model(2, 5000)[0], validation)
    narrow, wrong = model(2, 5000, variance=0.01)
    exact = [multivariate_normal(np.zeros(D), c).logpdf(real).mean() for c in (covariance, wrong)]
    assert exact[1] < exact[0] - 100
    assert parzen_likelihood(real, narrow, validation).value > fair.value


def test_in_one_dimension_it_is_right_and_the_width_follows_the_units() -> None:
    rng = np.random.default_rng(4)
    real, fake, validation = rng.normal(size=(3, 1000, 1))
    got = parzen_likelihood(real, fake, validation)
    # -½ ln 2πe; 4 standard errors, 0.09; the bias of 1000 windows, h^4 small, is below one of them
    assert abs(got.value + 0.5 * np.log(2 * np.pi * np.e)) < 4 * got.error
    scaled = parzen_likelihood(1000 * real, 1000 * fake, 1000 * validation)
    assert_allclose(scaled.sigma, 1000 * got.sigma, rtol=1e-9)
    assert_allclose(scaled.value, got.value - np.log(1000), rtol=1e-9)


def test_what_cannot_work_is_refused() -> None:
    rows = np.random.default_rng(5).normal(size=(10, 2))
    with pytest.raises(InputError, match="validation has 1 columns"):
        parzen_likelihood(rows, rows, rows[:, :1])
    with pytest.raises(InputError, match="real has 1 rows"):
        parzen_likelihood(rows[:1], rows, rows)
    with pytest.raises(InputError, match="NaN"):
        parzen_likelihood(rows, rows * np.nan, rows)
