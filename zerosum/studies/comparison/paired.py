"""Paired tests of objectives: their final trainings, seed by seed, under common random numbers.

Two objectives trained with one seed see the same data order and latents, so the difference of their
scores is free of what both share. Seeds are what is resampled: a test speaks about new seeds of the
chosen draws on this data, not about new searches and not about other data.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.special import stdtrit

from zerosum import noise
from zerosum.errors import InputError
from zerosum.metrics.holm import holm
from zerosum.studies.comparison.failures import costs
from zerosum.studies.comparison.trials import Trials

EXACT_UP_TO = 20  # differences; half of their 2^20 sign patterns are half a million sums
FLIPS = 49_999  # beyond: the smallest p is 1/50,000, Monte-Carlo error 0.001 at p = 0.05


@dataclass(frozen=True)
class Pair:
    """Two objectives compared on the same seeds.

    Attributes:
        first, second: names.
        difference: mean score of the first minus that of the second.
        low, high: its 95 % interval by Student's t, for this pair alone.
        p: of the sign-flip test. p_holm: the same, corrected over all pairs of the study.
    """

    first: str
    second: str
    difference: float
    low: float
    high: float
    p: float
    p_holm: float


def pairs(trials: Trials, *, key: int, level: float = 0.95) -> tuple[Pair, ...]:
    """Return every pair of objectives with its paired difference, interval and corrected p.

    A failed training counts as the worst finite score (`failures`).

    Args: key: noise key of the sign flips where there are too many to enumerate.
    """
    study = costs(trials)
    final = study.final * study.sign
    couples = list(combinations(range(len(trials.objectives)), 2))
    differences = [final[i] - final[j] for i, j in couples]
    raw = np.array([sign_flip(d, key=key) for d in differences])
    found = []
    for (i, j), d, p, adjusted in zip(couples, differences, raw, holm(raw), strict=True):
        mean, half = float(d.mean()), float(t_half_width(d, level))
        names = trials.objectives[i], trials.objectives[j]
        found.append(Pair(*names, mean, mean - half, mean + half, float(p), float(adjusted)))
    return tuple(found)


def sign_flip(differences: np.ndarray, *, key: int = 0) -> float:
    """Return the two-sided p of the sign-flip test that paired differences have mean 0.

        p = share of sign patterns s with |Σ s_i d_i| ≥ |Σ d_i|

    Exact where the two sides of a pair may be exchanged (same distribution). All 2^n patterns are
    enumerated up to n = 20; beyond, p = (1 + hits)/(1 + R) over R = 49,999 random patterns, which
    is never 0 (Phipson and Smyth 2010, doi:10.2202/1544-6115.1585). Test: Fisher 1935.

    Args: differences: (n,), finite. key: noise key of the random patterns.

    >>> sign_flip(np.array([1.0, 2.0, 3.0]))  # +++ and −−−, of 8 patterns
    0.25
    """
    if differences.ndim != 1 or len(differences) == 0 or not np.isfinite(differences).all():
        raise InputError(
            f"differences {differences.shape} must be one row of finite numbers; give failures a "
            "score first"
        )
    # sums of the same numbers in another order may differ by rounding, and count as equal
    enough = abs(float(differences.sum())) - 1e-12 * float(np.abs(differences).sum())
    if len(differences) <= EXACT_UP_TO:
        return float((np.abs(_all_sums(differences)) >= enough).mean())
    flips = noise.integers(noise.fold(key, "flips"), (FLIPS, len(differences)), 2).numpy()
    sums = (1.0 - 2.0 * flips) @ differences
    return float(1 + (np.abs(sums) >= enough).sum()) / (1 + FLIPS)


def smallest_p(seeds: int) -> float:
    """Return the smallest p that the sign-flip test can give, before any correction.

    >>> smallest_p(5)
    0.0625
    """
    return 2.0 ** (1 - seeds) if seeds <= EXACT_UP_TO else 1.0 / (1 + FLIPS)


def t_half_width(values: np.ndarray, level: float) -> np.ndarray:
    """Return t(n − 1) sd/√n, half the width of the mean's interval; infinite for one value.

    Args: values: (..., n). level: probability that the interval holds the mean. Returns: (...).
    """
    n = values.shape[-1]
    if n < 2:
        return np.full(values.shape[:-1], math.inf)
    quantile = float(stdtrit(n - 1, 0.5 + level / 2.0))
    return np.asarray(quantile * values.std(axis=-1, ddof=1) / math.sqrt(n))


def _all_sums(differences: np.ndarray) -> np.ndarray:
    # the first sign is fixed: turning all signs turns the sum, and its size is all that counts
    sums = differences[:1]
    for d in differences[1:]:
        sums = np.concatenate([sums + d, sums - d])
    return sums
