"""Claim 9: every f-divergence is its variational bound at T* = f'(p_d/p_g), and a trained T nears it."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from zerosum import noise
from zerosum.claims.claim import Claim, Data, Finding, Measurement
from zerosum.claims.trial import Alone, Trial, seeded
from zerosum.games.two_player import TwoPlayer
from zerosum.networks.mlp import MLPDiscriminator
from zerosum.objectives.fgan import fgan
from zerosum.recipes.tables import DIVERGENCES
from zerosum.reports.svg import FAKE, INK, LINE, MUTED, REAL
from zerosum.theory.density import breaks, gaussian, integrate
from zerosum.theory.divergences import (
    FDivergence,
    divergence_between,
    optimal_t,
    variational_bound_between,
)
from zerosum.training.schedule import Schedule

DATA, MADE = gaussian(0.0), gaussian(1.0)
STEPS, BATCH, WIDTH = 1500, 512, 32
RATE = (0.01, 1e-4)
QUADRATURE = 1e-8
SHORTFALL = 0.02  # of the divergence's distance from its least value
LEAST = {"gan": -math.log(4)}  # where p = q; 0 for the others
GRID = np.linspace(-3.0, 4.0, 141)


class Shifted(nn.Module):
    """The fixed generator: latent + 1, so that a standard normal latent gives N(1, 1)."""

    def forward(
        self, latent: Float[Tensor, "n 1"], label: Tensor | None = None
    ) -> Float[Tensor, "n 1"]:
        """Return generated rows."""
        return latent + 1


def measure(seed: int) -> Measurement:
    """Evaluate each divergence and its bound at T*, and train a discriminator towards it."""
    found: list[Finding] = []
    exact, reached, curves = [], [], []
    for which in DIVERGENCES.values():
        value = divergence_between(which, DATA, MADE)
        at_best = variational_bound_between(which, DATA, MADE, partial(best_t, which))
        trained = train(which, seed)
        bound = bound_of(which, trained)
        found += [_at_best(which, value, at_best), _trained(which, value, bound)]
        exact.append(value)
        reached.append(bound)
        curves.append((best_t(which, GRID), t_of(which, trained, GRID)))
    excess = float(np.max(np.array(reached) - np.array(exact)))
    found.append(
        Finding("largest trained bound less its divergence", 0.0, excess, QUADRATURE,
                "a bound from below for any T; quadrature", "<=")
    )  # fmt: skip
    data = {"exact": np.array(exact), "reached": np.array(reached), "curves": np.array(curves)}
    return Measurement(tuple(found), data)


def best_t(which: FDivergence, x: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """Return T*(x) = f'(p_d(x)/p_g(x))."""
    logs = DATA.log_prob(x) - MADE.log_prob(x)
    return optimal_t(which, np.exp(np.clip(logs, -700, 700)))


def t_of(
    which: FDivergence, discriminator: nn.Module, x: Float[np.ndarray, " n"]
) -> Float[np.ndarray, " n"]:
    """Return T(x) = g_f(a(x)) of a discriminator in float64."""
    with torch.no_grad():
        return which.activation(discriminator(torch.from_numpy(x)[:, None], None, None)).numpy()


def bound_of(which: FDivergence, discriminator: nn.Module) -> float:
    """Return E_d g_f(a) − E_g f*(g_f(a)) of a discriminator in float64, by quadrature.

    In the logit, as the objective has it: far out, T itself may round to the end of f*'s domain.
    """

    def integrand(x: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
        """Return p_d T − p_g f*(T)."""
        with torch.no_grad():
            a = discriminator(torch.from_numpy(x)[:, None], None, None)
        t, cost = which.activation(a).numpy(), which.played(a).numpy()
        parts = [
            np.multiply(weight, value, out=np.zeros_like(weight), where=weight > 0)
            for weight, value in ((DATA.prob(x), t), (MADE.prob(x), cost))
        ]
        return parts[0] - parts[1]

    return integrate(integrand, -math.inf, math.inf, breaks(DATA, MADE))


def train(which: FDivergence, seed: int) -> nn.Module:
    """Return a discriminator trained by its own turns of the f-GAN game, in float64."""
    network = seeded(
        lambda: MLPDiscriminator(event_shape=(1,), width=WIDTH, depth=2, activation="silu"),
        seed,
        "discriminator",
    )
    Trial(
        game=Alone(TwoPlayer(fgan(which), joint_pass=True), "discriminator"),
        networks={"generator": Shifted(), "discriminator": network},
        real=even_normals,
        latent=even_normals,
        rate=Schedule(*RATE, over=STEPS * BATCH),
        betas=(0.5, 0.99),
        batch=BATCH,
        coefficients={},
        seed=seed,
    ).run(STEPS)
    return network.double()


def even_normals(key: int, n: int) -> Float[Tensor, "n 1"]:
    """Return n standard normals, one from each of n shares of equal probability."""
    shares = (torch.arange(n)[:, None] + noise.uniform(key, (n, 1), dtype=torch.float64)) / n
    return torch.special.ndtri(shares).float()


def _at_best(which: FDivergence, exact: float, bound: float) -> Finding:
    return Finding(
        f"{which.name}: bound at T* = f'(p_d/p_g), N(0,1) against N(1,1)", exact, bound, QUADRATURE,
        "two quadratures, of q f(p/q) and of p T* − q f*(T*)",
    )  # fmt: skip


def _trained(which: FDivergence, exact: float, bound: float) -> Finding:
    size = exact - LEAST.get(which.name, 0.0)
    return Finding(
        f"{which.name}: bound at a trained T", exact, bound, SHORTFALL * size,
        f"{SHORTFALL:.0%} of how far the divergence is above its least: {STEPS} steps on "
        f"{BATCH} samples a side, which meet the tails' large p/q seldom",
    )  # fmt: skip


def paint(axes: Any, data: Data) -> None:
    """Draw each divergence beside what was reached, and T* under the trained T, one box each."""
    boxes = axes.ravel()
    names = list(DIVERGENCES)
    for box, name, curves in zip(boxes[1:], names, data["curves"], strict=False):
        _curves(box, name, *curves)
    for box in boxes[len(names) + 1 :]:
        box.set_axis_off()
    _reached(boxes[0], names, data)
    for box in boxes[-3:]:
        box.set_xlabel("x")


def _reached(box: Any, names: list[str], data: Data) -> None:
    rows = np.arange(len(names))[::-1]
    least = np.array([LEAST.get(name, 0.0) for name in names])
    short = 100 * (data["exact"] - data["reached"]) / (data["exact"] - least)
    box.plot(np.maximum(short, 1e-5), rows, "o", color=FAKE, markersize=5)
    box.axvline(100 * SHORTFALL, color=REAL)
    box.set_xscale("log")
    box.set_xlim(1e-5, 10)
    box.set_xticks([1e-4, 1e-2, 1], ["0.0001", "0.01", "1"])
    box.minorticks_off()
    labels = [f"{name} {value:.3f}" for name, value in zip(names, data["exact"], strict=True)]
    box.set_yticks(rows, labels)
    box.tick_params(labelsize=7.5, colors=MUTED)
    box.set_title("D_f, and % missing", fontsize=9, color=INK)


def _curves(
    box: Any, name: str, best: Float[np.ndarray, " n"], trained: Float[np.ndarray, " n"]
) -> None:
    box.plot(GRID, best, color=REAL, linewidth=2.6, alpha=0.55, label="T*")
    box.plot(GRID, trained, color=FAKE, linewidth=1.1, label="trained T")
    box.axvline(0.5, color=LINE, linewidth=0.8)
    # the far tails, of which training sees next to nothing, would flatten the rest
    low, high = best[np.abs(GRID - 0.5) <= 2.2][[-1, 0]]
    room = 0.12 * (high - low)
    box.set_ylim(low - room, high + room)
    box.set_title(name, fontsize=9, color=INK)
    box.tick_params(labelsize=7.5, colors=MUTED)
    if name == "kl":
        box.legend(fontsize=8, loc="lower left")


CLAIM = Claim(
    number=9,
    name="f-divergences",
    proper_name="f-divergences",
    statement=(
        "Every f-divergence D_f(p_d‖p_g) is the largest value of E_d T − E_g f*(T), reached at "
        "T* = f'(p_d/p_g); a trained T comes close and stays below."
    ),
    derivation=(
        "f(u) = sup_t ut − f*(t), f convex: so u t − f*(t) ≤ f(u) for every t in the domain of f*.",
        "With u = p_d/p_g and t = T(x), times p_g and integrated: E_d T − E_g f*(T) ≤ D_f(p_d‖p_g).",
        "The supremum is met where t is the slope of f: T*(x) = f'(p_d(x)/p_g(x)), at every x.",
    ),
    source="Nguyen, Wainwright and Jordan 2010, arXiv:0809.0853; Nowozin et al. 2016, arXiv:1606.00709",
    measure=measure,
    paint=paint,
    caption=(
        "Data N(0, 1), generator N(1, 1). Top left: each divergence, and how much of it the trained "
        "bound misses (dot) and may miss (line). Others: T* (wide) under the trained T (thin); "
        "p_d = p_g at the grey line."
    ),
    grid=(4, 3),
    size=(7.2, 7.6),
)
