"""Triangles: grey pictures whose law and whose manifold are known exactly.

The law: three corners, independent and uniform on the unit square, given that the triangle's width
(its smallest altitude, twice the area over the longest side) is at least 1/4. A pixel's value is
the share of it that the triangle covers: 0 background, 1 inside, exact in between (`coverage`).
The manifold is the set of all such pictures: six numbers, up to the order of the corners.

The idea is Lucic et al. 2018, arXiv:1711.10337: on data like these, precision and recall can be
measured against the truth and not against a sample. Not to be confused with their pictures, which
are narrower: black on white, the corners on one circle, the centre of mass always in the middle.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from zerosum import noise
from zerosum.data.coverage import coverage, coverage_and_slopes, sense, signed_area

WIDTH = 0.25  # smallest altitude, in sides of the picture
_ROUNDS = 200  # of redrawing; a round accepts 29 %, so that 0.71^200 = 1e-30 of rows are left
_CHUNK = 512  # pictures rendered at once: 10 MB of working memory at 28 x 28
_ROUNDING = 1e-6


@dataclass(frozen=True)
class Triangles:
    """The manifold of triangle pictures; a point's six numbers are x, y of each corner in turn.

    Args:
        size: pixels along a side.
    """

    size: int

    def draw(self, key: int, n: int) -> Float[Tensor, "n 6"]:
        """Return the corners of n triangles of the law, float64; the first rows are the same for any n."""
        corners = torch.zeros((n, 3, 2), dtype=torch.float64)
        left = torch.arange(n)
        for r in range(_ROUNDS):
            again = noise.uniform(noise.fold(key, "round", r), (n, 3, 2), dtype=torch.float64)
            corners[left] = again[left]
            left = left[width(corners[left]) < WIDTH]
            if not len(left):
                break
        return corners.flatten(1)

    def render(self, points: Float[Tensor, "n 6"]) -> Float[Tensor, "n pixels"]:
        """Return the pictures of the points as rows of size² pixels in [0, 1]."""
        parts = points.unflatten(1, (3, 2)).split(_CHUNK)
        return torch.cat([coverage(part, self.size) for part in parts])

    def slopes(
        self, points: Float[Tensor, "n 6"]
    ) -> tuple[Float[Tensor, "n pixels"], Float[Tensor, "n 6 pixels"]]:
        """Return the pictures of the points, and their derivatives by each of the six numbers."""
        return coverage_and_slopes(points.unflatten(1, (3, 2)), self.size)

    def inside(self, points: Float[Tensor, "n 6"]) -> Float[Tensor, "n 6"]:
        """Return the points moved back onto the law's support; NaN where that needs more than one push.

        Corners are clamped to the unit square. A triangle too narrow gets its width back by moving
        the corner opposite to its longest side straight away from that side.
        """
        corners = points.unflatten(1, (3, 2)).clamp(0, 1)
        side = corners.roll(-1, dims=1) - corners
        longest = side.square().sum(dim=-1).argmax(dim=1)
        at = torch.arange(len(corners))
        d = side[at, longest]
        length = d.square().sum(dim=-1).sqrt().clamp(min=_ROUNDING)
        lacking = (WIDTH - width(corners)).clamp(min=0)
        towards = sense(corners) * lacking / length
        push = torch.stack((-d[:, 1], d[:, 0]), dim=-1) * towards[:, None]
        opposite = torch.nn.functional.one_hot((longest + 2) % 3, 3)[..., None]
        corners = (corners + opposite * push[:, None]).clamp(0, 1)
        narrow = width(corners) < WIDTH - _ROUNDING
        return corners.flatten(1).masked_fill(narrow[:, None], torch.nan)

    def shifted(
        self, points: Float[Tensor, "n 6"], by: Float[Tensor, "n 2"]
    ) -> Float[Tensor, "n 6"]:
        """Return the points moved by (x, y) pixels, whether or not they leave the picture."""
        return points + (by / self.size).repeat(1, 3)


def width(corners: Float[Tensor, "n 3 2"]) -> Float[Tensor, " n"]:
    """Return the smallest altitude of triangles, 2 area / longest side, in the corners' unit."""
    longest = (corners.roll(-1, dims=1) - corners).square().sum(dim=-1).amax(dim=1).sqrt()
    return 2 * signed_area(corners).abs() / longest.clamp(min=_ROUNDING)
