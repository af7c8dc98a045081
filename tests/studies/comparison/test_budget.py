"""Expected best of k draws: against enumeration, closed forms, and simulated searches."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from tests.studies.comparison.comparisons import mirrored, normal, trials, uniform
from zerosum.errors import InputError
from zerosum.studies.comparison import budget as budgets

VALUES = np.array([4.0, 1.0, 7.0, 1.0, 3.0, -2.0])


def test_it_is_the_mean_over_all_subsets():
    wanted = [np.mean([min(s) for s in combinations(VALUES, k)]) for k in range(1, 7)]
    assert_allclose(budgets.expected_best(VALUES), wanted, rtol=1e-14)


def test_weights_are_ratios_of_binomials():
    found = budgets.subset_weights(30)
    wanted = [
        [math.comb(30 - i, k - 1) / math.comb(30, k) for i in range(1, 31)] for k in range(1, 31)
    ]
    assert_allclose(found, wanted, rtol=1e-13)  # thirty products of numbers right to 2e-16
    assert_allclose(budgets.subset_weights(2000).sum(axis=1), 1.0, rtol=1e-11)


def test_it_is_unbiased_and_the_version_with_replacement_is_not():
    """n uniform draws: E[best of k] = 1/(k + 1), whatever n; with replacement it is more."""
    n, k, studies = 10, 5, 4000
    drawn = uniform(1, studies, n)
    found = budgets.expected_best(drawn)[:, k - 1]
    assert abs(found.mean() - 1 / 6) < 4 * found.std() / math.sqrt(studies)
    i = np.arange(1, n + 1)
    repeated = np.sort(drawn) @ (((n - i + 1) / n) ** k - ((n - i) / n) ** k)
    assert repeated.mean() - 1 / 6 > 4 * repeated.std() / math.sqrt(studies)


def test_unseen_by_hand():
    """Chosen by the other seed: draw 1 for seed 0, then draw 0 for seed 1."""
    values = np.array([[0.0, 10.0], [5.0, 2.0]])
    k1, k2 = budgets.unseen_best(values)
    assert k1 == pytest.approx(17 / 4)  # one draw is no choice: the mean of all
    assert k2 == pytest.approx((5.0 + 10.0) / 2)
    assert np.isnan(budgets.unseen_best(values[:, :1])).all()


def test_unseen_is_honest_where_the_best_is_luck():
    """Draws that are all alike: choosing gives nothing, though the best looks better."""
    studies = normal(2, 400, 20, 4)
    unseen = np.array([budgets.unseen_best(s)[-1] for s in studies])
    seen = studies.mean(axis=2).min(axis=1)
    assert abs(unseen.mean()) < 4 * unseen.std() / 20
    # the smallest of 20 normals of sd 1/√4 is at −1.867/2
    assert seen.mean() == pytest.approx(-0.9337, abs=4 * seen.std() / 20)


def test_unseen_sees_real_differences():
    """Draws that differ and seeds that do not: the choice is as good as it looks."""
    values = np.repeat(VALUES[:, None], 3, axis=1)
    assert_allclose(budgets.unseen_best(values), budgets.expected_best(VALUES), rtol=1e-14)


def test_a_study_by_hand():
    study = trials([[[1, 3], [2, 8]], [[4, 6], [math.nan, 4]]], [[1, 2], [3, 4]])
    found = budgets.budget(study, key=1, resamples=200)
    assert_allclose(found.best, [[3.5, 2], [5.5, 5]])  # a failure is 8; draw means 2, 5 and 5, 6
    assert found.draws.tolist() == [1, 2]
    # k = 2 keeps the better of two resampled draws: means 1 … 8, and the band lies within
    assert (found.low >= 1).all() and (found.high <= 8).all() and (found.low <= found.high).all()


def test_the_band_includes_seeds_alone_and_draws_alone():
    """Seeds 0 and 2 resampled have mean 0, 1 or 2, with chances ¼, ½, ¼; draws 0 and 2 alike."""
    seeds = trials(np.tile([0.0, 2.0], (1, 6, 1)), [[1, 2]])
    draws = trials(np.tile([[0.0], [2.0]], (1, 1, 2)), [[1, 2]])
    for study in (seeds, draws):
        found = budgets.budget(study, key=1, resamples=200)
        ends = found.low[0, 0], found.best[0, 0], found.high[0, 0]
        assert ends == pytest.approx((0, 1, 2), abs=1e-12)


def test_turning_the_scores_turns_the_curves():
    study = trials(normal(3, 2, 12, 3), normal(4, 2, 5))
    up, down = (budgets.budget(s, key=5, resamples=300) for s in (mirrored(study), study))
    for name, other in (("best", "best"), ("unseen", "unseen"), ("low", "high"), ("high", "low")):
        assert_allclose(getattr(up, name), -getattr(down, other), rtol=1e-12)


def test_the_same_key_gives_the_same_band_and_another_does_not():
    study = trials(normal(3, 1, 12, 3), normal(4, 1, 5))
    first, again, other = (budgets.budget(study, key=k, resamples=100).low for k in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_band_covers_as_often_as_it_says_where_it_is_trusted():
    """Draws of sd 1, a seed's share of 0.1, noise of 0.3: what new studies give on average.

    Simulated apart (400 studies): 95.5 % at k = 1, 93 % at n/10, 89 % at n/4. With 150 studies the
    Monte-Carlo errors of these are 1.7, 2.1 and 2.6 %; three of them are allowed.
    """
    count, n, seeds = 150, 40, 5
    studies = normal(6, count, n, 1) + 0.1 * normal(7, count, 1, seeds)
    studies = studies + 0.3 * normal(8, count, n, seeds)
    truth = budgets.expected_best(normal(9, 4000, n) * math.sqrt(1 + 0.09 / 5)).mean(axis=0)
    hits = []
    for study in studies:
        found = budgets.budget(trials(study[None], [[0.0, 1.0]]), key=1, resamples=300)
        hits.append((found.low[0] <= truth) & (truth <= found.high[0]))
    assert found.trusted == 10
    shares = np.mean(hits, axis=0)
    for k, expected, error in ((1, 0.955, 0.017), (4, 0.932, 0.021), (10, 0.888, 0.026)):
        assert shares[k - 1] > expected - 3 * error
    assert shares[n - 1] < 0.85  # and why nobody should read it at k = n


def test_the_running_best_keeps_the_order_of_the_draws():
    study = trials([[[3, 3], [4, 4], [1, 1]]], [[1, 2]])
    assert budgets.running_best(study).tolist() == [[3, 3, 1]]
    assert budgets.running_best(mirrored(study)).tolist() == [[-3, -3, -1]]


def test_values_without_a_score_are_refused():
    with pytest.raises(InputError, match="give failures a score"):
        budgets.expected_best(np.array([1.0, math.nan]))
