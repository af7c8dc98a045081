"""Distances against scipy.stats.kstest, closed forms and brute force."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from zerosum import noise
from zerosum.studies.monte_carlo import distances as distances
from zerosum.studies.monte_carlo.truths import TRUTHS, normal, student, truth

NAMES = sorted(TRUTHS)


def draws(name, members, n, seed=0):
    return np.sort(truth(name).sample(noise.fold(seed, name), (members, n)), axis=1)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("n", [2, 37, 9000])
def test_sample_distances_are_those_of_scipy(name, n):
    rows, made = draws(name, 70, n), truth(name)
    found = distances.sample_distances(rows, made)
    for i in (0, 33, 69):
        assert found[i] == pytest.approx(stats.kstest(rows[i], made.cdf).statistic, abs=1e-15)


def test_ties_step_together():
    # F_n jumps from 0 to 1 at the median: half away on both sides
    assert distances.sample_distances(np.zeros((1, 4)), normal())[0] == pytest.approx(0.5)
    # from 0 to 3/4 at F = 1/2, and on to 1 at F(1): the largest is the lower side of the first
    found = distances.sample_distances(np.array([[0.0, 0.0, 0.0, 1.0]]), normal())[0]
    assert found == pytest.approx(0.5)


def test_quantiles_are_those_of_numpy():
    rows = draws("lognormal", 5, 23)
    shares = np.array([0.0, 0.05, 0.5, 0.95, 1.0])
    np.testing.assert_allclose(
        distances.quantiles(rows, shares), np.quantile(rows, shares, axis=1).T, rtol=1e-14
    )


def test_kernels_keep_mean_and_variance():
    rows = draws("t", 3, 40)
    made = distances.smoothed(rows)
    np.testing.assert_allclose(made.centres.mean(1), rows.mean(1), atol=1e-14)
    variance = made.centres.var(1) + made.width[:, 0] ** 2
    np.testing.assert_allclose(variance, rows.var(1), rtol=1e-13)


def test_width_is_silvermans_rule_before_shrinking():
    rows = draws("exponential", 1, 100)
    made, s = distances.smoothed(rows), rows.std()
    h = 0.9 * min(s, stats.iqr(rows[0]) / 1.349) * 100**-0.2
    assert made.width[0, 0] == pytest.approx(h / math.sqrt(1 + h**2 / s**2), rel=1e-13)
    tied = distances.smoothed(np.sort(np.array([[0.0] * 9 + [1.0]])))
    assert tied.width[0, 0] > 0  # no interquartile range, but a spread


def test_kernel_cdf_is_the_mean_of_normal_ones_and_quantiles_invert_it():
    made = distances.smoothed(draws("mixture", 300, 60))
    x = np.broadcast_to(np.linspace(-3, 3, 50), (300, 50))
    by_hand = stats.norm.cdf(x[7, :, None], made.centres[7], made.width[7]).mean(1)
    np.testing.assert_allclose(made.cdf(x)[7], by_hand, atol=1e-14)
    shares = np.array([0.05, 0.5, 0.95])
    found = made.cdf(made.quantiles(shares))
    np.testing.assert_allclose(found, np.broadcast_to(shares, found.shape), atol=1e-11)


def normal_distance(mean, sd):
    """sup |Φ((x − mean)/sd) − Φ(x)|: the densities cross where it is largest."""
    # (x − a)²/s² + 2 log s = x²
    roots = np.roots([1 / sd**2 - 1, -2 * mean / sd**2, mean**2 / sd**2 + 2 * math.log(sd)])
    x = roots.real[np.abs(roots.imag) < 1e-9]
    return np.abs(stats.norm.cdf((x - mean) / sd) - stats.norm.cdf(x)).max()


def test_normal_curves_have_the_closed_form():
    pairs = [(0.3, 1.1), (-0.1, 0.8), (0.0, 1.4), (0.02, 0.999), (2.5, 0.3)]
    mean, sd = (np.array(column)[:, None] for column in zip(*pairs, strict=True))
    found = distances.curve_distances(distances.PlugIn(mean, sd).cdf, normal(), len(pairs))
    wanted = [normal_distance(*pair) for pair in pairs]
    # beside the largest node, steps are 1/64 of a cell: quadratic error below 1e-6
    np.testing.assert_allclose(found, wanted, atol=1e-6)
    assert (found <= np.array(wanted) + 1e-15).all()


@pytest.mark.parametrize("name", NAMES)
def test_smooth_curves_agree_with_a_grid_of_100_000(name):
    made, rows = truth(name), draws(name, 6, 80)
    fine = made.quantile((np.arange(100_000) + 0.5) / 100_000)
    for curve in (distances.smoothed(rows), distances.plug_in(rows)):
        found = distances.curve_distances(curve.cdf, made, 6)
        level = made.cdf(fine)
        brute = np.array([
            np.abs(part.cdf(fine[None]) - level).max() for part in map(one(curve), range(6))
        ])  # fmt: skip
        # the grid itself may be 1/200,000 below where F̂ and F cross the kink of an exponential
        np.testing.assert_allclose(found, brute, atol=6e-6)


def one(curve):
    """Return a function that picks one member of a curve."""
    kind, fields = type(curve), vars(curve)
    return lambda i: kind(**{name: values[i : i + 1] for name, values in fields.items()})


def test_an_exponentials_kink_is_a_node():
    # N(1, 1) has Φ(−1) of its mass left of 0, where F begins: that is its distance, exactly
    curve = distances.PlugIn(np.ones((1, 1)), np.ones((1, 1)))
    found = distances.curve_distances(curve.cdf, truth("exponential"), 1)
    assert found[0] == pytest.approx(stats.norm.cdf(-1.0), abs=1e-15)


def test_a_curve_far_from_the_truth_is_1_away():
    curve = distances.PlugIn(np.full((2, 1), 1e3), np.ones((2, 1)))
    np.testing.assert_allclose(distances.curve_distances(curve.cdf, student(), 2), 1.0, atol=1e-8)
