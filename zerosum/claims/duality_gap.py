"""Claim 15: the duality gap says how far two players are from an equilibrium, and falls as they train."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from zerosum import noise
from zerosum.claims.claim import Claim, Data, Finding, Measurement
from zerosum.claims.play import Dirac, Theta
from zerosum.claims.trial import Trial, normal_latents, seeded
from zerosum.data.toys import TOYS
from zerosum.games.protocol import Draw
from zerosum.games.two_player import TwoPlayer
from zerosum.networks.mlp import MLPDiscriminator, MLPGenerator
from zerosum.objectives.relativistic import RELATIVISTIC_PAIRING
from zerosum.objectives.wasserstein import WASSERSTEIN
from zerosum.penalties.zero_centred import R1, R2
from zerosum.reports.svg import FAKE, INK, REAL
from zerosum.training.duality import DualityGap, Search, duality_gap
from zerosum.training.plan import Plan
from zerosum.training.state import TrainState

STAGES = (0, 100, 300, 600, 1000, 1500)  # rounds
SEARCH = Search(steps=150)
JUDGES = 12  # held-out batches
POINTS = ((0.5, -0.25), (-0.9, 0.3), (0.0, 0.0))  # theta and psi of the Dirac-GAN


def measure(seed: int) -> Measurement:
    """Measure the gap of the Dirac-GAN, where it is known, and of a GAN on the ring as it trains."""
    found = [_dirac(theta, psi) for theta, psi in POINTS]
    gaps = _training(seed)
    data = {
        "rounds": np.array(STAGES, dtype=np.float64),
        "value": np.array([g.value for g in gaps]),
        "error": np.array([g.standard_error for g in gaps]),
        "discriminator": np.array([g.discriminator_gain for g in gaps]),
        "generator": np.array([g.generator_gain for g in gaps]),
    }
    return Measurement((*found, *_trained(gaps)), data)


def _dirac(theta: float, psi: float) -> Finding:
    """M = -psi theta on [-1, 1]²: each side's best answer is an end, so the gap is |theta| + |psi|."""
    double = torch.float64
    networks = {
        "generator": Theta(torch.tensor([theta], dtype=double)),
        "discriminator": Dirac(torch.tensor([psi], dtype=double)),
    }
    zeros = torch.zeros(1, 1, dtype=double)
    draw = Draw(zeros, zeros, None, torch.tensor(0))
    square = {"generator": _into_the_square, "discriminator": _into_the_square}
    gap = duality_gap(
        TwoPlayer(WASSERSTEIN), TrainState(networks, {}, {}), Plan(steps=1, batch=1, latent=1, seed=0),
        lambda step: draw, [draw, draw], search=Search(steps=150, learning_rate=0.02, project=square),
    )  # fmt: skip
    return Finding(
        f"gap of the Wasserstein Dirac-GAN on [-1, 1]² at θ = {theta:g}, ψ = {psi:g}: |θ| + |ψ|",
        abs(theta) + abs(psi),
        gap.value,
        1e-12,
        "150 steps of 0.02 reach an end of [-1, 1] from anywhere, where the answer is exact",
    )


def _into_the_square(tensors: list[Tensor]) -> None:
    for tensor in tensors:
        tensor.clamp_(-1, 1)


def _training(seed: int) -> list[DualityGap]:
    toy = TOYS["ring"]
    trial = Trial(
        game=TwoPlayer(RELATIVISTIC_PAIRING, (R1, R2), joint_pass=True),
        networks={
            "generator": seeded(_generator, seed, "generator"),
            "discriminator": seeded(_discriminator, seed, "discriminator"),
        },
        real=lambda key, n: torch.from_numpy(toy.sample(key, n)).float(),
        latent=normal_latents(2), rate=1e-3, betas=(0.0, 0.9), batch=256,
        coefficients={"r1": 0.1, "r2": 0.1}, seed=seed,
    )  # fmt: skip
    # draws that no round of the training has seen: the data are endless, so another seed holds them out
    other = replace(trial, seed=noise.fold(seed, "held out"))
    judge = [other.draw(-1 - i) for i in range(JUDGES)]
    gaps: list[DualityGap] = []

    def look(state: TrainState) -> None:
        gap = duality_gap(trial.game, state, trial.plan(1), other.draw, judge, search=SEARCH)
        gaps.append(gap)

    trial.run(STAGES[-1], look, STAGES)
    return gaps


def _trained(gaps: list[DualityGap]) -> list[Finding]:
    first, last = gaps[0], gaps[-1]
    steps = f"{SEARCH.steps} Adam steps a side"
    verdict = (
        "the inner optimisation FAILED" if last.failed else "the inner optimisation did not fail"
    )
    return [
        Finding(
            f"gap of a GAN on the ring before training, {steps}, held-out batches", 0.0, first.value, 0.0,
            "a gap is never negative", ">=",
        ),
        Finding(
            f"gap after {STAGES[-1]} rounds, at most a tenth of that before", 0.1 * first.value, last.value,
            2 * last.standard_error, "two standard errors over the held-out batches", "<=",
        ),
        Finding(
            f"gap after {STAGES[-1]} rounds", 0.0, last.value, 3 * last.standard_error,
            f"an estimate from below: {verdict}; 3 standard errors", ">=",
        ),
    ]  # fmt: skip


def _generator() -> MLPGenerator:
    return MLPGenerator(latent=2, event_shape=(2,), width=64, depth=2)


def _discriminator() -> MLPDiscriminator:
    return MLPDiscriminator(event_shape=(2,), width=64, depth=2)


def paint(axes: Any, data: Data) -> None:
    """Draw the gap and both players' gains against the rounds played, on a logarithmic axis."""
    rounds = data["rounds"]
    axes.errorbar(
        rounds, _positive(data["value"]), yerr=2 * data["error"], color=INK, marker="o", markersize=4,
        label="duality gap, ± 2 standard errors",
    )  # fmt: skip
    gains = (
        ("D could gain", "discriminator", REAL, "--"),
        ("G could gain", "generator", FAKE, ":"),
    )
    for label, key, colour, dash in gains:
        axes.plot(rounds, _positive(data[key]), color=colour, linestyle=dash, label=label)
    axes.set(xlabel="rounds of training on the ring", ylabel="nats", yscale="log")
    axes.legend(loc="upper right")


def _positive(values: np.ndarray) -> np.ndarray:
    # a search that failed has no place on a logarithmic axis: a gap in the line shows it
    return np.where(values > 0, values, np.nan)


CLAIM = Claim(
    number=15,
    name="duality-gap",
    statement=(
        "What both players could still gain by moving alone is never negative, 0 at an equilibrium, and "
        "falls as a GAN trains."
    ),
    derivation=(
        "gap = max over D′ of M(D′, G) - min over G′ of M(D, G′), and M(D, G) itself lies between the two.",
        "It is 0 only where neither can gain, which is what an equilibrium is.",
        "A search of finitely many steps finds less than the best answer, so it is estimated from below; "
        "a negative value means that a search failed.",
    ),
    source="Grnarova et al. 2019, arXiv 1811.05512",
    measure=measure,
    paint=paint,
    caption=(
        "The gap of a relativistic GAN with R1 and R2 on the ring, by 150 Adam steps a side on held-out "
        "batches, and what each player would gain."
    ),
    size=(6.4, 3.4),
)
