"""Alpha-precision and beta-recall: hand-made curves, closed forms, direct counts, errors."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.integrate import quad
from scipy.spatial.distance import cdist
from scipy.stats import chi2

from zerosum.errors import InputError
from zerosum.metrics import alpha_precision as module
from zerosum.metrics import intervals
from zerosum.metrics.alpha_precision import (
    LevelCurve,
    alpha_precision,
    beta_recall,
    perfect_precision,
)
from zerosum.metrics.prdc import expected_coverage


def rows(seed: int, n: int, d: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, d))


def ring(seed: int, n: int, modes: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    angle = rng.integers(0, modes, n) * np.pi / 4
    return np.stack((np.cos(angle), np.sin(angle)), axis=1) + 0.05 * rng.normal(size=(n, 2))


def test_a_curve_made_by_hand() -> None:
    real = np.array([1.0, -2.0, 3.0, -4.0])
    fake = np.array([0.5, 10.0, -2.0, -11.0])
    curve = alpha_precision(real, fake, centre=np.zeros(1), splits=0)
    # 0.5 is in every support; -2 is as far as the second real row and enters with it, above 1/4
    at = dict(zip(curve.levels, curve.shares, strict=True))
    assert (at[0.0], at[0.01], at[0.25], at[0.26], at[1.0]) == (0.0, 0.25, 0.25, 0.5, 0.5)
    # ∫₀^¼ |α - ¼| + ∫_¼^1 |α - ½| = 1/32 + (1/32 + 1/8)
    assert_allclose(curve.value, 1.0 - 2.0 * (1 / 32 + 1 / 32 + 1 / 8), rtol=1e-14)


@pytest.mark.parametrize(("scale", "shift"), [(1.0, 0.0), (0.6, 0.0), (1.4, 0.5)])
def test_the_integral_is_that_of_the_definition(scale: float, shift: float) -> None:
    real, fake = rows(1, 37, 3), scale * rows(2, 53, 3) + shift
    centre = real.mean(axis=0)
    own = np.sort(np.linalg.norm(real - centre, axis=1))
    far = np.linalg.norm(fake - centre, axis=1)
    # midpoints of 20,000 intervals: the integrand's 37 jumps of at most 1 cost 37/20,000 at most
    levels = (np.arange(20_000) + 0.5) / 20_000
    radius = own[np.ceil(levels * len(own)).astype(int) - 1]
    share = (far[None, :] <= radius[:, None]).mean(axis=1)
    want = 1.0 - 2.0 * np.abs(levels - share).mean()
    assert_allclose(alpha_precision(real, fake, splits=0).value, want, atol=2 * 37 / 20_000)


def test_copies_of_all_rows_miss_one_by_one_step_only() -> None:
    real = rows(1, 40, 3)
    # P(α) = ⌈αn⌉/n: on average 1/2n above α
    assert_allclose(alpha_precision(real, real, splits=0).value, 1.0 - 1 / 40, rtol=1e-12)


def test_far_away_and_all_at_the_centre_both_score_zero() -> None:
    real = rows(1, 50, 3)
    far = alpha_precision(real, rows(2, 50, 3) + 100.0, splits=0)
    middle = alpha_precision(real, np.zeros((50, 3)), centre=np.zeros(3), splits=0)
    assert_allclose([far.value, middle.value], 0.0, atol=1e-12)
    assert far.shares[-1] == 0.0 and middle.shares[1] == 1.0
    assert_allclose(beta_recall(real, rows(2, 50, 3) + 100.0, splits=0).value, 0.0, atol=1e-12)


def test_a_perfect_model_has_the_expected_precision_at_every_level() -> None:
    # the centre is known, so every order of n + 1 distances is equally likely: E P = ⌈αn⌉/(n + 1)
    n, m, runs = 60, 90, 300
    curves = [
        alpha_precision(rows(i, n, 3), rows(10_000 + i, m, 3), centre=np.zeros(3), splits=0)
        for i in range(runs)
    ]
    shares = np.stack([c.shares for c in curves])
    want = np.ceil(curves[0].levels * n - 1e-9) / (n + 1)
    error = shares.std(axis=0, ddof=1) / np.sqrt(runs)
    assert np.all(np.abs(shares.mean(axis=0) - want)[1:] < 4.5 * error[1:])  # 100 levels
    values = np.array([c.value for c in curves])
    # the formula is of first order in 1/√n; what it leaves out is of order 1/n
    slack = 4 * values.std(ddof=1) / np.sqrt(runs) + 1 / n
    assert abs(values.mean() - perfect_precision(n, m)) < slack
    assert curves[0].perfect == perfect_precision(n, m)


def true_precision(scale: float, d: int) -> float:
    """Of N(0, scale² I) against N(0, I), balls round 0, with infinitely many rows."""

    def gap(level: float) -> float:
        return abs(level - chi2.cdf(chi2.ppf(level, d) / scale**2, d))

    return 1.0 - 2.0 * quad(gap, 0.0, 1.0)[0]


def covers(curve: LevelCurve, truth: float) -> bool:
    low, high = intervals.around(curve.value, curve.error or 0.0, splits=10)
    return low <= truth <= high


LONG = pytest.param(400, marks=pytest.mark.slow)


@pytest.mark.parametrize("runs", [80, LONG])
@pytest.mark.parametrize("scale", [0.7, 1.3])
def test_the_interval_of_precision_holds_the_truth(scale: float, runs: int) -> None:
    truth, n = true_precision(scale, 4), 200
    rng = np.random.default_rng(7)
    curves = [
        alpha_precision(
            rng.normal(size=(n, 4)),
            scale * rng.normal(size=(n, 4)),
            centre=np.zeros(4),
            splits=10,
            key=i,
        )
        for i in range(runs)
    ]
    held = np.mean([covers(c, truth) for c in curves])
    # 0.95 less three binomial standard errors: 0.877 for 80 runs
    assert held > 0.95 - 3 * np.sqrt(0.95 * 0.05 / runs)
    sd = np.std([c.value for c in curves])
    assert 0.8 * sd < np.mean([c.error for c in curves]) < 1.35 * sd  # 80 runs know the sd to 8 %


def test_a_narrow_model_is_not_a_wide_one() -> None:
    """Roles exchanged, the curve would lie on the other side of the diagonal."""
    real = rows(1, 200, 4)
    narrow = alpha_precision(real, 0.5 * rows(2, 200, 4), splits=0)
    wide = alpha_precision(real, 2.0 * rows(2, 200, 4), splits=0)
    # P(1/2) = F(F⁻¹(1/2)/s²) of χ²₄: 0.991 and 0.067, with errors of 0.014 and 0.025
    assert narrow.shares[50] > 0.93 and wide.shares[50] < 0.17


def test_precision_is_blind_to_lost_modes_of_a_ring_and_recall_is_not() -> None:
    real, one, all_eight = ring(1, 400, 8), ring(2, 400, 1), ring(3, 400, 8)
    blind = alpha_precision(real, one, centre=np.zeros(2))
    assert blind.error is not None
    # what real rows score, and 4 errors for what is left
    assert abs(blind.value - perfect_precision(400, 400)) < 4 * blind.error
    assert beta_recall(real, one, splits=0).shares[-1] < 0.2
    assert beta_recall(real, all_eight, splits=0).shares[-1] > 0.9


def direct_recall(real: np.ndarray, fake: np.ndarray, k: int, levels: np.ndarray) -> list[float]:
    """The definition, one level at a time."""
    balls = np.sort(cdist(real, real), axis=1)[:, k]
    far = np.linalg.norm(fake - fake.mean(axis=0), axis=1)
    between, shares = cdist(real, fake), [0.0]
    for level in levels[1:]:
        radius = np.sort(far)[int(np.ceil(level * len(fake) - 1e-9)) - 1]
        inside = far <= radius
        shares.append(float((between[:, inside].min(axis=1) <= balls).mean()))
    return shares


@pytest.mark.parametrize(("n", "m", "d", "k"), [(60, 80, 2, 5), (100, 40, 8, 1), (40, 40, 1, 3)])
def test_recall_is_its_definition_at_every_level(n: int, m: int, d: int, k: int) -> None:
    real, fake = rows(1, n, d), 0.8 * rows(2, m, d) + 0.3
    curve = beta_recall(real, fake, k=k)
    assert_allclose(curve.shares, direct_recall(real, fake, k, curve.levels), rtol=1e-14)


def test_recall_of_the_whole_support_is_the_coverage_of_a_perfect_model() -> None:
    runs = [beta_recall(rows(i, 90, 4), rows(500 + i, 60, 4), k=4, splits=0) for i in range(80)]
    last, middle = (np.array([r.shares[i] for r in runs]) for i in (-1, 50))
    assert abs(last.mean() - expected_coverage(90, 60, 4)) < 4 * last.std(ddof=1) / np.sqrt(80)
    # no diagonal: balls of rows outside the support reach into it
    assert middle.mean() > 0.6


@pytest.mark.parametrize("runs", [40, LONG])
def test_errors_of_recall_are_the_true_spread(runs: int) -> None:
    # 40 replicates know the sd to 11 %; measured 0.95 times (and 0.88 times for 120 rows, whose halves
    # are few)
    rng = np.random.default_rng(5)
    found = [
        beta_recall(rng.normal(size=(240, 4)), 0.8 * rng.normal(size=(240, 4)), splits=10, key=i)
        for i in range(runs)
    ]
    values, errors = (np.array([getattr(r, name) for r in found]) for name in ("value", "error"))
    assert 0.6 * values.std() < errors.mean() < 1.4 * values.std()
    covered = np.mean([covers(curve, values.mean()) for curve in found])
    assert covered > 0.95 - 3 * np.sqrt(0.95 * 0.05 / runs)


def test_streaming_gives_the_same_curve(monkeypatch: pytest.MonkeyPatch) -> None:
    real, fake = rows(1, 90, 4), rows(2, 70, 4)
    kept = beta_recall(real, fake)
    monkeypatch.setattr(module, "CACHED", 10)
    monkeypatch.setattr(module.neighbours, "_BLOCK", 1)
    streamed = beta_recall(real, fake)
    assert_array_equal(streamed.shares, kept.shares)
    assert streamed.error is None and kept.error is not None


def test_what_cannot_be_measured_is_refused() -> None:
    with pytest.raises(InputError, match="equally far"):
        alpha_precision(np.ones((9, 2)), rows(1, 9, 2))
    with pytest.raises(InputError, match="the centre has 3"):
        alpha_precision(rows(1, 9, 2), rows(2, 9, 2), centre=np.zeros(3))
    with pytest.raises(InputError, match="NaN"):
        alpha_precision(rows(1, 9, 2), np.full((9, 2), np.nan))
    with pytest.raises(InputError, match="at least 4"):
        alpha_precision(rows(1, 9, 2), rows(1, 3, 2))
    with pytest.raises(InputError, match="at least 12 real rows"):
        beta_recall(rows(1, 11, 2), rows(2, 30, 2))
    with pytest.raises(InputError, match="k >= 1"):
        beta_recall(rows(1, 30, 2), rows(2, 30, 2), k=0)
