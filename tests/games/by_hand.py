"""The two-player game written out a second time, in probabilities and with torch.autograd.grad."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from zerosum.games.protocol import Draw

Pair = Callable[[Tensor, Tensor], Tensor]


def log_d(logits: Tensor) -> Tensor:
    """log D(x)"""
    return torch.log(1 / (1 + torch.exp(-logits)))


def log_not_d(logits: Tensor) -> Tensor:
    """log(1 - D(x))"""
    return torch.log(1 - 1 / (1 + torch.exp(-logits)))


def zero() -> Tensor:
    """A float64 zero."""
    return torch.zeros((), dtype=torch.float64)


# name -> losses of (real, fake) logits: the discriminator's and the generator's, means over the batch
LOSSES: dict[str, tuple[Pair, Pair]] = {
    "mm": (lambda r, f: -log_d(r).mean() - log_not_d(f).mean(), lambda r, f: log_not_d(f).mean()),
    "ns": (lambda r, f: -log_d(r).mean() - log_not_d(f).mean(), lambda r, f: -log_d(f).mean()),
    "wgan": (lambda r, f: f.mean() - r.mean(), lambda r, f: -f.mean()),
    "lsgan": (
        lambda r, f: ((r - 1) ** 2).mean() / 2 + (f**2).mean() / 2,
        lambda r, f: ((f - 1) ** 2).mean() / 2,
    ),
    "lsgan-pearson": (
        lambda r, f: ((r - 1) ** 2).mean() / 2 + ((f + 1) ** 2).mean() / 2,
        lambda r, f: (f**2).mean() / 2,
    ),
    "hinge": (
        lambda r, f: torch.maximum(zero(), 1 - r).mean() + torch.maximum(zero(), 1 + f).mean(),
        lambda r, f: -f.mean(),
    ),
    "rp": (lambda r, f: -log_d(r - f).mean(), lambda r, f: -log_d(f - r).mean()),
}


def slopes(discriminator: nn.Module, x: Tensor, label: Tensor | None) -> Tensor:
    """Norms (batch,) of the logits' gradients at x, with their graph."""
    x = x.detach().requires_grad_(True)
    logits = discriminator(x, label)
    (gradient,) = torch.autograd.grad(logits.sum(), x, create_graph=True)
    return gradient.flatten(1).norm(dim=1)


def penalty(name: str, norms: Tensor) -> Tensor:
    """The penalty's mean before its weight."""
    return (norms**2).mean() / 2 if name in ("r1", "r2") else ((norms - 1) ** 2).mean()


def discriminator_loss(
    objective: str,
    generator: nn.Module,
    discriminator: nn.Module,
    draw: Draw,
    penalties: tuple[tuple[str, float, Tensor], ...] = (),
) -> Tensor:
    """The loss; `penalties` are (name, weight, the points where the slope is measured)."""
    fake = generator(draw.latent, draw.label).detach()
    real_logits = discriminator(draw.real, draw.label)
    loss = LOSSES[objective][0](real_logits, discriminator(fake, draw.label))
    for name, weight, points in penalties:
        loss = loss + weight * penalty(name, slopes(discriminator, points, draw.label))
    return loss


def generator_loss(
    objective: str, generator: nn.Module, discriminator: nn.Module, draw: Draw
) -> Tensor:
    """The loss of the generator."""
    fake = generator(draw.latent, draw.label)
    real_logits = discriminator(draw.real, draw.label).detach()
    return LOSSES[objective][1](real_logits, discriminator(fake, draw.label))
