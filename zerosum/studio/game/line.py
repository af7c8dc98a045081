"""What there is to see of a game on the line: the figure of Goodfellow et al. 2014, arXiv 1406.2661.

Data density p, generated density p_g, the discriminator D and the best one, and where the generator
puts a line of noise.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from zerosum import noise
from zerosum.data.toys import TOYS
from zerosum.studio.game.arena import Arena
from zerosum.studio.game.reading import best
from zerosum.studio.game.seen import Seen, units
from zerosum.theory.pushforward import pushforward

BINS, ARROWS = 160, 33
_SLICES = 1500  # of the noise, of equal probability, where it is a line
_SAMPLES = 4096  # where it is not
_FEW = 10  # samples in a bin that say nothing of a ratio
Arrays = dict[str, np.ndarray]


def still(arena: Arena, box: np.ndarray, real: np.ndarray) -> Arrays:
    """Return x (bins,), the middle of each bin, and p (bins,), the data's mean density in it.

    Of a toy density p is exact; of drawn points it is a histogram, four bins wide.
    """
    cuts = edges(box)
    toy = TOYS.get(arena.choice.data)
    if toy is not None and toy.cdf is not None:
        mass = np.diff(toy.cdf(cuts))
    else:
        mass = np.repeat(np.histogram(real, cuts[::4])[0] / (4 * len(real)), 4)
    return {"x": (cuts[1:] + cuts[:-1]) / 2, "p": mass / np.diff(cuts)}


def moving(arena: Arena, seen: Seen, fixed: Arrays) -> tuple[dict[str, Any], Arrays]:
    """Return what changes with every move.

    Returns: {"exact": whether p_g comes from the line of noise, without sampling}, and fake (n, 1),
        arrow (m, 1); pg, d, best (bins,); image (ARROWS, 1): where the line of noise goes.
    """
    codec, cuts = arena.job.source.codec, edges(fixed["box"])
    x = fixed["x"].astype(np.float32)[:, None]
    with torch.no_grad():
        logits = seen.networks["discriminator"](codec.encode(x), None)
        image = seen.networks["generator"](lattice(arena.choice.latent), None)
    width = float(cuts[1] - cuts[0])
    pg = generated(arena, seen.networks["generator"], cuts) / width
    unit = float(np.ptp(units(codec, torch.tensor([[0.0], [1.0]]))))
    name = arena.job.game.objective.name  # type: ignore[attr-defined]
    least = 1e-9 if arena.choice.latent == 1 else _FEW / (_SAMPLES * width)
    found = best(name, fixed["p"], pg, width, unit, least)
    arrays = {
        "fake": units(codec, seen.samples),
        "arrow": seen.arrows(codec),
        "pg": pg,
        "d": seen.read(logits),
        "image": units(codec, image),
    }
    return {"exact": arena.choice.latent == 1}, arrays | ({} if found is None else {"best": found})


def generated(arena: Arena, generator: Any, cuts: np.ndarray, slices: int = _SLICES) -> np.ndarray:
    """Return the probability of a generated point in each bin, (bins,).

    Exact up to straight pieces where the noise is a line; else the shares of stratified samples.
    """
    codec, latent = arena.job.source.codec, arena.choice.latent
    if latent == 1:
        ends = torch.arange(slices + 1, dtype=torch.float64).clamp(0.25, slices - 0.25) / slices
        with torch.no_grad():
            images = generator(torch.special.ndtri(ends).float()[:, None], None)
        mass = np.full(slices, 1.0 / slices)
        with np.errstate(over="ignore"):  # a slice whose ends meet is a jump
            return pushforward(units(codec, images)[:, 0].astype(np.float64), mass, cuts)
    key = noise.fold(arena.choice.seed, "studio", "density")
    with torch.no_grad():
        samples = generator(noise.stratified_normal(key, (_SAMPLES, latent)), None)
    return np.histogram(units(codec, samples), cuts)[0] / _SAMPLES


def edges(box: np.ndarray) -> np.ndarray:
    """Return the edges of the bins."""
    return np.linspace(float(box[0]), float(box[1]), BINS + 1)


def lattice(latent: int) -> Tensor:
    """Return a line of the first dimension of the noise, even in probability; the others are 0."""
    share = (torch.arange(ARROWS, dtype=torch.float64) + 0.5) / ARROWS
    return torch.nn.functional.pad(torch.special.ndtri(share).float()[:, None], (0, latent - 1))
