"""Gradients at the exact D by a closed form, at a weaker D by scipy's quadrature."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import expit
from scipy.stats import norm

from zerosum.studio.learn.vanishing_gradient import Values, gradients, picture


@pytest.mark.parametrize("m", [0.5, 1.0, 2.0, 4.0])
def test_at_the_exact_discriminator(m):
    """|dL/dθ| = 2m E D* for minimax and 2m (1 − E D*) for the non-saturating loss."""
    overlap = (
        np.exp(-m * m / 2)
        * quad(lambda x: norm.pdf(x) / (2 * np.cosh(m * x)), -12, 12, epsabs=1e-14)[0]
    )
    found = gradients(m, 1.0)
    # torch takes softplus(t) as t beyond 20, which puts slopes off by exp(−20) there
    assert found["mm"] == pytest.approx(2 * m * overlap, rel=1e-6, abs=2 * m * np.exp(-20))
    assert found["ns"] == pytest.approx(2 * m * (1 - overlap), rel=1e-6)


@pytest.mark.parametrize("skill", [0.0, 0.3, 2.0])
def test_at_another_discriminator(skill):
    m = 1.5
    figure = picture(Values(place=m, skill=skill))

    def pull(share):
        return quad(
            lambda x: norm.pdf(x, -m) * share(skill * 2 * m * x) * skill * 2 * m,
            -12,
            12,
            epsabs=1e-12,
        )[0]

    assert figure.number("|dL/dθ|, minimax") == pytest.approx(pull(expit), abs=1e-6)
    assert figure.number("|dL/dθ|, non-saturating") == pytest.approx(
        pull(lambda a: expit(-a)), abs=1e-6
    )


def test_slopes_in_the_logit():
    lines = {mark.name: mark for mark in picture(Values()).panels[1].marks}
    a = lines["minimax"].x
    assert np.allclose(lines["minimax"].y, expit(a), atol=1e-12)
    assert np.allclose(lines["non-saturating"].y, expit(-a), atol=1e-12)
    assert np.allclose(lines["least squares"].y, 1 - a, atol=1e-12)
    assert np.allclose(lines["Wasserstein"].y, 1.0)


@pytest.mark.parametrize("m", [0.05, 1.0, 3.0])
def test_share_that_is_called_right(m):
    # the bell is cut at 0, where a trapezium of half a step is right to the square of the step
    assert picture(Values(place=m)).number("share that D calls right") == pytest.approx(
        norm.cdf(m), abs=1e-4
    )


@pytest.mark.parametrize("skill", [0.5, 2.0])
def test_other_numbers_and_curves(skill):
    figure = picture(Values(place=1.5, skill=skill))
    minimax, other = (figure.number(f"|dL/dθ|, {n}") for n in ("minimax", "non-saturating"))
    assert figure.number("their ratio") == pytest.approx(minimax / other)
    assert figure.number("logit at the mean of p_g") == -2 * skill * 1.5**2
    bells, slopes, left_over = figure.panels
    _, real, _, fake, judged = bells.marks
    assert np.allclose(real.y, norm.pdf(real.x, 1.5)) and np.allclose(
        fake.y, norm.pdf(fake.x, -1.5)
    )
    assert np.allclose(judged.y, expit(skill * 2 * 1.5 * judged.x), atol=1e-9)
    assert slopes.marks[-1].x == [max(-2 * skill * 1.5**2, -10.0)] * 2
    for curve, point in (left_over.marks[:2], left_over.marks[2:4]):
        assert np.interp(1.5, curve.x, curve.y) == pytest.approx(point.y[0], rel=1e-9)
