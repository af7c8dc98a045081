"""Paired tests: by hand, against SciPy, and their error rates over studies without differences."""

from __future__ import annotations

import math
from itertools import combinations, product

import numpy as np
import pytest
from scipy import stats

from tests.studies.comparison.comparisons import mirrored, normal, trials
from zerosum.errors import InputError
from zerosum.metrics.holm import holm
from zerosum.studies.comparison import paired as paired


def test_sign_flip_by_enumeration():
    differences = np.array([0.3, -1.2, 2.0, 0.7, 0.1])
    sums = [abs(np.dot(s, differences)) for s in product((1, -1), repeat=5)]
    wanted = np.mean([s >= abs(differences.sum()) - 1e-9 for s in sums])
    assert paired.sign_flip(differences) == pytest.approx(wanted, abs=1e-15)


def test_sign_flip_agrees_with_scipy():
    differences = normal(1, 9) + 0.5
    found = stats.permutation_test(
        (differences, np.zeros(9)), lambda a, b: np.sum(a - b), permutation_type="samples"
    )
    assert paired.sign_flip(differences) == pytest.approx(found.pvalue, abs=1e-12)


def test_rounding_does_not_break_ties():
    """0.1 + 0.2 + 0.3 − 0.6 sums differently in another order; all four patterns of ±0 count."""
    assert paired.sign_flip(np.array([0.1, 0.2, 0.3, -0.6])) == 1.0
    assert paired.sign_flip(np.zeros(4)) == 1.0


def test_monte_carlo_agrees_with_the_exact_test(monkeypatch):
    differences = normal(2, 15) + 0.4
    exact = paired.sign_flip(differences)
    monkeypatch.setattr(paired, "EXACT_UP_TO", 3)
    error = math.sqrt(exact * (1 - exact) / paired.FLIPS)
    assert paired.sign_flip(differences, key=3) == pytest.approx(exact, abs=4 * error)
    assert paired.sign_flip(np.ones(40), key=3) == pytest.approx(1 / 50_000)  # and never 0


def test_the_smallest_p():
    assert paired.sign_flip(np.ones(6)) == paired.smallest_p(6) == 2 / 64
    assert paired.smallest_p(21) == 1 / 50_000


def test_pairs_against_the_t_interval():
    final = normal(5, 3, 8) + np.array([[0.0], [0.5], [3.0]])
    study = trials(normal(6, 3, 4, 2), final)
    found = {(pair.first, pair.second): pair for pair in paired.pairs(study, key=1)}
    assert list(found) == [("a", "b"), ("a", "c"), ("b", "c")]
    wanted = stats.ttest_rel(final[0], final[2]).confidence_interval(0.95)
    pair = found["a", "c"]
    assert (pair.low, pair.high) == (pytest.approx(wanted.low), pytest.approx(wanted.high))
    assert pair.difference == pytest.approx((final[0] - final[2]).mean())
    assert pair.p == pytest.approx(2 / 2**8) and pair.p_holm == pytest.approx(6 / 2**8)


def test_a_score_keeps_its_sign_where_higher_is_better():
    study = trials(normal(6, 2, 4, 2), normal(5, 2, 8))
    down, up = paired.pairs(study, key=1)[0], paired.pairs(mirrored(study), key=1)[0]
    assert (up.difference, up.low) == (pytest.approx(-down.difference), pytest.approx(-down.high))
    assert up.p == down.p


def test_a_shared_seed_is_taken_out():
    """Seeds that move both by 10, objectives that differ by 0.1: only pairing sees it."""
    seeds = 10 * normal(7, 10)
    final = np.stack([seeds, seeds + 0.1 + 0.01 * normal(8, 10)])
    pair = paired.pairs(trials(normal(6, 2, 4, 2), final), key=1)[0]
    assert pair.p == 2 / 2**10 and pair.high < 0
    assert stats.ttest_ind(*final).pvalue > 0.5


def test_one_fresh_seed_says_nothing():
    pair = paired.pairs(trials(normal(6, 2, 4, 2), [[1.0], [2.0]]), key=1)[0]
    assert (pair.low, pair.high, pair.p) == (-math.inf, math.inf, 1.0)


def test_the_chance_of_any_false_difference_is_held():
    """Seven equal objectives, 10 seeds, 300 studies: at most 5 % with one, and 3 errors of 1.3 %.

    Without correction any of 21 pairs falls below 0.05 in about 40 % of studies.
    """
    studies, couples = normal(9, 300, 7, 10), list(combinations(range(7), 2))
    p = np.array([[paired.sign_flip(s[i] - s[j]) for i, j in couples] for s in studies])
    corrected = np.mean([(holm(row) <= 0.05).any() for row in p])
    assert corrected <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 300)
    assert (p <= 0.05).any(axis=1).mean() > 0.3
    # and one exact test keeps its own level
    assert (p[:, 0] <= 0.05).mean() <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 300)


@pytest.mark.parametrize("wrong", [np.array([1.0, math.nan]), np.array([]), np.ones((2, 2))])
def test_what_no_test_takes(wrong):
    with pytest.raises(InputError, match="one row of finite numbers"):
        paired.sign_flip(wrong)
