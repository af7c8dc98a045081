"""Sensitivity: by hand, against SciPy, on functions of known indices, and where nothing depends."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from tests.studies.comparison.comparisons import normal, trials, uniform
from zerosum.studies.comparison import sensitivity as sensitivities
from zerosum.studies.comparison.sensitivity import bins, explained, sensitivity, spearman


def study(values, seeds=1, **parameters):
    """One objective whose draws have these values and parameters."""
    search = np.repeat(np.asarray(values, dtype=float)[None, :, None], seeds, axis=2)
    given = {name: np.asarray(v, dtype=float)[None] for name, v in parameters.items()}
    return trials(search, [[0.0, 1.0]], parameters=given)


def test_spearman_with_ties_agrees_with_scipy():
    x, y = np.round(normal(1, 3, 40)), np.round(normal(2, 3, 40) + normal(1, 3, 40))
    wanted = [stats.spearmanr(a, b).statistic for a, b in zip(x, y, strict=True)]
    assert_allclose(spearman(x, y), wanted, rtol=1e-12)
    assert math.isnan(spearman(np.ones(4), np.arange(4.0)))


def test_values_that_are_few_have_bins_of_their_own():
    x = np.array([5, 1, 1, 5, 3, 1, 3, 5, 1, 1], dtype=float)
    assert bins(x).tolist() == [2, 0, 0, 2, 1, 0, 1, 2, 0, 0]


@pytest.mark.parametrize("n, number", [(6, 2), (16, 4), (100, 10), (400, 10)])
def test_many_values_make_bins_of_equal_numbers(n, number):
    x = uniform(3, n)
    counts = np.bincount(bins(x))
    assert len(counts) == number and np.ptp(counts) <= 1
    assert_allclose(bins(np.exp(5 * x)), bins(x))  # only the order of the values matters


def test_equal_values_stay_together():
    x = np.concatenate([np.zeros(30), uniform(4, 70)])
    assert len(set(bins(x)[:30])) == 1


def test_explained_by_hand():
    # groups {1, 3} and {7, 9}: between 36, within 4, total 40; 1 − (4/2)/(40/3)
    found = explained(np.array([0, 0, 1, 1]), np.array([1.0, 3.0, 7.0, 9.0]))
    assert found == pytest.approx(0.85)
    eta, n, j = 36 / 40, 4, 2
    assert found == pytest.approx(1 - (1 - eta) * (n - 1) / (n - j))


def test_the_bias_of_having_bins_is_gone():
    """Over all orders of any numbers ε² is 0 on average, where η² is (J − 1)/(n − 1) = 0.4."""
    groups = np.array([0, 0, 1, 1, 2, 2])
    orders = np.array(list(permutations([0.3, -1.0, 2.0, 2.0, 5.0, 0.7])))
    shares = explained(groups, orders)
    assert shares.mean() == pytest.approx(0.0, abs=1e-12)
    assert (1 - (1 - shares) * 3 / 5).mean() == pytest.approx(0.4)


def test_a_straight_line_of_ranks_by_hand():
    """100 ranks in 10 bins: within 10 · 82.5 = 825, total 83325; and ρ = −1 the other way."""
    x = uniform(5, 100)
    (found,) = sensitivity(study(-x, lr=x), key=1, resamples=50)
    assert found.share == pytest.approx(1 - (825 / 90) / (83325 / 99))
    assert (found.rho, found.low, found.high) == pytest.approx((-1.0, -1.0, -1.0))
    assert found.p == found.p_holm == found.share_p == 1 / 5000
    assert (found.bins, found.draws) == (10, 100)


def test_indices_of_the_ishigami_function():
    """sin x1 + 7 sin² x2 + 0.1 x3⁴ sin x1 (Ishigami and Homma 1990): S = 0.314, 0.442, 0.

    Ten bins keep a share of each that is integrated here; 200 studies of 300 draws give their mean
    to a standard error of about 0.003, four of which are allowed.
    """
    x = math.pi * (2 * uniform(6, 200, 300, 3) - 1)
    y = np.sin(x[..., 0]) * (1 + 0.1 * x[..., 2] ** 4) + 7 * np.sin(x[..., 1]) ** 2
    variance = 49 / 8 + 0.1 * math.pi**4 / 5 + 0.01 * math.pi**8 / 18 + 0.5
    fine = (np.linspace(-math.pi, math.pi, 100_001)[1:] - math.pi / 1e5).reshape(10, -1)
    alone = [(1 + 0.1 * math.pi**4 / 5) * np.sin(fine), 7 * np.sin(fine) ** 2, 0 * fine]
    for i, (curve, index) in enumerate(zip(alone, (0.3139, 0.4424, 0.0), strict=True)):
        assert curve.var() / variance == pytest.approx(index, abs=1e-4)
        kept = curve.mean(axis=1).var() / variance
        found = np.array([explained(bins(a[:, i]), b) for a, b in zip(x, y, strict=True)])
        assert abs(found.mean() - kept) < 4 * found.std() / math.sqrt(200)


def test_a_valley_shows_in_the_share_and_not_in_the_correlation():
    """y = |x|, x uniform about 0: ρ is 0, and the share nearly all."""
    x = 2 * uniform(7, 100) - 1
    (found,) = sensitivity(study(np.abs(x), lr=x), key=1, resamples=50)
    # ρ of 100 independent ranks has sd 0.1; |x| and −|x| are ranked about alike
    assert abs(found.rho) < 0.3 and found.p > 0.001
    assert found.share > 0.8 and found.share_p == 1 / 5000


def test_values_that_are_names_of_choices():
    """Batch norm on or off moves the score by 2, noise by 1: about half of the variance."""
    on = (uniform(8, 100) < 0.5).astype(float)
    steps = np.floor(5 * uniform(9, 100)) + 1
    found = {s.parameter: s for s in sensitivity(
        study(2 * on + normal(10, 100), batch_norm=on, steps=steps), key=1, resamples=50)}  # fmt: skip
    assert (found["batch_norm"].bins, found["steps"].bins) == (2, 5)
    assert found["batch_norm"].share_p == 1 / 5000 < 0.05 < found["steps"].share_p
    # two groups: η² is the squared correlation of the ranks with the group
    eta = found["batch_norm"].rho ** 2
    assert found["batch_norm"].share == pytest.approx(1 - (1 - eta) * 99 / 98)


def test_what_an_objective_lacks_gives_nothing():
    nothing = np.full(20, math.nan)
    few = np.where(np.arange(20) < 5, np.arange(20.0), math.nan)
    given = {"lr": uniform(11, 20), "gp": nothing, "one": np.ones(20), "few": few}
    found = sensitivity(study(normal(12, 20), **given), key=1, resamples=50)
    assert [s.parameter for s in found] == ["lr"]
    assert sensitivity(study(np.ones(20), lr=uniform(11, 20)), key=1, resamples=50) == ()


def test_draws_without_the_parameter_are_left_out():
    x, y = uniform(13, 30), normal(14, 30)
    there = np.arange(30) < 20
    (whole,) = sensitivity(study(y, lr=np.where(there, x, math.nan)), key=1, resamples=50)
    (part,) = sensitivity(study(y[there], lr=x[there]), key=1, resamples=50)
    assert vars(whole) == vars(part) and part.draws == 20


def test_correction_counts_every_row():
    x = uniform(15, 40)
    found = sensitivity(study(x + 0.01 * normal(16, 40), lr=x, other=uniform(17, 40)), key=1)
    assert found[0].p_holm == pytest.approx(2 * found[0].p)
    assert found[1].p_holm >= found[1].p


def test_the_level_of_the_permutation_tests(monkeypatch):
    """Where nothing depends, p ≤ 0.05 in 5 % of 300 studies, within three errors of 1.3 %."""
    monkeypatch.setattr(sensitivities, "PERMUTATIONS", 199)
    x, y = uniform(18, 300, 30), normal(19, 300, 30)
    found = [sensitivity(study(b, lr=a), key=1, resamples=2)[0] for a, b in zip(x, y, strict=True)]
    for p in ([s.p for s in found], [s.share_p for s in found]):
        assert np.mean(np.array(p) <= 0.05) == pytest.approx(0.05, abs=3 * 0.0126)


def test_the_band_covers_the_correlation(monkeypatch):
    """Normal pairs with r = 0.6: ρ = 6/π asin(r/2) = 0.582, found in the band of 200 studies.

    Simulated apart, bands of 60 draws covered it in 94.0 % of 2000 studies; of 200 the error is 1.7 %.
    """
    monkeypatch.setattr(sensitivities, "PERMUTATIONS", 9)
    x, noise = normal(20, 200, 60), normal(21, 200, 60)
    truth = 6 / math.pi * math.asin(0.3)
    found = [
        sensitivity(study(0.6 * a + 0.8 * b, lr=a), key=1, resamples=200)[0]
        for a, b in zip(x, noise, strict=True)
    ]
    covered = np.mean([s.low <= truth <= s.high for s in found])
    assert covered == pytest.approx(0.94, abs=3 * 0.017)
