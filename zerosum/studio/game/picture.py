"""What there is to see of a game in the plane: points, the discriminator's map, arrows and the noise grid."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from zerosum import noise
from zerosum.runs.rows import Rows
from zerosum.studio.game.arena import Arena
from zerosum.training.field import bound_networks

FAKES, REALS, ARROWS = 512, 1000, 96
MAP, GRID = 48, 21  # cells of the discriminator's map; lines of the noise grid
Arrays = dict[str, np.ndarray]


def still(arena: Arena) -> Arrays:
    """Return what does not change while the same data are learnt.

    Returns: real (n, d) in the data's units; box (4,): left, right, bottom, top of what is shown.
    """
    job = arena.job
    rows = Rows(job.source, job.trained).some(REALS, noise.fold(0, "studio"))
    real = np.asarray(rows.read(), dtype=np.float32)
    low, high = real.min(axis=0), real.max(axis=0)
    pad = 0.25 * (high - low).max() + 1e-6
    box = np.stack((low - pad, high + pad), axis=1).ravel()
    return {"real": real, "box": box.astype(np.float32)}


def moving(arena: Arena, box: np.ndarray) -> Arrays:
    """Return what changes with every move.

    Returns: fake (n, 2) and arrow (m, 2), the way in which the first m samples would make the
        generator's loss fall, in the data's units; map (MAP, MAP): the discriminator's logit, bottom row
        first; grid (GRID, GRID, 2): where the generator puts a grid of noise.
    """
    job = arena.job
    networks = bound_networks(job.state, job.plan)
    with torch.no_grad():
        latent = noise.normal(noise.fold(job.plan.seed, "studio"), (FAKES, job.plan.latent))
        samples = networks["generator"](latent, None)
        grid = networks["generator"](_noise_grid(job.plan.latent), None)
        field = networks["discriminator"](_cells(arena, box), None)
    arrow = _descent(arena, samples[:ARROWS])
    return {
        "fake": _units(arena, samples),
        "arrow": _units(arena, samples[:ARROWS] + arrow) - _units(arena, samples[:ARROWS]),
        "map": field.reshape(MAP, MAP).numpy(),
        "grid": _units(arena, grid).reshape(GRID, GRID, -1),
    }


def _descent(arena: Arena, samples: Tensor) -> Tensor:
    """Return minus the slope of the generator's loss in each sample, times the number of samples."""
    job = arena.job
    networks = bound_networks(job.state, job.plan)
    points = samples.detach().clone().requires_grad_(True)
    draw = job.draws.step(job.state.step)[-1][0]
    some = slice(0, min(len(points), len(draw.real)))
    objective = job.game.objective  # type: ignore[attr-defined]
    with torch.no_grad():
        real = networks["discriminator"](draw.real[some], None)
    loss = objective.generator(real, networks["discriminator"](points[some], None)).sum()
    (slope,) = torch.autograd.grad(loss, points)
    return -slope


def _noise_grid(latent: int) -> Tensor:
    """Return a grid of the first two dimensions of the noise, even in probability; the others are 0."""
    share = (torch.arange(GRID) + 0.5) / GRID
    line = torch.special.ndtri(share.double()).float()
    rows = torch.stack(torch.meshgrid(line, line, indexing="ij"), dim=-1).reshape(-1, 2)
    return torch.nn.functional.pad(rows, (0, latent - 2)) if latent >= 2 else rows[:, :1]


def _cells(arena: Arena, box: np.ndarray) -> Tensor:
    left, right, bottom, top = (float(v) for v in box)
    middle = (np.arange(MAP) + 0.5) / MAP
    x, y = np.meshgrid(left + middle * (right - left), bottom + middle * (top - bottom))
    cells = np.stack((x, y), axis=-1).reshape(-1, 2).astype(np.float32)
    return arena.job.source.codec.encode(cells)


def _units(arena: Arena, encoded: Tensor) -> np.ndarray:
    return np.asarray(arena.job.source.codec.decode(encoded.detach()), dtype=np.float32)
