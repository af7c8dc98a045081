"""What there is to see of a game in the plane: points, the discriminator's map, arrows, the noise grid."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from zerosum.studio.game.arena import Arena
from zerosum.studio.game.seen import Seen, units

MAP, GRID, STRAND = (
    48,
    21,
    201,
)  # cells of the map; lines of the noise grid; points of a line of noise
_WORK = 3e7  # products that a map may cost: a larger network gets fewer cells
Arrays = dict[str, np.ndarray]


def moving(arena: Arena, seen: Seen, fixed: Arrays) -> tuple[dict[str, Any], Arrays]:
    """Return what changes with every move.

    Returns: {}, and fake (n, 2), arrow (m, 2) in the data's units; map (side, side) uint8: what D says,
        0 to 255, bottom row first; grid (GRID², 2), row by row: where the generator puts the noise
        grid, or (STRAND, 2) for noise on a line.
    """
    codec = arena.job.source.codec
    side = cells(arena.choice.width_d, arena.choice.depth_d)
    with torch.no_grad():
        grid = seen.networks["generator"](lattice(arena.choice.latent), None)
        logits = seen.networks["discriminator"](codec.encode(_cells(fixed["box"], side)), None)
    return {}, {
        "fake": units(codec, seen.samples),
        "arrow": seen.arrows(codec),
        "map": np.round(255 * seen.read(logits)).astype(np.uint8).reshape(side, side),
        "grid": units(codec, grid),
    }


def cells(width: int, depth: int) -> int:
    """Return how many cells the map has along each side, for a discriminator of this size.

    >>> cells(64, 2), cells(256, 5)
    (48, 16)
    """
    return int(min(MAP, max(16.0, (_WORK / (width * width * depth + 1)) ** 0.5)))


def lattice(latent: int) -> Tensor:
    """Return a grid of the first two dimensions of the noise, even in probability; the others are 0."""
    if latent == 1:
        return _even(STRAND)[:, None]
    rows = torch.stack(torch.meshgrid(_even(GRID), _even(GRID), indexing="ij"), dim=-1)
    return torch.nn.functional.pad(rows.reshape(-1, 2), (0, latent - 2))


def _even(n: int) -> Tensor:
    share = (torch.arange(n, dtype=torch.float64) + 0.5) / n
    return torch.special.ndtri(share).float()


def _cells(box: np.ndarray, side: int) -> np.ndarray:
    left, right, bottom, top = (float(v) for v in box)
    middle = (np.arange(side) + 0.5) / side
    x, y = np.meshgrid(left + middle * (right - left), bottom + middle * (top - bottom))
    return np.stack((x, y), axis=-1).reshape(-1, 2).astype(np.float32)
