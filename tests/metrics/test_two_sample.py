"""Classifier two-sample test: DeLong by pairs, Bayes accuracy, equal laws, copies, coverage."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import norm

from zerosum.errors import InputError
from zerosum.metrics.two_sample import delong, linear, trees, two_sample_test


def pair(seed: int, n: int, d: int, shift: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Two Gaussians `shift` apart in the first column."""
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(2, n, d))
    y[:, 0] += shift
    return x, y


def by_pairs(real: np.ndarray, fake: np.ndarray) -> tuple[float, float]:
    """AUC and DeLong's error from all n x m comparisons."""
    wins = (real[:, None] > fake) + 0.5 * (real[:, None] == fake)
    each, other = wins.mean(axis=1), wins.mean(axis=0)
    return wins.mean(), np.sqrt(each.var(ddof=1) / len(real) + other.var(ddof=1) / len(fake))


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize(("n", "m"), [(40, 40), (25, 60), (2, 3)])
def test_delong_by_ranks_is_delong_by_pairs(n: int, m: int, ties: bool) -> None:
    rng = np.random.default_rng(n)
    real, fake = rng.normal(0.5, size=n), rng.normal(size=m)
    if ties:
        real, fake = real.round(), fake.round()
    got = delong(real, fake)
    assert_allclose((got.value, got.error), by_pairs(real, fake), rtol=1e-12)


@pytest.mark.parametrize(("shift", "bayes"), [(1.0, 0.691462), (2.0, 0.841345)])
def test_bayes_accuracy_is_reached(shift: float, bayes: float) -> None:
    # the classifier's own regret is O(1/n) = 3e-4; 3 standard errors of 8000 verdicts are 0.015
    assert_allclose(norm.cdf(shift / 2), bayes, atol=5e-7)
    got = two_sample_test(*pair(1, 4000, 1, shift), classifier=linear)
    assert abs(got.accuracy.value - bayes) < 3 * np.sqrt(bayes * (1 - bayes) / 8000)
    assert abs(got.value - norm.cdf(shift / np.sqrt(2))) < 3 * got.error
    assert got.accuracy.low < bayes < got.accuracy.high


def test_trees_see_what_a_line_cannot() -> None:
    # N(0, 1) against N(0, 3²): densities cross at c² = 2 ln 3 / (1 - 1/9); trees stay below Bayes,
    # whose accuracy is ½ + ½ (P₁(|x| < c) - P₃(|x| < c))
    x, y = pair(2, 3000, 1)
    cross = np.sqrt(2 * np.log(3) / (1 - 1 / 9))
    bayes = 0.5 + norm.cdf(cross) - norm.cdf(cross / 3)
    seen, blind = (two_sample_test(x, 3 * y, classifier=c) for c in (trees, linear))
    error = np.sqrt(bayes * (1 - bayes) / 6000)
    assert 0.95 * bayes < seen.accuracy.value < bayes + 3 * error
    assert abs(blind.value - 0.5) < 0.05


@pytest.mark.parametrize("classifier", [trees, linear])
def test_two_halves_of_real_data_cannot_be_told_apart(classifier) -> None:
    rows = np.random.default_rng(3).exponential(size=(1200, 4))
    got = two_sample_test(rows[:600], rows[600:], classifier=classifier)
    assert abs(got.value - 0.5) < 3 * got.error
    assert got.doubled > 0.5


def gaussians(n: int, d: int, shift: float, classifier, replicates: int) -> list:
    return [
        two_sample_test(*pair(i, n, d, shift), classifier=classifier, key=i)
        for i in range(replicates)
    ]


def coverage(tests: list, truth: float) -> float:
    return float(np.mean([t.interval()[0] <= truth <= t.interval()[1] for t in tests]))


def test_for_equal_laws_auc_is_neither_clamped_nor_too_sure() -> None:
    # a clamp at 1/2 would add 0.4 sd = 0.02 to the mean, whose own error is 0.005
    tests = gaussians(100, 4, 0.0, linear, 120)
    values = np.array([t.value for t in tests])
    assert abs(values.mean() - 0.5) < 3 * values.std(ddof=1) / np.sqrt(120)
    # 120 replicates: 3 binomial standard errors around 0.95
    assert abs(coverage(tests, 0.5) - 0.95) < 3 * np.sqrt(0.95 * 0.05 / 120)
    # 120 replicates know the sd to 6.5 %; DeLong alone would say 0.7 of it
    assert abs(np.mean([t.error for t in tests]) / values.std(ddof=1) - 1) < 3 * 0.065
    assert abs(np.mean([t.accuracy.low <= 0.5 <= t.accuracy.high for t in tests]) - 0.95) < 0.06


@pytest.mark.slow
@pytest.mark.parametrize("shift", [0.0, 1.0])
@pytest.mark.parametrize("d", [4, 16])
def test_intervals_cover_in_400_replicates(d: int, shift: float) -> None:
    # the truth for shift > 0 is what such classifiers reach on average; 3 binomial standard errors
    tests = gaussians(300, d, shift, linear, 400)
    truth = 0.5 if shift == 0 else float(np.mean([t.value for t in tests]))
    assert abs(coverage(tests, truth) - 0.95) < 3 * np.sqrt(0.95 * 0.05 / 400)


@pytest.mark.slow
@pytest.mark.parametrize("shift", [0.0, 1.0])
def test_intervals_of_trees_cover(shift: float) -> None:
    # 120 replicates, 3 binomial standard errors
    tests = gaussians(200, 2, shift, trees, 120)
    truth = 0.5 if shift == 0 else float(np.mean([t.value for t in tests]))
    assert abs(coverage(tests, truth) - 0.95) < 3 * np.sqrt(0.95 * 0.05 / 120)


def test_copies_of_real_rows_read_below_one_half() -> None:
    # a copy has been learnt as the other kind: hidden by a clamp
    x, _ = pair(4, 400, 3)
    got = two_sample_test(x, x.copy())
    assert got.value < 0.5 - 3 * got.error


class Memory:
    """Knows the rows it has seen, and says 0 of all others."""

    def fit(self, rows: np.ndarray, labels: np.ndarray) -> None:
        self.seen = {r.tobytes(): 2.0 * y - 1.0 for r, y in zip(rows, labels, strict=True)}

    def decision_function(self, rows: np.ndarray) -> np.ndarray:
        return np.array([self.seen.get(r.tobytes(), 0.0) for r in rows])


@pytest.mark.parametrize("n", [50, 53])
def test_no_row_is_judged_by_a_classifier_that_has_seen_it(n: int) -> None:
    got = two_sample_test(*pair(5, n, 2, 9.0), classifier=lambda seed: Memory())
    assert (got.value, got.accuracy.value, got.error) == (0.5, 0.5, 0.0)


def test_sets_of_different_size_are_made_equal_by_chance_not_by_order() -> None:
    x, y = pair(6, 600, 2)
    x = x[x[:, 0].argsort()]  # its first 200 rows alone would be easy to tell apart
    got = two_sample_test(x, y[:200], classifier=linear)
    assert got.n == 200 and abs(got.value - 0.5) < 3 * got.error


def test_laws_far_apart_leave_an_interval_of_the_accuracy() -> None:
    got = two_sample_test(*pair(7, 100, 2, 50.0))
    assert (got.value, got.error, got.accuracy.value) == (1.0, 0.0, 1.0)
    assert 0.95 < got.accuracy.low < 1.0


def test_the_key_decides_and_nothing_else() -> None:
    x, y = pair(8, 100, 3, 0.3)
    first = two_sample_test(x, y, key=1)
    np.random.rand(3)
    assert two_sample_test(x, y, key=1) == first != two_sample_test(x, y, key=2)


def test_constant_columns_are_no_difference() -> None:
    got = two_sample_test(np.ones((40, 2)), np.ones((40, 2)), classifier=linear)
    assert (got.value, got.accuracy.value) == (0.5, 0.5)


def test_what_cannot_work_is_refused() -> None:
    x, y = pair(9, 20, 2)
    with pytest.raises(InputError, match="at least 10"):
        two_sample_test(x[:9], y)
    with pytest.raises(InputError, match="folds is 1"):
        two_sample_test(x, y, folds=1)
    with pytest.raises(InputError, match="columns"):
        two_sample_test(x, y[:, :1])
    with pytest.raises(InputError, match="NaN"):
        two_sample_test(x * np.nan, y)
