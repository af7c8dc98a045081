"""Bins: hand-made counts, the null law of tests, correction and divergence, and what it is for."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.spatial.distance import jensenshannon
from scipy.stats import chi2_contingency, norm

from zerosum.errors import InputError
from zerosum.metrics.holm import holm
from zerosum.metrics.intervals import wilson
from zerosum.metrics.ndb import different_bins, jensen_shannon, two_proportion_z


def rows(seed: int, n: int, d: int = 2) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, d))


def groups(seed: int, counts: list[int]) -> np.ndarray:
    """As many rows close to 0, 10, 20, ... as the counts say."""
    centres = np.repeat(10.0 * np.arange(len(counts)), counts)
    return centres[:, None] + 0.01 * rows(seed, sum(counts), 1)


def test_the_statistic_is_the_root_of_the_chi_square_of_a_two_by_two_table() -> None:
    a, b, n, m = np.array([30, 5, 65]), np.array([80, 40, 80]), 100, 200
    got = two_proportion_z(a, n, b, m)
    for i in range(3):
        table = [[a[i], n - a[i]], [b[i], m - b[i]]]
        assert_allclose(got[i] ** 2, chi2_contingency(table, correction=False)[0], rtol=1e-12)
    assert got[0] < 0 < got[2]  # positive where the real share is the larger


def test_bins_by_hand() -> None:
    train = groups(1, [50, 50, 50, 50])
    real, fake = groups(2, [25, 25, 50, 0]), groups(3, [26, 24, 20, 0])
    result = different_bins(fake, train, real, bins=4)
    order = np.argsort(result.centres[:, 0])
    # bin 2: 50 of 100 against 20 of 70 differs, 2.8 standard errors; bins 0 and 1 do not
    pooled = 70 / 170
    want = (0.5 - 20 / 70) / np.sqrt(pooled * (1 - pooled) * (1 / 100 + 1 / 70))
    assert_allclose(result.z[order[2]], want, rtol=1e-12)
    assert result.z[order[3]] == 0.0
    assert (result.different, result.corrected, result.tested, result.empty) == (1, 1, 3, 1)
    assert_allclose(result.value, 1 / 3)
    assert_allclose(result.error, np.sqrt(2 / 9 / 3))
    assert result.significant[order].tolist() == [False, False, True, False]
    assert result.real[order[2]] == wilson(50, 100) and result.fake[order[3]] == wilson(0, 70)


def test_a_bin_of_one_side_only_is_tested_and_differs() -> None:
    train, fake = groups(1, [50, 50]), groups(2, [100, 0])
    result = different_bins(fake, train, bins=2)
    assert (result.different, result.corrected, result.empty) == (2, 2, 0)
    assert result.expected is None  # against training rows no simple number is expected


def test_without_a_difference_five_bins_in_a_hundred_differ_and_corrected_none() -> None:
    # many multinomial pairs with 25 rows expected in a bin: 400 x 40 tests, binomial error 0.0017
    rng = np.random.default_rng(1)
    share = np.full(40, 1 / 40)
    a, b = (rng.multinomial(n, share, size=400) for n in (1000, 1500))
    z = np.stack([two_proportion_z(x, 1000, y, 1500) for x, y in zip(a, b, strict=True)])
    p = 2 * norm.sf(np.abs(z))
    # z of whole numbers is normal to about 1/(12 · 25) of a level: 0.002 more
    assert abs((p < 0.05).mean() - 0.05) < 3 * 0.0017 + 0.002
    alarms = np.mean([(holm(row) <= 0.05).any() for row in p])
    assert alarms < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 400)


def test_ndb_of_a_perfect_model_is_the_level_against_held_out_rows() -> None:
    # 20 x 20 bins: binomial error 0.011; against training rows k-means has evened the shares out
    held, own = [], []
    for i in range(20):
        train, unseen, fake = rows(3 * i, 400, 4), rows(3 * i + 1, 400, 4), rows(3 * i + 2, 400, 4)
        held.append(different_bins(fake, train, unseen, bins=20, key=i))
        own.append(different_bins(fake, train, bins=20, key=i))
    assert abs(np.mean([r.value for r in held]) - 0.05) < 3 * 0.011
    assert held[0].expected == 0.05
    assert np.mean([r.divergence.plug_in for r in own]) < np.mean([r.divergence.floor for r in own])


def test_the_divergence_is_that_of_the_shares_and_its_floor_is_right() -> None:
    a, b = np.array([30, 0, 70, 0]), np.array([80, 40, 80, 0])
    got = jensen_shannon(a, b)
    assert_allclose(got.plug_in, jensenshannon(a / 100, b / 200) ** 2, rtol=1e-12)
    assert_allclose(got.floor, 2 / 8 * (1 / 100 + 1 / 200), rtol=1e-14)  # 3 used categories
    apart = jensen_shannon(np.array([10, 0]), np.array([0, 10]))
    assert_allclose(apart.plug_in, np.log(2.0), rtol=1e-14)


@pytest.mark.parametrize("tilt", [0.0, 0.8])
def test_the_divergence_is_unbiased_and_its_error_the_true_spread(tilt: float) -> None:
    rng = np.random.default_rng(2)
    p = np.full(20, 1 / 20)
    q = p * (1 + tilt * np.linspace(-1, 1, 20))
    truth = jensenshannon(p, q) ** 2
    found = [jensen_shannon(rng.multinomial(800, p), rng.multinomial(1200, q)) for _ in range(400)]
    values = np.array([f.value for f in found])
    sd = values.std(ddof=1)
    # the floor is of first order, what is left of relative order 1/(rows in a bin) = 1/40
    assert abs(values.mean() - truth) < 4 * sd / np.sqrt(400) + found[0].floor / 40
    # 400 replicates know the sd to 3.5 %; 0.9 to 1.1 leaves three of that
    assert 0.9 < np.mean([f.error for f in found]) / sd < 1.12


def test_lost_and_grown_modes_are_found_where_they_are() -> None:
    train, held = groups(1, [100] * 10), groups(2, [60] * 10)
    fake = groups(3, [0, 120, *[60] * 8])
    result = different_bins(fake, train, held, bins=10)
    order = np.argsort(result.centres[:, 0])
    assert result.significant[order].tolist() == [True, True, *[False] * 8]
    assert result.corrected == 2 and result.divergence.value > 4 * result.divergence.error


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(InputError, match="100 cells cannot be made of 50"):
        different_bins(rows(1, 50), rows(2, 50))
    with pytest.raises(InputError, match=r"level is 1\.0"):
        different_bins(rows(1, 50), rows(2, 50), bins=5, level=1.0)
    with pytest.raises(InputError, match="columns"):
        different_bins(rows(1, 50, 3), rows(2, 50), bins=5)
    with pytest.raises(InputError, match="held-out set holds NaN"):
        different_bins(rows(1, 50), rows(2, 50), np.full((9, 2), np.nan), bins=5)
    with pytest.raises(InputError, match="sum to 0 and 3"):
        jensen_shannon(np.array([0, 0]), np.array([1, 2]))
