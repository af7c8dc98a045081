"""Truths against scipy.stats, and the Cramér-Rao bound against Fisher's information by quadrature."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad

from zerosum import noise
from zerosum.errors import InputError
from zerosum.studies.monte_carlo import truths
from zerosum.studies.monte_carlo.truths import TRUTHS, truth

REFERENCE = {
    "normal": stats.norm(),
    "t": stats.t(5),
    "exponential": stats.expon(),
    "lognormal": stats.lognorm(0.5),
}
SHARES = np.array([1e-6, 0.05, 0.25, 0.5, 0.75, 0.95, 1 - 1e-6])
NAMES = sorted(TRUTHS)


def mixture_pdf(x):
    return 0.25 * stats.norm.pdf(x, -1.5, 0.5) + 0.75 * stats.norm.pdf(x, 0.5, 0.5)


def test_every_truth_is_looked_at():
    assert {*REFERENCE, "mixture"} == TRUTHS.keys()


@pytest.mark.parametrize("name", sorted(REFERENCE))
def test_moments_cdf_and_quantiles_are_those_of_scipy(name):
    known, made = REFERENCE[name], truth(name)
    np.testing.assert_allclose([made.mean, made.variance], known.stats("mv"), rtol=1e-12)
    x = np.linspace(-3.0, 6.0, 91)
    np.testing.assert_allclose(made.cdf(x), known.cdf(x), rtol=1e-10, atol=1e-15)
    np.testing.assert_allclose(made.quantile(SHARES), known.ppf(SHARES), rtol=1e-9)
    assert made.low == known.support()[0]


def test_the_mixture_is_its_density():
    made = truth("mixture")
    moments = [quad(lambda x, k=k: x**k * mixture_pdf(x), -8, 8, limit=200)[0] for k in (1, 2)]
    np.testing.assert_allclose([made.mean, made.variance], moments, atol=1e-8)
    for x in (-2.0, -0.4, 1.1):
        level = float(made.cdf(np.array([x]))[0])
        assert level == pytest.approx(quad(mixture_pdf, -8, x, limit=200)[0], abs=1e-8)
    np.testing.assert_allclose(made.cdf(made.quantile(SHARES)), SHARES, rtol=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_draws_follow_the_cdf(name):
    made = truth(name)
    draws = made.sample(noise.fold(0, name), (20_000,))
    # of all true laws, 1 in 1000 seeds would fail; this seed does not
    assert stats.kstest(draws, made.cdf).pvalue > 1e-3
    assert np.isfinite(draws).all() and draws.dtype == np.float64


def test_a_key_gives_its_draws_alone_or_beside_others():
    import torch

    keys = [noise.fold(3, i) for i in range(4)]
    together = truth("mixture").sample(torch.tensor(keys), (7,))
    assert together.shape == (4, 7)
    np.testing.assert_array_equal(together[2], truth("mixture").sample(keys[2], (7,)))


def fisher_of_location(pdf):
    def term(x, h=1e-3):
        if pdf(x + h) < 1e-300:
            return 0.0
        slope = (math.log(pdf(x + h)) - math.log(pdf(x - h))) / (2 * h)
        return slope**2 * pdf(x)

    # symmetric; t's information beyond 1000 is below 1e-14, the normal's logarithm ends near 40 sd
    return 2 * (quad(term, 0, 8)[0] + quad(term, 8, 60)[0] + quad(term, 60, 1000)[0])


@pytest.mark.parametrize(("made", "pdf"), [
    (truths.normal(sd=2.0), stats.norm(scale=2.0).pdf),
    (truths.student(), stats.t(5).pdf),
    (truths.student(3.0), stats.t(3).pdf),
])  # fmt: skip
def test_bound_of_a_location_model_is_one_over_its_information(made, pdf):
    # the central difference is off by about h² times a third derivative, below 1e-6; quad by 1e-8
    assert made.cramer_rao(100) == pytest.approx(1 / (100 * fisher_of_location(pdf)), rel=3e-6)


def test_bounds_by_hand():
    assert truth("normal").cramer_rao(100) == 0.01
    assert truth("t").cramer_rao(100) == pytest.approx(8 / 6 / 100, rel=1e-14)
    assert truth("exponential").cramer_rao(50) == 1 / 50
    # g = exp(μ + v/2), g' = (m, m/2), information diag(1/v, 1/(2 v²)): v = 1/4, m² = e^(1/4)
    assert truth("lognormal").cramer_rao(1) == pytest.approx(math.exp(0.25) * (1 / 4 + 1 / 32))
    assert math.isnan(truth("mixture").cramer_rao(10))


@pytest.mark.parametrize("name", NAMES)
def test_no_bound_lies_above_the_variance_of_the_sample_mean(name):
    made = truth(name)
    assert math.isnan(made.bound) or made.bound <= made.variance
    assert made.model


@pytest.mark.parametrize(("call", "words"), [
    (lambda: truth("expnential"), "did you mean 'exponential'"),
    (lambda: truth("normal").cramer_rao(0), "n is 0"),
    (lambda: truths.student(2.0), "df is 2"),
    (lambda: truths.normal(sd=0.0), "sd is 0"),
    (lambda: truths.mixture(1.0), "share is 1"),
    (lambda: truths.exponential(-1.0), "mean is -1"),
])  # fmt: skip
def test_bad_input_is_one_sentence(call, words):
    with pytest.raises(InputError, match=words):
        call()
