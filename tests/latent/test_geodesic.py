"""Geodesics against straight lines, great circles and the meridian of a paraboloid."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.testing import assert_close

from zerosum import noise
from zerosum.errors import InputError
from zerosum.latent.geodesic import geodesic, path_length
from zerosum.latent.norms import norm_surprise, to_shell
from zerosum.latent.paths import linear, spherical

EPS = torch.finfo(torch.float64).eps


def times(n):
    return torch.linspace(0, 1, n + 1, dtype=torch.float64)


def drawn(key, *shape):
    return noise.normal(key, shape, dtype=torch.float64)


def sphere(z):
    """The unit sphere from the plane (inverse stereographic projection)."""
    s = z.square().sum(dim=1, keepdim=True)
    return torch.cat((2 * z, s - 1), dim=1) / (1 + s)


def paraboloid(z):
    return torch.cat((z, z.square().sum(dim=1, keepdim=True) / 2), dim=1)


def identity(z):
    return z


def never_rises(descent):
    return bool((descent.diff() <= 0).all()) and float(descent[-1]) <= 1.0


def test_length_by_hand():
    path = torch.tensor([[0.0, 0.0], [3.0, 4.0], [3.0, 5.0]])
    assert path_length(lambda z: 2 * z, path) == 12.0


def test_the_straight_line_is_the_geodesic_of_a_linear_generator():
    matrix, a, b = drawn(1, 4, 9), drawn(2, 4), drawn(3, 4)
    path = linear(a, b, times(16))
    found = geodesic(lambda z: z @ matrix + 1, path)
    # the slope is rounding of some 10 eps there, and the start is as good as any point
    assert_close(found.latents, path, rtol=0, atol=1e-12)
    assert found.length == pytest.approx(float(((b - a) @ matrix).norm()), rel=1e-13)
    assert found.length_before == pytest.approx(found.length, rel=1e-13)


def test_a_linear_generator_straightens_the_great_circle():
    n, matrix, a, b = 12, drawn(4, 3, 9), drawn(5, 3), drawn(6, 3)
    start = spherical(a, b, times(n))
    found = geodesic(lambda z: z @ matrix, start)
    assert never_rises(found.descent)
    assert torch.equal(found.latents[[0, -1]], start[[0, -1]])
    # J is quadratic with least curvature m; L-BFGS stops where J changes by less than eps, taken
    # as J within 100 eps of its least: then ‖z - z*‖² <= 2 * 100 eps / m
    images = start @ matrix
    energy = float(images.diff(dim=0).square().sum())
    least = 2 * 4 * math.sin(math.pi / (2 * n)) ** 2 * float(torch.linalg.svdvals(matrix)[-1]) ** 2
    close = math.sqrt(200 * EPS * energy / least)
    assert close < 1e-5
    assert float((found.latents - linear(a, b, times(n))).norm()) < close
    assert found.length == pytest.approx(float(((b - a) @ matrix).norm()), rel=1e-10)
    assert found.length < found.length_before


@pytest.mark.parametrize("n", [8, 32])
def test_a_great_circle_on_the_sphere(n):
    a, b = torch.tensor([0.9, -0.3], dtype=torch.float64), torch.tensor([-0.2, 1.1]).double()
    p, q = sphere(torch.stack((a, b)))
    angle = math.acos(float(p @ q))
    found = geodesic(sphere, linear(a, b, times(n)))
    assert never_rises(found.descent)
    # chords of n equal arcs: the sum of squares is least there, as the square of a chord is convex
    # in its angle below pi/2; J within 100 eps of its least moves the length by 50 eps
    assert found.length == pytest.approx(2 * n * math.sin(angle / (2 * n)), rel=1e-12)
    assert 0 < angle - found.length < angle**3 / (24 * n**2)
    assert found.length_before > found.length * 1.01
    normal = torch.linalg.cross(p, q)
    # J within 100 eps of its least; its least curvature is about 2π²m / nL², m the metric's least
    # value, L the length: with m/L² above 1/5 here, distances are below √(200 eps n / 4)
    assert float((sphere(found.latents) @ normal).abs().max()) < math.sqrt(50 * EPS * n)


def test_the_meridian_of_a_paraboloid():
    n, inner, outer = 24, 0.3, 1.5
    ends = torch.tensor([[inner, 0.0], [outer, 0.0]], dtype=torch.float64)
    t = times(n)
    start = linear(ends[0], ends[1], t)
    start[:, 1] += 0.4 * (math.pi * t).sin() + 0.1 * (3 * math.pi * t).sin()
    found = geodesic(paraboloid, start)

    def arc(r):
        return (r * math.sqrt(1 + r * r) + math.asinh(r)) / 2

    # shorter than any other way: the metric is (1 + r²) dr² + r² dφ²
    exact = arc(outer) - arc(inner)
    # chords of a curve of curvature at most 1, by κ²L³/24n²
    assert exact - exact**3 / (24 * n**2) < found.length < exact
    assert found.length_before > 1.05 * exact
    assert never_rises(found.descent)
    assert float(found.latents[:, 1].abs().max()) < n * math.sqrt(200 * EPS)


def test_another_distance_by_composition():
    # of the first coordinate alone, stretched: the least energy has equal steps of z³
    path = linear(*torch.tensor([[0.5, 0.0], [2.0, 1.0]], dtype=torch.float64), times(8))
    found = geodesic(lambda z: z[:, :1] ** 3, path)
    want = torch.linspace(0.125, 8.0, 9, dtype=torch.float64) ** (1 / 3)
    assert_close(found.latents[:, 0], want, rtol=0, atol=8 * math.sqrt(200 * EPS))
    assert_close(found.latents[:, 1], path[:, 1])


def test_the_prior_trades_energy_for_norms_that_occur():
    d = 20
    a, b = to_shell(drawn(7, d)), to_shell(drawn(8, d))
    path = spherical(a, b, times(10))
    curves = [geodesic(identity, path, prior=p) for p in (0.0, 0.1, 10.0)]
    found = [c.latents for c in curves]
    surprises = [float(norm_surprise(z[1:-1]).mean()) for z in found]
    energies = [float(z.diff(dim=0).square().sum()) for z in found]
    # what minimises E + λ S has less S and more E for a greater λ
    assert surprises[0] > surprises[1] > surprises[2] and energies[0] < energies[1] < energies[2]
    # a path whose norms are √(d - 1) has no surprise; the least J is not above that path's
    rival = torch.cat((path[:1], to_shell(path[1:-1], math.sqrt(d - 1)), path[-1:]))
    start, other = (float(z.diff(dim=0).square().sum()) for z in (path, rival))
    assert energies[2] / start + 10 * surprises[2] <= other / start
    # J is what the module says: relative energy, and the mean surprise of the inner points
    least = energies[2] / start + 10 * surprises[2]
    assert float(curves[2].descent[-1]) == pytest.approx(least, rel=1e-12)
    assert_close(found[0], linear(a, b, times(10)), rtol=0, atol=1e-5)


def test_a_rugged_generator_never_gets_worse():
    matrix = drawn(9, 3, 5)
    path = spherical(drawn(10, 3), drawn(11, 3), times(20))
    for iterations in (1, 3, 30):
        found = geodesic(lambda z: (9 * z @ matrix).sin(), path, iterations=iterations)
        assert never_rises(found.descent)
        # E >= L²/n
        energy = float((9 * found.latents @ matrix).sin().diff(dim=0).square().sum())
        assert found.length <= math.sqrt(20 * energy) * (1 + 1e-12)


def test_a_generator_that_breaks_off_is_survived():
    def breaks(z):
        return torch.where(z[:, :1].abs() < 0.05, torch.nan, z)

    ends = torch.tensor([[1.0, 1.0], [-1.0, 1.2]], dtype=torch.float64)
    t = times(5)
    path = linear(ends[0], ends[1], t) + torch.outer((math.pi * t).sin(), drawn(12, 2))
    found = geodesic(breaks, path)
    assert never_rises(found.descent) and math.isfinite(found.length)


def test_a_network_in_float32_collects_no_gradients():
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(4, 32), nn.Tanh(), nn.Linear(32, 6))
    a, b = noise.normal(13, (2, 4))
    with torch.no_grad():
        found = geodesic(network, spherical(a, b, times(16).float()))
    assert found.latents.dtype == torch.float32
    assert found.length < found.length_before
    assert all(p.grad is None for p in network.parameters())
    assert not found.latents.requires_grad


def test_nothing_to_do():
    path = linear(drawn(14, 3), drawn(15, 3), times(4))
    for found in (
        geodesic(identity, path[[0, -1]]),
        geodesic(identity, path, iterations=0),
        geodesic(lambda z: torch.ones_like(z), path),
    ):
        assert found.length == found.length_before and found.descent.tolist() == [1.0]


def test_what_is_refused():
    path = linear(drawn(16, 3), drawn(17, 3), times(4))
    with pytest.raises(InputError, match="2 are needed"):
        geodesic(identity, path[:1])
    with pytest.raises(InputError, match="table of rows"):
        geodesic(identity, path[None])
    with pytest.raises(InputError, match="at least 0"):
        geodesic(identity, path, prior=-1.0)
    with pytest.raises(InputError, match="at least 0"):
        geodesic(identity, path, prior=math.nan)
    with pytest.raises(InputError, match="not finite"):
        geodesic(lambda z: z * np.inf, path)
    through = torch.tensor([[1.0, 0.0], [0.0, 0.0], [-1.0, 0.0]])
    with pytest.raises(InputError, match="through 0"):
        geodesic(identity, through, prior=0.1)
