"""Distances of the two segments: exact plans on grains against the closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest

from zerosum.studio.learn.parallel_segments import Values, picture


@pytest.mark.parametrize("theta", [-1.5, -0.01, 0.3, 1.0])
@pytest.mark.parametrize("grains", [1, 12, 64])
def test_apart(theta, grains):
    figure = picture(Values(theta=theta, grains=grains))
    assert figure.number("W₁") == pytest.approx(abs(theta), abs=1e-12)
    assert figure.number("JSD") == pytest.approx(math.log(2), abs=1e-12)
    assert figure.number("total variation") == pytest.approx(1, abs=1e-12)
    assert math.isinf(figure.number("KL(P_0‖P_θ)")) and math.isinf(figure.number("KL(P_θ‖P_0)"))
    assert figure.number("slope of W₁ in θ") == math.copysign(1, theta)


def test_together():
    figure = picture(Values(theta=0.0))
    names = ("W₁", "JSD", "total variation", "KL(P_0‖P_θ)", "KL(P_θ‖P_0)", "slope of W₁ in θ")
    assert all(figure.number(name) == 0 for name in names)


def test_curves_leave_out_the_jump():
    w1, jsd, tv = picture(Values()).panels[1].marks[:3]
    assert np.allclose(w1.y, np.abs(w1.x))
    middle = len(jsd.x) // 2
    assert np.isnan(jsd.y[middle]) and np.isnan(tv.y[middle])
    assert np.allclose(np.delete(jsd.y, middle), math.log(2))
