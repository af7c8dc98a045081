"""The baseline: the training loops that everyone copies, written anew from their structure.

`logistic` follows the DCGAN tutorial of pytorch/examples: the discriminator's loss is
backpropagated in two calls (real, then fake), the fakes are reused for the generator's turn, the
discriminator is not frozen there, and losses and mean probabilities are read with .item() at every
step. The tutorial's sigmoid + BCELoss is replaced by BCEWithLogitsLoss on the logits, so that all
contestants have the same loss; its data loader is replaced by preloaded batches. The MLP case runs
the same loop.

`critic` is the critic's turn of the commonly copied WGAN-GP loop: the fakes are not detached, so
that the backward pass runs through the generator and its gradients are thrown away; the penalty is
taken by autograd.grad with create_graph. `build_detached` differs in the detached fakes alone.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from benchmarks.cases import BETAS, LEARNING_RATE, PENALTY_WEIGHT, Case, Step


def build(case: Case) -> Step:
    """Return the plain step for a case."""
    return logistic(case) if case.loss == "logistic" else critic(case, detach=False)


def build_detached(case: Case) -> Step:
    """Return the plain WGAN-GP critic step with the fakes detached."""
    return critic(case, detach=True)


def logistic(case: Case) -> Step:
    """Return a callable that does one discriminator and one generator step, tutorial style."""
    generator, discriminator = case.networks()
    optimizer_d = torch.optim.Adam(discriminator.parameters(), lr=LEARNING_RATE, betas=BETAS)
    optimizer_g = torch.optim.Adam(generator.parameters(), lr=LEARNING_RATE, betas=BETAS)
    criterion = nn.BCEWithLogitsLoss()
    batches = case.batches()

    def step() -> tuple[float, ...]:
        discriminator.zero_grad()
        real = next(batches)
        label = torch.full((real.size(0),), 1.0)
        output = discriminator(real)
        error_real = criterion(output, label)
        error_real.backward()
        d_x = output.sigmoid().mean().item()

        fake = generator(torch.randn(real.size(0), case.latent))
        label.fill_(0.0)
        output = discriminator(fake.detach())
        error_fake = criterion(output, label)
        error_fake.backward()
        d_g_z1 = output.sigmoid().mean().item()
        error_d = error_real + error_fake
        optimizer_d.step()

        generator.zero_grad()
        label.fill_(1.0)
        output = discriminator(fake)
        error_g = criterion(output, label)
        error_g.backward()
        d_g_z2 = output.sigmoid().mean().item()
        optimizer_g.step()
        return error_d.item(), error_g.item(), d_x, d_g_z1, d_g_z2

    return step


def critic(case: Case, *, detach: bool) -> Step:
    """Return a callable that does one WGAN-GP critic step."""
    generator, discriminator = case.networks()
    optimizer = torch.optim.Adam(discriminator.parameters(), lr=LEARNING_RATE, betas=BETAS)
    batches = case.batches()

    def step() -> float:
        optimizer.zero_grad()
        real = next(batches)
        fake = generator(torch.randn(real.size(0), case.latent))
        fake = fake.detach() if detach else fake
        logits_real, logits_fake = discriminator(real), discriminator(fake)
        penalty = _gradient_penalty(discriminator, real, fake)
        loss = -logits_real.mean() + logits_fake.mean() + PENALTY_WEIGHT * penalty
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def _gradient_penalty(discriminator: nn.Module, real: Tensor, fake: Tensor) -> Tensor:
    alpha = torch.rand(real.size(0), 1, 1, 1)
    points = (alpha * real + (1 - alpha) * fake).detach().requires_grad_(True)
    logits = discriminator(points)
    (gradient,) = torch.autograd.grad(
        logits, points, torch.ones_like(logits), create_graph=True, retain_graph=True
    )
    return ((gradient.flatten(1).norm(2, dim=1) - 1) ** 2).mean()
