"""Claim 13: is what a GAN makes a subset of the data, or a superset? Criteria exactly, trainings measured."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import nn

from zerosum import noise
from zerosum.claims.claim import Claim, Data, Finding, Measurement
from zerosum.claims.gaussian_fits import (
    OUTSIDE,
    SPREAD,
    Fit,
    best_fit,
    covering_fit,
    left_out,
    two_modes,
)
from zerosum.claims.trial import Trial, normal_latents, seeded
from zerosum.data.toys import TOYS, Toy
from zerosum.data.toys import mixture as planar_mixture
from zerosum.games.two_player import TwoPlayer
from zerosum.networks.mlp import MLPDiscriminator, MLPGenerator
from zerosum.objectives.minimax import MINIMAX
from zerosum.objectives.nonsaturating import NONSATURATING
from zerosum.objectives.relativistic import RELATIVISTIC_PAIRING
from zerosum.penalties.zero_centred import R1, R2
from zerosum.reports.svg import FAKE, FOURTH, INK, REAL, THIRD
from zerosum.theory.density import gaussian
from zerosum.theory.divergences import (
    JENSEN_SHANNON,
    KL,
    REVERSE_KL,
    divergence,
    divergence_between,
)

HALF = 0.75 * math.log(4 / 3)  # JSD of a model that drops one of two equal modes
NEAR, FAR = 4.0, 6.0  # distances of each mode from the middle, in its standard deviations
CURVE = np.linspace(1.0, 8.0, 29)
STEPS, SAMPLES, LATENT = 1000, 2500, 2
GAMES = {
    "mm": (TwoPlayer(MINIMAX, joint_pass=True), {}),
    "ns": (TwoPlayer(NONSATURATING, joint_pass=True), {}),
    "rp": (TwoPlayer(RELATIVISTIC_PAIRING, (R1, R2), joint_pass=True), {"r1": 0.1, "r2": 0.1}),
}


def measure(seed: int) -> Measurement:
    """Compare subset and superset under three criteria, fit a Gaussian to two modes, train on a ring."""
    fits = {which.name: best_fit(which, NEAR) for which in (KL, REVERSE_KL, JENSEN_SHANNON)}
    fits["jsd far"] = best_fit(JENSEN_SHANNON, FAR)
    data = {f"fit {name}": np.array([fit.mean, fit.sd]) for name, fit in fits.items()}
    data["covering"] = np.array([covering_fit(JENSEN_SHANNON, m).value for m in CURVE])
    found = [
        *_alphabet(),
        _quadrature(fits[JENSEN_SHANNON.name]),
        *_fitted(fits),
        _crossing(data["covering"]),
    ]
    ring = planar_mixture("ring", _modes(TOYS["ring"]), 0.05, "")
    shares = {}
    for name in GAMES:
        made = _train(name, ring, seed)
        shares[name] = dropped_and_off(made, ring)
        data[f"made {name}"] = made
    found += _on_the_ring(shares)
    return Measurement(tuple(found), data)


def _alphabet() -> list[Finding]:
    """Data on two symbols of four: a model on one of them, and a model on all four."""
    data, subset, superset = [0.5, 0.5, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0], [0.25] * 4
    cases = (
        (JENSEN_SHANNON, subset, HALF, "JSD of a model on half of the data's symbols"),
        (JENSEN_SHANNON, superset, HALF, "JSD of a model on twice the data's symbols"),
        (REVERSE_KL, subset, math.log(2), "KL(p_g‖p_d) on half of the symbols"),
        (REVERSE_KL, superset, math.inf, "KL(p_g‖p_d) on twice the symbols"),
        (KL, subset, math.inf, "KL(p_d‖p_g) on half of the symbols"),
        (KL, superset, math.log(2), "KL(p_d‖p_g) on twice the symbols"),
    )
    why = "rounding of float64"
    return [
        Finding(what, wanted, divergence(which, data, model), 1e-12, why)
        for which, model, wanted, what in cases
    ]


def _quadrature(fit: Fit) -> Finding:
    exact = divergence_between(JENSEN_SHANNON, two_modes(NEAR), gaussian(fit.mean, fit.sd))
    what = "JSD of the best Gaussian: the searched sum against adaptive quadrature"
    return Finding(what, exact, fit.value, 1e-10, "both are exact to rounding")


def _fitted(fits: dict[str, Fit]) -> list[Finding]:
    kl, reverse, near, far = (
        fits[KL.name],
        fits[REVERSE_KL.name],
        fits[JENSEN_SHANNON.name],
        fits["jsd far"],
    )
    stop = "where the search stops: 1e-6 in log sd, a hundredfold for a flat bottom"
    wide, one = left_out(kl, NEAR), left_out(reverse, NEAR)
    middle, single = left_out(near, NEAR), left_out(far, FAR)
    where = f"modes ±{NEAR:g} sd"
    return [
        Finding(f"KL(p_d‖p_g), {where}: sd of the best Gaussian = √(s² + m²)",
                SPREAD * math.hypot(1.0, NEAR), kl.sd, 1e-4, stop),
        Finding(f"KL(p_d‖p_g), {where}: share of p_g off the data", OUTSIDE, wide[1], 0.0,
                "a superset: far above the share that a perfect model has", ">="),
        Finding(f"KL(p_g‖p_d), {where}: share of the data left out", 0.5, one[0], OUTSIDE,
                "one mode of two; the edges of the region", "="),
        Finding(f"KL(p_g‖p_d), {where}: share of p_g off the data", OUTSIDE, one[1], 1e-5 + OUTSIDE / 10,
                "a subset: a perfect model's share; the fit is a little wider than the mode"),
        Finding(f"JSD, {where}: share of the data left out by the best Gaussian", 0.0, middle[0],
                OUTSIDE, "it covers both; its own 0.1 %", "<="),
        Finding(f"JSD, modes ±{FAR:g} sd: share of the data left out by the best Gaussian", 0.5,
                single[0], OUTSIDE, "it keeps one mode; the edges of the region"),
        Finding(f"JSD, modes ±{FAR:g} sd: value of the best Gaussian against ¾ log 4/3", HALF,
                far.value, 1e-10, "the tails of the other mode can only help", "<="),
    ]  # fmt: skip


def _crossing(covering: np.ndarray) -> Finding:
    at = float(np.interp(HALF, covering, CURVE))
    what = "distance of the modes from their middle, in sd, beyond which JSD prefers to drop one"
    return Finding(
        what, math.nan, at, 0.0, "read off the curve between points 0.25 apart", "reported"
    )


def _train(name: str, toy: Toy, seed: int) -> np.ndarray:
    game, coefficients = GAMES[name]
    networks: dict[str, nn.Module] = {
        "generator": seeded(_generator, seed, "generator"),
        "discriminator": seeded(_discriminator, seed, "discriminator"),
    }
    Trial(
        game=game, networks=networks, real=lambda key, n: torch.from_numpy(toy.sample(key, n)).float(),
        latent=normal_latents(LATENT), rate=1e-3, betas=(0.5, 0.9), batch=128,
        coefficients=coefficients, seed=seed,
    ).run(STEPS)  # fmt: skip
    with torch.no_grad():
        latent = noise.normal(noise.fold(seed, "judge"), (SAMPLES, LATENT))
        return networks["generator"](latent).double().numpy()


def _generator() -> MLPGenerator:
    return MLPGenerator(latent=LATENT, event_shape=(2,), width=64, depth=2)


def _discriminator() -> MLPDiscriminator:
    return MLPDiscriminator(event_shape=(2,), width=64, depth=2)


def _modes(toy: Toy) -> np.ndarray:
    assert toy.modes is not None
    return toy.modes


def dropped_and_off(made: np.ndarray, toy: Toy) -> tuple[float, float]:
    """Return the share of modes with less than a tenth of their due, and of samples off the data.

    Off the data: further from every mode than 99.9 % of its own samples, σ √(−2 log 0.001).
    """
    modes = _modes(toy)
    distances = np.linalg.norm(made[:, None] - modes, axis=-1)
    good = distances.min(axis=1) <= toy.scale * math.sqrt(-2 * math.log(OUTSIDE))
    counts = np.bincount(distances.argmin(axis=1)[good], minlength=len(modes))
    dropped = float((counts < 0.1 * len(made) / len(modes)).mean())
    return dropped, 1.0 - float(good.mean())


def _on_the_ring(shares: dict[str, tuple[float, float]]) -> list[Finding]:
    budget = f"ring of 8, {STEPS} rounds"
    found = []
    for name, pair in shares.items():
        for what, share in zip(("modes dropped", "samples off the data"), pair, strict=True):
            why = "no theory for so short a training; a subset would have 0.001 off the data"
            text = f"{name}, {budget}: share of {what}"
            found.append(Finding(text, math.nan, share, 0.0, why, "reported"))
    what, one = (
        f"ns, {budget}: share of modes dropped, at least one of them",
        1 / len(_modes(TOYS["ring"])),
    )
    found.append(
        Finding(what, one, shares["ns"][0], 0.0, "one mode missing is mode dropping", ">=")
    )
    reached = [off for dropped, off in shares.values() if dropped <= 1 - 2 * one]
    error = math.sqrt(OUTSIDE * (1 - OUTSIDE) / SAMPLES)
    what = f"{budget}: least share off the data of those that reach two modes or more"
    why = (
        "a continuous G keeps its latents' support in one piece, so it has bridges and is no subset; "
        "4 standard errors above a perfect model's share"
    )
    return [
        *found,
        Finding(what, OUTSIDE + 4 * error, min(reached, default=math.nan), 0.0, why, ">="),
    ]


def paint(axes: Any, data: Data) -> None:
    """Draw the fits to two modes, JSD against their distance, and what two GANs make of a ring."""
    x = np.linspace(-6, 6, 601)
    axes[0].fill_between(x, two_modes(NEAR).prob(x), color=REAL, alpha=0.25, linewidth=0)
    axes[0].text(-2.0, 0.42, "data", color=REAL, ha="center")
    lines = ((KL, FAKE, "-"), (JENSEN_SHANNON, FOURTH, "--"), (REVERSE_KL, THIRD, "-"))
    labels = {KL.name: "KL(p_d‖p_g)", JENSEN_SHANNON.name: "JSD", REVERSE_KL.name: "KL(p_g‖p_d)"}
    for which, colour, dash in lines:
        mean, sd = data[f"fit {which.name}"]
        axes[0].plot(x, gaussian(mean, sd).prob(x), dash, color=colour, label=labels[which.name])
    axes[0].set(xlabel="x", ylabel="density of the best Gaussian", ylim=(0, 1.15))
    axes[0].legend(loc="upper left", fontsize=8, labelspacing=0.25)
    axes[1].plot(CURVE, data["covering"], color=INK)
    axes[1].text(8.0, 0.262, "covers both", color=INK, ha="right", va="top", fontsize=9)
    axes[1].axhline(HALF, color=THIRD)
    axes[1].text(1.0, HALF + 0.006, "drops one", color=THIRD, fontsize=9)
    axes[1].set(xlabel="modes' distance from the middle, sd", ylabel="JSD of the best Gaussian")
    modes = _modes(TOYS["ring"])
    for name, colour in (("ns", FAKE), ("rp", THIRD)):
        made = data[f"made {name}"][:600]
        axes[2].plot(*made.T, ".", color=colour, markersize=2, alpha=0.6)
        axes[2].plot([], [], "o", color=colour, markersize=4, label=name)
    axes[2].plot(*modes.T, "o", color=REAL, markersize=9, fillstyle="none", label="modes")
    axes[2].set(xlim=(-1.6, 1.6), ylim=(-1.6, 1.6), aspect="equal", xlabel="x₁", ylabel="x₂")
    axes[2].legend(loc="center", fontsize=8, labelspacing=0.25, markerscale=0.8)


CLAIM = Claim(
    number=13,
    name="mode-dropping",
    statement="A GAN's support tends to be a subset of the data's: so reverse KL would have it, and "
    "Jensen-Shannon for modes far apart; trained on a ring, GANs also fill the gaps between modes.",
    derivation=(
        "KL(p_g‖p_d) = ∞ for mass off the data and log 2 for half of it dropped; KL(p_d‖p_g) the reverse.",
        "JSD is symmetric: half of the data's support and twice of it cost the same, ¾ log 4/3.",
        "A continuous G keeps its latents' support in one piece: two modes reached, a bridge off the data.",
    ),
    source="Hand (lecture): subset or superset?; Goodfellow 2016, arXiv:1701.00160, section 3.2.5; "
    "Arjovsky and Bottou 2017, arXiv:1701.04862, theorem 2.5",
    measure=measure,
    paint=paint,
    caption="Left: the Gaussian nearest to two modes under three criteria. Middle: JSD keeps both modes "
    "only while they are near. Right: what two small GANs make of a ring of eight modes.",
    grid=(1, 3),
    size=(10.2, 3.3),
)
