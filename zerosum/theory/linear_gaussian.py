"""The one decoder whose likelihood is known in closed form: linear, with Gaussian noise."""

from __future__ import annotations

import math

import torch
from jaxtyping import Float
from torch import Tensor

from zerosum.theory.checks import positive


def linear_gaussian_log_likelihood(
    points: Float[Tensor, "points d"],
    weight: Float[Tensor, "d latent"],
    sigma: float,
    mean: Float[Tensor, " d"] | None = None,
) -> Float[Tensor, " points"]:
    """Return log N(x; μ, W Wᵀ + σ² I), exact: what annealing must find for G(z) = W z + μ.

    −½ (x − μ)ᵀ C⁻¹ (x − μ) − ½ log det C − (d/2) log 2π,    C = W Wᵀ + σ² I

    Args: points: x, shape (points, d). weight: W. sigma: above 0. mean: μ, or None for 0.
    Returns: nats, shape (points,). As σ → 0 it falls like −‖(I − P)x‖² / 2σ², P onto W's range.
    Raises: InputError when sigma is not positive: without noise C has no inverse, so no density.
    Source: probabilistic PCA, Tipping and Bishop 1999.

    >>> off_range = torch.tensor([[0.0, 1.0]], dtype=torch.float64)
    >>> onto_first = torch.tensor([[1.0], [0.0]], dtype=torch.float64)
    >>> for s in (1.0, 0.1, 0.01):
    ...     print(round(float(linear_gaussian_log_likelihood(off_range, onto_first, s)), 1))
    -2.7
    -49.5
    -4997.2
    """
    width, d = positive("sigma", sigma), len(weight)
    noisy = width**2 * torch.eye(d, dtype=weight.dtype, device=weight.device)
    factor = torch.linalg.cholesky(weight @ weight.mT + noisy)
    centred = points if mean is None else points - mean
    whitened = torch.linalg.solve_triangular(factor, centred.mT, upper=False)
    half_log_det = factor.diagonal().log().sum()
    return -0.5 * whitened.square().sum(0) - half_log_det - d / 2 * math.log(2 * math.pi)
