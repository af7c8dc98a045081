"""Discriminators whose slope is known in closed form, and shapes of samples to try them on."""

from __future__ import annotations

import torch
from torch import Tensor, nn

SHAPES = {"points": (2,), "grey": (1, 5, 4), "colour": (3, 4, 6), "volume": (2, 3, 2, 2)}
BATCH = 4


def draw(*shape: int, seed: int = 0) -> Tensor:
    """Standard normal numbers in float64."""
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def linear(w: Tensor):
    """a(x) = ⟨w, x⟩, whose slope is w at every x."""
    return lambda x: (x * w).flatten(1).sum(1)


def quadratic(c: float):
    """a(x) = ½c‖x‖², whose slope is cx."""
    return lambda x: 0.5 * c * x.square().flatten(1).sum(1)


class Smooth(nn.Module):
    """A small discriminator with two derivatives everywhere, for any shape of sample."""

    def __init__(self, shape: tuple[int, ...], width: int = 5, seed: int = 0) -> None:
        super().__init__()
        size = torch.Size(shape).numel()
        self.enter = nn.Linear(size, width, dtype=torch.float64)
        self.leave = nn.Linear(width, 1, dtype=torch.float64)
        rng = torch.Generator().manual_seed(seed)
        for p in self.parameters():
            p.data.copy_(0.7 * torch.randn(p.shape, dtype=torch.float64, generator=rng))

    def forward(self, x: Tensor) -> Tensor:
        """Logits (batch,)."""
        return self.leave(torch.tanh(self.enter(x.flatten(1)))).squeeze(1)
