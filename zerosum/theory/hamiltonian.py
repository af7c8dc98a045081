"""Hamiltonian moves that keep N(z; 0, I) N(x; G(z), σ² I)^β, for many points and chains at once.

    H(z, p) = −log N(z; 0, I) − β log N(x; G(z), σ² I) + ½‖p‖²

A move draws p ~ N(0, I), follows Hamilton's equations by L leapfrog steps of size ε, and is accepted
with probability min(1, exp(H − H')). ε is given from outside: it must not depend on the chain's own
past, or the move would keep another distribution.

Source: Duane et al. 1987; Neal 2011, arXiv 1206.1901. Adaptation: Wu et al. 2017, arXiv 1611.04273.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from zerosum import noise

_FIRST_STEP = 0.2  # of a pilot, in standard deviations of the prior
_GAIN = 0.2  # log-step moved by this times (acceptance − wanted), at each temperature
_LARGEST = 1.0  # half of where leapfrog on the prior becomes unstable
_JITTER = 0.2  # steps vary by this share: with equal ones a chain can come back to where it was


@dataclass(frozen=True)
class Particles:
    """Chains where they are.

    Attributes:
        z: latents, shape (chains, points, latent).
        value: log N(x; G(z), σ² I), shape (chains, points).
        slope: its gradient in z.
    """

    z: Float[Tensor, "chains points latent"]
    value: Float[Tensor, "chains points"]
    slope: Float[Tensor, "chains points latent"]


@dataclass(frozen=True)
class Move:
    """Where chains are after a move, and with what probability it was accepted."""

    particles: Particles
    probability: Float[Tensor, "chains points"]


class Hamiltonian:
    """The tempered posteriors of some points under a decoder.

    Args:
        decoder: (n, latent) -> (n, d).
        points: x, shape (points, d).
        sigma: standard deviation of the observation noise.
        latent: dimension of z.
    """

    def __init__(
        self, decoder: Callable[[Tensor], Tensor], points: Tensor, sigma: float, latent: int
    ) -> None:
        self._decoder, self._points, self._variance = decoder, points.detach(), sigma**2
        self._constant = -points.shape[1] / 2 * math.log(2 * math.pi * self._variance)
        self.shape = (len(points), latent)

    def prior(self, key: int, shape: tuple[int, ...]) -> Tensor:
        """Return draws of N(0, I) in the dtype and on the device of the points."""
        return noise.normal(key, shape, dtype=self._points.dtype, device=self._points.device)

    def look(self, z: Float[Tensor, "chains points latent"]) -> Particles:
        """Return chains at z with log-likelihood and slope, from one pass of the decoder."""
        z = z.detach().contiguous().requires_grad_()
        with torch.enable_grad():
            mean = self._decoder(z.flatten(0, 1)).unflatten(0, z.shape[:2])
        rest = self._points - mean.detach()
        value = rest.square().sum(-1) / (-2 * self._variance) + self._constant
        # d value / d z = (x − G)ᵀ dG/dz / σ²: only the decoder has a graph
        (slope,) = torch.autograd.grad(mean, z, rest / self._variance)
        return Particles(z.detach(), value, slope)

    def move(
        self,
        start: Particles,
        beta: float,
        step: Float[Tensor, " points"],
        leapfrogs: int,
        key: int,
    ) -> Move:
        """Make one move that keeps the posterior at temperature beta.

        Args: start: chains. beta: 0 is the prior, 1 the posterior. step: ε of each point.
            leapfrogs: L. key: of momentum, jitter and acceptance.
        """
        shape = tuple(start.value.shape)
        uniform = noise.uniform(key, (2, *shape), dtype=start.z.dtype, device=start.z.device)
        size = (step * (1 + _JITTER * (2 * uniform[0] - 1))).unsqueeze(-1)
        momentum = self.prior(noise.fold(key, "momentum"), tuple(start.z.shape))
        end, last = self._follow(start, momentum, beta, size, leapfrogs)
        change = _energy(start, momentum, beta) - _energy(end, last, beta)
        # a path that ran off to where nothing is finite is refused
        probability = change.clamp(max=0).exp().nan_to_num(0.0)
        return Move(_where(uniform[1] < probability, end, start), probability)

    def _follow(
        self, start: Particles, momentum: Tensor, beta: float, size: Tensor, leapfrogs: int
    ) -> tuple[Particles, Tensor]:
        now, momentum = start, momentum + size / 2 * (beta * start.slope - start.z)
        for _ in range(leapfrogs):
            now = self.look(now.z + size * momentum)
            push = size * (beta * now.slope - now.z)
            momentum = (
                momentum + push
            )  # the half step that ends one leapfrog and that which begins the next
        return now, momentum - push / 2


def tuned_steps(
    target: Hamiltonian,
    betas: Sequence[float],
    pilots: int,
    leapfrogs: int,
    acceptance: float,
    key: int,
) -> list[Float[Tensor, " points"]]:
    """Return a step size for each temperature after the first and each point, by pilot chains.

    log ε ← log ε + 0.2 (share accepted − wanted) at each temperature, at most ε = 1

    Args: target: posteriors. betas: temperatures, the first is 0. pilots: chains for each point.
        leapfrogs: of a move. acceptance: the wanted share. key: of the pilots' draws.
    """
    chains = target.look(target.prior(noise.fold(key, "start"), (pilots, *target.shape)))
    log_step = torch.full_like(chains.value[0], math.log(_FIRST_STEP))
    steps = []
    for t, beta in enumerate(betas[1:]):
        steps.append(log_step.exp())
        move = target.move(chains, beta, steps[-1], leapfrogs, noise.fold(key, t))
        chains = move.particles
        log_step = log_step + _GAIN * (move.probability.mean(0) - acceptance)
        log_step = log_step.clamp(max=math.log(_LARGEST))
    return steps


def _energy(particles: Particles, momentum: Tensor, beta: float) -> Float[Tensor, "chains points"]:
    kinetic = 0.5 * (momentum.square() + particles.z.square()).sum(-1)
    return kinetic - beta * particles.value


def _where(accepted: Bool[Tensor, "chains points"], new: Particles, old: Particles) -> Particles:
    wide = accepted.unsqueeze(-1)
    return Particles(
        torch.where(wide, new.z, old.z),
        torch.where(accepted, new.value, old.value),
        torch.where(wide, new.slope, old.slope),
    )
