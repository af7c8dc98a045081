"""Claim 1: the best discriminator is p_d / (p_d + p_g), and a trained one reaches it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from zerosum import noise
from zerosum.claims.claim import Claim, Data, Finding, Measurement
from zerosum.claims.trial import Alone, Trial, normal_latents, seeded
from zerosum.games.two_player import TwoPlayer
from zerosum.networks.mlp import MLPDiscriminator
from zerosum.objectives.minimax import MINIMAX
from zerosum.reports.svg import FAKE, INK, MUTED, REAL
from zerosum.theory.density import Density, breaks, gaussian, integrate, mixture
from zerosum.theory.discriminator import (
    LOG_4,
    discriminator_value,
    generator_criterion,
    optimal_discriminator,
)
from zerosum.training.schedule import Schedule

STEPS, BATCH, RATE = 2000, 512, 2e-2
UNIT_SHIFT = -LOG_4 + 2 * 0.111421482185  # JSD(N(0,1), N(1,1)) in nats
HUMPS, HUMP_SD = (-1.5, 1.5), 0.6


@dataclass(frozen=True)
class Pair:
    """Data and a fixed generator x = mean + spread z, whose densities are known.

    Attributes:
        name: of its arrays.
        data: the density of the data.
        real: (key, n) -> n rows of data, shape (n, 1).
        mean, spread: the generator's.
        window: where D is compared with D*.
        predicted: V at D*.
        relation: of the largest error: "=" with a tolerance, or "reported" where tails decide it.
    """

    name: str
    data: Density
    real: Callable[[int, int], Tensor]
    mean: float
    spread: float
    window: tuple[float, float]
    predicted: float
    relation: str

    @property
    def generated(self) -> Density:
        """The density of the generator's samples."""
        return gaussian(self.mean, self.spread)


class Affine(nn.Module):
    """A generator that stands still: x = mean + spread z."""

    def __init__(self, mean: float, spread: float) -> None:
        super().__init__()
        self._mean, self._spread = mean, spread

    def forward(
        self, z: Float[Tensor, "batch 1"], label: Tensor | None = None
    ) -> Float[Tensor, "batch 1"]:
        """Return samples, shape (batch, 1)."""
        return self._mean + self._spread * z


def measure(seed: int) -> Measurement:
    """Train a discriminator against each of two fixed generators and compare it with D*."""
    data: dict[str, np.ndarray] = {}
    findings: list[Finding] = []
    for pair in pairs():
        logits = judge(train(pair, seed))
        findings += compare(pair, logits)
        x = np.linspace(*pair.window, 281)
        best = optimal_discriminator(pair.data, pair.generated)
        curves = (x, pair.data.prob(x), pair.generated.prob(x), best(x), _sigmoid(logits(x)))
        keys = ("x", "real", "generated", "best", "trained")
        data |= {f"{pair.name}_{key}": row for key, row in zip(keys, curves, strict=True)}
    return Measurement(tuple(findings), data)


def pairs() -> tuple[Pair, Pair]:
    """Return N(0, 1) against N(1, 1), and two humps against one wide one."""
    humps = mixture([gaussian(m, HUMP_SD) for m in HUMPS], [0.5, 0.5])
    wide = generator_criterion(humps, gaussian(0.5, 1.5))
    return (
        Pair("shift", gaussian(), normal_latents(1), 1.0, 1.0, (-3.0, 4.0), UNIT_SHIFT, "="),
        Pair("humps", humps, _two_humps, 0.5, 1.5, (-4.0, 4.0), wide, "reported"),
    )


def train(pair: Pair, seed: int) -> nn.Module:
    """Return a discriminator after its turns of the minimax game; the generator never moves."""
    network = seeded(_discriminator, seed, "discriminator")
    Trial(
        game=Alone(TwoPlayer(MINIMAX, joint_pass=True), "discriminator"),
        networks={"generator": Affine(pair.mean, pair.spread), "discriminator": network},
        real=pair.real,
        latent=normal_latents(1),
        rate=Schedule(RATE, 0.0, over=STEPS * BATCH),
        betas=(0.9, 0.999),
        batch=BATCH,
        coefficients={},
        seed=noise.fold(seed, pair.name),
    ).run(STEPS)
    return network


def judge(network: nn.Module) -> Callable[[np.ndarray], np.ndarray]:
    """Return the network's logits as a function (n,) -> (n,) in float64."""
    network = network.double()

    def logits(x: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
        """Return logits at the points x, shape (n,)."""
        with torch.no_grad():
            return network(torch.from_numpy(x)[:, None]).numpy()

    return logits


def compare(pair: Pair, logits: Callable[[np.ndarray], np.ndarray]) -> tuple[Finding, ...]:
    """Return what a discriminator's logits show beside D* and the value at D*."""
    p, q = pair.data, pair.generated
    reached = discriminator_value(p, q, logits)
    where = f"{p.name} against {q.name}"
    seen = f"{STEPS * BATCH / 1e6:.1f} million samples of each side, {STEPS} steps"
    return (
        *_errors(pair, logits, seen),
        Finding(
            f"V of the trained D, nats, {where}", pair.predicted, reached, 0.002,
            f"{seen}; V is flat at D*, so an error e of D costs about e²",
        ),
        Finding(
            f"V of the trained D stays below V(D*), {where}", pair.predicted, reached, 1e-10,
            "quadrature, and the twelve digits of JSD", relation="<=",
        ),
        Finding(
            f"V + cross-entropy with labels real and synthetic, {where}",
            0.0, reached + cross_entropy(p, q, logits), 1e-9,
            "a sum in steps of 1/2000 against adaptive quadrature",
        ),
    )  # fmt: skip


def _errors(
    pair: Pair, logits: Callable[[np.ndarray], np.ndarray], seen: str
) -> tuple[Finding, Finding]:
    """Return the largest error of D in the window, and the one that V can see."""
    p, q = pair.data, pair.generated
    best = optimal_discriminator(p, q)
    x = np.linspace(*pair.window, 1401)
    largest = float(np.abs(_sigmoid(logits(x)) - best(x)).max())
    squared = integrate(
        lambda x: (p.prob(x) + q.prob(x)) / 2 * (_sigmoid(logits(x)) - best(x)) ** 2,
        p.points[0], p.points[-1], breaks(p, q),
    )  # fmt: skip
    low, high = pair.window
    where = f"{p.name} against {q.name}"
    return (
        Finding(
            f"max |D − D*| on [{low:g}, {high:g}], {where}",
            0.0, largest, 0.02, seen,
            relation=pair.relation,
        ),
        Finding(
            f"root mean square of D − D* under (p_d + p_g)/2, {where}", 0.0, math.sqrt(squared), 0.02,
            f"{seen}; Pinsker: a V that is g too low allows √g/2, so 0.002 allows 0.022",
        ),
    )  # fmt: skip


def cross_entropy(p: Density, q: Density, logits: Callable[[np.ndarray], np.ndarray]) -> float:
    """Return torch's own cross-entropy of the answers with the labels, summed over both labels.

    Each place x of a fine grid stands there twice: labelled 1 with weight p(x) dx, 0 with q(x) dx.
    """
    x = np.linspace(-16.0, 17.0, 66_001)
    # 33 / 66000, and not x[1] - x[0], which has lost four digits
    weights = np.concatenate((p.prob(x), q.prob(x))) * (x[-1] - x[0]) / (len(x) - 1)
    labels = torch.cat((torch.ones(len(x)), torch.zeros(len(x)))).double()
    answers = torch.from_numpy(np.tile(logits(x), 2))
    total = binary_cross_entropy_with_logits(
        answers, labels, weight=torch.from_numpy(weights), reduction="sum"
    )
    return float(total)


def _discriminator() -> nn.Module:
    return MLPDiscriminator(event_shape=(1,), width=32, depth=2, activation="silu")


def _two_humps(key: int, n: int) -> Float[Tensor, "n 1"]:
    side = noise.integers(noise.fold(key, "side"), (n, 1), 2)
    centre = torch.tensor(HUMPS)[side]
    return centre + HUMP_SD * noise.normal(noise.fold(key, "spread"), (n, 1))


def _sigmoid(logits: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    return 1 / (1 + np.exp(-logits))


def paint(axes: Any, data: Data) -> None:
    """Draw both pairs: densities below, the trained discriminator over the best one."""
    for one, name in zip(axes, ("shift", "humps"), strict=True):
        x = data[f"{name}_x"]
        for key, colour in (("real", REAL), ("generated", FAKE)):
            one.fill_between(x, data[f"{name}_{key}"], color=colour, alpha=0.14, lw=0)
            one.plot(x, data[f"{name}_{key}"], color=colour, lw=1.1)
        one.plot(x, data[f"{name}_trained"], color=INK, lw=2.6, alpha=0.35)
        one.plot(x, data[f"{name}_best"], color=INK, lw=1.2, ls=(0, (5, 3)))
        one.axhline(0.5, color=MUTED, lw=0.6, ls=(0, (1, 3)))
        one.set(xlabel="x", xlim=(x[0], x[-1]), ylim=(0, 1.04))
    axes[0].set_ylabel("density, and D(x)")
    for at, text, colour in (
        ((0.1, 0.86), "D trained (grey)\nD* (dashed)", INK),
        ((-1.95, 0.2), "p_d", REAL),
        ((2.35, 0.2), "p_g", FAKE),
    ):
        axes[0].annotate(text, at, color=colour, va="center")
    axes[1].annotate("p_d", (-1.5, 0.35), color=REAL, ha="center")
    axes[1].annotate("p_g", (-0.08, 0.285), color=FAKE, ha="center")


CLAIM = Claim(
    number=1,
    name="optimal-discriminator",
    statement="Against a fixed generator the best discriminator is D* = p_d/(p_d + p_g), and a "
    "trained one reaches it; V(D, G) is minus its cross-entropy with the labels real and synthetic.",
    derivation=(
        "V(D, G) = ∫ p_d log D + p_g log(1 − D) dx, and D(x) may be chosen at each x by itself.",
        "a log y + b log(1 − y) is concave in y with slope a/y − b/(1 − y), which is 0 at y = a/(a + b).",
        "log D is what the label real costs, log(1 − D) the label synthetic: V is minus their sum.",
    ),
    source="Goodfellow et al. 2014, arXiv:1406.2661, equation 1 and proposition 1",
    measure=measure,
    paint=paint,
    caption="A network after the discriminator's turns alone (grey) lies on D* (dashed), for "
    "N(0, 1) against N(1, 1) and for two humps against one wide Gaussian.",
    grid=(1, 2),
    size=(8.4, 3.2),
)
