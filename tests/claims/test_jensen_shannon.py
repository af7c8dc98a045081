"""Claim 2: C(G) = -log 4 + 2 JSD, its only minimum, and that a wrong criterion would be caught."""

import math

import numpy as np
import pytest

from zerosum.claims import jensen_shannon
from zerosum.claims.jensen_shannon import CLAIM, by_trapezoids
from zerosum.reports import svg
from zerosum.theory import gaussian, generator_criterion

LOG_4 = math.log(4)


@pytest.mark.slow  # quadrature of about 200 pairs under shape checks: about 60 s
def test_the_claim_holds_and_is_drawn():
    measurement = CLAIM.measure(0)
    assert measurement.holds, [f for f in measurement.findings if not f.holds]
    picture = svg.draw(
        "c", "", lambda axes: CLAIM.paint(axes, measurement.data), CLAIM.size, CLAIM.grid
    )
    assert all(word in picture for word in ("C(G)", "−log 4", "total variation"))


@pytest.mark.parametrize(
    ("mean", "spread"), [(0.0, 1.0), (1.0, 1.0), (-3.0, 1.0), (0.0, 0.25), (2.0, 3.0)]
)
def test_equal_steps_and_adaptive_quadrature_agree(mean, spread):
    # 1e-12 from each of at most 20 pieces
    found = generator_criterion(gaussian(), gaussian(mean, spread))
    assert found == pytest.approx(by_trapezoids(mean, spread), abs=1e-10)


def test_equal_steps_reach_the_printed_digits():
    assert by_trapezoids(1.0, 1.0) == pytest.approx(-LOG_4 + 2 * 0.111421482185, abs=1e-12)
    assert by_trapezoids(0.0, 1.0) == pytest.approx(-LOG_4, abs=1e-14)


def test_a_criterion_without_the_factor_two_is_caught():
    rows = jensen_shannon.SHIFTS, jensen_shannon.SPREADS
    right = [np.array([by_trapezoids(float(m), 1.0) for m in rows[0]])]
    right.append(np.array([by_trapezoids(0.0, float(s)) for s in rows[1]]))
    wrong = [-LOG_4 + (c + LOG_4) / 2 for c in right]
    assert all(finding.holds for finding in jensen_shannon._formula(*right))
    assert not any(finding.holds for finding in jensen_shannon._formula(*wrong)[1:])


def test_a_second_valley_would_be_counted():
    assert jensen_shannon._valleys(np.array([3.0, 1.0, 2.0, 0.0, 4.0])) == 2
    assert jensen_shannon._valleys(np.array([3.0, 1.0, 0.0, 2.0])) == 1


def test_random_laws_stay_above_the_bound_and_half_the_criterion_does_not():
    data = jensen_shannon._random_laws(3)
    assert jensen_shannon._gap(data).holds
    wrong = data | {"criterion": -LOG_4 + (data["criterion"] + LOG_4) / 2}
    assert not jensen_shannon._gap(wrong).holds
