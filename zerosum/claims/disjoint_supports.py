"""Claim 10: where supports are disjoint the classic D is flat; what least squares and noise change."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Float64
from torch import Tensor, nn

from zerosum import noise
from zerosum.claims.claim import Claim, Data, Finding, Measurement
from zerosum.claims.trial import Alone, Trial, seeded
from zerosum.games.protocol import Draw, Networks
from zerosum.games.two_player import TwoPlayer
from zerosum.networks.mlp import MLPDiscriminator
from zerosum.objectives.least_squares import LEAST_SQUARES
from zerosum.objectives.minimax import MINIMAX
from zerosum.objectives.objective import Objective
from zerosum.reports.svg import FAKE, FOURTH, INK, MUTED, REAL, THIRD
from zerosum.theory.density import Density, density, integrate, uniform
from zerosum.theory.discriminator import generator_criterion, optimal_discriminator
from zerosum.training.schedule import Schedule
from zerosum.training.state import TrainState

MIDDLE = 1.5  # data uniform on [1, 2], generated samples uniform on [−2, −1]
SIGMAS = (0.5, 1.0)
STEPS, ROWS, RATE = 1500, 128, 0.02
CHUNKS, CHUNK = 64, 4096
FACTOR = 100.0
GRID = np.linspace(-4.0, 4.0, 401)


def measure(seed: int) -> Measurement:
    """Measure the generator's slope at exact and at trained discriminators."""
    classic = _affine_discriminator(MINIMAX, Schedule(RATE), seed)
    # least squares has a best line to come to rest on; cross-entropy has none, and keeps its pace
    squares = _affine_discriminator(LEAST_SQUARES, Schedule(RATE, 0.0, over=STEPS * ROWS), seed)
    gaps = np.linspace(0.0, 6.0, 25)
    data = {
        "gap": gaps,
        "classic": classic["gradient"],
        "grid_classic": classic["grid"],
        "grid_squares": squares["grid"],
        "grid_noise": best_logits(torch.from_numpy(GRID), MIDDLE, 1.0).sigmoid().numpy(),
        "gap_squares": np.array([affine_squares((g + 1) / 2, 1 / 12)[1] for g in gaps]),
    }
    for sigma in SIGMAS:
        data[f"gap_noise_{sigma:g}"] = np.array([noisy_slope((g + 1) / 2, sigma) for g in gaps])
    found = [*_exact(), *_restricted(classic, squares)]
    for sigma in SIGMAS:
        found += _with_noise(sigma, seed)
    return Measurement(tuple(found), data)


def _exact() -> list[Finding]:
    """What the best of all discriminators says where only generated samples are."""
    p, q = uniform(1.0, 2.0), uniform(-2.0, -1.0)
    moved = generator_criterion(p, uniform(-1.0, 0.0)) - generator_criterion(p, q)
    inside = np.linspace(-1.999, -1.001, 999)
    flat = optimal_discriminator(p, q)
    assert callable(flat)
    least = np.abs(np.gradient(flat(inside), inside)).max()
    slopes = [_logit_slope(o, a) for o, a in ((MINIMAX, -50.0), (LEAST_SQUARES, 0.0))]
    return [
        Finding(
            "classic, exact D: change of C(G) as p_g moves a third of the way to the data", 0.0,
            moved, 1e-9, "quadrature",
        ),
        Finding(
            "least squares, exact D (a* = p_d/(p_d + p_g)): steepest |a*′| at generated points",
            0.0, float(least), 1e-12, "exact: a* is 0 on all of them, so this loss is flat too",
        ),
        Finding(
            "mm: slope in the logit towards which its D strives, a → −∞ (taken at −50)", 0.0,
            slopes[0], 1e-20, "σ(−50) = 2e-22",
        ),
        Finding(
            "least squares: slope in the logit at its D's target, a = 0", -1.0, slopes[1], 1e-12,
            "rounding: the formula is a − 1",
        ),
    ]  # fmt: skip


def _logit_slope(objective: Objective, logit: float) -> float:
    a = torch.tensor([logit], dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(objective.generator(torch.zeros_like(a), a).sum(), a)
    return float(slope)


def affine_squares(middle: float, variance: float) -> tuple[float, float]:
    """Return w of the best a(x) = ½ + wx under least squares, and dL/dθ of its generator.

    w = m / 2(m² + v),  dL/dθ = E_g (a − 1) w = −w(½ + wm), for means ±m and variances v.
    """
    w = middle / (2 * (middle**2 + variance))
    return w, -w * (0.5 + w * middle)


def _affine_discriminator(objective: Objective, rate: Schedule, seed: int) -> dict[str, np.ndarray]:
    """Train a(x) = b + wx on evenly placed rows, so that nothing is left to chance but the start."""
    even = ((torch.arange(ROWS, dtype=torch.float64) + 0.5) / ROWS - 0.5).reshape(-1, 1)
    discriminator = seeded(_line, seed, "discriminator").double()
    networks: Mapping[str, nn.Module] = {
        "generator": Shift(-MIDDLE),
        "discriminator": discriminator,
    }
    game = TwoPlayer(objective, joint_pass=True)
    draw = Draw(even + MIDDLE, even, None, torch.tensor(0))
    gradients: list[float] = []

    def look(state: TrainState) -> None:
        loss = game.loss("generator", networks, draw, {}).loss
        gradients.append(
            float(torch.autograd.grad(loss, list(networks["generator"].parameters()))[0])
        )

    Trial(
        game=Alone(game, "discriminator"), networks=networks, real=lambda key, n: even + MIDDLE,
        latent=lambda key, n: even, rate=rate, betas=(0.9, 0.99), batch=ROWS, coefficients={}, seed=seed,
    ).run(STEPS, look, range(0, STEPS + 1, 10))  # fmt: skip
    with torch.no_grad():
        grid = discriminator(torch.from_numpy(GRID)[:, None]).numpy()
    weight = np.array([p.detach().sum().item() for p in discriminator.parameters()])
    return {"gradient": np.array(gradients), "grid": grid, "weight": weight}


def _restricted(
    classic: Mapping[str, np.ndarray], squares: Mapping[str, np.ndarray]
) -> list[Finding]:
    """Discriminators b + wx: least squares has a best one, with a slope; cross-entropy has none."""
    variance = (1 - 1 / ROWS**2) / 12  # of the evenly placed rows
    w, slope = affine_squares(MIDDLE, variance)
    rest = "full batches and a rate that falls to 0: what Adam has not closed by then"
    size = np.abs(classic["gradient"])
    return [
        Finding("least squares, affine D trained: its slope w = m/2(m² + v)", w,
                float(squares["weight"][0]), 1e-9, rest),
        Finding("least squares, affine D trained: dL/dθ = −w(½ + wm)", slope,
                float(squares["gradient"][-1]), 1e-9, rest),
        Finding(f"mm, affine D trained: |dL/dθ| after {STEPS} steps over its largest", 1 / FACTOR,
                float(size[-1] / size.max()), 0.0,
                f"flat is what we call a fall by the factor {FACTOR:g}; it goes on falling", "<="),
    ]  # fmt: skip


def blurred(centre: float, sigma: float) -> Density:
    """Return the density of U(centre − ½, centre + ½) + N(0, σ²): Φ(u) − Φ(v), in logarithms."""
    points = tuple(centre + s * sigma for s in (-8.0, -3.0, -1.0, 0.0, 1.0, 3.0, 8.0))

    def log_prob(x: Float64[np.ndarray, " n"]) -> Float64[np.ndarray, " n"]:
        """Return the logarithm of the density, shape (n,)."""
        return _log_blurred(torch.from_numpy(x), centre, sigma).numpy()

    return density(-math.inf, math.inf, log_prob=log_prob, points=points)


def _log_blurred(
    x: Float[Tensor, " *shape"], centre: float, sigma: float
) -> Float[Tensor, " *shape"]:
    # symmetric about the centre, so both ends are taken in the left tail, where nothing cancels
    away = -(x - centre).abs()
    high, low = (torch.special.log_ndtr((away + half) / sigma) for half in (0.5, -0.5))
    return high + torch.log1p(-torch.exp(low - high))


def best_logits(
    x: Float[Tensor, " *shape"], middle: float, sigma: float
) -> Float[Tensor, " *shape"]:
    """Return a* = log p_σ − log q_σ of the two blurred uniform densities at ±middle."""
    return _log_blurred(x, middle, sigma) - _log_blurred(x, -middle, sigma)


def noisy_slope(middle: float, sigma: float) -> float:
    """Return dL/dθ of mm with instance noise at the exact D: −E q_σ [D* a*′], by quadrature."""
    q = blurred(-middle, sigma)

    def integrand(x: Float64[np.ndarray, " n"]) -> Float64[np.ndarray, " n"]:
        """Return −q D* a*′ at the points, shape (n,)."""
        at = torch.from_numpy(x).requires_grad_(True)
        a = best_logits(at, middle, sigma)
        (slope,) = torch.autograd.grad(a.sum(), at)
        return -(q.prob(x) * a.detach().sigmoid().numpy() * slope.numpy())

    reach = middle + 0.5 + 9 * sigma
    return integrate(integrand, -reach, reach, (-middle, 0.0, middle))


def _with_noise(sigma: float, seed: int) -> list[Finding]:
    exact = noisy_slope(MIDDLE, sigma)
    wide, narrow = (_criterion_slope(sigma, h) for h in (0.02, 0.01))
    slopes = _played_slopes(sigma, seed)
    error = float(slopes.std(ddof=1) / math.sqrt(CHUNKS))
    name = f"mm with instance noise {sigma:g}, exact D"
    return [
        Finding(
            f"{name}: dL/dθ = −E D* a*′ against the slope of C(G) itself", exact, narrow,
            abs(wide - narrow) + 1e-8, "central difference: what halving its step changes",
        ),
        Finding(
            f"{name}: dL/dθ of the game as it is played", exact, float(slopes.mean()), 4 * error,
            f"4 standard errors of {CHUNKS} batches of {CHUNK}",
        ),
    ]  # fmt: skip


def _criterion_slope(sigma: float, h: float) -> float:
    p = blurred(MIDDLE, sigma)
    ahead, behind = (generator_criterion(p, blurred(-MIDDLE + s * h, sigma)) for s in (1, -1))
    return (ahead - behind) / (2 * h)


def _played_slopes(sigma: float, seed: int) -> Float64[np.ndarray, " chunks"]:
    """dL/dθ of the project's game with its own instance noise and the exact D, one a batch."""
    generator, game = Shift(-MIDDLE), TwoPlayer(MINIMAX)

    def judge(x: Tensor, label: Tensor | None, key: Tensor) -> Tensor:
        return best_logits(x[:, 0], MIDDLE, sigma)

    found = []
    for i in range(CHUNKS):
        key = noise.fold(seed, "chunk", str(sigma), i)
        u = noise.uniform(key, (CHUNK, 1), dtype=torch.float64) - 0.5
        draw = Draw(u, u, None, torch.tensor(noise.fold(key, "noise")))
        networks: Networks = {"generator": generator, "discriminator": judge}
        loss = game.loss("generator", networks, draw, {"instance_noise": sigma}).loss
        found.append(float(torch.autograd.grad(loss, generator.place)[0]))
    return np.array(found)


class Shift(nn.Module):
    """The generator x̂ = θ + z."""

    def __init__(self, place: float) -> None:
        super().__init__()
        self.place = nn.Parameter(torch.tensor(place, dtype=torch.float64))

    def forward(
        self, latent: Float64[Tensor, "batch 1"], label: Tensor | None = None
    ) -> Float64[Tensor, "batch 1"]:
        """Return θ + z."""
        return latent + self.place


def _line() -> MLPDiscriminator:
    return MLPDiscriminator(event_shape=(1,), width=1, depth=0)


def paint(axes: Any, data: Data) -> None:
    """Draw the two supports with three discriminators, and the generator's slope against the gap."""
    left, right = axes
    for centre, colour, label in ((-MIDDLE, FAKE, "generated"), (MIDDLE, REAL, "real")):
        left.fill_between([centre - 0.5, centre + 0.5], 1.0, color=colour, alpha=0.25, linewidth=0)
        left.text(centre, 0.5, label, color=colour, ha="center", va="center")
    left.plot(GRID, 1 / (1 + np.exp(-data["grid_classic"])), color=INK, label="D, affine logit")
    left.plot(GRID, data["grid_squares"], color=FOURTH, label="a, least squares, affine")
    left.plot(GRID, data["grid_noise"], "--", color=THIRD, label="D*, instance noise 1")
    left.set(xlabel="x", ylabel="density, and what D says", ylim=(-0.45, 1.85))
    left.legend(loc="upper left", fontsize=8, labelspacing=0.25)
    gap = data["gap"]
    right.axhline(0, color=INK, linewidth=1.6)
    what = "exact classic D, exact least squares: 0"
    right.text(gap[-1], -0.03, what, color=INK, ha="right", va="top", fontsize=8.5)
    right.plot(gap, -data["gap_squares"], color=FOURTH, label="least squares, affine D")
    for sigma, dash in zip(SIGMAS, ("--", "-"), strict=True):
        right.plot(
            gap, -data[f"gap_noise_{sigma:g}"], dash, color=THIRD, label=f"minimax, noise {sigma:g}"
        )
    right.axhline(1, color=MUTED, linewidth=1.0, linestyle=":", label="Wasserstein: 1 everywhere")
    right.set(
        xlabel="gap between the supports", ylabel="generator's slope −dL/dθ", ylim=(-0.12, 1.06)
    )
    right.legend(loc="upper right", bbox_to_anchor=(1.0, 0.93), fontsize=8, labelspacing=0.25)


CLAIM = Claim(
    number=10,
    name="disjoint-supports",
    statement="Least squares and instance noise give slope where supports are disjoint and the classic D "
    "is flat: noise for any D, least squares for one that cannot bend freely.",
    derivation=(
        "Disjoint: D* = 0 on all generated points, so C(G) = 0 wherever p_g lies, and −σ(a) → 0 as a → −∞.",
        "Least squares strives for a = 0 there, where its slope in the logit is −1; a′ = 0 if D can bend.",
        "Noise makes p_σ, q_σ > 0 everywhere: a* = log p_σ/q_σ is smooth and C′(θ) = −E D* a*′ < 0.",
    ),
    source="Mao et al. 2017, arXiv:1611.04076; Sønderby et al. 2017, arXiv:1610.04490; Arjovsky and "
    "Bottou 2017, arXiv:1701.04862, theorem 2.1",
    measure=measure,
    paint=paint,
    caption="Left: data and generated samples on disjoint intervals and what three discriminators say. "
    "Right: the slope that moves the generator towards the data, against the gap.",
    grid=(1, 2),
    size=(8.4, 3.3),
)
