"""How near a generator comes to given pictures: the least distance over all its latents.

    distance(x) = min over z, ‖z‖ <= r, of ‖x - G(z)‖ / sqrt(pixels)      (root mean square)

The nearest of many drawn pictures give the starts, Adam on z the rest. The best z on the way counts,
so what is found is never below the truth. The ball's radius r is the norm of the longest latent
drawn: a picture that needs a latent longer than those the generator is ever given is not recalled.

References: Lucic et al. 2018, arXiv:1711.10337; Kingma and Ba 2015, arXiv:1412.6980.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from jaxtyping import Float, Int
from torch import Tensor

from zerosum.metrics.effort import Effort

Generate = Callable[[Tensor], Tensor]  # latents (n, latent) -> pictures (n, ...) in [0, 1]

_RATE, _BETA_1, _BETA_2 = 0.2, 0.8, 0.95  # of Adam; few steps, so short memories
_EPS = 1e-8
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
    found, z = _descend(generate, latents[which.flatten()], rows, effort.early, radius)
    best, at = found.unflatten(0, (-1, effort.starts)).min(dim=1)
    z = z.unflatten(0, (-1, effort.starts))[torch.arange(len(at)), at]
    last, _ = _descend(generate, z, pictures, effort.late, radius)
    return torch.minimum(nearest, torch.minimum(best, last)).nan_to_num(torch.inf)


def _descend(
    generate: Generate, z: Tensor, pictures: Tensor, steps: int, radius: float
) -> tuple[Float[Tensor, " n"], Float[Tensor, "n latent"]]:
    """Return the least distance on the way, infinite where there is none, and the z that has it."""
    best, kept = torch.full_like(pictures[:, 0], torch.inf), z
    mean, square = torch.zeros_like(z), torch.zeros_like(z)
    for t in range(1, steps + 1):
        here, slope = _squared(generate, z, pictures)
        kept = torch.where((here < best)[:, None], z, kept)
        best = torch.where(here < best, here, best)
        mean = _BETA_1 * mean + (1 - _BETA_1) * slope
        square = _BETA_2 * square + (1 - _BETA_2) * slope.square()
        unbiased = (square / (1 - _BETA_2**t)).sqrt() + _EPS
        # the rate falls to nothing in a straight line: the last steps settle
        z = z - _RATE * (1 - (t - 1) / steps) * mean / (1 - _BETA_1**t) / unbiased
        z = z * (radius / z.norm(dim=1, keepdim=True)).clamp(max=1)
    return best, kept


def _squared(
    generate: Generate, z: Tensor, pictures: Tensor
) -> tuple[Float[Tensor, " n"], Float[Tensor, "n latent"]]:
    """Return each distance at z, and the slope of its square by z."""
    z = z.detach().requires_grad_()
    with torch.enable_grad():
        squared = (_rows(generate, z) - pictures).square().mean(dim=1)
        (slope,) = torch.autograd.grad(squared.sum(), z)
    return squared.detach().sqrt(), slope


def _rows(generate: Generate, z: Tensor) -> Float[Tensor, "n pixels"]:
    return generate(z).flatten(1)


def _distance(x: Tensor, y: Tensor) -> Float[Tensor, " n"]:
    return (x - y).square().mean(dim=1).sqrt()
