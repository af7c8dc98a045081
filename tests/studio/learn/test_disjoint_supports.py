"""Slopes with noise against the claim's adaptive quadrature, affine least squares against a regression."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from zerosum.claims import disjoint_supports as claim
from zerosum.studio.learn.disjoint_supports import Values, noisy_slope, picture


@pytest.mark.parametrize(("gap", "sigma"), [(0.0, 0.5), (2.0, 0.7), (4.0, 1.0), (1.0, 2.0)])
def test_the_noisy_slope(gap, sigma):
    middle = (gap + 1) / 2
    assert noisy_slope(middle, sigma) == pytest.approx(claim.noisy_slope(middle, sigma), abs=1e-7)


def test_it_vanishes_far_apart_and_noise_brings_it_back():
    slope = "−dL/dθ, minimax with noise"
    far, back = picture(Values(gap=6, noise=0.3)), picture(Values(gap=6, noise=2))
    assert abs(far.number(slope)) < 1e-6 < 0.1 < back.number(slope)


@pytest.mark.parametrize("gap", [0.0, 2.0, 6.0])
def test_affine_least_squares(gap):
    """a = c + wx fits 1 on real rows and 0 on generated ones; the generator's slope is E (a − 1) w."""
    middle, even = (gap + 1) / 2, (np.arange(20000) + 0.5) / 20000 - 0.5
    x = np.concatenate([even + middle, even - middle])
    c, w = np.linalg.lstsq(
        np.stack([np.ones_like(x), x], axis=1), np.repeat([1.0, 0.0], 20000), rcond=None
    )[0]
    slope = ((c + w * (even - middle) - 1) * w).mean()
    assert picture(Values(gap=gap)).number("−dL/dθ, least squares, affine a") == pytest.approx(
        -slope, abs=1e-7
    )


def test_the_curve_runs_through_the_point():
    panel = picture(Values(gap=2.0, noise=0.7)).panels[1]
    for curve, point in ((panel.marks[1], panel.marks[4]), (panel.marks[2], panel.marks[5])):
        assert curve.name == point.name
        assert np.interp(2.0, curve.x, curve.y) == pytest.approx(point.y[0], abs=1e-12)


def test_what_stands_on_the_line():
    """Data U(1, 2), samples U(-2, -1); with noise D* is the share of data; affine a fits 1 and 0."""
    data, samples, noisy, affine = picture(Values(gap=2.0, noise=0.7)).panels[0].marks
    assert np.array_equal(data.high, (data.x >= 1) & (data.x <= 2))
    assert np.array_equal(samples.high, data.high[::-1])
    p, q = (norm.cdf((data.x - low) / 0.7) - norm.cdf((data.x - low - 1) / 0.7) for low in (1, -2))
    shown = (
        np.abs(data.x) < 3
    )  # further out differences of distribution functions lose their digits
    assert np.allclose(noisy.y[shown], (p / (p + q))[shown], atol=1e-9)
    w = 1.5 / (2 * (1.5**2 + 1 / 12))
    assert np.allclose(affine.y, 0.5 + w * data.x, atol=1e-12)
