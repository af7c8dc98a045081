"""How much of each pixel a polygon covers: exact areas, no sampling, and their exact slopes.

By Green's theorem the area of a polygon is the sum, over its edges, of the signed area between the
edge and the right border. Pixel by pixel: an edge from a to b = a + d lies inside pixel (row q,
column p) for t in [t0, t1], found by clipping a + t d against the pixel's four sides. With
D = max(t1 - t0, 0), M = (t0 + t1) / 2 and dx, dy the components of d in pixels,

    coverage(q, p) = -s sum_edges [ dy D (p + 1 - ax - dx M)  +  sum_{p' < p} dy D(q, p') ]

(s = +1 where x turns towards y along the outline, else -1). When a corner moves, the edge sweeps
area at its normal speed, which falls linearly along the edge; with the outward normal
N = s (dy, -dx), as long as the edge,

    d coverage / d a = N D (1 - M),      d coverage / d b = N D M.

Both are linear in D and D M, so one small matrix product for each picture gives everything.
Where the outline crosses itself, parts count with their winding number; triangles never do.
"""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor

_LEAST = 1e-6  # pixels: a side shorter than this is clipped as if this long, an error of that area


def coverage(corners: Float[Tensor, "n k 2"], size: int) -> Float[Tensor, "n pixels"]:
    """Return the share of each pixel that each polygon covers, in [0, 1] up to rounding.

    Args:
        corners: (x, y) of the k corners in order, in the unit square; x to the right, y down.
        size: pixels along a side.

    Returns:
        Grey pictures as rows of size² pixels; differentiable almost everywhere.

    >>> square = torch.tensor([[[0.0, 0.0], [0.75, 0.0], [0.75, 0.75], [0.0, 0.75]]])
    >>> coverage(square, 2).tolist()
    [[1.0, 0.5, 0.5, 0.25]]
    """
    parts = _clipped(corners, size)
    return _summed(_fill_weights(corners, size) @ parts, size)


def coverage_and_slopes(
    corners: Float[Tensor, "n k 2"], size: int
) -> tuple[Float[Tensor, "n pixels"], Float[Tensor, "n coordinates pixels"]]:
    """Return the pictures, and their derivatives by x and y of each corner in turn.

    Returns:
        pictures (n, size²) and slopes (n, 2k, size²), per unit of the unit square.
    """
    weights = torch.cat((_fill_weights(corners, size), _slope_weights(corners, size)), dim=1)
    found = weights @ _clipped(corners, size)
    return _summed(found[:, :2], size), found[:, 2:]


def signed_area(corners: Float[Tensor, "n k 2"]) -> Float[Tensor, " n"]:
    """Return the area by the shoelace formula, positive when x turns towards y along the outline."""
    after = corners.roll(-1, dims=1)
    cross = corners[..., 0] * after[..., 1] - corners[..., 1] * after[..., 0]
    return cross.sum(dim=1) / 2


def sense(corners: Float[Tensor, "n k 2"]) -> Float[Tensor, " n"]:
    """Return +1 where x turns towards y along the outline, else -1."""
    return torch.where(signed_area(corners) < 0, -1.0, 1.0).to(corners)


def _clipped(corners: Tensor, size: int) -> Float[Tensor, "n parts pixels"]:
    """Return D of each edge in each pixel, then D M: k + k rows."""
    start = corners * size
    side = start.roll(-1, dims=1) - start
    side = torch.where(side.abs() < _LEAST, torch.full_like(side, _LEAST), side)
    lines = torch.arange(size + 1, dtype=corners.dtype, device=corners.device)
    t = (lines - start[..., None]) / side[..., None]
    low = torch.minimum(t[..., :-1], t[..., 1:]).clamp(0, 1)
    high = torch.maximum(t[..., :-1], t[..., 1:]).clamp(0, 1)
    enter = torch.maximum(low[:, :, 0, None, :], low[:, :, 1, :, None])
    leave = torch.minimum(high[:, :, 0, None, :], high[:, :, 1, :, None])
    length = (leave - enter).clamp(min=0)
    return torch.cat((length, length * (enter + leave) / 2), dim=1).flatten(2)


def _fill_weights(corners: Tensor, size: int) -> Float[Tensor, "n 2 parts"]:
    """Return what makes sum dy D, and sum dy (ax D + dx D M), out of the parts; both times -s."""
    start = corners * size
    dx, dy = (start.roll(-1, dims=1) - start).unbind(dim=-1)
    dy = -dy * sense(corners)[:, None]
    fall = torch.cat((dy, torch.zeros_like(dy)), dim=1)
    return torch.stack((fall, torch.cat((dy * start[..., 0], dy * dx), dim=1)), dim=1)


def _summed(found: Float[Tensor, "n 2 pixels"], size: int) -> Float[Tensor, "n pixels"]:
    fall, moment = found.unflatten(2, (size, size)).unbind(dim=1)
    column = torch.arange(size, dtype=found.dtype, device=found.device)
    # the running sum includes the pixel itself, which is the 1 of p + 1
    return (fall.cumsum(dim=-1) + column * fall - moment).flatten(1)


def _slope_weights(corners: Tensor, size: int) -> Float[Tensor, "n coordinates parts"]:
    """Return what makes the derivatives: corner i begins edge i, D - D M, and ends i - 1, D M."""
    side = (corners.roll(-1, dims=1) - corners) * size
    normal = torch.stack((side[..., 1], -side[..., 0]), dim=-1) * sense(corners)[:, None, None]
    begins = torch.eye(corners.shape[1], dtype=corners.dtype, device=corners.device)
    early = normal[..., None] * begins[:, None] * size
    ends = normal.roll(1, dims=1)[..., None] * begins.roll(-1, dims=1)[:, None] * size
    return torch.cat((early, ends - early), dim=-1).flatten(1, 2)
