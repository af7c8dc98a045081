"""Claim 15: where the gap is known, and that a wrong one would be caught."""

from __future__ import annotations

import pytest

from zerosum.claims import duality_gap as claim
from zerosum.training.duality import DualityGap


@pytest.mark.parametrize(("theta", "psi"), claim.POINTS)
def test_the_dirac_gans_gap_is_known(theta, psi):
    finding = claim._dirac(theta, psi)
    assert finding.holds and finding.measured == pytest.approx(abs(theta) + abs(psi), abs=1e-12)


def gap(value, error=0.01):
    return DualityGap(value, error, 0.0, value, 0.0, 150)


def test_a_gap_that_does_not_fall_or_is_negative_fails():
    def verdicts(last):
        return [f.holds for f in claim._trained([gap(5.0), gap(last)])]

    assert verdicts(0.2) == [True, True, True]
    assert verdicts(2.0) == [True, False, True]
    assert verdicts(-0.5) == [True, True, False]
    assert "FAILED" in claim._trained([gap(5.0), gap(-0.5)])[2].reason


@pytest.mark.slow
def test_it_holds():
    assert [f.what for f in claim.measure(0).findings if not f.holds] == []
