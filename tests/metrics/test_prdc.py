"""Precision, recall, density, coverage: direct counts, exact expectations, extremes, errors."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.spatial.distance import cdist

from zerosum.errors import InputError
from zerosum.metrics import prdc as module
from zerosum.metrics.prdc import NAMES, PRDC, expected_coverage, prdc


def rows(seed: int, n: int, d: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, d))


def values(result: PRDC) -> list[float]:
    return [getattr(result, name).value for name in NAMES]


def direct(real: np.ndarray, fake: np.ndarray, k: int) -> list[float]:
    """The definitions with strict inequalities, by dense matrices."""
    r, f = (np.sort(cdist(v, v), axis=1)[:, k] for v in (real, fake))
    between = cdist(real, fake)
    inside = between < r[:, None]
    recall = (between < f[None, :]).any(axis=1).mean()
    return [inside.any(axis=0).mean(), recall, inside.sum() / (k * len(fake)), inside.any(1).mean()]


@pytest.mark.parametrize(("n", "m", "d", "k"), [(60, 80, 3, 5), (100, 50, 30, 3), (30, 30, 1, 1)])
def test_without_ties_the_counts_are_the_definitions(n: int, m: int, d: int, k: int) -> None:
    real, fake = rows(1, n, d), rows(2, m, d) * 1.2 + 0.2
    assert_allclose(values(prdc(real, fake, k=k)), direct(real, fake, k), rtol=1e-14)


def test_streaming_gives_the_same_numbers_as_keeping_the_distances(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real, fake = rows(1, 90, 4), rows(2, 70, 4)
    kept = prdc(real, fake)
    monkeypatch.setattr(module, "CACHED", 10)
    monkeypatch.setattr(module.neighbours, "_BLOCK", 1)
    streamed = prdc(real, fake)
    assert values(streamed) == values(kept)
    assert streamed.recall.error is None and kept.recall.error is not None
    assert streamed.density.error_given_balls == kept.density.error_given_balls


def test_expected_coverage_has_its_known_values() -> None:
    assert_allclose(expected_coverage(600, 600, 3), 0.8756, atol=5e-5)
    assert_allclose(expected_coverage(600, 600, 5), 0.9691, atol=5e-5)
    # by hand: 2 reals, 1 fake, k = 1: the fake is nearer than the other real half of the time
    assert expected_coverage(2, 1, 1) == 0.5


@pytest.mark.parametrize("d", [1, 8])
def test_a_perfect_model_has_the_expected_coverage_and_density_one(d: int) -> None:
    # 60 replicates; each mean within 4 of its own standard errors
    rng = np.random.default_rng(3)
    runs = [
        prdc(rng.exponential(size=(90, d)), rng.exponential(size=(60, d)), k=4, splits=0)
        for _ in range(60)
    ]
    for name, want in (("coverage", expected_coverage(90, 60, 4)), ("density", 1.0)):
        got = np.array([getattr(r, name).value for r in runs])
        assert abs(got.mean() - want) < 4 * got.std(ddof=1) / np.sqrt(60)


def test_a_tight_cluster_far_away_scores_zero_everywhere() -> None:
    assert values(prdc(rows(1, 50, 3), rows(2, 50, 3) * 1e-3 + 100.0)) == [0.0] * 4


@pytest.mark.parametrize("offset", [0.0, 1e4])
def test_fakes_equal_to_the_reals_score_one(offset: float) -> None:
    real = rows(1, 50, 3) + offset
    precision, recall, density, coverage = values(prdc(real, real.copy()))
    assert (precision, recall, coverage) == (1.0, 1.0, 1.0)
    assert density > 1.0  # the copy of a ball's own centre is one more hit: (k + 1)/k
    assert_allclose(density, 1.2, rtol=1e-12)


def test_balls_are_closed_also_when_rounding_is_in_the_way() -> None:
    # a lattice with step 0.1: radius 0.1 exactly by intent, never exactly in binary
    real = np.arange(12)[:, None] * 0.1 + 0.7
    fake = np.array([real[-1, 0] + 0.1 + 0.1 * i for i in range(12)])[:, None]
    result = prdc(real, fake, k=1)
    assert result.precision.value == 1 / 12  # the first fake is at the radius of the last real
    assert result.recall.value == 1 / 12
    assert result.density.value == 1 / 12
    assert result.coverage.value == 1 / 12


def test_bug_25_constant_features_are_copies_of_each_other() -> None:
    """With open balls, `<`, identical constant features would score 0."""
    same = prdc(np.ones((20, 2)), np.ones((20, 2)))
    other = prdc(np.ones((20, 2)), np.full((20, 2), 1.5))
    assert values(same)[:2] == [1.0, 1.0] and values(other) == [0.0] * 4
    assert np.isfinite([getattr(same, n).error for n in NAMES]).all()


def test_scale_and_rotation_change_nothing() -> None:
    real, fake = rows(1, 60, 4), rows(2, 60, 4) + 0.3
    rotation = np.linalg.qr(rows(3, 4, 4))[0]
    assert values(prdc(real, fake)) == values(
        prdc(7 * real @ rotation + 3, 7 * fake @ rotation + 3)
    )


def test_half_sample_errors_are_the_true_spread_and_given_balls_are_too_narrow() -> None:
    # 60 replicates know the sd to 9 %, and scores of 75 rows vary a little otherwise than those of 150;
    # with balls held fixed the error of density is 0.7 times the sd
    rng = np.random.default_rng(1)
    runs = [
        prdc(rng.normal(size=(150, 8)), 0.9 * rng.normal(size=(150, 8)), key=i) for i in range(60)
    ]
    for name in NAMES:
        scores = [getattr(r, name) for r in runs]
        sd = np.std([s.value for s in scores])
        assert 0.7 * sd < np.mean([s.error for s in scores]) < 1.3 * sd
    density = [r.density for r in runs]
    assert np.mean([s.error_given_balls for s in density]) < 0.85 * np.std(
        [s.value for s in density]
    )


def test_a_binomial_error_is_printed_for_given_balls() -> None:
    result = prdc(rows(1, 40, 2), rows(2, 60, 2) + 1.0)
    p, c = result.precision, result.coverage
    assert_allclose(p.error_given_balls, np.sqrt(p.value * (1 - p.value) / 60))
    assert_allclose(c.error_given_balls, np.sqrt(c.value * (1 - c.value) / 40))


def test_too_few_rows_are_refused() -> None:
    with pytest.raises(InputError, match="at least 12 rows"):
        prdc(rows(1, 11, 2), rows(2, 30, 2), k=5)
    with pytest.raises(InputError, match="k >= 1"):
        prdc(rows(1, 30, 2), rows(2, 30, 2), k=0)
    with pytest.raises(InputError, match="columns"):
        prdc(rows(1, 30, 2), rows(2, 30, 3))
    assert prdc(rows(1, 6, 2), rows(2, 6, 2), k=5, splits=0).precision.error is None
