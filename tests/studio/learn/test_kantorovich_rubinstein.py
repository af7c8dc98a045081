"""Plan, area and critic against scipy's distance on the line."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import wasserstein_distance

from zerosum.studio.learn.kantorovich_rubinstein import AT, Values, earth, picture

CASES = [
    Values(),
    Values(heap=2, spread=0.3, hole=9, reach=3, slope=-1),
    Values(heap=6, hole=6, spread=3, reach=0.5, slope=1),
    Values(heap=0, hole=12, spread=3, reach=3),
    Values(heap=2, hole=6, spread=0.3, reach=0.3),  # beyond both the best critic is level
]


@pytest.mark.parametrize("values", CASES)
def test_three_ways_to_the_distance(values):
    heap, hole = earth(values.heap, values.spread), earth(values.hole, values.reach)
    exact = wasserstein_distance(AT, AT, heap, hole)
    figure = picture(values)
    for name in ("W₁ by the cheapest plan", "area between F and G", "E_d f − E_g f of the best f"):
        assert figure.number(name) == pytest.approx(exact, abs=1e-12)
    assert figure.number("its largest slope") == pytest.approx(1, abs=1e-12)
    assert figure.number("E_d f − E_g f of your f") <= exact + 1e-12


def test_a_straight_critic_is_best_when_all_goes_one_way():
    values = Values(heap=2, spread=0.5, hole=9, reach=0.5, slope=-1)
    figure = picture(values)
    assert figure.number("E_d f − E_g f of your f") == pytest.approx(
        figure.number("W₁ by the cheapest plan"), abs=1e-12
    )


def test_arrows_begin_in_the_heap_and_end_in_the_hole():
    values = CASES[0]
    bars, arrows = picture(values).panels[0].marks[0], picture(values).panels[0].marks[2]
    for x, y in zip(arrows.x, arrows.y, strict=True):
        assert 0 <= y <= bars.height[int(x)]
    assert (np.asarray(arrows.to_y) <= 0).all()
    assert bars.height.sum() == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("values", CASES)
def test_the_area_and_the_best_critic_that_are_drawn_make_the_distance(values):
    heap, hole = earth(values.heap, values.spread), earth(values.hole, values.reach)
    exact = wasserstein_distance(AT, AT, heap, hole)
    _, distributions, critics = picture(values).panels
    area, data, made = distributions.marks
    # staircases: between doubled places every height is the mean of its ends
    assert np.trapezoid(area.high - area.low, area.x) == pytest.approx(exact, abs=1e-12)
    for line, share in ((data, heap), (made, hole)):
        assert np.interp(5.5, line.x, line.y) == pytest.approx(share[:6].sum(), abs=1e-12)
    best, _, own = critics.marks
    assert best.y @ (heap - hole) == pytest.approx(exact, abs=1e-12)
    assert np.allclose(own.y, values.slope * AT)


def test_arrows_fill_the_hole_from_the_surface_down():
    panel = picture(CASES[1]).panels[0]
    hole, arrows = panel.marks[1], panel.marks[2]
    for place in AT:
        ends = arrows.to_y[arrows.to_x == place]
        assert (np.diff(ends) < 0).all() and (ends >= hole.height[int(place)]).all()
        starts = arrows.y[arrows.x == place]
        assert (np.diff(starts) > 0).all()
