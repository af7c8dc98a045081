"""Spectral normalisation with its vectors as explicit state: pure functions of named parameters.

    W̄ = W / σ(W),   σ(W) = uᵀWv,   u ← Wv/‖Wv‖,   v ← Wᵀu/‖Wᵀu‖

W is the weight with its first dimension as rows and all others as columns. σ keeps its graph in W
while u and v are constants, which gives the exact slope of the largest singular value once the
power iteration has settled. For a transposed convolution this is the matrix of its adjoint, whose
norm is the same. The state is a flat dict, "<parameter>.u" and "<parameter>.v", so that it can be
checkpointed, stacked for a population and passed through `vmap` (torch's own parametrisation
cannot: it writes its buffers in the forward pass).

Source: Miyato et al. 2018, arXiv:1802.05957. The paper updates v first; with both vectors in the
state that is the same sequence from half a step earlier, and u first is what torch does.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from jaxtyping import Float
from torch import Tensor, nn

from zerosum.noise import fold, normal

_FIRST_STEPS = 15  # enough for σ to be near its value at the first training step


def initial_vectors(module: nn.Module, key: int) -> dict[str, Tensor]:
    """Return unit vectors u and v for every parameter of at least two dimensions.

    Args: module: the network, not changed. key: random key.
    Returns: {"<parameter>.u": (rows,), "<parameter>.v": (columns,)}, after 15 power iterations.
    """
    weights = {name: w.detach() for name, w in module.named_parameters() if w.ndim >= 2}
    vectors: dict[str, Tensor] = {}
    for name, weight in weights.items():
        for side, n in zip("uv", weight.flatten(1).shape, strict=True):
            draw = normal(fold(key, name, side), (n,), dtype=weight.dtype, device=weight.device)
            vectors[f"{name}.{side}"] = draw / draw.norm()
    return power_iteration(weights, vectors, steps=_FIRST_STEPS)


@torch.no_grad()
def power_iteration(
    parameters: Mapping[str, Tensor], vectors: Mapping[str, Tensor], steps: int = 1
) -> dict[str, Tensor]:
    """Return new vectors after some power iterations; the old ones are left alone.

    Args: parameters: named weights of one member. vectors: their u and v. steps: iterations.
    Returns: a new dict with the same names, outside any graph.
    """
    new = dict(vectors)
    for name in _names(vectors):
        matrix = parameters[name].detach().flatten(1)
        u, v = vectors[f"{name}.u"], vectors[f"{name}.v"]
        for _ in range(steps):
            u = _unit(matrix @ v, u)
            v = _unit(matrix.T @ u, v)
        new[f"{name}.u"], new[f"{name}.v"] = u, v
    return new


def normalise(parameters: Mapping[str, Tensor], vectors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return all parameters, those that have vectors divided by their σ; the graph runs through σ.

    Args: parameters: named weights of one member. vectors: their u and v.
    Returns: a new dict with the same names and shapes. A weight that is all zeros stays so.
    """
    normalised = dict(parameters)
    for name in _names(vectors):
        weight = parameters[name]
        sigma = _sigma(weight, vectors[f"{name}.u"].detach(), vectors[f"{name}.v"].detach())
        # 0 / 0 would be NaN: a zero-initialised layer is passed on as it is
        normalised[name] = weight / sigma.masked_fill(sigma == 0, 1)
    return normalised


def _sigma(
    weight: Float[Tensor, " rows *rest"], u: Float[Tensor, " rows"], v: Float[Tensor, " columns"]
) -> Float[Tensor, ""]:
    return u @ (weight.flatten(1) @ v)


def _unit(x: Float[Tensor, " n"], otherwise: Float[Tensor, " n"]) -> Float[Tensor, " n"]:
    # a zero weight has no direction; keeping the old one lets the iteration start once it moves
    norm = torch.linalg.vector_norm(x)
    return torch.where(norm > 0, x / norm.masked_fill(norm == 0, 1), otherwise)


def _names(vectors: Mapping[str, Tensor]) -> list[str]:
    return [name.removesuffix(".u") for name in vectors if name.endswith(".u")]
