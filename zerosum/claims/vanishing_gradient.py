"""Claim 6: log(1 − D) saturates where D is sure; the generator's gradient under each remedy beside it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from zerosum.claims.claim import Claim, Data, Finding, Measurement
from zerosum.claims.saturation import (
    CENTRE,
    GRID,
    LATE,
    NOISE,
    SETTINGS,
    SPREAD,
    STEPS,
    WHEN,
    affine,
    even_latents,
    follow,
)
from zerosum.games.protocol import Draw, Networks
from zerosum.games.two_player import TwoPlayer
from zerosum.objectives.minimax import MINIMAX
from zerosum.objectives.nonsaturating import NONSATURATING
from zerosum.objectives.objective import Objective
from zerosum.reports.svg import FAKE, FOURTH, INK, MUTED, REAL, THIRD
from zerosum.theory.density import Function, gaussian, integrate

FACTOR = 100.0  # a gradient that shrank so much has vanished


def measure(seed: int) -> Measurement:
    """Measure slopes in the logit, gradients at the exact D, and gradients while D is trained."""
    data: dict[str, np.ndarray] = {"step": np.array(WHEN, dtype=np.float64)}
    for name, setting in SETTINGS.items():
        data |= follow(name, setting, seed)
    return Measurement((*_slopes(), *_at_the_exact_discriminator(), *_trained(data)), data)


def logit_slopes(objective: Objective, logits: Tensor) -> Tensor:
    """Return the generator's loss differentiated in the fake logit, by autograd, shape (n,)."""
    a = logits.clone().requires_grad_(True)
    (slope,) = torch.autograd.grad(objective.generator(torch.zeros_like(a), a).sum(), a)
    return slope


def _slopes() -> list[Finding]:
    """The formulas, where torch computes softplus and where it replaces it by the identity."""
    a = torch.linspace(-40.0, 40.0, 1601, dtype=torch.float64)
    cases = (
        ("mm", "−σ(a)", MINIMAX, -1.0 / (1.0 + torch.exp(-a)), a),
        ("ns", "−(1 − σ(a))", NONSATURATING, -1.0 / (1.0 + torch.exp(a)), -a),
    )
    found = []
    for name, formula, objective, wanted, argument in cases:
        error = (logit_slopes(objective, a) / wanted - 1).abs()
        what = f"slope of {name} in the logit over {formula}, less 1, largest"
        near = "rounding of float64, relative: also where the slope is 1e-17"
        far = "torch takes softplus(t) as t for t > 20, which makes σ 1 there: exp(−20) off at most"
        sign = "" if name == "mm" else "−"
        found.append(Finding(
            f"{what}, {sign}a in [−40, 20]", 0.0, float(error[argument <= 20].max()), 1e-12, near
        ))  # fmt: skip
        found.append(Finding(
            f"{what}, {sign}a in (20, 40]", 0.0, float(error[argument > 20].max()),
            math.exp(-20.0), far,
        ))  # fmt: skip
    return found


def _at_the_exact_discriminator() -> list[Finding]:
    """N(m, 1) against N(−m, 1) has a*(x) = 2mx, and pq/(p + q) is a bell over one cosh."""
    found = []
    why = (
        "midpoints of 2^18 slices of the latent: what halving their number changes, and 2m exp(−20) "
        "for torch's softplus"
    )
    for m in (1.0, 2.0, 3.0):
        fine, coarse = (_exact_gradients(m, n) for n in (2**18, 2**17))
        overlap = _overlap(m)
        for i, (name, share) in enumerate((("mm", overlap), ("ns", 1.0 - overlap))):
            what = f"dL/dθ of {name}, x̂ = θ + z, exact D of N({m:g}, 1) against N(−{m:g}, 1)"
            error = abs(fine[i] - coarse[i]) + 2.0 * m * math.exp(-20.0)
            found.append(Finding(what, -2.0 * m * share, fine[i], error, why))
    return found


def _overlap(m: float) -> float:
    """E D* over p_g = ∫ pq/(p + q) = exp(−m²/2) ∫ φ(x) / (2 cosh mx) dx."""
    bell = gaussian().prob
    return math.exp(-m * m / 2) * integrate(lambda x: bell(x) / (2 * np.cosh(m * x)), -12.0, 12.0)


def _exact_gradients(m: float, n: int) -> list[float]:
    generator = affine(1.0, -m).double()
    networks: Networks = {
        "generator": generator,
        "discriminator": lambda x, *_: 2 * m * x.flatten(),
    }
    latent = even_latents(n)
    draw = Draw(latent, latent, None, torch.tensor(0))
    games = [TwoPlayer(objective) for objective in (MINIMAX, NONSATURATING)]
    losses = [game.loss("generator", networks, draw, {}).loss for game in games]
    return [float(torch.autograd.grad(loss, generator.out.bias)[0]) for loss in losses]


def _trained(data: Data) -> list[Finding]:
    norms = {name: np.hypot(*data[name].T) for name in LINES}
    late = data["step"] >= LATE[0]
    right = min((data["real_plain"] > 0).mean(), (data["fake_plain"] < 0).mean())
    ratio = (norms["mm"] / data["bound_plain"][:, 0]).max()
    return [
        Finding(
            f"share that D calls right on its worse side after {STEPS} steps", 0.999, float(right),
            0.0, "what we call near perfect", ">=",
        ),
        Finding(
            "mm: gradient norm over √E σ(a)² · √E a′²(1 + z²), largest of all steps", 1.0,
            float(ratio), 1e-5, "Cauchy-Schwarz; rounding of float32", "<=",
        ),
        Finding(
            "mm: gradient norm, median of the last steps, over its largest", 1 / FACTOR,
            float(np.median(norms["mm"][late]) / norms["mm"].max()), 0.0,
            f"vanished is what we call a fall by the factor {FACTOR:g}", "<=",
        ),
        Finding(
            "ns: gradient norm at the end over its norm at the start", 1.0,
            float(norms["ns"][-1] / norms["ns"][0]), 0.0, "it must not fall at all", ">=",
        ),
        *_beside(data, norms, late),
    ]  # fmt: skip


def _beside(data: Data, norms: dict[str, np.ndarray], late: np.ndarray) -> list[Finding]:
    """The same for what stands beside the two: noise, Wasserstein, least squares."""
    return [
        Finding(
            f"mm with instance noise {NOISE:g}: |dL/dθ|, mean of the last steps",
            _noisy_gradient(), float(-data["mm_noise"][late, 0].mean()),
            3.0 * float(data["mm_noise"][late, 0].std()),
            "three times its spread over those steps: D is trained on fresh noise and never rests",
        ),
        Finding(
            "Wasserstein, spectral: −dL/dθ at the end; the exact potential has slope 1", 1.0,
            float(-data["wgan"][-1, 0]), 0.01, "a Lipschitz bound; power iteration lags a step", "<=",
        ),
        Finding(
            "Wasserstein, spectral: −dL/dθ at the end", 0.5, float(-data["wgan"][-1, 0]), 0.0,
            "half of the exact slope is what we call a slope that is there", ">=",
        ),
        Finding(
            "Wasserstein, WGAN-GP: −dL/dθ at the end (negative: away from the data)", 1.0,
            float(-data["wgan_gp"][-1, 0]), 0.0,
            "on a line slopes 1 and −1 please the penalty alike, with a hill between them",
            "reported",
        ),
        Finding(
            "lsgan: gradient norm at the end over its largest", math.nan,
            float(norms["lsgan"][-1] / norms["lsgan"].max()), 0.0,
            "no prediction: its D has a flat optimum too, which it nears more slowly", "reported",
        ),
        Finding(
            "lsgan: gradient norm at the end over that of mm", math.nan,
            float(norms["lsgan"][-1] / norms["mm"][-1]), 0.0, "no prediction", "reported",
        ),
    ]  # fmt: skip


def _noisy_gradient() -> float:
    """E σ(wx) w over N(−c, v): the exact D of N(c, v) against it, v = s² + σ², w = 2c/v."""
    v = SPREAD**2 + NOISE**2
    w, generated = 2 * CENTRE / v, gaussian(-CENTRE, math.sqrt(v))
    integrand: Function = lambda x: generated.prob(x) * w / (1 + np.exp(-w * x))  # noqa: E731
    return integrate(integrand, -40.0, 40.0, generated.points)


LINES = {
    "ns": (FAKE, "-", "non-saturating"),
    "ns_noise": (FAKE, "--", "  with noise"),
    "wgan": (THIRD, "-", "Wasserstein, spectral"),
    "mm": (REAL, "-", "minimax"),
    "mm_noise": (REAL, "--", "  with noise"),
    "lsgan": (FOURTH, "-", "least squares"),
}


def power_of_ten(value: float) -> str:
    """Return 10 with its power as superscript signs, since formulas are not drawn as such.

    >>> power_of_ten(0.001)
    '10⁻³'
    """
    power = str(round(math.log10(value)))
    return "10" + power.translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def paint(axes: Any, data: Data) -> None:
    """Draw the gradient norms against D's steps, and the densities with three D's beneath."""
    steps = data["step"][1:]
    for name, (colour, dash, label) in LINES.items():
        norm = np.hypot(*data[name].T)[1:]
        axes[0].plot(steps, norm, dash, color=colour, label=label)
    axes[0].set(xscale="log", yscale="log", xlabel="steps of D", ylabel="norm of G's gradient")
    for axis in (axes[0].xaxis, axes[0].yaxis):
        axis.set_major_formatter(lambda value, _: power_of_ten(value))
        axis.set_minor_formatter(lambda value, _: "")
    axes[0].legend(loc="lower left", fontsize=8, handlelength=1.6, labelspacing=0.25)
    for centre, colour, label in ((-CENTRE, FAKE, "generated"), (CENTRE, REAL, "real")):
        bell = gaussian(centre, SPREAD).prob(GRID)
        axes[1].fill_between(GRID, bell, color=colour, alpha=0.25, linewidth=0)
        axes[1].text(centre, 0.25, label, color=colour, ha="center")
    curves = {"plain": ("-", INK), "noise": ("--", INK), "squares": ("-", FOURTH)}
    labels = {"plain": "D = σ(a)", "noise": "D, instance noise", "squares": "a, least squares"}
    for name, (dash, colour) in curves.items():
        a = data[f"grid_{name}"]
        line = a if name == "squares" else 1 / (1 + np.exp(-a))
        axes[1].plot(GRID, line, dash, color=colour, linewidth=1.2, label=labels[name])
    axes[1].set(xlabel="x", ylabel="density, and what D says", ylim=(-0.2, 1.7))
    axes[1].legend(loc="upper left", fontsize=8, handlelength=1.6, labelspacing=0.25)
    axes[1].axhline(0, color=MUTED, linewidth=0.5)


CLAIM = Claim(
    number=6,
    name="vanishing-gradient",
    statement="Early in training log(1 − D) saturates: the minimax generator's gradient vanishes as D "
    "becomes sure, the non-saturating one does not.",
    derivation=(
        "log(1 − σ(a)) = −softplus(a) has the slope −σ(a) in the logit, −log σ(a) the slope −(1 − σ(a)).",
        "D is sure of generated samples: a → −∞, so the first tends to 0 and the second to −1.",
        "‖∇ of mm‖ = ‖E σ(a) a′ ∂x̂/∂θ‖ ≤ √E σ² · √E ‖a′ ∂x̂/∂θ‖²: small as soon as D is right, however steep.",
    ),
    source="Goodfellow et al. 2014, arXiv:1406.2661, section 3; Arjovsky and Bottou 2017, "
    "arXiv:1701.04862, theorems 2.4 and 2.6",
    measure=measure,
    paint=paint,
    caption="Left: the generator's gradient while D is trained and G stands still. Right: the two "
    "densities and what three discriminators say after the last step.",
    grid=(1, 2),
    size=(8.4, 3.3),
)
