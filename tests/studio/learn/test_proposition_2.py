"""Steps of p_g itself: with η = 1 a round is q ← (p + q)/2, so everything is known."""

from __future__ import annotations

import numpy as np
import pytest

from zerosum.studio.learn.proposition_2 import Values, picture, tilted


@pytest.mark.parametrize("rounds", [0, 1, 5, 20])
def test_with_step_one_the_distance_halves(rounds):
    values = Values(step=1.0, rounds=rounds)
    p, start = tilted(values.tilt), tilted(values.start)
    figure = picture(values)
    assert np.allclose(figure.panels[0].marks[1].height, p + (start - p) / 2**rounds, atol=1e-14)
    apart = 0.5 * np.abs(start - p).sum() / 2**rounds
    assert figure.number("total variation") == pytest.approx(apart, rel=1e-9)
    if rounds:
        assert figure.number("its factor in this round") == pytest.approx(0.5, rel=1e-9)


@pytest.mark.parametrize("step", [0.1, 0.5, 1.0])
def test_the_bound_lies_above_the_curve(step):
    curve, bound = picture(Values(step=step)).panels[1].marks[:2]
    assert (np.diff(np.asarray(curve.y)[np.isfinite(curve.y)]) < 0).all()
    assert (np.nan_to_num(np.asarray(curve.y)[1:]) <= np.asarray(bound.y)).all()


def test_the_bound_is_the_divergence_over_rounds_and_step():
    values = Values(step=0.5, rounds=4, tilt=0.6, start=-0.1)
    p, start = tilted(values.tilt), tilted(values.start)
    wanted = (p * np.log(p / start)).sum() / (4 * 0.5)
    assert picture(values).number("bound KL(p_d‖p_start)/(nη)") == pytest.approx(wanted, rel=1e-12)
    assert np.isinf(
        picture(Values(step=1.5)).number("bound KL(p_d‖p_start)/(nη)")
    )  # nothing is proven


def test_the_pace_near_the_end():
    assert picture(Values(step=0.2, rounds=80)).number("its factor in this round") == pytest.approx(
        0.9, abs=1e-3
    )


def test_the_tilt_lowers_the_later_symbols():
    assert np.allclose(tilted(0.4)[1:] / tilted(0.4)[:-1], np.exp(-0.4))
    assert tilted(0.4).sum() == pytest.approx(1)


def test_the_numbers_and_the_bound_that_is_drawn():
    values = Values(step=0.5, rounds=4)
    figure = picture(values)
    p, q = (bars.height for bars in figure.panels[0].marks)
    assert np.allclose(p, tilted(values.tilt), atol=1e-14)
    criterion = (p * np.log(p / (p + q)) + q * np.log(q / (p + q))).sum()
    assert figure.number("C(G)") == pytest.approx(criterion, abs=1e-12)
    assert figure.number("C(G) + log 4") == pytest.approx(criterion + np.log(4), abs=1e-12)
    assert figure.number("|1 − η/2|") == 0.75
    curve, bound, point = figure.panels[1].marks
    assert bound.y[3] == pytest.approx(figure.number("bound KL(p_d‖p_start)/(nη)"), rel=1e-12)
    assert (point.x[0], point.y[0]) == (4, pytest.approx(curve.y[4], rel=1e-12))
