"""Claim 2: with an exact discriminator, the generator's criterion is -log 4 + 2 JSD(p_d, p_g)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from scipy.optimize import minimize
from scipy.special import logsumexp

from zerosum import noise
from zerosum.claims.claim import Claim, Data, Finding, Measurement
from zerosum.reports.svg import FAKE, INK, REAL, THIRD
from zerosum.theory.density import Density, gaussian
from zerosum.theory.discriminator import LOG_4, generator_criterion, optimal_discriminator

SHIFTS = np.linspace(-6.0, 6.0, 49)  # of the mean of p_g = N(shift, 1)
SPREADS = np.geomspace(1 / 8, 8, 33)  # standard deviations of p_g = N(0, spread²)
UNIT_SHIFT = -LOG_4 + 2 * 0.111421482185  # JSD(N(0,1), N(1,1)) in nats
DATA = gaussian()
STARTS = ((-2.0, 0.5), (1.5, 3.0))  # mean and spread from which the minimum is sought
LAWS, SYMBOLS = 2000, 6  # random laws on a finite alphabet


def measure(seed: int) -> Measurement:
    """Measure C(G) over two families of Gaussians and over random laws on an alphabet."""
    shifted = np.array([generator_criterion(DATA, gaussian(float(m), 1.0)) for m in SHIFTS])
    spread = np.array([generator_criterion(DATA, gaussian(0.0, float(s))) for s in SPREADS])
    data = {"shifted": shifted, "spread": spread, **_random_laws(seed)}
    findings = (*_formula(shifted, spread), *_minimum(shifted, spread), *_undecided(), _gap(data))
    return Measurement(findings, data)


def by_trapezoids(mean: float, spread: float) -> float:
    """Return -log 4 + KL(p || m) + KL(q || m) for p = N(0, 1), q = N(mean, spread²), in nats.

    A check that shares nothing with adaptive quadrature: equal steps, which for smooth functions on
    the whole line converge faster than any power of the step.
    """
    ends = mean - 14 * spread, mean + 14 * spread
    x = np.linspace(min(-14.0, ends[0]), max(14.0, ends[1]), 60_001)
    log_p = -(x**2) / 2 - math.log(math.sqrt(2 * math.pi))
    log_q = -(((x - mean) / spread) ** 2) / 2 - math.log(spread * math.sqrt(2 * math.pi))
    log_m = logsumexp(np.stack((log_p, log_q)), axis=0) - math.log(2)
    both = np.exp(log_p) * (log_p - log_m) + np.exp(log_q) * (log_q - log_m)
    return float(both.sum() * (x[-1] - x[0]) / (len(x) - 1)) - LOG_4


def _formula(
    shifted: Float[np.ndarray, " shifts"], spread: Float[np.ndarray, " spreads"]
) -> tuple[Finding, Finding, Finding]:
    why = "quadrature asks 1e-12 of each of at most 20 pieces; the equal steps agree to rounding"
    apart = [
        abs(float(c) - by_trapezoids(float(m), 1.0)) for m, c in zip(SHIFTS, shifted, strict=True)
    ]
    wider = [
        abs(float(c) - by_trapezoids(0.0, float(s))) for s, c in zip(SPREADS, spread, strict=True)
    ]
    unit = generator_criterion(DATA, gaussian(1.0, 1.0))
    digits = "twelve digits of JSD are given"
    return (
        Finding("C(G) for p_g = N(1, 1)", UNIT_SHIFT, unit, 1e-11, digits),
        Finding("V(D*, G) − (−log 4 + 2 JSD), largest over 49 shifts", 0.0, max(apart), 1e-10, why),
        Finding("the same, largest over 33 spreads", 0.0, max(wider), 1e-10, why),
    )


def _minimum(
    shifted: Float[np.ndarray, " shifts"], spread: Float[np.ndarray, " spreads"]
) -> tuple[Finding, ...]:
    found = [_descend(start) for start in STARTS]
    lowest = min(value for _, value in found)
    away = max(math.hypot(mean, math.log(sd)) for (mean, sd), _ in found)
    rounding = "C is flat at its minimum: 1e-15 in C is 1e-7 in the mean; the search stops at 1e-6"
    return (
        Finding("lowest C(G) found from two starts, nats", -LOG_4, lowest, 1e-10, "quadrature"),
        Finding("largest distance of those minima from (mean, log sd) = (0, 0)", 0.0, away, 1e-5, rounding),
        Finding(
            "valleys of C(G) along the shifts and along the spreads", 2.0,
            float(_valleys(shifted) + _valleys(spread)), 0.0, "a count: one each",
        ),
    )  # fmt: skip


def _descend(start: tuple[float, float]) -> tuple[tuple[float, float], float]:
    """Minimise C(G) over mean and log spread without slopes (Nelder and Mead)."""

    def height(place: np.ndarray) -> float:
        return generator_criterion(DATA, _gaussian(place))

    options = {"xatol": 1e-6, "fatol": 1e-13, "maxiter": 200}
    found = minimize(height, (start[0], math.log(start[1])), method="Nelder-Mead", options=options)
    return (float(found.x[0]), math.exp(found.x[1])), float(found.fun)


def _gaussian(place: Float[np.ndarray, 2]) -> Density:
    return gaussian(float(place[0]), math.exp(place[1]))


def _valleys(heights: Float[np.ndarray, " m"]) -> int:
    """Count the places lower than both neighbours."""
    inner = heights[1:-1]
    return int(((inner < heights[:-2]) & (inner < heights[2:])).sum())


def _undecided() -> tuple[Finding, ...]:
    x = np.linspace(-6, 6, 241)
    there = float(np.abs(optimal_discriminator(DATA, gaussian(0.0, 1.0))(x) - 0.5).max())
    return (Finding("largest |D* − 1/2| at p_g = p_d, on [−6, 6]", 0.0, there, 0.0, "exact"),)


def _random_laws(seed: int) -> dict[str, np.ndarray]:
    """Return total variation and C(G) of random laws: some far from the data's, some close."""
    logits = noise.normal(
        noise.fold(seed, "laws"), (LAWS + 1, SYMBOLS), dtype=torch.float64
    ).numpy()
    data = _softmax(logits[0])
    nearness = np.linspace(0, 3, LAWS)[:, None]
    laws = [_softmax(row) for row in logits[0] + nearness * logits[1:]]
    distance = [np.abs(data - law).sum() / 2 for law in laws]
    return {
        "distance": np.array(distance),
        "criterion": np.array([generator_criterion(data, law) for law in laws]),
    }


def _softmax(logits: Float[np.ndarray, " m"]) -> Float[np.ndarray, " m"]:
    weights = np.exp(logits - logits.max())
    return weights / weights.sum()


def _gap(data: Data) -> Finding:
    """Return the finding that rules out any other minimum: C + log 4 >= TV², by Pinsker's inequality."""
    above = data["criterion"] + LOG_4 - data["distance"] ** 2
    return Finding(
        f"least C(G) + log 4 − TV² over {LAWS} random laws on {SYMBOLS} symbols",
        0.0, float(above.min()), 1e-14,
        "Pinsker: C can be −log 4 only where the total variation is 0; rounding of float64",
        relation=">=",
    )  # fmt: skip


def paint(axes: Any, data: Data) -> None:
    """Draw C(G) along the shifts and spreads, and against total variation for random laws."""
    left, middle, right = axes
    for one, x, key, label in (
        (left, SHIFTS, "shifted", "mean of p_g  (data: 0)"),
        (middle, SPREADS, "spread", "standard deviation of p_g  (data: 1)"),
    ):
        one.plot(x, data[key], color=FAKE)
        one.axhline(-LOG_4, color=REAL, lw=1.0, ls=(0, (4, 3)))
        one.set(xlabel=label, ylim=(-1.48, 0.08))
    left.set_ylabel("C(G)  (nats)")
    left.annotate(
        "−log 4", (-5.9, -LOG_4), xytext=(0, 4), textcoords="offset points", color=REAL, fontsize=9
    )
    left.plot([0], [-LOG_4], "o", color=INK, ms=4.5)
    left.annotate("p_g = p_d\nD* = 1/2", (2.1, -1.3), fontsize=9, color=INK, va="bottom")
    middle.plot([1], [-LOG_4], "o", color=INK, ms=4.5)
    middle.set_xscale("log", base=2)
    middle.set_xticks([1 / 8, 1 / 2, 1, 2, 8], ["1/8", "1/2", "1", "2", "8"])
    _paint_laws(right, data)


def _paint_laws(axes: Any, data: Data) -> None:
    t = np.linspace(0, 1, 101)
    axes.plot(
        data["distance"], data["criterion"], ".", color=FAKE, ms=2, alpha=0.35, rasterized=True
    )
    axes.plot(t, t**2 - LOG_4, color=THIRD)
    axes.annotate(
        "TV² − log 4", (0.72, 0.72**2 - LOG_4), xytext=(4, -14), textcoords="offset points",
        color=THIRD, fontsize=9,
    )  # fmt: skip
    axes.set(xlabel="total variation of p_d and p_g", xlim=(0, 1), ylim=(-1.48, 0.08))


CLAIM = Claim(
    number=2,
    name="jensen-shannon",
    proper_name="Jensen–Shannon",
    statement="With the best discriminator C(G) = −log 4 + 2 JSD(p_d, p_g); its only minimum is "
    "−log 4, at p_g = p_d, where D* = 1/2.",
    derivation=(
        "Put D* = p_d/(p_d + p_g) into V and take m = (p_d + p_g)/2: D* = p_d/2m, 1 − D* = p_g/2m.",
        "C(G) = E_d log(p_d/2m) + E_g log(p_g/2m) = −2 log 2 + KL(p_d‖m) + KL(p_g‖m).",
        "KL is 0 only between equals, so C > −log 4 unless p_d = m = p_g (Pinsker: C + log 4 ≥ TV²).",
    ),
    source="Goodfellow et al. 2014, arXiv:1406.2661, theorem 1",
    measure=measure,
    paint=paint,
    caption="C(G) for p_d = N(0, 1) as p_g is shifted (left) and widened (middle): one valley, "
    "−log 4. Right: random laws on six symbols, none below the bound that allows no other minimum.",
    grid=(1, 3),
    size=(9.6, 3.0),
)
