"""Fréchet distance: closed forms, invariances, two numerical routes, and its error bar."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.linalg import sqrtm

from zerosum.errors import InputError
from zerosum.metrics import frechet
from zerosum.metrics.frechet import (
    between_gaussians,
    frechet_distance,
    moments,
    plug_in_distance,
    without,
)


def gaussian_rows(seed: int, n: int, d: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, d))


def spd(seed: int, d: int) -> np.ndarray:
    a = gaussian_rows(seed, 2 * d, d)
    return a.T @ a / (2 * d)


@pytest.mark.parametrize(("mean", "std"), [(0.0, 1.0), (0.7, 1.0), (-1.5, 0.2), (3.0, 4.0)])
def test_one_dimension_has_the_closed_form(mean: float, std: float) -> None:
    got = between_gaussians(np.zeros(1), np.eye(1), np.array([mean]), np.array([[std**2]]))
    assert_allclose(got, mean**2 + (std - 1) ** 2, atol=1e-14)


def test_diagonal_covariances_have_the_closed_form() -> None:
    a, b = np.array([1.0, 2.0, 0.5]), np.array([3.0, 0.1, 0.5])
    got = between_gaussians(np.zeros(3), np.diag(a), np.zeros(3), np.diag(b))
    assert_allclose(got, ((np.sqrt(a) - np.sqrt(b)) ** 2).sum(), rtol=1e-13)


def test_five_by_five_equals_fifty_digit_arithmetic() -> None:
    s1, s2, mean = spd(1, 5), spd(2, 5), gaussian_rows(3, 1, 5)[0]
    with mpmath.workdps(50):
        eigenvalues = mpmath.eig(mpmath.matrix(s1) * mpmath.matrix(s2))[0]
        roots = sum(mpmath.sqrt(mpmath.re(v)) for v in eigenvalues)
        exact = (
            sum(mpmath.mpf(m) ** 2 for m in mean)
            + mpmath.mpf(np.trace(s1))
            + mpmath.mpf(np.trace(s2))
            - 2 * roots
        )
    got = between_gaussians(mean, s1, np.zeros(5), s2)
    assert_allclose(got, float(exact), rtol=1e-12)


@pytest.mark.parametrize("shared", [True, False])
def test_nearly_singular_covariances_keep_their_digits(shared: bool) -> None:
    # 55 of 60 variances are 1e-14 and their eigenvalues in LᵀSL 1e-28, far below rounding, where they
    # may come out negative; common axes give the closed form
    axes = np.linalg.qr(gaussian_rows(3, 60, 60))[0]
    a, b = np.full(60, 1e-14), np.full(60, 3e-14)
    a[:5], b[:5] = [1.0, 2.0, 0.5, 0.3, 0.7], [1.5, 1.0, 0.6, 0.3, 0.2]
    b = b if shared else b[::-1]
    got = between_gaussians(np.zeros(60), axes * a @ axes.T, np.zeros(60), axes * b @ axes.T)
    assert_allclose(got, ((np.sqrt(a) - np.sqrt(b)) ** 2).sum(), atol=3e-7)


def test_equals_the_matrix_square_root_formula_at_full_rank() -> None:
    x, y = gaussian_rows(1, 400, 24), gaussian_rows(2, 300, 24) * np.linspace(0.5, 2, 24) + 0.3
    s1, s2 = np.cov(x.T), np.cov(y.T)
    gap = x.mean(0) - y.mean(0)
    peer = gap @ gap + np.trace(s1) + np.trace(s2) - 2 * np.trace(sqrtm(s1 @ s2)).real
    assert_allclose(frechet_distance(x, y).plug_in, peer, rtol=1e-9)


def test_rotation_and_translation_change_nothing_and_scale_is_squared() -> None:
    x, y = gaussian_rows(1, 200, 6), gaussian_rows(2, 150, 6) * 1.3 + 0.2
    rotation = np.linalg.qr(gaussian_rows(3, 6, 6))[0]
    base = frechet_distance(x, y)
    moved = frechet_distance(x @ rotation + 100.0, y @ rotation + 100.0)
    scaled = frechet_distance(3.0 * x, 3.0 * y)
    for name in ("value", "error", "plug_in"):
        assert_allclose(getattr(moved, name), getattr(base, name), rtol=1e-9)
        assert_allclose(getattr(scaled, name), 9.0 * getattr(base, name), rtol=1e-9)
    swapped = frechet_distance(y, x)
    assert_allclose(swapped.plug_in, base.plug_in, rtol=1e-11)


@pytest.mark.parametrize("shape", [(100, 5), (20, 50), (40, 40)])
def test_a_set_against_itself_is_zero(shape: tuple[int, int]) -> None:
    x = gaussian_rows(1, *shape) * np.logspace(-6, 0, shape[1])
    result = frechet_distance(x, x)
    assert abs(result.plug_in) <= 1e-7 * np.trace(np.cov(x.T))
    assert abs(result.value) <= 1e-6 * np.trace(np.cov(x.T))


def test_fewer_rows_than_features_equals_full_rank_on_padded_data() -> None:
    x, y = gaussian_rows(1, 40, 5), gaussian_rows(2, 50, 5) * 1.5 + 0.4
    rotation = np.linalg.qr(gaussian_rows(3, 90, 90))[0]
    wide_x, wide_y = (np.pad(v, ((0, 0), (0, 85))) @ rotation for v in (x, y))
    full, wide = frechet_distance(x, y), frechet_distance(wide_x, wide_y)
    assert wide.d == 90
    for name in ("value", "error", "plug_in"):
        assert_allclose(getattr(wide, name), getattr(full, name), rtol=1e-10)


def test_columns_that_are_constant_or_repeated_do_no_harm() -> None:
    # rank-deficient with many rows: Cholesky fails or misleads, singular values do not
    x, y = gaussian_rows(1, 300, 4), gaussian_rows(2, 200, 4) * 2.0 + 0.1
    x6, y6 = (np.column_stack((v, np.full(len(v), 7.0), np.zeros(len(v)))) for v in (x, y))
    for name in ("value", "error", "plug_in"):
        got, want = (getattr(frechet_distance(*p), name) for p in ((x6, y6), (x, y)))
        assert_allclose(got, want, rtol=1e-10)
    doubled = frechet_distance(np.tile(x, 2), np.tile(y, 2)).plug_in  # S⊗1: twice the distance
    assert_allclose(doubled, 2 * frechet_distance(x, y).plug_in, rtol=1e-10)


@pytest.mark.parametrize("shape", [(80, 6), (30, 40)])
def test_the_plug_in_alone_is_that_of_the_whole(shape: tuple[int, int]) -> None:
    x, y = gaussian_rows(1, *shape), gaussian_rows(2, shape[0] + 5, shape[1]) + 0.5
    assert plug_in_distance(x, y) == frechet_distance(x, y).plug_in
    with pytest.raises(InputError, match="at least 2"):
        plug_in_distance(x[:1], y)


@pytest.mark.parametrize("columns", [1, 4, 24, 100])  # of a product: below, at and above 24
def test_products_of_triangles_leave_out_only_zeros(
    columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frechet, "_COLUMNS", columns)
    s1, s2 = spd(1, 24), spd(2, 24)
    roots = np.sqrt(np.linalg.eigvals(s1 @ s2).real).sum()
    want = np.trace(s1) + np.trace(s2) - 2 * roots
    # eigenvalues between 0.1 and 4 times rounding, 1e-16, of a difference of about 30
    assert_allclose(between_gaussians(np.zeros(24), s1, np.zeros(24), s2), want, rtol=1e-11)


def test_constant_sets_give_the_squared_gap_of_the_means_without_nan() -> None:
    x, y = np.full((10, 3), 2.0), np.full((12, 3), 5.0)
    result = frechet_distance(x, y)
    assert_allclose([result.plug_in, result.value, result.error], [27.0, 27.0, 0.0], atol=1e-12)
    one_varies = frechet_distance(x, 5.0 + gaussian_rows(1, 50, 3))
    assert np.isfinite([one_varies.value, one_varies.error]).all()


def test_leaving_a_block_out_of_the_moments_equals_summing_again() -> None:
    x = gaussian_rows(1, 60, 4) + 1e6
    left = without(moments(x), moments(x[:7]))
    again = moments(x[7:])
    assert left.n == again.n == 53
    assert_allclose(left.mean - 1e6, again.mean - 1e6, atol=1e-8)
    assert_allclose(left.scatter, again.scatter, rtol=1e-8, atol=1e-7)
    assert_allclose(again.covariance, np.cov(x[7:].T), rtol=1e-9)


@pytest.mark.parametrize("shape", [(80, 6), (30, 40)])
def test_the_jackknife_equals_deleting_rows_one_block_at_a_time(shape: tuple[int, int]) -> None:
    x, y = gaussian_rows(1, *shape), gaussian_rows(2, shape[0] + 5, shape[1]) + 0.5
    g = 5
    parts = [(frechet._blocks(len(v), g)) for v in (x, y)]
    left = [
        frechet_distance(np.delete(x, i, 0), np.delete(y, j, 0)).plug_in
        for i, j in zip(*parts, strict=True)
    ]
    got = frechet_distance(x, y, groups=g)
    assert_allclose(got.value, g * got.plug_in - (g - 1) * np.mean(left), rtol=1e-9)
    assert_allclose(got.error, np.sqrt((g - 1) * np.var(left)), rtol=1e-7)
    assert sorted(np.concatenate(parts[0]).tolist()) == list(range(len(x)))


def test_sorted_rows_do_not_change_the_error_bar_much() -> None:
    # rows sorted by a large first coordinate: blocks taken in file order would differ wildly
    x, y = gaussian_rows(1, 500, 3), gaussian_rows(2, 500, 3)
    x[:, 0] *= 5.0
    y[:, 0] *= 5.0
    plain = frechet_distance(x, y).error
    in_order = frechet_distance(x[np.argsort(x[:, 0])], y[np.argsort(y[:, 0])]).error
    assert in_order < 4 * plain


def coverage(replicates: int, d: int, n: int) -> tuple[float, float, float, float]:
    """Return coverage of the 95 % interval, of the plug-in ± the same, mean error and true sd."""
    rng = np.random.default_rng(0)
    scale, shift = np.linspace(0.8, 1.2, d), np.zeros(d)
    shift[0] = 0.3
    truth = 0.3**2 + ((scale - 1) ** 2).sum()
    hits, plug_hits, values, errors = 0, 0, [], []
    for _ in range(replicates):
        r = frechet_distance(rng.normal(size=(n, d)), rng.normal(size=(n, d)) * scale + shift)
        low, high = r.interval()
        hits += low <= truth <= high
        plug_hits += abs(r.plug_in - truth) <= (high - low) / 2
        values.append(r.value)
        errors.append(r.error)
    sd = float(np.std(values))
    return hits / replicates, plug_hits / replicates, float(np.mean(errors)), sd


def test_the_interval_covers_the_truth_and_the_plug_in_does_not() -> None:
    # 100 replicates of a 95 % event: below 89 or above 99 has probability under 2 %; the plug-in is
    # 3.6 standard errors off here. The sd of 100 values is known to 7 %: 25 % is 3.5 of its own.
    hit, plug_hit, error, sd = coverage(100, d=16, n=1000)
    assert 0.89 <= hit <= 0.995
    assert plug_hit < 0.3
    assert_allclose(error, sd, rtol=0.25)


@pytest.mark.slow
@pytest.mark.parametrize(("d", "n"), [(16, 1000), (32, 1000)])
def test_the_interval_covers_the_truth_in_400_replicates(d: int, n: int) -> None:
    hit, _, error, sd = coverage(400, d=d, n=n)
    assert 0.92 <= hit <= 0.98
    assert_allclose(error, sd, rtol=0.15)


def test_debiased_value_is_right_where_the_plug_in_is_far_off() -> None:
    # d/n = 1/8; 30 replicates: the mean must lie within 4 standard errors of the truth
    rng, d, n, truth = np.random.default_rng(5), 64, 512, 64 * 0.1**2
    runs = [
        frechet_distance(rng.normal(size=(n, d)), rng.normal(size=(n, d)) + 0.1) for _ in range(30)
    ]
    values = np.array([r.value for r in runs])
    assert abs(values.mean() - truth) < 4 * values.std() / np.sqrt(30) + 0.03
    assert np.mean([r.plug_in for r in runs]) > 2 * truth


def test_bias_is_called_removed_from_four_rows_a_feature() -> None:
    assert frechet_distance(gaussian_rows(1, 40, 10), gaussian_rows(2, 40, 10)).bias_removed
    assert not frechet_distance(gaussian_rows(1, 39, 10), gaussian_rows(2, 90, 10)).bias_removed


def test_unusable_input_is_answered_with_a_sentence() -> None:
    x = gaussian_rows(1, 20, 3)
    bad = x.copy()
    bad[4, 1] = np.nan
    with pytest.raises(InputError, match="first in row 4"):
        frechet_distance(x, bad)
    with pytest.raises(InputError, match=r"3 columns and .* 2"):
        frechet_distance(x, x[:, :2])
    with pytest.raises(InputError, match="at least 4"):
        frechet_distance(x[:3], x)
    with pytest.raises(InputError, match="at least 2"):
        frechet_distance(x, x, groups=1)
