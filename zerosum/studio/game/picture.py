"""What there is to see of a game, as arrays: the same for the plane and the line, and what differs."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from zerosum import noise
from zerosum.runs.rows import Rows
from zerosum.studio.game import line, plane
from zerosum.studio.game.arena import Arena
from zerosum.studio.game.match import Match
from zerosum.studio.game.reading import reading
from zerosum.studio.game.seen import Seen
from zerosum.training.field import bound_networks

FAKES, REALS, ARROWS = 512, 1000, 96
Arrays = dict[str, np.ndarray]


def still(match: Match) -> Arrays:
    """Return what does not change while the same data are learnt.

    Returns: real (n, d) in the data's units; box (4,) or (2,): left, right, bottom, top of what is
        shown; on the line also x, p (bins,): the data's density. For game i, `i/spread` (FAKES, 2): the
        probability below each shown point's first two noise numbers; `i/lattice`: that of the noise grid.
    """
    arena = match.arenas[0]
    rows = Rows(arena.job.source, arena.job.trained).some(REALS, noise.fold(0, "studio"))
    real = np.asarray(rows.read(), dtype=np.float32)
    low, high = real.min(axis=0), real.max(axis=0)
    pad = 0.25 * (high - low).max() + 1e-6
    box = np.stack((low - pad, high + pad), axis=1).ravel().astype(np.float32)
    found = {"real": real, "box": box}
    found |= line.still(arena, box, real) if len(box) == 2 else {}
    for i, each in enumerate(match.arenas):
        size = each.choice.latent
        found[f"{i}/spread"] = _probability(latents(each))
        found[f"{i}/lattice"] = _probability(
            line.lattice(size) if len(box) == 2 else plane.lattice(size)
        )
    return found


def moving(match: Match, fixed: Arrays) -> tuple[dict[str, Any], Arrays]:
    """Return what changes with every move: a header and arrays, those of game i named `i/...`.

    Args: fixed: what `still` returned.
    """
    told: list[dict[str, Any]] = []
    arrays: Arrays = {}
    for i, arena in enumerate(match.arenas):
        seen = look(arena)
        extra, found = (line if len(fixed["box"]) == 2 else plane).moving(arena, seen, fixed)
        told.append(
            {"record": arena.record, "moved": arena.moved, "meaning": seen.meaning, **extra}
        )
        arrays |= {f"{i}/{name}": array for name, array in found.items()}
    return {"step": match.step, "games": told}, arrays


def look(arena: Arena) -> Seen:
    """Return one look at a game: samples, and how its discriminator is read."""
    job = arena.job
    networks = bound_networks(job.state, job.plan)
    objective = job.game.objective  # type: ignore[attr-defined]
    with torch.no_grad():
        samples = networks["generator"](latents(arena), None)
        fake = networks["discriminator"](samples, None)
        draw = job.draws.step(job.state.step)[-1][0]
        real = networks["discriminator"](draw.real, None)
    offset, scale, meaning = reading(objective, real.numpy(), fake.numpy())
    slopes = _descent(networks, objective, samples[:ARROWS], real)
    return Seen(networks, samples, slopes, offset, scale, meaning)


def latents(arena: Arena) -> Tensor:
    """Return the noise of the shown points, (FAKES, latent): always the same."""
    return noise.normal(noise.fold(arena.choice.seed, "studio"), (FAKES, arena.choice.latent))


def _descent(networks: Any, objective: Any, samples: Tensor, real: Tensor) -> Tensor:
    """Return minus the slope of the generator's loss in each sample."""
    points = samples.detach().clone().requires_grad_(True)
    rows = torch.arange(len(points)) % len(real)
    loss = objective.generator(real[rows], networks["discriminator"](points, None)).sum()
    (slope,) = torch.autograd.grad(loss, points)
    return -slope


def _probability(latent: Tensor) -> np.ndarray:
    """Return how much probability lies below each noise number; a second one where there is none: ½."""
    u = torch.special.ndtr(latent[:, :2])
    half = torch.full((len(u), 2 - u.shape[1]), 0.5)
    return torch.cat((u, half), dim=1).numpy()
