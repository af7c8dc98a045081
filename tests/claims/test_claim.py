"""What it means that a finding holds."""

from __future__ import annotations

import math

import pytest

from zerosum.claims.claim import Finding, Measurement

NAN, INF = math.nan, math.inf


@pytest.mark.parametrize(
    ("relation", "predicted", "measured", "tolerance", "error", "holds"),
    [
        ("=", 1.0, 1.25, 0.25, 0.25, True),
        ("=", 1.0, 0.7, 0.25, 0.3, False),
        ("=", INF, INF, 0.0, 0.0, True),
        ("=", INF, 1e300, 1e300, INF, False),
        ("=", 0.0, NAN, 1.0, NAN, False),
        ("<=", 1.0, -5.0, 0.0, 0.0, True),
        ("<=", 1.0, 1.5, 0.25, 0.5, False),
        ("<=", 1.0, NAN, 9.0, NAN, False),
        (">=", 1.0, 5.0, 0.0, 0.0, True),
        (">=", 1.0, 0.5, 0.25, 0.5, False),
        (">=", 1.0, NAN, 9.0, NAN, False),
        ("reported", 1.0, 7.0, 0.0, 0.0, True),
    ],
)
def test_relations(relation, predicted, measured, tolerance, error, holds):
    finding = Finding("x", predicted, measured, tolerance, "why", relation)
    assert finding.error == pytest.approx(error, nan_ok=True)
    assert finding.holds is holds


def test_one_finding_that_fails_fails_the_measurement():
    good, bad = Finding("x", 1.0, 1.0, 0.0, "why"), Finding("x", 1.0, 2.0, 0.0, "why")
    assert Measurement((good,)).holds and not Measurement((good, bad)).holds
