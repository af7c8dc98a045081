"""Pictures of generators against maps whose areas are known."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from zerosum.errors import InputError
from zerosum.latent.curves import curve, grid
from zerosum.networks.mlp import MLPGenerator

DOUBLE = {"dtype": torch.float64}


def affine(matrix):
    return lambda z: z @ torch.tensor(matrix, dtype=z.dtype).T + 5


def complex_map(function):
    def generate(z):
        w = function(torch.complex(z[:, 0], z[:, 1]))
        return torch.stack((w.real, w.imag), dim=1)

    return generate


def test_a_circle_from_the_line():
    t = torch.linspace(0, math.pi, 101, dtype=torch.float64)[:, None]
    found = curve(lambda z: torch.cat((z.cos(), z.sin()), dim=1), t)
    np.testing.assert_allclose(found.points[50], [0, 1], atol=1e-15)
    np.testing.assert_allclose(found.pieces, 2 * math.sin(math.pi / 200), rtol=1e-12)
    assert 0 < math.pi - found.length < math.pi**3 / (24 * 100**2)


def test_points_stand_in_the_order_of_the_ticks():
    found = grid(lambda z: z, reach=2.0, cells=4, **DOUBLE)
    assert found.ticks.tolist() == [-2, -1, 0, 1, 2]
    assert found.points[1, 3].tolist() == [1, -1]  # x = ticks[3], y = ticks[1]


@pytest.mark.parametrize(
    ("matrix", "ratio"),
    [([[2, 1], [0, 3]], 6), ([[0, 1], [1, 0]], -1), ([[1, 2], [2, 4]], 0)],
)
def test_an_affine_map_has_one_ratio_and_no_fold(matrix, ratio):
    found = grid(affine(matrix), cells=7, **DOUBLE)
    # areas of (6/7)² = 0.7 from numbers up to 20: a few hundred eps
    np.testing.assert_allclose(found.ratio, ratio, rtol=0, atol=1e-13)
    if ratio:
        assert found.folded == 0
        assert found.area == pytest.approx(36 * abs(ratio))


def test_the_square_of_a_complex_number():
    found = grid(complex_map(torch.square), cells=10, **DOUBLE)
    centres = (found.ticks[1:] + found.ticks[:-1]) / 2
    want = 4 * (centres[:, None] ** 2 + centres**2)  # exact, not only in the limit
    np.testing.assert_allclose(found.ratio, want, rtol=1e-12)
    assert found.folded == 0  # covered twice, but nowhere turned over


def test_the_complex_exponential_cell_by_cell():
    found = grid(complex_map(torch.exp), reach=1.0, cells=8, **DOUBLE)
    h, x = 0.25, (found.ticks[1:] + found.ticks[:-1]) / 2
    # a quadrilateral in a ring: (e^(2x+h) - e^(2x-h)) / 2 · sin h; det J = e^(2x) up to h⁴/90
    want = np.exp(2 * x) * math.sinh(h) * math.sin(h) / h**2
    np.testing.assert_allclose(found.ratio, np.tile(want, (8, 1)), rtol=1e-12)
    np.testing.assert_allclose(want, np.exp(2 * x), rtol=h**4 / 80)


@pytest.mark.parametrize(("cells", "folded"), [(10, 50), (12, 72)])
def test_a_sheet_folded_in_the_middle(cells, folded):
    def fold(z):
        return torch.stack((z[:, 0] ** 2, z[:, 1]), dim=1)

    found = grid(fold, reach=1.0, cells=cells, **DOUBLE)
    assert found.folded == folded
    centres = (found.ticks[1:] + found.ticks[:-1]) / 2
    np.testing.assert_allclose(found.ratio, np.tile(2 * centres, (cells, 1)), atol=1e-13)
    assert found.area == pytest.approx(4.0)  # the 1 by 2 sheet twice


def test_a_small_fold_is_counted_by_its_own_cells():
    def fold(z):
        return torch.stack(((z[:, 0] - 0.5).abs(), z[:, 1]), dim=1)

    # det J = -1 left of 0.5, where 3/4 of the cells are: the others count, whatever their sign
    assert grid(fold, reach=1.0, cells=8, **DOUBLE).folded == 16


def test_a_network_is_drawn():
    torch.manual_seed(0)
    plane = MLPGenerator(latent=2, event_shape=(2,), width=16, depth=2)
    assert grid(plane, cells=5).points.shape == (6, 6, 2)
    line = MLPGenerator(latent=1, event_shape=(2,), width=16, depth=2)
    found = curve(line, torch.linspace(-3, 3, 50)[:, None])
    assert found.points.dtype == np.float64 and found.pieces.shape == (49,)


def test_what_is_refused():
    with pytest.raises(InputError, match="in the plane"):
        grid(lambda z: z[:, :1])
    with pytest.raises(InputError, match="in the plane"):
        curve(lambda z: z / 0, torch.zeros(3, 2))
    with pytest.raises(InputError, match="cannot be drawn"):
        grid(lambda z: z, cells=0)
    with pytest.raises(InputError, match="cannot be drawn"):
        grid(lambda z: z, reach=math.nan)
    with pytest.raises(InputError, match="at least 2"):
        curve(lambda z: z, torch.zeros(1, 2))
