"""The lecture's pictures of a generator: a line bent into the plane, a grid stretched and folded.

    curve   z in R,  G(z) in R²:  the generator's whole range is a curve, whatever it was trained on
    grid    z in R², G(z) in R²:  each small cell is stretched by |det J|, so that the density there
            is p(z) / |det J| where no cell lies on another

A cell's ratio is the area of its image, the quadrilateral of its four corners' images (the shoelace
formula), over its own: det J at the centre, wrong by O(h²) for cells of side h; exact for affine and
for complex quadratic maps. Its sign is its orientation. A sheet that is folded over shows its back:
cells of the sign that fewer cells have are counted as folded.

Source of the change of variables: Rudin 1987, Real and Complex Analysis, theorem 7.26.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from zerosum.errors import InputError
from zerosum.latent import checks
from zerosum.latent.checks import Generate


@dataclass(frozen=True)
class Curve:
    """The image of a path, in the order of the path.

    Attributes:
        points: (n, 2) to draw as one line.
        pieces: (n - 1,) lengths from each point to the next.
    """

    points: Float[np.ndarray, "n 2"]
    pieces: Float[np.ndarray, " pieces"]

    @property
    def length(self) -> float:
        """Sum of the pieces: below the curve's own length by O(1/n²)."""
        return float(self.pieces.sum())


@dataclass(frozen=True)
class Grid:
    """The image of a square grid.

    Attributes:
        ticks: (n,) coordinates of the grid's lines in the latent plane.
        points: (n, n, 2); points[i, j] is the image of (ticks[j], ticks[i]). Rows and columns are
            the lines to draw.
        ratio: (n - 1, n - 1) signed area of each cell's image over the cell's own: det J.
    """

    ticks: Float[np.ndarray, " n"]
    points: Float[np.ndarray, "n n 2"]
    ratio: Float[np.ndarray, "cells cells"]

    @property
    def stretch(self) -> Float[np.ndarray, "cells cells"]:
        """|det J| of each cell."""
        return np.abs(self.ratio)

    @property
    def folded(self) -> int:
        """How many cells are turned over: those of the sign that fewer cells have."""
        return int(min((self.ratio > 0).sum(), (self.ratio < 0).sum()))

    @property
    def area(self) -> float:
        """Area of all cells' images together; what is covered twice counts twice."""
        return float(self.stretch.sum() * (self.ticks[1] - self.ticks[0]) ** 2)


def curve(generate: Generate, path: Tensor) -> Curve:
    """Return the image of a path under a generator of points in the plane.

    Args:
        generate: latents (n, d) to points (n, 2).
        path: (n, d), at least 2; `torch.linspace(-3, 3, 300)[:, None]` for a generator on the line.

    Raises:
        InputError: rows that are no points of the plane, or a path that is no path.
    """
    points = _points(generate, checks.rows(path, "path", 2))
    return Curve(points, np.linalg.norm(np.diff(points, axis=0), axis=1))


def grid(
    generate: Generate, *, reach: float = 3.0, cells: int = 40, dtype: torch.dtype = torch.float32
) -> Grid:
    """Return the image of the grid on [-reach, reach]² under a generator from plane to plane.

    Args:
        generate: latents (n, 2) to points (n, 2).
        reach: half the side of the square in the latent plane; 3 holds 99.5 % of Gaussian latents.
        cells: along each side, at least 1.
        dtype: of the latents that the generator is given.

    Raises:
        InputError: rows that are no points of the plane, no cell, or a reach that is no length.
    """
    if not (0 < reach < float("inf") and cells >= 1):
        raise InputError(
            f"a grid of {cells} cells within {reach} cannot be drawn: give 1 or more cells and a "
            "finite reach above 0"
        )
    ticks = torch.linspace(-reach, reach, cells + 1, dtype=torch.float64)
    y, x = torch.meshgrid(ticks, ticks, indexing="ij")
    latents = torch.stack((x, y), dim=-1).flatten(0, 1).to(dtype)
    points = _points(generate, latents).reshape(cells + 1, cells + 1, 2)
    # half the cross product of the diagonals is the shoelace area of a quadrilateral
    rising, falling = points[1:, 1:] - points[:-1, :-1], points[1:, :-1] - points[:-1, 1:]
    image = (rising[..., 0] * falling[..., 1] - rising[..., 1] * falling[..., 0]) / 2
    return Grid(ticks.numpy(), points, image / (2 * reach / cells) ** 2)


@torch.no_grad()
def _points(generate: Generate, latents: Tensor) -> Float[np.ndarray, "n 2"]:
    points = generate(latents).flatten(1)
    if points.shape != (len(latents), 2) or not bool(torch.isfinite(points).all()):
        raise InputError(
            f"the generator made rows of shape {tuple(points.shape)} of {len(latents)} latents: only a "
            "generator of finite points in the plane, (n, 2), can be drawn so"
        )
    return points.double().cpu().numpy()
