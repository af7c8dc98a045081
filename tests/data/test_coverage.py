"""Areas in pixels against clipping by half planes, and their slopes against differences."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from zerosum import noise
from zerosum.data.coverage import coverage, coverage_and_slopes, sense, signed_area


def clip(polygon, axis, bound, keep):
    """Return the part of a polygon on one side of a line (Sutherland and Hodgman)."""
    inside = [keep * (p[axis] - bound) >= 0 for p in polygon]
    out = []
    for i, p in enumerate(polygon):
        q, p_in, q_in = polygon[i - 1], inside[i], inside[i - 1]
        if p_in != q_in:
            t = (bound - q[axis]) / (p[axis] - q[axis])
            out.append(q + t * (p - q))
        if p_in:
            out.append(p)
    return out


def by_clipping(polygon, size):
    """Return each pixel's area of the polygon, one pixel after the other."""
    picture = np.zeros((size, size))
    for row in range(size):
        for column in range(size):
            part = [np.array(p) * size for p in polygon]
            for axis, at in ((0, column), (1, row)):
                part = clip(clip(part, axis, at, 1), axis, at + 1, -1) if part else []
            if len(part) > 2:
                x, y = np.array(part).T
                picture[row, column] = abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2
    return picture.ravel()


CORNERS = {
    "on the lattice": [[0.25, 0.25], [0.75, 0.25], [0.25, 1.0]],
    "whole picture": [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]],
    "inside one pixel": [[0.51, 0.51], [0.55, 0.52], [0.53, 0.6]],
    "hexagon": [
        [0.5 + 0.4 * math.cos(a), 0.5 + 0.4 * math.sin(a)] for a in np.arange(6) * math.pi / 3
    ],
    "a corner twice": [[0.1, 0.1], [0.1, 0.1], [0.9, 0.3], [0.4, 0.8]],
}


@pytest.mark.parametrize("name", CORNERS)
@pytest.mark.parametrize("backwards", [False, True])
def test_areas_are_those_of_clipped_polygons(name, backwards):
    corners = CORNERS[name][::-1] if backwards else CORNERS[name]
    found = coverage(torch.tensor([corners], dtype=torch.float64), 8)[0]
    # a side shorter than 1e-6 pixels is lengthened to that: an area of at most 1e-6 x 1 pixel
    assert_close(found, torch.from_numpy(by_clipping(corners, 8)), atol=1e-6, rtol=0)


def test_areas_of_random_triangles():
    corners = noise.uniform(1, (8, 3, 2), dtype=torch.float64)
    want = np.stack([by_clipping(c, 8) for c in corners.numpy()])
    # no side is short or upright here, so only float64 rounding is left
    assert_close(coverage(corners, 8), torch.from_numpy(want), atol=1e-12, rtol=0)


def test_sums_and_poolings_agree():
    corners = noise.uniform(2, (200, 3, 2), dtype=torch.float64)
    fine, coarse = coverage(corners, 16), coverage(corners, 8)
    assert_close(fine.mean(dim=1), signed_area(corners).abs(), atol=1e-12, rtol=0)
    pooled = fine.reshape(-1, 8, 2, 8, 2).mean(dim=(2, 4)).flatten(1)
    assert_close(pooled, coarse, atol=1e-12, rtol=0)
    # running sums of 16 numbers up to 16 in float32: 16 x 16 x 6e-8 = 1.5e-5
    assert_close(coverage(corners.float(), 16).double(), fine, atol=1.5e-5, rtol=0)


def test_sense_and_area_of_a_known_triangle():
    corners = torch.tensor([[[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]])
    assert signed_area(corners).tolist() == [0.5] and sense(corners).tolist() == [1.0]
    assert sense(corners.flip(1)).tolist() == [-1.0]


@pytest.mark.parametrize("corners", [3, 5])
def test_slopes_are_central_differences(corners):
    at = noise.uniform(3, (4, corners, 2), dtype=torch.float64)
    pictures, slopes = coverage_and_slopes(at, 8)
    assert_close(pictures, coverage(at, 8))
    step = 1e-6
    for i in range(2 * corners):
        move = torch.zeros(2 * corners, dtype=torch.float64)
        move[i] = step
        move = move.reshape(corners, 2)
        by_difference = (coverage(at + move, 8) - coverage(at - move, 8)) / (2 * step)
        # the slope is Lipschitz with about 8² = 64: an error of 64 step, and rounding 1e-15 / step
        assert_close(slopes[:, i], by_difference, atol=1e-4, rtol=0)


def test_autograd_gives_the_same_slopes():
    at = noise.uniform(4, (3, 3, 2), dtype=torch.float64)
    by_autograd = torch.stack(
        [torch.func.jacrev(lambda c: coverage(c[None], 8)[0])(c).flatten(1).T for c in at]
    )
    assert_close(coverage_and_slopes(at, 8)[1], by_autograd, atol=1e-9, rtol=0)
