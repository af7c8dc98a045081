from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from tests.studies.comparison.comparisons import normal
from zerosum.errors import InputError
from zerosum.metrics.holm import holm


def test_holm_by_hand():
    # sorted 0.005, 0.01, 0.03, 0.04 times 4, 3, 2, 1: 0.02, 0.03, 0.06, 0.04 -> 0.06
    found = holm(np.array([0.01, 0.04, 0.03, 0.005]))
    np.testing.assert_allclose(found, [0.03, 0.06, 0.06, 0.02], rtol=1e-12)
    assert holm(np.array([0.7, 0.6])).tolist() == [1.0, 1.0]
    assert holm(np.array([])).shape == (0,)


def test_holm_is_the_step_down_test():
    """Rejecting where the corrected p is at most α is Holm's procedure, done step by step."""
    p = np.sort(stats.norm.sf(normal(4, 12) + 1.0))
    for alpha in (0.01, 0.05, 0.2):
        stop = next((i for i, value in enumerate(p) if value > alpha / (12 - i)), 12)
        np.testing.assert_array_equal(holm(p) <= alpha, np.arange(12) < stop)


def test_holm_is_between_bonferroni_and_no_correction():
    p = np.array([0.04, 0.012, 0.03, 0.011, 0.9])
    # sorted: .011 <= .05/5? no, so nothing falls
    assert not (holm(p) <= 0.05).any()
    # .009 <= .01, .012 <= .0125 (Bonferroni would stop here), .03 > .0167 stops, also for .04
    q = np.array([0.04, 0.012, 0.03, 0.009, 0.9])
    np.testing.assert_array_equal(holm(q) <= 0.05, [False, True, False, True, False])


def test_what_no_correction_takes():
    with pytest.raises(InputError, match="from 0 to 1"):
        holm(np.array([0.5, math.nan]))
