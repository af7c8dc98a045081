"""Claim 3: the descent of p_g under exact discriminators, and that a wrong one would be caught."""

import numpy as np
import pytest

from zerosum.claims import proposition_2
from zerosum.claims.proposition_2 import CLAIM, largest_rise
from zerosum.reports import svg
from zerosum.theory.discriminator import mirror_descent


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_claim_holds(seed):
    measurement = CLAIM.measure(seed)
    assert measurement.holds, [f for f in measurement.findings if not f.holds]


def test_the_claim_is_drawn():
    data = CLAIM.measure(0).data
    picture = svg.draw("c", "", lambda axes: CLAIM.paint(axes, data), CLAIM.size, CLAIM.grid)
    assert all(word in picture for word in ("p_d", "step 0.2", "round 20", "1e-20"))


def test_a_rise_is_seen():
    assert largest_rise(np.array([0.3, 0.2, 0.25, 0.1])) == pytest.approx(0.05)
    assert largest_rise(np.array([0.3, 0.2, 0.1])) < 0
    # once it is zero to rounding, nothing is asked of it
    assert largest_rise(np.array([0.3, 0.2, 1e-21, 2e-21])) < 0


def test_a_step_that_is_too_large_is_caught():
    """The linear theory's factor is 1 - step/2: a step of 5 overshoots by 1.5 a round."""
    p, start = (proposition_2._probabilities(0, name) for name in ("data", "start"))
    path = mirror_descent(p, start, 5.0, proposition_2.ROUNDS)
    assert not proposition_2._fall(5.0, path).holds
    assert not proposition_2._end(5.0, path).holds


def test_too_few_rounds_are_caught():
    p, start = (proposition_2._probabilities(0, name) for name in ("data", "start"))
    assert not proposition_2._end(0.2, mirror_descent(p, start, 0.2, 50)).holds
