"""Authenticity: extremes, direct counts, the limit of many rows, copies, errors."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.integrate import quad
from scipy.spatial.distance import cdist

from zerosum.errors import InputError
from zerosum.metrics import authenticity as module
from zerosum.metrics import intervals
from zerosum.metrics.authenticity import authenticity, expected_authenticity


def rows(seed: int, n: int, d: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, d))


def direct(real: np.ndarray, fake: np.ndarray) -> np.ndarray:
    """The definition, row by row."""
    own = cdist(real, real)
    np.fill_diagonal(own, np.inf)
    between = cdist(fake, real)
    return np.array([b.min() > own[b.argmin()].min() for b in between])


@pytest.mark.parametrize(("n", "m", "d"), [(50, 80, 2), (80, 30, 16), (5, 40, 1)])
def test_it_is_the_definition_row_by_row(n: int, m: int, d: int) -> None:
    real, fake = rows(1, n, d), rows(2, m, d)
    result = authenticity(real, fake, splits=0)
    assert_array_equal(result.authentic, direct(real, fake))
    assert_allclose(result.value, direct(real, fake).mean())
    assert_allclose(result.error_given_real, np.sqrt(result.value * (1 - result.value) / m))


def test_a_case_by_hand() -> None:
    real = np.array([0.0, 1.0, 10.0, 14.0])
    # 2.5 is 1.5 from 1, whose neighbour is 1 away; 12 - 0.1 is 1.9 from 10, whose neighbour is 4 away;
    # -1 is at exactly the distance of 0's neighbour, and a tie is no authenticity
    fake = np.array([2.5, 11.9, -1.0, 30.0])
    assert_array_equal(authenticity(real, fake).authentic, [True, False, False, True])


@pytest.mark.parametrize("d", [2, 64])
def test_copies_score_zero_and_far_rows_one(d: int) -> None:
    real = rows(1, 100, d) + 1e3
    assert authenticity(real, real.copy()).value == 0.0
    assert authenticity(real, real + 1e3).value == 1.0
    assert authenticity(np.ones((9, d)), np.ones((9, d))).value == 0.0  # constant: all are copies


def test_duplicates_among_the_real_rows_make_any_other_row_authentic() -> None:
    real = np.repeat(rows(1, 30, 2), 2, axis=0)
    assert authenticity(real, rows(2, 40, 2)).value == 1.0
    assert authenticity(real, real).value == 0.0


@pytest.mark.parametrize(("d", "printed"), [(2, 0.38), (16, 0.70), (64, 0.81), (256, 0.85)])
def test_a_perfect_model_has_the_null_value_of_its_dimension(d: int, printed: float) -> None:
    # 600 Gaussian rows, the printed two digits; 20 replicates (6 at d = 256) whose spread is 0.025
    runs = 6 if d == 256 else 20
    values = [
        authenticity(rows(i, 600, d), rows(900 + i, 600, d), splits=0).value for i in range(runs)
    ]
    # the printed figures are single measurements: their own spread of 0.025 belongs to the error
    error = np.hypot(np.std(values, ddof=1) / np.sqrt(runs), 0.025)
    assert abs(np.mean(values) - printed) < 3 * error
    if d > 2:
        assert np.mean(values) > expected_authenticity(d) + 0.1  # the limit is far away


def test_half_copies_in_the_plane_read_half_the_null_and_not_the_index_bug() -> None:
    # copies score 0, the others the null 0.39: 0.195, printed 0.193. The wrong index reads 0.247.
    values = []
    for i in range(30):
        real = rows(i, 600, 2)
        fake = np.concatenate((real[:300], rows(900 + i, 300, 2)))
        values.append(authenticity(real, fake, splits=0).value)
    error = np.std(values, ddof=1) / np.sqrt(30)  # 0.003
    assert abs(np.mean(values) - 0.195) < 4 * error
    assert np.mean(values) + 6 * error < 0.247


def test_the_limit_is_the_overlap_of_two_balls() -> None:
    # the shared part of two unit balls one apart, by slices: 2 ∫_{1/2}^1 (1 - x²)^{(d-1)/2} dx over
    # the whole ∫_{-1}^1
    for d in (1, 2, 3, 10):
        part = quad(lambda x, d=d: (1 - x * x) ** ((d - 1) / 2), 0.5, 1.0)[0]
        whole = quad(lambda x, d=d: (1 - x * x) ** ((d - 1) / 2), 0.0, 1.0)[0]
        shared = part / whole
        assert_allclose(expected_authenticity(d), (1 - shared) / (2 - shared), rtol=1e-9)


@pytest.mark.parametrize("d", [1, 2, 3])
def test_a_perfect_model_far_from_edges_has_the_limit(d: int) -> None:
    # 12 replicates of 600 uniform rows; only generated rows of the middle are asked, so that no ball
    # reaches over an edge
    rng = np.random.default_rng(4)
    values = [
        authenticity(rng.random((600, d)), 0.3 + 0.4 * rng.random((300, d)), splits=0).value
        for _ in range(12)
    ]
    error = np.std(values, ddof=1) / np.sqrt(12)
    assert abs(np.mean(values) - expected_authenticity(d)) < 4 * error


@pytest.mark.parametrize("count", [60, pytest.param(400, marks=pytest.mark.slow)])
def test_half_sample_errors_cover_and_binomial_ones_do_not(count: int) -> None:
    # 60 replicates know the sd to 9 %. Half samples: 1.03 times it; binomial: 0.33 times, for ten
    # generated rows share each real row
    rng = np.random.default_rng(2)
    runs = [
        authenticity(rng.normal(size=(60, 2)), rng.normal(size=(600, 2)), key=i, splits=10)
        for i in range(count)
    ]
    values, errors = np.array([r.value for r in runs]), np.array([r.error for r in runs])
    assert 0.7 * values.std() < errors.mean() < 1.3 * values.std()
    ends = (intervals.around(r.value, r.error, splits=10) for r in runs)
    covered = np.mean([low <= values.mean() <= high for low, high in ends])
    assert covered > 0.95 - 3 * np.sqrt(0.95 * 0.05 / count)
    assert np.mean([r.error_given_real for r in runs]) < 0.6 * values.std()


def test_large_sets_are_streamed_to_the_same_value(monkeypatch: pytest.MonkeyPatch) -> None:
    real, fake = rows(1, 70, 3), rows(2, 90, 3)
    kept = authenticity(real, fake)
    monkeypatch.setattr(module, "CACHED", 10)
    monkeypatch.setattr(module.neighbours, "_BLOCK", 1)
    streamed = authenticity(real, fake)
    assert_array_equal(streamed.authentic, kept.authentic)
    assert streamed.error is None and kept.error is not None


def test_what_cannot_be_measured_is_refused() -> None:
    with pytest.raises(InputError, match="at least 4"):
        authenticity(rows(1, 3, 2), rows(2, 9, 2))
    with pytest.raises(InputError, match="columns"):
        authenticity(rows(1, 9, 2), rows(2, 9, 3))
    with pytest.raises(InputError, match="NaN"):
        authenticity(rows(1, 9, 2), np.full((9, 2), np.nan))
    with pytest.raises(InputError, match="splits is -1"):
        authenticity(rows(1, 9, 2), rows(2, 9, 2), splits=-1)
