"""Rankings: by hand, against all pairs of random intervals, and false ones over equal objectives."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from tests.studies.comparison.comparisons import mirrored, normal, trials
from zerosum.studies.comparison import ranking as rankings
from zerosum.studies.comparison.paired import t_half_width

SEARCH = normal(0, 3, 4, 2)


def test_half_width_against_scipy():
    values = normal(1, 9)
    wanted = stats.t.interval(0.99, 8, values.mean(), stats.sem(values))
    half = t_half_width(values, 0.99)
    assert (values.mean() - half, values.mean() + half) == pytest.approx(wanted, rel=1e-12)


def test_three_objectives_of_which_two_overlap():
    final = normal(2, 3, 10) * 0.1 + np.array([[5.0], [1.0], [1.02]])
    found = rankings.ranking(trials(SEARCH, final))
    assert found.tiers == (("b", "c"), ("a",))
    assert [s.places for s in found.standings] == [(3, 3), (1, 2), (1, 2)]
    assert [s.letters for s in found.standings] == ["b", "a", "a"]
    first = found.standings[0]
    wanted = stats.t.interval(1 - 0.05 / 3, 9, final[0].mean(), stats.sem(final[0]))
    assert (first.low, first.high) == pytest.approx(wanted, rel=1e-12)


def test_where_higher_is_better_the_order_turns():
    final = normal(2, 3, 10) * 0.1 + np.array([[5.0], [1.0], [1.02]])
    study = trials(SEARCH, final, better="higher")
    found = rankings.ranking(study)
    assert found.tiers == (("a",), ("b", "c"))
    again = rankings.ranking(mirrored(trials(SEARCH, -final)))
    assert [vars(s) for s in again.standings] == [vars(s) for s in found.standings]
    assert all(s.low <= s.mean <= s.high for s in found.standings)


def test_a_chain_of_overlaps():
    """a and c are apart, b overlaps both: one tier, two letters, places that say what is known."""
    low, high = np.array([0.0, 1.0, 3.0]), np.array([2.0, 4.0, 5.0])
    assert rankings.tiers(low, high) == [[0, 1, 2]]
    assert rankings.shared_letters(low, high) == ["a", "ab", "b"]
    assert np.argwhere(rankings.better(low, high)).tolist() == [[0, 2]]


def test_touching_is_overlapping():
    low, high = np.array([0.0, 1.0]), np.array([1.0, 2.0])
    assert not rankings.better(low, high).any()
    assert rankings.tiers(low, high) == [[0, 1]]
    assert rankings.shared_letters(low, high) == ["a", "a"]


@pytest.mark.parametrize("key", range(40))
def test_letters_and_tiers_hold_for_every_pair(key):
    """Over random intervals, rounded so that many touch: whoever overlaps is never ranked."""
    middle, width = 3 * normal(key, 8), np.abs(normal(key + 1000, 8))
    low, high = np.round(middle - width, 1), np.round(middle + width, 1)
    letters, above = rankings.shared_letters(low, high), rankings.better(low, high)
    groups = rankings.tiers(low, high)
    tier = {i: place for place, group in enumerate(groups) for i in group}
    for i, j in combinations(range(8), 2):
        overlap = max(low[i], low[j]) <= min(high[i], high[j])
        assert bool(set(letters[i]) & set(letters[j])) == overlap
        assert (above[i, j] or above[j, i]) != overlap
        assert tier[i] == tier[j] or not overlap
        assert tier[i] >= tier[j] or above[i, j]  # an earlier tier is above in every pair
    # no cut is missed: between any two neighbours in order of left ends, a tier ends where it can
    assert sorted(i for group in groups for i in group) == list(range(8))
    order = np.argsort(low, kind="stable")
    cuts = [high[order[:n]].max() < low[order[n]] for n in range(1, 8)]
    assert len(groups) == 1 + sum(cuts)


def test_failures_put_an_objective_last():
    final = 1 + 0.1 * normal(3, 2, 10)
    final[1] = math.nan
    found = rankings.ranking(trials(5 + SEARCH[:2], final))
    assert found.tiers == (("a",), ("b",))
    worst = float((5 + SEARCH[:2]).max())
    assert vars(found.standings[1]) == {
        "objective": "b", "mean": pytest.approx(worst), "low": pytest.approx(worst),
        "high": pytest.approx(worst), "places": (2, 2), "letters": "b",
    }  # fmt: skip


def test_one_fresh_seed_ranks_nobody():
    found = rankings.ranking(trials(SEARCH, [[1.0], [2.0], [300.0]]))
    assert found.tiers == (("a", "b", "c"),)
    assert {s.places for s in found.standings} == {(1, 3)}


def test_the_intervals_hold_together():
    """Seven normal objectives, 10 seeds: (1 − 0.05/7)^7 = 95.1 %, and no false rank in most studies."""
    studies = normal(4, 2000, 7, 10)
    half, mean = t_half_width(studies, 1 - 0.05 / 7), studies.mean(axis=2)
    covered = (np.abs(mean) <= half).all(axis=1).mean()
    assert covered == pytest.approx((1 - 0.05 / 7) ** 7, abs=3 * math.sqrt(0.05 * 0.95 / 2000))
    ranked = [rankings.better(m - h, m + h).any() for m, h in zip(mean, half, strict=True)]
    assert np.mean(ranked) <= 0.01  # measured 0.3 %: what strictness costs is power, not truth
