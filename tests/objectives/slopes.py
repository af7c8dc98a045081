"""What several tests of objectives share: logits to test at, and a loss with both of its slopes."""

from __future__ import annotations

import math

import torch
from torch import Tensor

EXTREME = 1e4
MODERATE = (-30.0, -3.0, -1.5, -0.5, 0.0, 0.25, 1.0, 2.5, 30.0)


def pairs_of_logits(extreme: float = EXTREME) -> tuple[Tensor, Tensor]:
    """Every pair of moderate and extreme logits, float64, none beyond ±extreme."""
    moderate = [a for a in MODERATE if abs(a) < extreme]
    grid = torch.tensor([-extreme, *moderate, extreme], dtype=torch.float64)
    real, fake = torch.meshgrid(grid, grid, indexing="ij")
    return real.flatten(), fake.flatten()


def slopes(loss, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The loss, and its derivative in the real and in the fake logit, each (batch,)."""
    real, fake = real.clone().requires_grad_(), fake.clone().requires_grad_()
    value = loss(real, fake)
    d_real, d_fake = torch.autograd.grad(
        value.sum(), (real, fake), allow_unused=True, materialize_grads=True
    )
    return value.detach(), d_real, d_fake


def sigma(a: Tensor) -> Tensor:
    """1 / (1 + e^−a) by the standard library, for logits whose exponential does not overflow."""
    return _each(a, lambda t: 1 / (1 + math.exp(-t)) if t > -700 else 0.0)


def log_one_plus_exp(a: Tensor) -> Tensor:
    """log(1 + e^a) by the standard library."""
    return _each(a, lambda t: max(t, 0.0) + math.log1p(math.exp(-abs(t))))


def check(loss, value, d_real, d_fake) -> None:
    """Compare a loss and both slopes with closed forms of (real, fake) on all pairs."""
    real, fake = pairs_of_logits()
    found = slopes(loss, real, fake)
    for got, wanted in zip(found, (value, d_real, d_fake), strict=True):
        closed = torch.as_tensor(wanted(real, fake), dtype=torch.float64).expand_as(real)
        assert torch.isfinite(got).all()
        torch.testing.assert_close(got, closed, rtol=1e-9, atol=1e-9)


def _each(a: Tensor, f) -> Tensor:
    return torch.tensor([f(t) for t in a.tolist()], dtype=torch.float64)
