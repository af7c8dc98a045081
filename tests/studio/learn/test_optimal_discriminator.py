"""The first lesson's numbers against quadrature, and against the one law that its own D can reach."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from zerosum.studio.learn.optimal_discriminator import Values, picture


@pytest.mark.parametrize(
    "values", [Values(), Values(mean=-2, sd=0.5, slope=3, place=1), Values(data="two bells")]
)
def test_values_of_the_game(values):
    def p(x):
        bells = 0.5 * norm.pdf(x, -1.5, 0.6) + 0.5 * norm.pdf(x, 1.5, 0.6)
        return norm.pdf(x) if values.data == "one bell" else bells

    def q(x):
        return norm.pdf(x, values.mean, values.sd)

    def own(x):
        a = values.slope * (x - values.place)
        return -p(x) * np.logaddexp(0, -a) - q(x) * np.logaddexp(0, a)

    def best(x):
        return p(x) * np.log(p(x) / (p(x) + q(x))) + q(x) * np.log(q(x) / (p(x) + q(x)))

    figure = picture(values)
    pieces = [-12, -4, -2, -1, 0, 1, 2, 4, 12]
    for name, function in (("V(D*, G)", best), ("V(your D, G)", own)):
        exact = sum(quad(function, a, b, epsabs=1e-12)[0] for a, b in itertools.pairwise(pieces))
        assert figure.number(name) == pytest.approx(exact, abs=1e-8)
    assert figure.number("what your D misses") >= 0
    m = values.mean
    assert figure.number("D* at the mean of p_g") == pytest.approx(p(m) / (p(m) + q(m)), abs=1e-12)


def test_a_straight_logit_reaches_the_best_between_bells_of_one_width():
    """log N(0, 1)/N(m, 1) = −m (x − m/2)."""
    figure = picture(Values(mean=1.5, sd=1.0, slope=-1.5, place=0.75))
    assert figure.number("what your D misses") == pytest.approx(0, abs=1e-12)


def test_the_best_curve_is_the_share_of_real_samples():
    curve = picture(Values(mean=1.0, sd=2.0)).panels[1].marks[0]
    p, q = norm.pdf(curve.x), norm.pdf(curve.x, 1.0, 2.0)
    assert np.allclose(curve.y, p / (p + q), atol=1e-12)


def test_curves_are_of_what_they_are_named():
    densities, judges = picture(Values(mean=1.0, sd=2.0, slope=-3.0, place=0.5)).panels
    _, real, _, fake = densities.marks
    assert (real.colour, fake.colour) == ("real", "fake")
    assert np.allclose(real.y, norm.pdf(real.x)) and np.allclose(fake.y, norm.pdf(fake.x, 1.0, 2.0))
    own = judges.marks[1]
    assert np.allclose(own.y, 1 / (1 + np.exp(3.0 * (own.x - 0.5))), atol=1e-12)
