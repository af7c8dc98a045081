"""Slopes with noise against the claim's adaptive quadrature, affine least squares against a regression."""

from __future__ import annotations

import numpy as np
import pytest

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
    curve, point = panel.marks[1], panel.marks[4]
    assert np.interp(2.0, curve.x, curve.y) == pytest.approx(point.y[0], abs=1e-12)
