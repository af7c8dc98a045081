"""Classes mixed: the learned vectors of several classes, weighted, in the place of one.

G(z, Σ_k w_k e_k),   e_k the learned vector of class k;   a single weight of 1 is class k itself
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace

import torch
from jaxtyping import Float, Int64
from torch import Tensor, nn
from torch.func import functional_call

from zerosum.errors import InputError
from zerosum.generator import Generator
from zerosum.networks.conditional import LabelledLatent

Weights = tuple[float, ...]


def why_not(generator: Generator) -> str | None:
    """Return why classes cannot be mixed, or None if they can."""
    if not generator.sizes.classes:
        return "this generator is unconditional: it was told no class, so there is none to mix"
    if not _embeddings(generator.network):
        return "this network does not take its class as a learned vector: choose one class"
    return None


def index_of(weights: Weights) -> int | None:
    """Return the class that has all the weight, 0 for no weights, None for a mixture.

    >>> index_of((0.0, 1.0)), index_of(()), index_of((0.5, 0.5))
    (1, 0, None)
    """
    if not weights:
        return 0
    held = [i for i, w in enumerate(weights) if w != 0]
    return held[0] if len(held) == 1 and weights[held[0]] == 1 else None


def bound(
    generator: Generator, weights: Sequence[Weights]
) -> tuple[Generator, Int64[Tensor, " n"] | None]:
    """Return a generator and labels that give row i the class weights i.

    Raises:
        InputError: a mixture, and a network that cannot mix.
    """
    if not generator.sizes.classes:
        return generator, None
    plain = [index_of(w) for w in weights]
    if None not in plain:
        return generator, torch.tensor(plain)
    refusal = why_not(generator)
    if refusal is not None:
        raise InputError(refusal)
    kinds = list(dict.fromkeys(weights))
    eye = torch.eye(generator.sizes.classes)
    rows = [torch.tensor(kind) if kind else eye[0] for kind in kinds]
    mixed = replace(generator, network=Mixed(generator.network, torch.stack(rows)))
    return mixed, torch.tensor([kinds.index(w) for w in weights])


class Mixed(nn.Module):
    """A conditional network whose labels are numbers of mixtures.

    Args: network: left as it is. weights: of each class in each mixture.
    """

    def __init__(self, network: nn.Module, weights: Float[Tensor, "mixtures classes"]) -> None:
        super().__init__()
        # a copy of its own: while it is called, its learned vectors are others
        self.network = copy.deepcopy(network)
        self.vectors = {
            name: weights.to(vector.dtype) @ vector
            for name, vector in _embeddings(self.network).items()
        }

    def forward(self, z: Tensor, label: Tensor | None) -> Tensor:
        """Return rows of the mixtures that the labels number."""
        made: Tensor = functional_call(self.network, self.vectors, (z, label))
        return made


def _embeddings(network: nn.Module) -> dict[str, Tensor]:
    return {
        f"{name}.embedding.weight".lstrip("."): module.embedding.weight.detach()
        for name, module in network.named_modules()
        if isinstance(module, LabelledLatent) and module.embedding is not None
    }
