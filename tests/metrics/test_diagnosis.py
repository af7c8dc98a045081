"""From looks to alarms: two running, the level spent, and what is read of a history."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.metrics.test_alarms import WELL
from zerosum.metrics.alarms import CHECKS
from zerosum.metrics.diagnosis import ADVICE, LEVEL, diagnose, level

POOR = WELL | {"kinds": 0.05, "kinds/error": 0.001}


def history(*signals):
    return [{"step": 100 * t, "measures": {}, "signals": s} for t, s in enumerate(signals, start=1)]


def test_an_alarm_rings_at_the_second_look_running():
    assert diagnose(history(POOR)) == []
    assert diagnose(history(POOR, WELL, POOR)) == []
    [alarm] = diagnose(history(WELL, POOR, POOR, POOR))
    assert (alarm.name, alarm.step) == ("collapse", 300)
    assert "0.05 ± 0.001" in alarm.evidence and "--game.pack 4" in alarm.change


def test_what_has_rung_stays_whatever_comes():
    looks = history(WELL, POOR, POOR, WELL, WELL | {"near/p": 1e-9}, WELL | {"near/p": 1e-9}, WELL)
    whole = diagnose(looks)
    assert [(a.name, a.step) for a in whole] == [("collapse", 300), ("memorisation", 600)]
    for n in range(len(looks) + 1):
        assert diagnose(looks[:n]) == [a for a in whole if a.step <= 100 * n]


def test_events_without_signals_are_no_looks_and_odd_numbers_are_passed_over():
    odd = POOR | {"kinds": math.nan, "spread": None, "note": "text"}
    looks = [{"step": 1}, *history(POOR, {}, POOR)]
    assert [a.step for a in diagnose(looks)] == [300]
    assert diagnose(history(odd, odd)) == []
    assert diagnose([]) == []


def test_the_levels_of_all_alarms_and_looks_sum_to_one_in_twenty():
    """Σ 1/(t (t + 1)) up to T is 1 - 1/(T + 1)."""
    spent = len(CHECKS) * sum(level(t) for t in range(1, 1000))
    assert spent == pytest.approx(LEVEL * (1 - 1 / 1000), rel=1e-12)


def test_every_alarm_has_its_cause_and_what_to_change():
    assert set(ADVICE) == set(CHECKS)
    assert all("--" in change for _, change in ADVICE.values())


def test_numbers_on_the_bounds_ring_in_one_run_of_twenty_at_most():
    """100 runs of 20 looks whose kinds lie exactly on the bound, normal errors: Bonferroni's promise.

    5 % of 100 and three deviations of that are 11; two looks running make it far fewer.
    """
    rng = np.random.default_rng(0)
    rung = 0
    for _ in range(100):
        noisy = 0.25 + 0.01 * rng.normal(size=20)
        rung += bool(diagnose(history(*(WELL | {"kinds": k, "kinds/error": 0.01} for k in noisy))))
    assert rung <= 11
