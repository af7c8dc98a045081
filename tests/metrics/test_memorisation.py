"""Memorisation: shares for copies and unseen rows, exact p-values, error rates, closest pairs."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import kstest

from zerosum.errors import InputError
from zerosum.metrics.memorisation import closest_pairs, copies
from zerosum.metrics.nearness import nearness


def rows(seed: int, n: int = 400) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, 6))


def half_copies(train: np.ndarray, seed: int, noise: float) -> np.ndarray:
    """A generator that repeats half of its training rows with a little noise; the rest is new."""
    rng = np.random.default_rng(seed)
    half = len(train) // 2
    near = train[:half] + noise * rng.normal(size=(half, train.shape[1]))
    return np.concatenate((near, rng.normal(size=(len(train) - half, train.shape[1]))))


def test_copies_by_hand() -> None:
    train, held = np.zeros((1, 1)), np.arange(1.0, 10.0)  # held-out distances 1 to 9
    found = copies(np.array([0.5, 1.5, -1.9, 2.0, 7.0]), train, held, quantile=0.2)
    # the 2nd of 9 is the threshold, and a row at exactly it is not below
    assert found.threshold == 2.0
    assert_array_equal(found.flagged, [True, True, True, False, False])
    assert (found.count, found.expected) == (3, 5 * 2 / 10)
    assert found.share.value == 0.6


def test_the_p_value_counts_orders() -> None:
    # without copying every order of 3 generated and 4 held-out distances is equally likely
    counts = []
    for generated in combinations(range(7), 3):
        held = [i for i in range(7) if i not in generated]
        counts.append(sum(g < held[1] for g in generated))
    held = np.array([1.0, 3.0, 5.0, 7.0])
    for c, distances in enumerate(([4.0, 6.0, 8.0], [2.0, 6.0, 8.0], [0.5, 2.0, 8.0], [0, 1, 2])):
        found = copies(np.array(distances), np.zeros(1), held, quantile=0.4)
        assert found.count == c
        assert_allclose(found.p, np.mean([x >= c for x in counts]), rtol=1e-12)


@pytest.mark.parametrize("d", [2, 64])
def test_a_generator_that_copies_half_is_flagged_and_a_true_one_is_not(d: int) -> None:
    n, runs, alarms = 300, 100, 0
    for i in range(runs):
        rng = np.random.default_rng(i)
        train, held = rng.normal(size=(n, d)), rng.normal(size=(n, d))
        alarms += copies(rng.normal(size=(n, d)), train, held).p < 0.05
        if i < 20:
            found = copies(half_copies(train, i, 1e-3), train, held)
            assert found.p < 1e-3 and found.flagged[: n // 2].mean() > 0.8
            assert nearness(half_copies(train, i, 1e-3), train, held).p < 1e-3
    # 5 of 100 are expected at most; three binomial errors more are 11.5. A binomial p-value, which
    # takes the threshold for exact, raises some 20.
    assert alarms <= 11


def test_the_worst_pairs_are_the_copies_with_the_rows_they_copy() -> None:
    train, held = rows(1), rows(2)
    new = rows(3)
    new[[7, 100, 399]] = train[[5, 0, 44]] + 1e-6 * rows(4, 3)
    found = closest_pairs(new, train, held, k=4)
    assert set(found.rows[:3].tolist()) == {7, 100, 399} and found.rows[3] not in (7, 100, 399)
    assert set(found.train[:3].tolist()) == {5, 0, 44}
    assert_allclose(found.to_train, np.linalg.norm(new[found.rows] - train[found.train], axis=1))
    gap = np.linalg.norm(new[found.rows] - held[found.held_out], axis=1)
    assert_allclose(found.to_held_out, gap)
    assert_allclose(found.ratio, found.to_train / found.to_held_out)
    assert (np.diff(found.ratio) >= 0).all()
    assert_allclose(found.p[:3], 1 / 401)  # no held-out row has a ratio as small


def test_a_plain_row_is_near_to_everything_and_is_no_copy() -> None:
    """By distance alone the plain row at 0 would be the worst."""
    train = np.array([0.01, 0.02, 0.03, 0.04, 50, 59, 68, 77, 86])
    held = np.array([-0.01, -0.02, -0.03, -0.04, 54, 63, 72, 81, 90])
    new = np.array([0.0, 59.1])  # 0.01 from both; 0.1 from training, 3.9 from held-out rows
    found = closest_pairs(new, train, held, k=2)
    assert found.rows.tolist() == [1, 0]
    assert_allclose(found.ratio, [0.1 / 3.9, 1.0], rtol=1e-9)
    assert found.to_train[0] > found.to_train[1]


def test_rows_that_both_sets_hold_are_no_evidence() -> None:
    train, held = rows(1), rows(2)
    held[0] = train[0]
    both = closest_pairs(train[:2], train, held, k=2)
    assert both.rows.tolist() == [1, 0] and both.ratio.tolist() == [0.0, 1.0]


@pytest.mark.parametrize("d", [2, 64])
def test_p_of_a_pair_is_uniform_for_new_rows(d: int) -> None:
    # one row for each of 200 worlds: Kolmogorov-Smirnov at 0.001, p on 61 steps of 0.016
    values = []
    for i in range(200):
        rng = np.random.default_rng(i)
        one, train, held = (rng.normal(size=(n, d)) for n in (1, 60, 60))
        values.append(closest_pairs(one, train, held, k=1).p[0])
    steps = np.array(values) - 0.5 / 61
    assert kstest(steps, "uniform").pvalue > 0.001


def test_what_copies_and_pairs_cannot_use_is_refused() -> None:
    with pytest.raises(InputError, match=r"at least 0\.02, so give more held-out rows"):
        copies(rows(1), rows(2), rows(3, 49))
    with pytest.raises(InputError, match=r"quantile 1\.5"):
        copies(rows(1), rows(2), rows(3), quantile=1.5)
    assert copies(rows(1), rows(2), rows(3, 99)).count <= 400  # 99 rows are just enough
    with pytest.raises(InputError, match="k = 401 pairs"):
        closest_pairs(rows(1), rows(2), rows(3), k=401)
    with pytest.raises(InputError, match="at least 2"):
        closest_pairs(rows(1), rows(2), rows(3, 1))
    with pytest.raises(InputError, match="NaN"):
        copies(np.full((9, 6), np.nan), rows(2), rows(3))
