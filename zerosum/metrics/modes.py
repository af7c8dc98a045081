"""Modes of a known mixture: how many are found, how many samples are good, how even the shares are.

A sample is *high quality* when it lies within 3σ of some mode; a mode is *found* when it is the
nearest mode of at least one such sample. A perfect 2-D model scores 98.89 %, not 100 %: P(χ²₂ < 9)
= 1 - exp(-9/2).

References: Srivastava et al. 2017 (VEEGAN), arXiv:1705.07761; Lin et al. 2018 (PacGAN),
arXiv:1712.04086.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from scipy.stats import chi2

from zerosum.errors import InputError
from zerosum.metrics import checks, intervals, neighbours

WITHIN = 3.0  # standard deviations of one mode


@dataclass(frozen=True)
class Divergence:
    """A divergence over K categories, in nats: the reverse KL here, Jensen-Shannon's in `ndb`.

    Fields:
        value: plug-in minus floor; a perfect model scatters around 0 and may be negative.
        error: standard error. plug_in: Σ p̂ ln(p̂/q). floor: a perfect model's mean, (K - 1)/2n here.
    """

    value: float
    error: float
    plug_in: float
    floor: float


@dataclass(frozen=True)
class Modes:
    """What the samples do with the modes.

    Fields:
        found, total: modes found, of how many.
        high_quality: share of samples within 3σ of a mode, with Wilson's interval.
        perfect: that share for a perfect model, P(χ²_d < within²).
        counts: (K,) samples nearest to each mode, good or not.
        divergence: reverse KL of these counts from equal shares.
        good: (K,) samples of high quality nearest to each mode.
    """

    found: int
    total: int
    high_quality: intervals.Share
    perfect: float
    counts: Int[np.ndarray, " K"]
    divergence: Divergence
    good: Int[np.ndarray, " K"]


def mode_statistics(
    samples: np.ndarray,
    modes: np.ndarray,
    scale: float,
    *,
    within: float = WITHIN,
    spread: int | None = None,
) -> Modes:
    """Return the mode statistics of samples of a mixture of equal round Gaussians.

    Args:
        samples: (n, d) rows in the mixture's units.
        modes: (K, d) centres.
        scale: standard deviation of each mode along each axis, above 0.
        within: largest distance of a good sample from its mode, in standard deviations.
        spread: along how many axes each mode spreads; None: along all.
    """
    x, centres = checks.pair(samples, modes, names=("the sample", "the modes"), least=1)
    if not scale > 0.0:
        raise InputError(f"modes of scale {scale} have no 3-sigma region: give a scale above 0")
    found = neighbours.nearest(x, centres, 1)
    own, near = found.indices[:, 0], found.distances[:, 0] <= within * scale
    counts, good = (np.bincount(of, minlength=len(centres)) for of in (own, own[near]))
    return Modes(
        found=int(np.count_nonzero(good)),
        total=len(centres),
        high_quality=intervals.wilson(int(near.sum()), len(x)),
        perfect=float(chi2.cdf(within**2, spread or x.shape[1])),
        counts=counts,
        divergence=reverse_kl(counts, np.full(len(centres), 1.0 / len(centres))),
        good=good,
    )


def reverse_kl(counts: Int[np.ndarray, " _k"], target: Float[np.ndarray, " _k"]) -> Divergence:
    """Return KL(p̂ ‖ q) of observed counts from target shares, minus its floor (K - 1)/2n.

    error² = max(0, (Σ p̂ ln²(p̂/q) - KL²)/n - (K - 1)/n²) + (K - 1)/2n²: the delta method less what
    it reads by chance when p = q, plus the variance of χ²_{K-1}/2n, which is what is left there.

    Args:
        counts: (K,) samples of the model in each category.
        target: (K,) shares of the truth, all above 0, sum 1.
    """
    observed, q = np.asarray(counts, dtype=np.float64), np.asarray(target, dtype=np.float64)
    n, k = float(observed.sum()), len(observed)
    if q.shape != observed.shape or np.any(q <= 0.0) or abs(float(q.sum()) - 1.0) > 1e-9:
        raise InputError(
            "target shares must be one for each count, above 0 and sum to 1: check them"
        )
    if n < 1 or np.any(observed < 0):
        raise InputError(
            f"counts that sum to {n:g} describe no sample: give at least one, none negative"
        )
    p = observed / n
    ratio = np.log(np.where(p > 0, p, q) / q)
    plug_in = float(p @ ratio)
    small = (k - 1) / (n * n)
    variance = max(0.0, (float(p @ ratio**2) - plug_in**2) / n - small) + small / 2.0
    floor = (k - 1) / (2.0 * n)
    return Divergence(plug_in - floor, float(np.sqrt(variance)), plug_in, floor)
