"""C_T: hand-made cells, SciPy's test, a pair count, its null law, errors, and what it is for."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.spatial.distance import cdist
from scipy.stats import kstest, mannwhitneyu, norm

from zerosum.errors import InputError
from zerosum.metrics.cells import partition
from zerosum.metrics.data_copying import DataCopying, data_copying


def rows(seed: int, n: int, d: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, d))


def one_cell(generated: np.ndarray, held_out: np.ndarray) -> DataCopying:
    """Both at these distances from a single training row at 0."""
    return data_copying(generated, np.zeros((1, 1)), held_out, cells=1, least=1, shuffles=19)


def test_all_generated_nearer_than_all_held_out() -> None:
    n, m = 30, 40
    result = one_cell(np.linspace(0.1, 1.0, n), np.linspace(2.0, 3.0, m))
    sigma = np.sqrt(n * m * (n + m + 1) / 12)
    assert_allclose(result.value, (0 - n * m / 2 + 0.5) / sigma, rtol=1e-14)
    assert result.null_sd == 1.0 and result.z == result.value
    # none of 19 shuffles separates 30 of 70 as well
    assert result.p == 1 / 20 and result.error == 0.0


def test_exchanged_sides_change_the_sign_but_for_the_correction() -> None:
    a, b = np.linspace(0.1, 1.0, 30), np.linspace(0.7, 3.0, 40)
    forth, back = one_cell(a, b), one_cell(b, a)
    sigma = np.sqrt(30 * 40 * 71 / 12)
    assert forth.value < -5.0 < 5.0 < back.value
    assert_allclose(back.value, -forth.value + 1 / sigma, rtol=1e-12)
    assert back.p == 1.0


@pytest.mark.parametrize("step", [1e-9, 0.05, 0.5])
def test_without_and_with_ties_it_is_scipys_one_sided_test(step: float) -> None:
    rng = np.random.default_rng(1)
    a, b = (np.round(rng.exponential(s, n) / step) * step for s, n in ((0.8, 60), (1.0, 45)))
    want = mannwhitneyu(a, b, alternative="less", method="asymptotic", use_continuity=True).pvalue
    assert_allclose(norm.cdf(one_cell(a, b).value), want, rtol=1e-12)


def test_equal_distances_everywhere_say_nothing() -> None:
    result = one_cell(np.ones(25), np.ones(25))
    assert (result.value, result.error, result.p) == (0.0, 0.0, 1.0)


def by_pairs(
    fake: np.ndarray, train: np.ndarray, held: np.ndarray, k: int, least: int
) -> tuple[float, int]:
    """Cell by cell and pair by pair, the published statistic."""
    cells = partition(train, k, key=5)
    total, weight, left_out = 0.0, 0.0, 0
    for c in range(k):
        f, t, h = (x[cdist(x, cells.centres).argmin(axis=1) == c] for x in (fake, train, held))
        if len(f) < least or len(h) == 0:
            left_out += 1
            continue
        a, b = cdist(f, t).min(axis=1), cdist(h, t).min(axis=1)
        u = float((a[:, None] > b[None, :]).sum())
        n, m = len(a), len(b)
        total += len(h) * (u - n * m / 2 + 0.5) / np.sqrt(n * m * (n + m + 1) / 12)
        weight += len(h)
    return total / weight, left_out


@pytest.mark.parametrize(("k", "least"), [(3, 20), (8, 20), (8, 1)])
def test_it_is_the_published_statistic_for_given_cells(k: int, least: int) -> None:
    train, held = rows(1, 200, 2), rows(2, 150, 2)
    fake = 0.7 * rows(3, 180, 2) + [0.4, 0.0]  # another law, so shares of cells differ
    result = data_copying(fake, train, held, cells=k, least=least, key=5, shuffles=9)
    value, left_out = by_pairs(fake, train, held, k, least)
    assert_allclose(result.value, value, rtol=1e-12)
    assert result.left_out == left_out and (left_out > 0) == (k == 8 and least == 20)
    counts = np.array([(c.generated, c.train, c.held_out) for c in result.cells])
    assert counts.sum(axis=0).tolist() == [180, 200, 150]


def test_a_cell_without_held_out_rows_is_left_out_and_counted() -> None:
    train = np.concatenate((rows(1, 60, 2), rows(2, 60, 2) + 50.0))
    fake = np.concatenate((rows(3, 60, 2), rows(4, 60, 2) + 50.0))
    result = data_copying(fake, train, rows(5, 40, 2), cells=2)
    assert result.left_out == 1 and result.null_sd == 1.0
    empty = next(c for c in result.cells if c.held_out == 0)
    assert (empty.z, empty.error) == (None, None) and empty.generated == 60


def test_without_copying_z_is_standard_normal_and_p_uniform() -> None:
    rng = np.random.default_rng(8)
    runs = []
    for i in range(80):
        x = rng.normal(size=(450, 4))
        runs.append(data_copying(x[:150], x[150:300], x[300:], key=i, shuffles=199))
    z = np.array([r.z for r in runs])
    # 80 normal numbers: their sd is known to 8 %, their mean to 0.11
    assert abs(z.std() - 1.0) < 3 * 0.08 and abs(z.mean()) < 3 * 0.11
    assert kstest(z, "norm").pvalue > 0.001
    # p lies on 200 steps, whose height 0.005 is far below what 80 numbers tell apart
    assert kstest([r.p for r in runs], "uniform").pvalue > 0.001
    weights = [np.array([c.held_out for c in r.cells]) / 150 for r in runs]
    assert_allclose([r.null_sd for r in runs], [np.sqrt(w @ w) for w in weights])
    # so C_T itself spreads much less than 1
    assert np.std([r.value for r in runs]) < 0.75


def test_the_error_is_delongs_from_the_matrix_of_pairs() -> None:
    rng = np.random.default_rng(3)
    a, b = rng.exponential(0.5, 30), rng.exponential(1.0, 12)
    farther = (a[:, None] > b[None, :]).astype(float)
    variance = farther.mean(axis=1).var(ddof=1) / 30 + farther.mean(axis=0).var(ddof=1) / 12
    want = np.sqrt(variance) * 30 * 12 / np.sqrt(30 * 12 * 43 / 12)
    assert_allclose(one_cell(a, b).error, want, rtol=1e-12)


def test_the_error_is_the_true_spread_also_where_something_is_copied() -> None:
    rng = np.random.default_rng(9)
    train = rng.normal(size=(150, 2))
    runs = []
    for _ in range(60):
        fresh = rng.normal(size=(150, 2))
        fresh[:40] = train[rng.integers(0, 150, 40)] + 0.03 * rng.normal(size=(40, 2))
        runs.append(data_copying(fresh, train, rng.normal(size=(150, 2)), shuffles=1))
    values = np.array([r.value for r in runs])
    assert values.mean() < -1.0
    # 60 replicates know the sd to 9 %
    assert_allclose(np.mean([r.error for r in runs]), values.std(), rtol=3 * 0.09)


@pytest.mark.parametrize("d", [2, 64])
def test_half_copies_are_far_below_zero_and_wide_models_far_above(d: int) -> None:
    train, held = rows(1, 300, d), rows(2, 300, d)
    half = np.concatenate((train[:150] + 1e-3 * rows(3, 150, d), rows(4, 150, d)))
    copied = data_copying(half, train, held, shuffles=99)
    wide = data_copying(1.5 * rows(5, 300, d), train, held, shuffles=99)
    assert copied.z < -5.0 and copied.p == 0.01
    assert wide.z > 4.0 and wide.p > 0.9


def test_what_cannot_be_tested_is_refused() -> None:
    with pytest.raises(InputError, match="no cell has both 20 generated rows and a held-out row"):
        data_copying(rows(1, 19, 2), rows(2, 50, 2), rows(3, 50, 2), cells=1)
    with pytest.raises(InputError, match="the held-out set has 3 columns"):
        data_copying(rows(1, 30, 2), rows(2, 50, 2), rows(3, 50, 3))
    with pytest.raises(InputError, match="60 cells cannot be made of 50"):
        data_copying(rows(1, 30, 2), rows(2, 50, 2), rows(3, 50, 2), cells=60)
    with pytest.raises(InputError, match="least = 0"):
        data_copying(rows(1, 30, 2), rows(2, 50, 2), rows(3, 50, 2), least=0)
    with pytest.raises(InputError, match="NaN"):
        data_copying(np.full((30, 2), np.nan), rows(2, 50, 2), rows(3, 50, 2))
