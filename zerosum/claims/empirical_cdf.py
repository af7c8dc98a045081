"""Claim 12: how fast the empirical distribution function reaches the truth, and where a GAN's stands."""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from zerosum import noise
from zerosum.claims.claim import Claim, Data, Finding, Measurement
from zerosum.claims.trial import Trial, seeded
from zerosum.data.toys import TOYS, Toy
from zerosum.games.two_player import TwoPlayer
from zerosum.metrics.ks import ks_known
from zerosum.networks.mlp import MLPDiscriminator, MLPGenerator
from zerosum.objectives.nonsaturating import NONSATURATING
from zerosum.penalties.zero_centred import R1
from zerosum.reports.svg import FAKE, INK, MUTED, REAL
from zerosum.theory.empirical import (
    KOLMOGOROV_MEAN,
    dkw_band,
    mean_distance,
    probability_within,
)
from zerosum.training.schedule import Schedule

SIZES = (25, 50, 100, 200, 400, 800, 1600)
REPEATS = 4000
DRAWS, SAMPLES = 100, 10_000  # of the lecture: n data points, m samples of each GAN
GANS = {"gaussian": 8, "bimodal": 4}
STEPS = 300
ERRORS = 4.0  # standard errors that a Monte-Carlo number may be off
SEVERAL = f"{ERRORS:g} standard errors of {REPEATS} repeats"


@dataclass(frozen=True)
class Pair:
    """Distances from the truth, one a data set: of F_n, and of the GAN trained on the same draws."""

    empirical: np.ndarray
    gan: np.ndarray


def measure(seed: int) -> Measurement:
    """Measure F_n's distance for many n, and train small GANs on data sets of n = 100."""
    distances = {n: distances_of(n, seed) for n in SIZES}
    data = {
        "n": np.array(SIZES, dtype=np.float64),
        "mean": np.array([distances[n].mean() for n in SIZES]),
        "exact": np.array([mean_distance(n) for n in SIZES]),
    }
    found = [*_limits(), *(_mean(n, distances[n]) for n in SIZES), _exponent(distances, data)]
    found.append(_band(distances[DRAWS]))
    for name, count in GANS.items():
        pair = _train_some(TOYS[name], count, seed)
        data |= {f"empirical_{name}": pair.empirical, f"gan_{name}": pair.gan}
        found += _stands(name, pair)
    return Measurement(tuple(found), data)


def distances_of(n: int, seed: int) -> np.ndarray:
    """Return ‖F_n − Φ‖ of REPEATS samples of n normal draws, shape (REPEATS,)."""
    rows = noise.normal(noise.fold(seed, "draws", n), (REPEATS, n), dtype=torch.float64)
    level = torch.special.ndtr(rows.sort(dim=1).values)
    steps = torch.arange(n + 1, dtype=torch.float64) / n
    above, below = (steps[1:] - level).amax(1), (level - steps[:-1]).amax(1)
    return torch.maximum(above, below).numpy()


def _limits() -> list[Finding]:
    n = 1600
    exact = math.sqrt(n) * mean_distance(n)
    corrected = exact + 1 / (6 * math.sqrt(n))
    why = "the next term is of the order 1/n, with a factor below 1"
    what = f"√n E‖F_n − F‖ + 1/(6√n), exact law, n = {n}"
    return [Finding(what, KOLMOGOROV_MEAN, corrected, 1 / n, why)]


def _mean(n: int, distances: np.ndarray) -> Finding:
    error = math.sqrt(n) * _standard_error(distances)
    return Finding(
        f"√n E‖F_n − F‖, n = {n}, N(0, 1); the limit is {KOLMOGOROV_MEAN:.4f}",
        math.sqrt(n) * mean_distance(n),
        math.sqrt(n) * float(distances.mean()),
        ERRORS * error,
        f"{SEVERAL}, against the exact mean at this n",
    )


def _exponent(distances: dict[int, np.ndarray], data: Data) -> Finding:
    """The slope of log E D_n on log n: −1/2, and a little more at finite n, where it is known."""
    x = np.log(data["n"]) - np.log(data["n"]).mean()
    weights = x / (x @ x)
    relative = np.array([_standard_error(d) / d.mean() for d in distances.values()])
    error = float(np.sqrt(weights**2 @ relative**2))
    exact = float(weights @ np.log(data["exact"]))
    return Finding(
        f"exponent of n in E‖F_n − F‖, n = {SIZES[0]} to {SIZES[-1]}; the limit is −1/2",
        exact, float(weights @ np.log(data["mean"])), ERRORS * error,
        f"{SEVERAL}, against the slope of the exact means",
    )  # fmt: skip


def _band(distances: np.ndarray) -> Finding:
    band = dkw_band(DRAWS)
    exact = probability_within(DRAWS, band)
    share = float((distances <= band).mean())
    error = math.sqrt(exact * (1 - exact) / REPEATS)
    what = f"share of data sets within the band ±{band:.4f} of 95 %, n = {DRAWS}"
    return Finding(what, exact, share, ERRORS * error, f"{SEVERAL}, against the exact share")


def _train_some(toy: Toy, count: int, seed: int) -> Pair:
    rows = [_one(toy, noise.fold(seed, toy.name, i)) for i in range(count)]
    return Pair(*np.array(rows).T)


def _one(toy: Toy, seed: int) -> tuple[float, float]:
    """Train one GAN on n draws; return the distances of F_n and of its own F* from the truth."""
    assert toy.cdf is not None
    given = toy.sample(noise.fold(seed, "data"), DRAWS)
    spread = float(given.std())
    scaled = torch.from_numpy(given / spread).float()
    networks: dict[str, nn.Module] = {
        "generator": seeded(_generator, seed, "generator"),
        "discriminator": seeded(_discriminator, seed, "discriminator"),
    }
    average = copy.deepcopy(networks["generator"]).requires_grad_(False)
    Trial(
        game=TwoPlayer(NONSATURATING, (R1,), joint_pass=True), networks=networks,
        real=lambda key, n: scaled, latent=_spread_latents,
        rate=Schedule(2e-3, 4e-5, over=STEPS * DRAWS), betas=(0.5, 0.9), batch=DRAWS,
        coefficients={"r1": 6.0}, seed=seed,
    ).run(STEPS, averages={"generator": average}, half_life=15.0 * DRAWS)  # fmt: skip
    latent = noise.normal(noise.fold(seed, "samples"), (SAMPLES, 1))
    made = spread * average(latent).double().numpy()[:, 0]
    return ks_known(given[:, 0], toy.cdf), ks_known(made, toy.cdf)


def _stands(name: str, pair: Pair) -> list[Finding]:
    count = len(pair.gan)
    difference = pair.gan - pair.empirical
    truth = "N(0, 1)" if name == "gaussian" else "two modes"
    where = f"{count} data sets of {DRAWS} draws, {truth}"
    error = f"an open question of the lecture: no prediction; standard error {{:.4f}}, {where}"
    rows = [
        ("mean ‖F_n − F‖ of the data", pair.empirical, mean_distance(DRAWS)),
        ("mean ‖F* − F‖ of the GANs", pair.gan, math.nan),
        ("mean of ‖F* − F‖ − ‖F_n − F‖", difference, math.nan),
    ]
    found = [
        Finding(
            f"{what}, {truth}", predicted, float(values.mean()), 0.0,
            error.format(_standard_error(values)), "reported",
        )
        for what, values, predicted in rows
    ]  # fmt: skip
    share = float((difference < 0).mean())
    what = f"share of data sets where the GAN is closer, {truth}"
    return [*found, Finding(what, math.nan, share, 0.0, f"no prediction; {where}", "reported")]


def _standard_error(values: np.ndarray) -> float:
    return float(values.std(ddof=1) / math.sqrt(len(values)))


def _spread_latents(key: int, n: int) -> Tensor:
    """One latent in each slice of equal probability, at a random place: N(0, 1) with less scatter."""
    u = noise.uniform(key, (n,), dtype=torch.float64)
    return torch.special.ndtri((torch.arange(n) + u) / n).float()[:, None]


def _generator() -> MLPGenerator:
    return MLPGenerator(latent=1, event_shape=(1,), width=16, depth=2, activation="tanh")


def _discriminator() -> MLPDiscriminator:
    return MLPDiscriminator(event_shape=(1,), width=16, depth=2, activation="tanh")


def paint(axes: Any, data: Data) -> None:
    """Draw √n times the mean distance against n, and each GAN's distance against its data's."""
    _paint_rate(axes[0], data)
    _paint_gans(axes[1], data)


def _paint_rate(left: Any, data: Data) -> None:
    n = data["n"]
    left.axhline(KOLMOGOROV_MEAN, color=MUTED, linewidth=1.0, linestyle="--")
    left.text(
        n[0],
        KOLMOGOROV_MEAN + 0.0008,
        "√(π/2) log 2 = 0.8687",
        color=MUTED,
        va="bottom",
        fontsize=9,
    )
    left.plot(n, np.sqrt(n) * data["exact"], color=INK, label="exact")
    error = ERRORS * math.sqrt(math.pi**2 / 12 - KOLMOGOROV_MEAN**2) / math.sqrt(REPEATS)
    left.errorbar(
        n, np.sqrt(n) * data["mean"], yerr=error, fmt="o", color=REAL, markersize=4, capsize=2,
        linewidth=1.0, label=f"measured ± {ERRORS:g} errors",
    )  # fmt: skip
    left.set(xscale="log", xlabel="n, draws", ylabel="√n · mean of ‖F_n − F‖")
    left.set_xticks(n, [f"{v:g}" for v in n])
    left.set_xticks([], minor=True)
    left.legend(loc="lower right", fontsize=8.5)


def _paint_gans(right: Any, data: Data) -> None:
    for name, colour, label in (("gaussian", REAL, "N(0, 1)"), ("bimodal", FAKE, "two modes")):
        right.plot(
            data[f"empirical_{name}"],
            data[f"gan_{name}"],
            "o",
            color=colour,
            markersize=5,
            label=label,
        )
    top = 1.15 * max(float(data[key].max()) for key in data if key.startswith(("empirical", "gan")))
    right.plot([0, top], [0, top], color=MUTED, linewidth=1.0, linestyle="--")
    right.text(0.97 * top, 0.5 * top, "GAN closer", color=MUTED, ha="right", fontsize=9)
    right.set(
        xlabel="‖F_n − F‖ of 100 data points",
        ylabel="‖F* − F‖ of their GAN",
        xlim=(0, top),
        ylim=(0, top),
    )
    right.legend(loc="upper left", fontsize=8.5)
    right.locator_params(nbins=5)


CLAIM = Claim(
    number=12,
    name="empirical-cdf",
    proper_name="Empirical CDF",
    statement="√n · E‖F_n − F‖_∞ → √(π/2) log 2 = 0.8687: what a GAN's own distribution function has to "
    "beat.",
    derivation=(
        "√n (F_n − F) tends to a Brownian bridge at F(t), so √n ‖F_n − F‖ tends to K = sup |bridge|.",
        "P(K > x) = 2 Σ (−1)^(k−1) exp(−2k²x²), and its integral from 0 is √(π/2) Σ (−1)^(k−1)/k.",
        "The sum is log 2. Whether a GAN trained on the n draws comes closer is measured, not proven.",
    ),
    source="Kolmogorov 1933; Massart 1990, doi:10.1214/aop/1176990746; Boulaguiem 2020 (lecture)",
    measure=measure,
    paint=paint,
    caption="Left: √n times the mean distance of F_n from F. Right: each small GAN against the 100 data "
    "points it was trained on; below the diagonal the GAN is closer to the truth.",
    grid=(1, 2),
    size=(8.4, 3.3),
)
