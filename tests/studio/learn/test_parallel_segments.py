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
    assert np.allclose(np.delete(tv.y, middle), 1)


def test_the_present_place_is_marked_on_each_curve():
    marks = picture(Values(theta=-0.5)).panels[1].marks
    for curve, point in zip(marks[:3], marks[3:6], strict=True):
        assert (curve.name, curve.colour) == (point.name, point.colour)
        assert np.interp(-0.5, curve.x, curve.y) == pytest.approx(point.y[0], abs=1e-12)


def test_grains_go_straight_across():
    marks = {
        (type(m).__name__, m.name): m for m in picture(Values(theta=0.5, grains=4)).panels[0].marks
    }
    arrows = marks["Arrows", "each grain's way"]
    assert np.array_equal(arrows.x, np.zeros(4)) and np.array_equal(arrows.to_x, np.full(4, 0.5))
    assert arrows.y.tolist() == arrows.to_y.tolist() == [0.125, 0.375, 0.625, 0.875]
