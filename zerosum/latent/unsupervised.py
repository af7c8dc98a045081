"""Directions found without labels: from what a generator computes, or from its first weight alone.

    features   principal axes V of h(z); scores x = (h - mean) V; each axis carried back to z:
               u_k = argmin Σ_i ‖z_i - u x_ik‖² = Σ_i z_i x_ik / Σ_i x_ik²           (GANSpace)
    weight     argmax ‖A v‖² over orthonormal v: the right singular vectors of A       (SeFa)

They say where the generator changes most, not what changes; whoever uses one must look. A direction's
sign is arbitrary: here its largest coordinate is positive.

Sources: Härkönen et al. 2020, arXiv:2004.02546; Shen and Zhou 2021, arXiv:2007.06600.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from zerosum.errors import InputError
from zerosum.latent import checks


@dataclass(frozen=True)
class Components:
    """Directions, the strongest first.

    Attributes:
        vectors: (k, d), each of length 1; those of a weight are orthonormal.
        shares: (k,) of the features' variance, or of the weight's squared size.
        linear: (k,) squared correlation of the score with z · vector: how much of what the axis shows
            can be had by moving z straight; 1 for a weight.
    """

    vectors: Float[Tensor, "k d"]
    shares: Float[Tensor, " k"]
    linear: Float[Tensor, " k"]


def feature_directions(latents: Tensor, features: Tensor, count: int) -> Components:
    """Return the latent directions of the strongest principal axes of features or activations.

    For planted features A z with singular values s and n Gaussian latents the angle to the k-th right
    singular vector is θ² = (1/n) Σ_(j≠k) (s_k² / (s_k² - s_j²))²; axes of one size are not told apart.

    Args:
        latents: (n, d), those that the features were computed at.
        features: (n, ...), flattened to (n, m).
        count: how many directions, at most min(n - 1, m, d).

    Raises:
        InputError: other than n features, a count out of range, constant features, or numbers that
            are not finite.
    """
    latents = checks.rows(latents, "latents", 2)
    if features.ndim < 2 or len(features) != len(latents):
        raise InputError(
            f"features has shape {tuple(features.shape)} for {len(latents)} latents: give (n, m), a "
            "row for each"
        )
    h = checks.rows(features.flatten(1), "features", 2).to(latents.dtype)
    _count(count, min(len(h) - 1, h.shape[1], latents.shape[1]))
    h, z = h - h.mean(dim=0), latents - latents.mean(dim=0)
    left, sizes, _ = torch.linalg.svd(h, full_matrices=False)
    _nonzero(sizes[:count], sizes[0], h, "features vary")
    # the scores are sizes · left; the sizes cancel when the direction is made a unit
    u = _signed(left[:, :count].T @ z)
    along = z @ u.T
    linear = (along * left[:, :count]).sum(dim=0).square() / along.square().sum(dim=0)
    shares = sizes.square() / sizes.square().sum()
    return Components(u, shares[:count], linear)


def weight_directions(weight: Tensor, count: int) -> Components:
    """Return the latent directions that a weight stretches most.

    Args:
        weight: (out, d), of the layer that takes z as `weight @ z`. A labelled network's further
            columns, and a transposed convolution's layout (d, channels, ...), are the caller's to
            cut and turn: `weight.flatten(1).T`.
        count: how many directions, at most min(out, d).

    Raises:
        InputError: no matrix, a count out of range, a weight of lower rank, numbers not finite.
    """
    weight = checks.rows(weight.detach(), "weight")
    _count(count, min(weight.shape))
    _, sizes, basis = torch.linalg.svd(weight, full_matrices=False)
    _nonzero(sizes[:count], sizes[0], weight, "a weight stretches")
    shares = sizes.square() / sizes.square().sum()
    return Components(_signed(basis[:count]), shares[:count], torch.ones_like(sizes[:count]))


def _count(count: int, most: int) -> None:
    if not 1 <= count <= most:
        raise InputError(
            f"count is {count}, but there are 1 to {most} directions here: ask for those"
        )


def _nonzero(sizes: Tensor, largest: Tensor, matrix: Tensor, what: str) -> None:
    floor = max(matrix.shape) * torch.finfo(matrix.dtype).eps * largest
    found = int((sizes > floor).sum())
    if found < len(sizes):
        raise InputError(
            f"{what} along {found} directions only, and {len(sizes)} were asked for: lower count"
        )


def _signed(u: Tensor) -> Float[Tensor, "k d"]:
    """Return rows of length 1 whose largest coordinate is positive."""
    top = u.gather(1, u.abs().argmax(dim=1, keepdim=True))
    return u * top.sign() / u.norm(dim=1, keepdim=True)
