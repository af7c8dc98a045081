"""Distances to a manifold, against closed forms, bounded least squares and brute force."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import torch
from scipy.optimize import lsq_linear
from torch.testing import assert_close

from zerosum import noise
from zerosum.data.triangles import WIDTH, Triangles, width
from zerosum.metrics.effort import Effort
from zerosum.metrics.manifold import QUICK, THOROUGH, Manifold, project


@dataclass(frozen=True)
class Flat:
    """The manifold of x = c A, every number of c in [0, 1]."""

    key: int = 1

    def matrix(self):
        return noise.normal(self.key, (3, 20))

    def draw(self, key, n):
        return noise.uniform(key, (n, 3), dtype=torch.float64)

    def render(self, points):
        return points @ self.matrix().to(points)

    def slopes(self, points):
        return self.render(points), self.matrix().expand(len(points), -1, -1)

    def inside(self, points):
        return points.clamp(0, 1)

    def shifted(self, points, by):
        return points


def fresh(law, key, n):
    return law.render(law.draw(key, n).float())


def test_both_are_manifolds():
    assert isinstance(Flat(), Manifold) and isinstance(Triangles(8), Manifold)


def test_a_flat_manifold_is_projected_on_by_bounded_least_squares():
    law = Flat()
    pictures = 1.5 * noise.normal(2, (20, 20)) + 1.0
    found = project(law, pictures, THOROUGH)
    assert ((found.points >= 0) & (found.points <= 1)).all()
    matrix = law.matrix().double().numpy().T
    solved = [lsq_linear(matrix, x, bounds=(0, 1)) for x in pictures.double().numpy()]
    exact = np.sqrt([2 * s.cost / 20 for s in solved])
    assert any((s.active_mask != 0).any() for s in solved)
    # float32: a squared distance of 20 numbers of size 2 is known to about 20 x 4 x 6e-8 = 5e-6
    np.testing.assert_allclose(found.distances.numpy(), exact, atol=2e-4)


@pytest.mark.parametrize("size", [16, 28])
def test_pictures_of_triangles_are_on_the_manifold(size):
    law = Triangles(size)
    # within a thousandth of the range of grey: the promise made for this data set
    assert project(law, fresh(law, 7, 128), QUICK).distances.max() < 1e-3


def test_the_nearest_points_are_triangles_of_the_law():
    law = Triangles(8)
    found = project(law, noise.uniform(3, (40, 64)), QUICK)
    corners = found.points.unflatten(1, (3, 2))
    assert ((corners >= 0) & (corners <= 1)).all() and (width(corners) > WIDTH - 1e-5).all()
    distances = (law.render(found.points) - noise.uniform(3, (40, 64))).square().mean(dim=1).sqrt()
    assert_close(found.distances, distances, atol=1e-5, rtol=0)


def test_noise_at_right_angles_is_the_distance():
    law, size = Triangles(28), 0.03
    points = law.draw(8, 48)
    pictures, slopes = law.slopes(points)
    basis = torch.linalg.qr(slopes.mT)[0]
    across = noise.normal(9, tuple(pictures.shape), dtype=torch.float64)
    across = across - (basis @ (basis.mT @ across[..., None]))[..., 0]
    across = size * across / across.square().mean(dim=1, keepdim=True).sqrt()
    found = project(law, (pictures + across).float(), THOROUGH).distances
    assert found.max() < size + 1e-5  # the triangle itself is that near
    # curvature lets the six numbers gain a little: random noise has 6 / 784 of its square along any
    # six directions, and the tangents turn by about noise / slope; 2 % is five times that share
    assert found.min() > 0.98 * size


def lattice(size, places=11):
    """Return all triangles of the law with corners on a lattice, and their pictures."""
    line = torch.linspace(0, 1, places)
    grid = torch.cartesian_prod(line, line)
    points = grid[torch.combinations(torch.arange(len(grid)), 3)].flatten(1)
    points = points[width(points.unflatten(1, (3, 2))) >= WIDTH]
    return points, Triangles(size).render(points)


def searched(law, pictures, starts, rounds):
    """Return the least distance found by accepting random moves of shrinking size: no slopes."""
    n, k, p = starts.shape
    points, rows = starts.flatten(0, 1), pictures.repeat_interleave(k, dim=0)
    best = (law.render(points) - rows).square().mean(dim=1)
    for r in range(rounds):
        move = 0.1 * 0.97**r * noise.normal(noise.fold(11, r), (n * k, p))
        trial = law.inside(points + move)
        distance = (law.render(trial) - rows).square().mean(dim=1)
        better = distance < best  # false for NaN, which is no triangle
        points = torch.where(better[:, None], trial, points)
        best = torch.where(better, distance, best)
    return best.sqrt().unflatten(0, (n, k)).amin(dim=1)


def near_pictures(law, n):
    """Return what generators make: triangles that are noisy, blended, overlaid or cut."""
    one, two = law.draw(12, n).float(), law.draw(13, n).float()
    x, y = law.render(one), law.render(two)
    close = law.render((one + 0.05 * noise.normal(14, (n, 6))).clamp(0, 1))
    noisy = x + 0.1 * noise.normal(15, tuple(x.shape))
    return {
        "noisy": noisy,
        "blended": (x + close) / 2,
        "overlaid": torch.maximum(x, y),
        "dim": 0.7 * x,
    }


@pytest.mark.parametrize("kind", ["noisy", "blended", "overlaid", "dim"])
def test_brute_force_finds_nothing_nearer(kind):
    law = Triangles(8)
    pictures = near_pictures(law, 60)[kind]
    points, shown = lattice(8, 9)
    distance = torch.cdist(pictures, shown)
    starts = points[distance.topk(8, dim=1, largest=False).indices]
    brute = searched(law, pictures, starts, 120)
    found = project(law, pictures, THOROUGH).distances
    # a hundredth of the tolerance of half a pixel at this size (0.14)
    assert (found <= brute + 1.4e-3).float().mean() >= 0.95


def test_more_effort_never_finds_less():
    law = Triangles(8)
    pictures = near_pictures(law, 40)["overlaid"]
    once = project(law, pictures, Effort(4, 1, 1)).distances
    again = project(law, pictures, Effort(4, 1, 12)).distances
    assert (again <= once).all() and (again < once - 1e-4).any()
