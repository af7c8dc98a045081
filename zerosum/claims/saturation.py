"""A discriminator trained against a generator that stands still, and G's gradient along the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from zerosum import noise
from zerosum.claims.trial import Alone, Trial, normal_latents, seeded
from zerosum.games.protocol import Draw
from zerosum.games.two_player import TwoPlayer
from zerosum.networks.mlp import MLPDiscriminator, MLPGenerator
from zerosum.objectives.least_squares import LEAST_SQUARES
from zerosum.objectives.minimax import MINIMAX
from zerosum.objectives.nonsaturating import NONSATURATING
from zerosum.objectives.objective import Objective
from zerosum.objectives.wasserstein import WASSERSTEIN
from zerosum.penalties.gradient_penalty import WGAN_GP
from zerosum.penalties.penalty import Penalty, logits_and_gradient, squared_norm
from zerosum.training.field import bound_networks
from zerosum.training.plan import Plan
from zerosum.training.state import TrainState

CENTRE, SPREAD, NOISE = 2.5, 0.5, 2.0  # real N(2.5, 0.5²), generated N(−2.5, 0.5²), noise
STEPS, RATE, BATCH = 1200, 2e-3, 256
LATE = range(900, STEPS + 1, 30)  # where means over the end of the training are taken
WHEN = tuple(sorted({0, *(int(t) for t in np.geomspace(1, 900, 30)), *LATE}))
LATENTS = 4096  # one in each slice of equal probability, so that the mean has no sampling noise
GRID = np.linspace(-6.0, 6.0, 481)


@dataclass(frozen=True)
class Setting:
    """One discriminator's training, and the generators' losses that are differentiated along it."""

    objectives: Mapping[str, Objective]
    penalties: tuple[Penalty, ...]
    coefficients: Mapping[str, float]
    spectral: bool = False

    def game(self, name: str) -> TwoPlayer:
        """Return the game of one of the objectives."""
        return TwoPlayer(self.objectives[name], self.penalties, joint_pass=True)


SETTINGS = {
    "plain": Setting({"mm": MINIMAX, "ns": NONSATURATING}, (), {}),
    "noise": Setting(
        {"mm_noise": MINIMAX, "ns_noise": NONSATURATING}, (), {"instance_noise": NOISE}
    ),
    "squares": Setting({"lsgan": LEAST_SQUARES}, (), {}),
    "spectral": Setting({"wgan": WASSERSTEIN}, (), {}, spectral=True),
    "penalised": Setting({"wgan_gp": WASSERSTEIN}, (WGAN_GP,), {"wgan-gp": 10.0}),
}


def follow(name: str, setting: Setting, seed: int) -> dict[str, np.ndarray]:
    """Train one setting's discriminator, looking on at the times of WHEN.

    Returns: for each objective's name the generator's gradient in (bias, weight), (times, 2); the
        logits on GRID (`grid_`), on real and on generated samples (`real_`, `fake_`), and the
        Cauchy-Schwarz bound on mm's gradient norm (`bound_`), each followed by the setting's name.
    """
    generator = affine(SPREAD, -CENTRE)
    discriminator = _discriminator(setting.spectral, seed)
    networks: Mapping[str, nn.Module] = {"generator": generator, "discriminator": discriminator}
    games = {key: setting.game(key) for key in setting.objectives}
    latent = even_latents(LATENTS).float()
    real = SPREAD * latent + CENTRE
    rows: dict[str, list[list[float]]] = {key: [] for key in (*games, f"bound_{name}")}

    def look(state: TrainState) -> None:
        key = torch.tensor(noise.fold(seed, "look", state.step))
        draw = Draw(real, latent, None, key)
        seen = bound_networks(state, Plan(1, 1, 1, seed, spectral=setting.spectral))
        for label, game in games.items():
            loss = game.loss("generator", seen, draw, setting.coefficients).loss
            slopes = torch.autograd.grad(loss, [generator.out.bias, generator.out.weight])
            rows[label].append([float(slope) for slope in slopes])
        rows[f"bound_{name}"].append(_bound(discriminator, generator(latent).detach(), latent))

    Trial(
        game=Alone(next(iter(games.values())), "discriminator"), networks=networks,
        real=lambda key, n: CENTRE + SPREAD * noise.normal(key, (n, 1)),
        latent=normal_latents(1), rate=RATE, betas=(0.5, 0.9), batch=BATCH,
        coefficients=setting.coefficients, seed=seed, spectral=setting.spectral,
    ).run(STEPS, look, WHEN)  # fmt: skip
    with torch.no_grad():
        grid = torch.from_numpy(GRID).float()[:, None]
        judged = [discriminator(x).double().numpy() for x in (grid, real, generator(latent))]
    found = {key: np.array(values) for key, values in rows.items()}
    return found | dict(zip((f"{p}_{name}" for p in ("grid", "real", "fake")), judged, strict=True))


def _bound(discriminator: MLPDiscriminator, fake: Tensor, latent: Tensor) -> list[float]:
    """√E σ(a)² · √E a′(x̂)²(1 + z²): Cauchy-Schwarz on E σ(a) a′ (1, z), the gradient of mm."""
    logits, slope = logits_and_gradient(discriminator, fake)
    reach = (squared_norm(slope) * (1 + latent.flatten() ** 2)).mean()
    return [float((logits.sigmoid().square().mean() * reach).sqrt().detach())]


def affine(weight: float, bias: float) -> MLPGenerator:
    """Return the generator weight · z + bias on the line."""
    generator = MLPGenerator(latent=1, event_shape=(1,), width=1, depth=0)
    with torch.no_grad():
        generator.out.weight.fill_(weight)
        generator.out.bias.fill_(bias)
    return generator


def even_latents(n: int) -> Float[Tensor, "_n 1"]:
    """Return the middles of n slices of equal probability of N(0, 1), shape (n, 1), float64."""
    return torch.special.ndtri((torch.arange(n, dtype=torch.float64) + 0.5) / n)[:, None]


def _discriminator(lipschitz: bool, seed: int) -> MLPDiscriminator:
    # SiLU's slope reaches 1.1, which would let a spectrally normalised critic exceed slope 1
    activation = "leaky_relu" if lipschitz else "silu"
    build = partial(MLPDiscriminator, event_shape=(1,), width=32, depth=2, activation=activation)
    network = seeded(build, seed, "discriminator")
    assert isinstance(network, MLPDiscriminator)
    return network
