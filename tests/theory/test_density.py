"""Densities against SciPy's, quadrature against closed forms, and refusals that name the argument."""

import math

import numpy as np
import pytest
from scipy import stats

from zerosum.errors import InputError
from zerosum.theory.density import density, gaussian, integrate, mixture, uniform

X = np.linspace(-6, 6, 49)
# QUADPACK is asked for 1e-12 of each of up to ten pieces
QUADRATURE = 1e-11


@pytest.mark.parametrize(("mean", "sd"), [(0.0, 1.0), (-2.0, 0.3), (100.0, 40.0)])
def test_gaussian_is_scipys(mean, sd):
    x = mean + sd * X
    np.testing.assert_allclose(
        gaussian(mean, sd).log_prob(x), stats.norm(mean, sd).logpdf(x), rtol=1e-13, atol=1e-13
    )


def test_uniform_is_flat_and_ends():
    flat = uniform(-1.0, 3.0)
    np.testing.assert_array_equal(
        flat.prob(np.array([-1.01, -1.0, 0.0, 3.0, 3.01])), [0, 0.25, 0.25, 0.25, 0]
    )
    assert (flat.low, flat.high) == (-1.0, 3.0)


def test_mixture_is_the_weighted_sum():
    mixed = mixture([gaussian(-2.0, 0.5), uniform(0.0, 2.0)], [0.3, 0.7])
    wanted = 0.3 * stats.norm(-2, 0.5).pdf(X) + 0.7 * stats.uniform(0, 2).pdf(X)
    np.testing.assert_allclose(mixed.prob(X), wanted, rtol=1e-12, atol=1e-300)
    assert mixed.low == -math.inf and {0.0, 2.0} <= set(mixed.points)


@pytest.mark.parametrize(
    "given",
    [
        gaussian(),
        gaussian(5.0, 1e-3),
        gaussian(-100.0, 1e3),
        uniform(2.0, 2.5),
        mixture([gaussian(-3.0, 0.01), gaussian(30.0, 2.0), uniform(-1.0, 1.0)], [0.2, 0.5, 0.3]),
    ],
    ids=lambda d: d.name,
)
def test_every_density_integrates_to_one(given):
    total = integrate(given.prob, given.low, given.high, given.points)
    assert abs(total - 1) < QUADRATURE


@pytest.mark.parametrize(
    ("function", "low", "high", "points", "exact"),
    [
        (lambda x: np.exp(-x), 0.0, math.inf, (), 1.0),
        (lambda x: 1 / (1 + x**2), -math.inf, math.inf, (), math.pi),
        (np.abs, -1.0, 2.0, (0.0,), 2.5),
        (lambda x: np.sqrt(x), 0.0, 1.0, (), 2 / 3),
        (lambda x: np.where(x > 0.3, 1.0, 0.0), 0.0, 1.0, (0.3, 5.0), 0.7),
        (lambda x: x, 1.0, 1.0, (), 0.0),
    ],
)
def test_integrals_with_closed_forms(function, low, high, points, exact):
    assert abs(integrate(function, low, high, points) - exact) < QUADRATURE


@pytest.mark.parametrize(
    ("function", "sign"),
    [
        (lambda x: np.exp(x**2), 1),  # becomes infinite
        (lambda x: -1 / (1 + np.abs(x)), -1),  # a tail like 1/|x|
        (lambda x: np.ones_like(x), 1),  # a tail that stays
    ],
)
def test_integrals_that_do_not_exist_are_infinite(function, sign):
    assert integrate(function, -math.inf, math.inf) == sign * math.inf


def test_an_integrand_that_is_nan_or_too_wild_is_refused():
    with pytest.raises(InputError, match="NaN at x ="):
        integrate(lambda x: x * math.nan, 0.0, 1.0)
    with pytest.raises(InputError, match="may not exist"):
        integrate(lambda x: np.sin(1 / x) / x**2, 0.0, 1.0)


def test_a_formula_is_taken_and_zero_off_its_support():
    triangle = density(-1.0, 1.0, pdf=lambda x: 1 - np.abs(x), points=[0.0], name="triangle")
    np.testing.assert_allclose(triangle.prob(np.array([-2.0, 0.0, 0.25, 7.0])), [0, 1, 0.75, 0])
    cauchy = density(-math.inf, math.inf, log_prob=stats.cauchy.logpdf)
    np.testing.assert_allclose(cauchy.prob(X), stats.cauchy.pdf(X), rtol=1e-12)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"pdf": lambda x: 0 * x + 0.4}, "p_data integrates to 0.8 .* not to 1"),
        ({"pdf": lambda x: x}, "p_data is -.* a density is never negative"),
        ({"pdf": lambda x: x * math.nan}, "p_data is NaN at x ="),
        ({}, "p_data was given no formula"),
        ({"pdf": np.exp, "log_prob": np.exp}, "p_data was given both"),
    ],
    ids=["mass", "negative", "nan", "nothing", "both"],
)
def test_what_is_no_density_is_refused_by_name(given, says):
    with pytest.raises(InputError, match=says):
        density(-1.0, 1.0, name="p_data", **given)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: gaussian(sd=0.0), "sd is 0.0"),
        (lambda: gaussian(mean=math.nan), "mean holds nan"),
        (lambda: uniform(1.0, 1.0), "low is 1.0 and high is 1.0"),
        (lambda: mixture([], []), "densities is empty"),
        (lambda: mixture([gaussian()], [0.5, 0.5]), "weights has 2 entries for 1 densities"),
        (lambda: mixture([gaussian()], [0.9]), "weights add up to 0.9"),
    ],
)
def test_bad_parameters_are_refused_by_name(make, says):
    with pytest.raises(InputError, match=says):
        make()
