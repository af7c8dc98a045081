"""Toy densities: they integrate to one, and their samples come from them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from zerosum.data.names import NAMES
from zerosum.data.toys import TOYS

LINE = [name for name, toy in TOYS.items() if toy.dimensions == 1]
WINDOWS = {
    # low, high, step no wider than 1.2 sigma: the trapezoid rule is then exact to 2e-6
    "swissroll": (-2.06, 2.06, 0.04),
    "moons": (-1.7, 2.7, 0.1),
    "grid": (-4.5, 4.5, 0.05),
}


def plane(low: float, high: float, step: float) -> np.ndarray:
    """All points of a square lattice."""
    axis = np.arange(low, high, step)
    return np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)


@pytest.mark.parametrize("name", LINE)
def test_line_cdf_is_the_integral_and_samples_follow_it(name):
    toy, x = TOYS[name], np.linspace(-8, 8, 4001)
    density = np.exp(toy.log_prob(x[:, None]))
    summed = np.cumsum(density) * (x[1] - x[0])
    assert np.abs(summed - toy.cdf(x) - density * (x[1] - x[0]) / 2).max() < 1e-5
    assert stats.kstest(toy.sample(0, 20_000)[:, 0], toy.cdf).pvalue > 1e-3


def test_gaussian_is_the_standard_normal():
    x = np.array([[-1.5], [0.0], [3.0]])
    np.testing.assert_allclose(TOYS["gaussian"].log_prob(x), stats.norm.logpdf(x[:, 0]), rtol=1e-12)
    np.testing.assert_allclose(TOYS["gaussian"].cdf(x), stats.norm.cdf(x[:, 0]), rtol=1e-12)


def test_ring_is_pacgans():
    toy = TOYS["ring"]
    assert toy.modes.shape == (8, 2) and toy.scale == 0.01
    np.testing.assert_allclose(np.hypot(*toy.modes.T), 1.0, rtol=1e-12)
    neighbours = np.linalg.norm(toy.modes - np.roll(toy.modes, 1, axis=0), axis=1)
    np.testing.assert_allclose(neighbours, 2 * math.sin(math.pi / 8), rtol=1e-12)
    x = toy.sample(5, 50)
    parts = [stats.multivariate_normal(m, 1e-4 * np.eye(2)).pdf(x) for m in toy.modes]
    np.testing.assert_allclose(toy.log_prob(x), np.log(np.mean(parts, axis=0)), rtol=1e-9)


def test_grid_is_pacgans():
    toy = TOYS["grid"]
    assert toy.scale == 0.05 and len({tuple(m) for m in toy.modes}) == 25
    assert set(toy.modes.ravel()) == {-4.0, -2.0, 0.0, 2.0, 4.0}


@pytest.mark.parametrize("name", ["ring", "grid", "bimodal"])
def test_modes_are_hit_equally_and_with_the_stated_spread(name):
    toy, n = TOYS[name], 20_000
    x = toy.sample(1, n)
    which = np.argmin(np.linalg.norm(x[:, None] - toy.modes, axis=2), axis=1)
    counts = np.bincount(which, minlength=len(toy.modes))
    assert stats.chisquare(counts).pvalue > 1e-3
    spread = (x - toy.modes[which]).std()
    assert abs(spread / toy.scale - 1) < 4 / math.sqrt(2 * n)


@pytest.mark.parametrize("name", WINDOWS)
def test_plane_densities_integrate_to_one_and_samples_have_their_entropy(name):
    toy, (low, high, step) = TOYS[name], WINDOWS[name]
    log_p = toy.log_prob(plane(low, high, step))
    p = np.exp(log_p) * step**2
    assert abs(p.sum() - 1) < 1e-5
    mine = toy.log_prob(toy.sample(3, 4000))
    assert abs(mine.mean() - (p * log_p).sum()) < 4 * mine.std() / math.sqrt(4000)


@pytest.mark.parametrize("name", TOYS)
def test_samples_are_a_pure_function_of_the_key(name):
    toy = TOYS[name]
    x = toy.sample(7, 5)
    assert x.shape == (5, toy.dimensions) and x.dtype == np.float64
    np.testing.assert_array_equal(x, toy.sample(7, 5))
    assert not np.isin(x, toy.sample(8, 5)).any()
    assert (toy.cdf is None) == (toy.dimensions == 2)
    assert toy.log_prob(x[:0]).shape == (0,)


def test_every_toy_is_listed():
    others = {"digits", "triangles", "manifolds-1200", "stacked-digits"}
    assert {*TOYS, *others} == set(NAMES)
