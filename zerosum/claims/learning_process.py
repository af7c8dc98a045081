"""Claim 14: the learning process of the 2014 paper's figure 1, in a real training, ends at D = 1/2."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from jaxtyping import Float
from scipy.special import ndtr, ndtri
from torch import Tensor, nn

from zerosum import noise
from zerosum.claims.claim import Claim, Finding, Measurement
from zerosum.claims.learning_picture import ARROWS, animate, paint
from zerosum.claims.trial import Alone, Trial, normal_latents, seeded
from zerosum.data.toys import TOYS
from zerosum.games.two_player import TwoPlayer
from zerosum.networks.mlp import MLPDiscriminator, MLPGenerator
from zerosum.objectives.nonsaturating import NONSATURATING
from zerosum.theory.discriminator import LOG_4
from zerosum.theory.pushforward import pushforward
from zerosum.training.schedule import Schedule
from zerosum.training.state import TrainState

START_MEAN, START_SD = 1.5, 0.6  # the first p_g: near the data's N(0, 1), but off
BATCH, RATE, TURNS, ROUNDS = 512, 2e-3, 300, 600
ALONE = (5, 10, 15, 20, 25, 30, 40, 50, 60, 80, 100, 130, 170, 220, 300)  # of the first D turns
TOGETHER = (*range(1, 41), *range(42, 80, 3), 90, 105, 125, 150, 200, 280, 400, ROUNDS)
STAGES = (ALONE[1], ALONE[-1], 20, ROUNDS)  # D's 10th and 300th turn, the 20th and last round
EDGES = np.linspace(-5.0, 5.0, 401)
LATENTS = np.linspace(-6.0, 6.0, 4001)
BULK = 2.5  # 99 % of the data lie within


class Start(nn.Module):
    """A generator that begins as x = mean + sd z and learns a network's output on top."""

    def __init__(self) -> None:
        super().__init__()
        self.body = MLPGenerator(
            latent=1, event_shape=(1,), width=32, depth=2, activation="silu", output="linear"
        )
        nn.init.zeros_(self.body.out.weight)
        nn.init.zeros_(self.body.out.bias)

    def forward(
        self, z: Float[Tensor, "batch 1"], label: Tensor | None = None
    ) -> Float[Tensor, "batch 1"]:
        """Return samples, shape (batch, 1)."""
        return START_MEAN + START_SD * z + self.body(z)


@dataclass
class Film:
    """What is kept of the training: one entry a frame."""

    generated: list[np.ndarray] = field(default_factory=list)
    judged: list[np.ndarray] = field(default_factory=list)
    mapped: list[np.ndarray] = field(default_factory=list)

    def look(self, state: TrainState) -> None:
        """Keep p_g on the bins, D at their middles and G at the arrows' latents."""
        generator, discriminator = (state.networks[k] for k in ("generator", "discriminator"))
        images = _values(generator, LATENTS)
        self.generated.append(pushforward(images, np.diff(ndtr(LATENTS)), EDGES))
        self.judged.append(1 / (1 + np.exp(-_values(discriminator, (EDGES[1:] + EDGES[:-1]) / 2))))
        self.mapped.append(_values(generator, ndtri(ARROWS)))


def measure(seed: int) -> Measurement:
    """Train D alone, then both players, and look at the end of the story."""
    film = Film()
    networks: Mapping[str, nn.Module] = {
        "generator": seeded(Start, seed, "generator"),
        "discriminator": seeded(_discriminator, seed, "discriminator"),
    }
    game = TwoPlayer(NONSATURATING, discriminator_steps=5, joint_pass=True)
    alone = Alone(game, "discriminator")
    _trial(alone, networks, RATE, noise.fold(seed, "alone")).run(TURNS, film.look, ALONE)
    falling = Schedule(RATE, RATE / 100, over=ROUNDS * BATCH)
    _trial(game, networks, falling, seed).run(ROUNDS, film.look, TOGETHER)
    data = {
        "middles": (EDGES[1:] + EDGES[:-1]) / 2,
        "real": np.diff(ndtr(EDGES)) / np.diff(EDGES),
        "generated": np.stack(film.generated) / np.diff(EDGES),
        "judged": np.stack(film.judged),
        "mapped": np.stack(film.mapped),
        "turns": np.array([*ALONE, *[0] * len(TOGETHER)]),
        "rounds": np.array([*[0] * len(ALONE), *TOGETHER]),
        "stages": np.array(
            [ALONE.index(t) for t in STAGES[:2]]
            + [len(ALONE) + TOGETHER.index(t) for t in STAGES[2:]]
        ),
    }
    return Measurement(_findings(data), data)


def total_variation(p: Float[np.ndarray, " bins"], q: Float[np.ndarray, " bins"]) -> float:
    """Return half of sum |p - q| over bins of probability; what lies outside counts as a bin."""
    return float(np.abs(p - q).sum() + abs(p.sum() - q.sum())) / 2


def _findings(data: Mapping[str, np.ndarray]) -> tuple[Finding, ...]:
    width = np.diff(EDGES)
    real, made = data["real"] * width, data["generated"][data["stages"]] * width
    judged, bulk = data["judged"][data["stages"]], np.abs(data["middles"]) <= BULK
    apart = [total_variation(real, q) for q in made]
    both = real + made[1]
    off = math.sqrt(float((both / 2 * (judged[1] - real / both) ** 2).sum()))
    criterion = _kl(real, (real + made[3]) / 2) + _kl(made[3], (real + made[3]) / 2) - LOG_4
    steady = f"{ROUNDS} rounds of {BATCH} rows, steps falling to 1 % of their first size"
    return (
        Finding(
            "root mean square of D − D* under (p_d + p_g)/2 after D's turns alone (stage 2)",
            0.0, off, 0.02, f"{TURNS} turns of {BATCH} rows",
        ),
        Finding("total variation of p_g and p_d at stage 1", 0.0, apart[0], 0.0, "the start", "reported"),
        Finding(
            "total variation of p_g and p_d at stage 3, at most that of stage 1",
            apart[0], apart[2], 0.0, "none: p_g follows D's slope to where data are", "<=",
        ),
        Finding("total variation of p_g and p_d at the end", 0.0, apart[3], 0.05, steady),
        Finding("C(G) at the end, nats", -LOG_4, criterion, 0.005, f"{steady}; C + log 4 ~ TV²"),
        Finding(
            f"largest |D − 1/2| on |x| ≤ {BULK:g} at the end", 0.0,
            float(np.abs(judged[3] - 0.5)[bulk].max()), 0.05, steady,
        ),
    )  # fmt: skip


def _kl(p: Float[np.ndarray, " bins"], q: Float[np.ndarray, " bins"]) -> float:
    held = p > 0
    return float(np.sum(p[held] * np.log(p[held] / q[held])))


def _trial(
    game: Alone | TwoPlayer, networks: Mapping[str, nn.Module], rate: float | Schedule, seed: int
) -> Trial:
    return Trial(
        game=game, networks=networks, real=_real, latent=normal_latents(1), rate=rate,
        betas=(0.5, 0.99), batch=BATCH, coefficients={}, seed=seed,
    )  # fmt: skip


def _real(key: int, n: int) -> Float[Tensor, "n 1"]:
    return torch.from_numpy(TOYS["gaussian"].sample(key, n)).float()


def _discriminator() -> nn.Module:
    return MLPDiscriminator(event_shape=(1,), width=32, depth=2, activation="silu")


def _values(network: nn.Module, x: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    with torch.no_grad():
        return network(torch.from_numpy(x).float()[:, None]).flatten().double().numpy()


CLAIM = Claim(
    number=14,
    name="learning-process",
    statement="The learning process that the 2014 paper draws ends where p_g = p_d and D = 1/2.",
    derivation=(
        "D's turns alone lead to D* = p_d/(p_d + p_g): above 1/2 where data are denser than samples.",
        "The generator's turns move G(z) up D's slope, so p_g moves to where it is too thin.",
        "D stops pointing anywhere only where p_d = p_g: the one place at which both players rest.",
    ),
    source="Goodfellow et al. 2014, arXiv:1406.2661, figure 1 and section 4",
    measure=measure,
    paint=paint,
    caption="Four stages of one training: data density (dotted), p_g (solid), D (dashed); beneath, "
    "arrows lead from latents z, equally many of them between any two, to x = G(z).",
    grid=(1, 4),
    size=(11.2, 3.3),
    animate=animate,
)
