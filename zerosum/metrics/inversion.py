"""How near a generator comes to given pictures: the least distance over all its latents.

    distance(x) = min over z, ‖z‖ <= r, of ‖x - G(z)‖ / sqrt(pixels)      (root mean square)

The nearest of many drawn pictures give the starts, Adam on z (`latent/descent.py`) the rest. The best
z on the way counts, so what is found is never below the truth. The ball's radius r is the norm of the
longest latent drawn: a picture that needs a latent longer than those the generator is ever given is
not recalled. (`latent/inversion.py` finds latents for a person: with more starts, masks and L-BFGS,
and no ball.)

References: Lucic et al. 2018, arXiv:1711.10337; Kingma and Ba 2015, arXiv:1412.6980.
"""

from __future__ import annotations

import torch
from jaxtyping import Float, Int
from torch import Tensor

from zerosum.latent.checks import Generate
from zerosum.latent.descent import adam
from zerosum.metrics.effort import Effort

_AT_ONCE = 1024  # latents rendered at once


def nearest_sample(
    pictures: Float[Tensor, "n pixels"], samples: Float[Tensor, "m pixels"], k: int = 1
) -> tuple[Float[Tensor, " n"], Int[Tensor, "n k"]]:
    """Return the distance of each picture to the nearest sample, and which k are nearest.

    With samples of a generator it bounds the distance over all latents from above.
    """
    squared = samples.square().sum(dim=1) - 2 * pictures @ samples.T
    # a generator's NaN must not count as near
    which = squared.nan_to_num(torch.inf).topk(k, dim=1, largest=False).indices
    return _distance(pictures, samples[which[:, 0]]), which


def inversion(
    generate: Generate,
    latents: Float[Tensor, "m latent"],
    pictures: Float[Tensor, "n pixels"],
    effort: Effort,
) -> Float[Tensor, " n"]:
    """Return the least distance found of each picture to the generator's range.

    Args:
        generate: latents to pictures in [0, 1], any shape after the first axis; differentiable.
        latents: draws of what the generator is given; starts, and the radius of the ball.
        pictures: rows of pixels.
        effort: starts, and steps of Adam for each start and then for the best of them.
    """
    with torch.no_grad():
        drawn = torch.cat([_rows(generate, part) for part in latents.split(_AT_ONCE)])
    nearest, which = nearest_sample(pictures, drawn, effort.starts)
    radius = float(latents.norm(dim=1).max())
    rows = pictures.repeat_interleave(effort.starts, dim=0)
    found, z = _least(generate, latents[which.flatten()], rows, effort.early, radius)
    best, at = found.unflatten(0, (-1, effort.starts)).min(dim=1)
    z = z.unflatten(0, (-1, effort.starts))[torch.arange(len(at)), at]
    last, _ = _least(generate, z, pictures, effort.late, radius)
    return torch.minimum(nearest, torch.minimum(best, last)).nan_to_num(torch.inf)


def _least(
    generate: Generate, z: Tensor, pictures: Tensor, steps: int, radius: float
) -> tuple[Float[Tensor, " n"], Float[Tensor, "n latent"]]:
    """Return the least distance on the way, infinite where there is none, and the z that has it."""

    def squared(z: Tensor) -> Float[Tensor, " n"]:
        return (_rows(generate, z) - pictures).square().mean(dim=1)

    found = adam(squared, z, steps, radius=radius)
    return found.value.sqrt(), found.z


def _rows(generate: Generate, z: Tensor) -> Float[Tensor, "n pixels"]:
    return generate(z).flatten(1)


def _distance(x: Tensor, y: Tensor) -> Float[Tensor, " n"]:
    return (x - y).square().mean(dim=1).sqrt()
