"""Divergences of N(0, 1) and N(m, 1) in closed form, and the bound by a wrong T in closed form for KL."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import norm

from zerosum.studio.learn.f_divergences import KNOWN, Values, picture

CLOSED = {
    "kl": lambda m: m * m / 2,
    "reverse-kl": lambda m: m * m / 2,
    "jeffreys": lambda m: m * m,
    "pearson": lambda m: math.expm1(m * m),
    "neyman": lambda m: math.expm1(m * m),
    "hellinger": lambda m: 2 * -math.expm1(-m * m / 8),
    "total-variation": lambda m: 2 * norm.cdf(abs(m) / 2) - 1,
}


@pytest.mark.parametrize("which", CLOSED)
@pytest.mark.parametrize("m", [-1.0, 0.5, 2.0])
def test_closed_forms(which, m):
    figure = picture(Values(which=which, mean=m))
    # total variation has a kink, which costs the square of a step of 0.01
    close = 1e-4 if which == "total-variation" else 1e-9
    assert figure.numbers[0].value == pytest.approx(CLOSED[which](m), rel=close)


@pytest.mark.parametrize("which", [*KNOWN, "alpha"])
def test_the_best_t_reaches_it_and_no_other_exceeds_it(which):
    for believed in (-2.0, 0.5, 1.4):
        whole, best, own, missed = (
            n.value for n in picture(Values(which=which, mean=1.0, believed=believed)).numbers
        )
        # far out T* rounds to the end of its domain, where f* is steepest: 1e-6 of Neyman's 1.7
        assert best == pytest.approx(whole, rel=1e-5)
        assert own <= whole * (1 + 1e-9) + 1e-6
        assert missed == pytest.approx(whole - own)


@pytest.mark.parametrize(("m", "b"), [(1.0, 0.5), (0.5, -1.0), (2.0, 2.0)])
def test_the_bound_of_kl_by_a_wrong_t(m, b):
    """T = 1 + b²/2 − bx earns 1 + b²/2 − exp(b² − bm)."""
    own = picture(Values(which="kl", mean=m, believed=b)).number("bound by your T")
    assert own == pytest.approx(1 + b * b / 2 - math.exp(b * b - b * m), rel=1e-9)


@pytest.mark.parametrize("which", KNOWN)
@pytest.mark.parametrize("ratio", [0.3, 1.0, 4.0])
def test_the_tangent_touches_f_from_below(which, ratio):
    f, tangent = picture(Values(which=which, ratio=ratio)).panels[2].marks[:2]
    assert (np.asarray(tangent.y) <= np.asarray(f.y) + 1e-9).all()
    handle = picture(Values(which=which, ratio=ratio)).panels[2].handles[0]
    assert np.interp(ratio, tangent.x, tangent.y) == pytest.approx(handle.y, abs=1e-9)


@pytest.mark.parametrize("order", [0.15, 0.5, 0.8])
def test_the_alpha_divergence(order):
    """Between N(0, 1) and N(m, 1), E_q (p/q)^α = exp(−α(1 − α)m²/2)."""
    figure = picture(Values(which="alpha", order=order, mean=1.5))
    both = order * (1 - order)
    wanted = -math.expm1(-both * 1.5**2 / 2) / both
    assert figure.numbers[0].value == pytest.approx(wanted, rel=1e-9)
    curve = figure.panels[2].marks[0]
    assert np.allclose(curve.y, (1 + order * (curve.x - 1) - curve.x**order) / both, atol=1e-12)


def test_curves_are_of_what_they_are_named():
    """T* = f′(p/q) of KL is 1 + log p/q = 1 + m²/2 − mx."""
    values = Values(which="kl", mean=1.0, believed=-0.5)
    densities, functions, _ = picture(values).panels
    best, own = functions.marks
    assert np.allclose(best.y, 1 + 0.5 - best.x) and np.allclose(own.y, 1 + 0.125 + 0.5 * own.x)
    for mark in densities.marks:
        mean = {"real": 0.0, "fake": 1.0, "third": -0.5}[mark.colour]
        heights = mark.high if mark.name in ("data p_d", "samples p_g") and hasattr(
            mark, "high") else mark.y  # fmt: skip
        assert np.allclose(heights, norm.pdf(mark.x, mean), atol=1e-12)


@pytest.mark.parametrize("which", KNOWN)
def test_the_mark_of_no_difference_lies_on_f(which):
    f, _, mark = picture(Values(which=which)).panels[2].marks
    # the curve's places are 4 % apart round 1; the steepest f there has slopes of ½ (total variation)
    assert np.interp(1.0, f.x, f.y) == pytest.approx(mark.y[0], abs=0.5 * 0.5 * 0.04)
