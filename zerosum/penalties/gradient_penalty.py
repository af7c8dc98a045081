"""Penalties centred on a slope c: WGAN-GP between real and generated samples, DRAGAN round the real ones.

    λ · E(‖∇a(x̃)‖₂ − c)²
    WGAN-GP       x̃ = αx + (1 − α)x̂,  one α ~ U(0, 1) for each sample
    DRAGAN paper  x̃ = x + δ,  δ ~ N(0, cI), c = 1 the variance (not the standard deviation)
    DRAGAN code   x̃ = x + ½·s·u,  s the standard deviation of the whole real batch, u ~ U(0, 1) for
                  each element: one-sided, as published with the paper (whose notebook then
                  shrinks each sample's step by a second uniform number; left out here)

The two DRAGANs differ in where they look, so each has its name. Nothing is clipped to the data's
range. Published: c = 1 and λ = 10 for all three.

Source: Gulrajani et al. 2017, arXiv:1704.00028; Kodali et al. 2017, arXiv:1705.07215.
Not to be confused with R1 (`zero_centred`), whose target slope is 0.
"""

from __future__ import annotations

import math

from jaxtyping import Float
from torch import Tensor

from zerosum.noise import Key, normal, uniform
from zerosum.penalties.penalty import Penalty, Points, gradient_norm


def squared_distance(
    gradient: Float[Tensor, " batch *event"], centre: float | Tensor = 1.0
) -> Float[Tensor, " batch"]:
    """Return (‖∇a‖₂ − c)² of each sample.

    Args: gradient: shape (batch, ...). centre: c, the slope wanted. Returns: shape (batch,).
    """
    return (gradient_norm(gradient) - centre).square()


def interpolates(
    real: Float[Tensor, " batch *event"], fake: Float[Tensor, " batch *event"], key: Key
) -> Float[Tensor, " batch *event"]:
    """Return αx + (1 − α)x̂ with one α ~ U(0, 1) for each sample, cut from both graphs.

    Args: real, fake: samples of one shape. key: random key. Returns: shape of real.
    """
    alpha = uniform(key, (real.shape[0],), dtype=real.dtype, device=real.device)
    alpha = alpha.reshape(-1, *(1 for _ in real.shape[1:]))
    return alpha * real.detach() + (1 - alpha) * fake.detach()


def gaussian_perturbation(variance: float) -> Points:
    """Return the function (real, fake, key) -> x + δ with δ ~ N(0, variance · I)."""
    scale = math.sqrt(variance)

    def points(
        real: Float[Tensor, " batch *event"], fake: Float[Tensor, " batch *event"], key: Key
    ) -> Float[Tensor, " batch *event"]:
        """Return the real samples with normal noise on every element; fake is not looked at."""
        noise = normal(key, tuple(real.shape), dtype=real.dtype, device=real.device)
        return real.detach() + scale * noise

    return points


def one_sided_perturbation(
    real: Float[Tensor, " batch *event"], fake: Float[Tensor, " batch *event"], key: Key
) -> Float[Tensor, " batch *event"]:
    """Return x + ½·s·u, s the standard deviation over the whole real batch, u ~ U(0, 1).

    Args: real: samples. fake: not looked at. key: random key. Returns: shape of real.
    """
    x = real.detach()
    u = uniform(key, tuple(x.shape), dtype=x.dtype, device=x.device)
    return x + 0.5 * x.std(correction=0) * u


WGAN_GP = Penalty(
    name="wgan-gp",
    at="interpolate",
    measure=squared_distance,
    centre=1.0,
    points=interpolates,
    source="Gulrajani et al. 2017, arXiv:1704.00028",
)
DRAGAN_PAPER = Penalty(
    name="dragan-paper",
    at="perturbed",
    measure=squared_distance,
    centre=1.0,
    points=gaussian_perturbation(variance=1.0),
    source="Kodali et al. 2017, arXiv:1705.07215",
)
DRAGAN_CODE = Penalty(
    name="dragan-code",
    at="perturbed",
    measure=squared_distance,
    centre=1.0,
    points=one_sided_perturbation,
    source="Kodali et al. 2017, arXiv:1705.07215, the authors' code",
)
