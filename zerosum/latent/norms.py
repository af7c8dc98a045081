"""Where the latents of a generator lie: a Gaussian vector's norm, and the thin shell it keeps to.

    ‖z‖ ~ chi(d),   p(r) ∝ r^(d-1) exp(-r²/2),   E‖z‖² = d,   sd ‖z‖ -> 1/√2

In 100 dimensions all norms lie within 10 ± 3; a generator has never seen the mean of two latents, whose
norm is 7. The density of z itself is greatest at 0, where no latent ever is, so the norm is judged.

Source: White 2016, arXiv:1609.04468.
"""

from __future__ import annotations

import math

import torch
from jaxtyping import Float
from torch import Tensor

from zerosum.errors import InputError
from zerosum.latent import checks


def to_shell(z: Tensor, radius: float | Tensor | None = None) -> Float[Tensor, "*shape d"]:
    """Return z with its norm set to a radius and its direction kept: r z / ‖z‖.

    A zero vector has no direction and stays zero.

    Args:
        z: latents (..., d).
        radius: one for all, or (...) one for each; by default √d.

    Raises:
        InputError: a radius that is negative or not finite, or not one for each latent.

    >>> to_shell(torch.tensor([3.0, 4.0]), 10.0)
    tensor([6., 8.])
    """
    z = checks.latents(z, "z")
    r = torch.as_tensor(math.sqrt(z.shape[-1]) if radius is None else radius, dtype=z.dtype)
    if r.ndim and r.shape != z.shape[:-1]:
        raise InputError(
            f"radius has shape {tuple(r.shape)} for latents {tuple(z.shape)}: give one, or "
            f"{tuple(z.shape[:-1])}"
        )
    if not bool((torch.isfinite(r) & (r >= 0)).all()):
        raise InputError("radius holds a number that is no length: give finite ones of 0 or more")
    # scaled by the largest coordinate first: squares of tiny or huge coordinates leave the range
    largest = z.abs().amax(dim=-1, keepdim=True)
    scaled = z / torch.where(largest > 0, largest, 1.0)
    norm = scaled.norm(dim=-1, keepdim=True)
    return r[..., None] * scaled / torch.where(norm > 0, norm, 1.0)


def norm_surprise(z: Tensor) -> Float[Tensor, "*shape"]:
    """Return how unusual each latent's norm is: -log p(‖z‖) less its least value, at least 0.

    (s - m)/2 - (m/2) log(s/m),   s = ‖z‖², m = d - 1;   s/2 for d = 1

    About (‖z‖ - √m)² near the shell, 1/2 on average over Gaussian latents of many dimensions.

    Args: z: latents (..., d). Returns: nats (...), infinite at 0 for d > 1.
    """
    s, m = z.square().sum(dim=-1), z.shape[-1] - 1
    if m == 0:
        return s / 2
    return (s - m) / 2 - m / 2 * (s / m).log()
