"""Numbers that change with the samples seen, at the points where their values are known."""

from __future__ import annotations

import math

import pytest

from zerosum.training.schedule import Schedule


def test_a_constant_never_changes():
    assert [Schedule(0.3).at(seen) for seen in (0, 1, 10**12)] == [0.3] * 3


@pytest.mark.parametrize("shape", ["cosine", "linear"])
def test_begins_at_start_ends_at_end_and_stays(shape):
    schedule = Schedule(3.0, 1.0, over=100, shape=shape)
    assert schedule.at(0) == 3.0
    assert schedule.at(50) == pytest.approx(2.0, abs=1e-15)
    assert [schedule.at(seen) for seen in (100, 101, 10**9)] == pytest.approx([1.0] * 3, abs=1e-15)


def test_the_cosine_is_slow_at_both_ends():
    schedule = Schedule(1.0, 0.0, over=360)
    assert schedule.at(60) == pytest.approx((1 + math.cos(math.pi / 6)) / 2)
    assert schedule.at(120) == pytest.approx(0.75)
    assert schedule.at(240) == pytest.approx(0.25)


def test_the_line_is_straight_and_may_rise():
    schedule = Schedule(0.9, 0.99, over=1000, shape="linear")
    assert [schedule.at(s) for s in (100, 900)] == pytest.approx([0.909, 0.981])


def test_over_no_samples_it_is_at_its_end():
    assert Schedule(1.0, 0.25, over=0).at(0) == 0.25
