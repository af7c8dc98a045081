"""Critics trained between two fixed sets of points, and how steep they are.

    W_1 ≈ (E_d f − E_g f) / K,    K the largest slope of f that was found

K is the largest of: |f(x) − f(y)| / ‖x − y‖ over every two points of both sets, and ‖∇f‖ at the
points, along the lines of the exact plan, and on a grid over the box that holds both sets. The pairs
alone make f / K 1-Lipschitz on the two sets, so no estimate can exceed their W_1; the rest makes K
what it should be between them too.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from zerosum import noise
from zerosum.claims.trial import Alone, Trial, seeded
from zerosum.games.two_player import TwoPlayer
from zerosum.networks.mlp import MLPDiscriminator
from zerosum.penalties import spectral
from zerosum.penalties.penalty import gradient_norm, logits_and_gradient
from zerosum.theory.transport import Transport
from zerosum.training.schedule import Schedule

LINES, GRID = 11, 80  # looks along each of the plan's lines, and along each side of the box


@dataclass(frozen=True)
class Training:
    """How a critic is trained, and what keeps it from being steep.

    Attributes:
        game: whose discriminator it is.
        rate: Adam's step size, falling to a hundredth of itself on a cosine.
        steps: of the critic.
        coefficients: the weights of the game's penalties.
        clip: bound on the weights, or None.
        spectral: divide every weight by its largest singular value.
    """

    game: TwoPlayer
    rate: float
    steps: int
    coefficients: Mapping[str, float] = field(default_factory=dict)
    clip: float | None = None
    spectral: bool = False


@dataclass(frozen=True)
class Estimate:
    """What a critic says.

    Attributes:
        gap: E_d f − E_g f.
        slope: K, the largest slope found.
        bound: the product of the layers' largest singular values, which no slope exceeds.
    """

    gap: float
    slope: float
    bound: float

    @property
    def distance(self) -> float:
        """W_1 as the critic has it."""
        return self.gap / self.slope


class FixedSet(nn.Module):
    """A generator that makes the same rows whatever the latents."""

    def __init__(self, rows: Float[Tensor, " n *event"]) -> None:
        super().__init__()
        self.register_buffer("rows", rows)

    def forward(self, latent: Tensor, label: Tensor | None = None) -> Float[Tensor, " n *event"]:
        """Return the rows."""
        return self.get_buffer("rows")


def train(
    plan: Transport,
    training: Training,
    seed: int,
    build: Callable[[], MLPDiscriminator],
) -> nn.Module:
    """Return a critic trained on all points of the two sets at every step.

    Args:
        plan: holds the two sets; the plan itself is not looked at.
        training: the game, its constraint, the number of steps.
        seed: of its initial weights and of the interpolates.
        build: makes the network.

    Returns: a plain module; spectrally normalised weights are put in divided.
    """
    real, fake = torch.from_numpy(plan.x).float(), torch.from_numpy(plan.y).float()
    rows = len(fake)
    critic = seeded(build, seed, "discriminator")
    state = Trial(
        game=Alone(training.game, "discriminator"),
        networks={"generator": FixedSet(fake), "discriminator": critic},
        # in a new order each step: the penalty looks between random pairs
        real=lambda key, n: real[noise.permutation(key, n)],
        latent=lambda key, n: torch.zeros(n, 1),
        rate=Schedule(training.rate, training.rate / 100, over=training.steps * rows),
        betas=(0.0, 0.9),
        batch=rows,
        coefficients=training.coefficients,
        seed=seed,
        clip=training.clip,
        spectral=training.spectral,
    ).run(training.steps)
    return _normalised(critic, state.vectors) if training.spectral else critic


def judge(critic: nn.Module, plan: Transport) -> Estimate:
    """Return the critic's gap between the two sets and the largest slope found, see the module.

    Args:
        critic: (n, d) -> (n,).
        plan: the two sets, and the lines along which slopes are looked for.
    """
    points = torch.from_numpy(np.concatenate((plan.x, plan.y))).float()
    with torch.no_grad():
        values = critic(points).double()
    gap = float(values[: len(plan.x)].mean() - values[len(plan.x) :].mean())
    slopes = [steepest_pair(values, points.double()), steepest(critic, points)]
    slopes += [steepest(critic, _lines(plan)), steepest(critic, _box(points))]
    matrices = [p.detach() for p in critic.parameters() if p.ndim == 2]
    norms = [float(torch.linalg.matrix_norm(w, ord=2)) for w in matrices]
    return Estimate(gap, max(slopes), float(np.prod(norms)))


def steepest(critic: Callable[..., Tensor], points: Float[Tensor, "n d"]) -> float:
    """Return the largest ‖∇f‖ at these points."""
    return float(gradient_norm(logits_and_gradient(critic, points)[1]).max().detach())


def steepest_pair(values: Float[Tensor, " n"], points: Float[Tensor, "n d"]) -> float:
    """Return the largest |f(x) − f(y)| / ‖x − y‖ over every two of these points."""
    lengths = torch.cdist(points, points, compute_mode="donot_use_mm_for_euclid_dist")
    apart = lengths > 0
    return float(((values[:, None] - values).abs()[apart] / lengths[apart]).max())


def _lines(plan: Transport) -> Float[Tensor, "n d"]:
    start, end = plan.x[plan.source], plan.y[plan.target]
    looks = [start + t * (end - start) for t in np.linspace(0.0, 1.0, LINES)]
    return torch.from_numpy(np.concatenate(looks)).float()


def _box(points: Float[Tensor, "n 2"]) -> Float[Tensor, "m 2"]:
    low, high = points.min(dim=0).values, points.max(dim=0).values
    sides = [torch.linspace(float(a), float(b), GRID) for a, b in zip(low, high, strict=True)]
    return torch.cartesian_prod(*sides)


def _normalised(critic: nn.Module, vectors: dict[str, Tensor]) -> nn.Module:
    plain = copy.deepcopy(critic)
    weights = {name: w.detach() for name, w in critic.named_parameters()}
    vectors = spectral.power_iteration(weights, vectors, steps=100)  # until σ no longer moves
    plain.load_state_dict(spectral.normalise(weights, vectors))
    return plain
