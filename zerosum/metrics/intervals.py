"""Intervals for shares, and standard errors from half samples.

A half sample is drawn without replacement, so no point appears twice: nearest-neighbour measures,
which break on duplicates, keep their meaning. The two halves of a split share no row, so they are
independent samples of n/2, and what they differ by tells the variance of such a sample:

    E (v - v')² = 2 Var(v of n/2 rows),    Var(v of n rows) = Var(v of n/2 rows) / 2

(The usual delete-d jackknife takes deviations from the mean over all splits instead. For a mean of
rows these are the same. A statistic of nearest neighbours, though, varies from split to split even
when the rows are the same, and the jackknife then says up to √2 times too much.)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from scipy.stats import norm, t

from zerosum import noise
from zerosum.errors import InputError


@dataclass(frozen=True)
class Share:
    """A share of n trials with its 95 % (or other) interval."""

    value: float
    low: float
    high: float
    n: int

    @property
    def error(self) -> float:
        """Binomial standard error sqrt(p (1 - p) / n)."""
        return binomial_error(self.value, self.n)


def binomial_error(share: float, n: int) -> float:
    """Return sqrt(p (1 - p) / n), the standard error of a share of n independent trials."""
    return float(np.sqrt(share * (1.0 - share) / n))


def wilson(successes: int, n: int, *, level: float = 0.95) -> Share:
    """Return a share with Wilson's score interval, which stays inside [0, 1] and works at 0 and n.

    (p + z²/2n ± z sqrt(p (1 - p)/n + z²/4n²)) / (1 + z²/n)

    Args:
        successes: number of trials that succeeded, 0 to n.
        n: number of trials, at least 1.
        level: probability that the interval holds the truth.

    References: Wilson 1927, doi:10.1080/01621459.1927.10502953.
    """
    if not 0 <= successes <= n or n < 1:
        raise InputError(
            f"{successes} successes of {n} trials is no share: need 0 <= s <= n, n > 0"
        )
    z = float(norm.ppf(0.5 + level / 2.0))
    p = successes / n
    centre = p + z * z / (2 * n)
    half = z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1.0 + z * z / n
    low = 0.0 if successes == 0 else float((centre - half) / scale)
    high = 1.0 if successes == n else float((centre + half) / scale)
    return Share(value=p, low=low, high=high, n=n)


def half_samples(key: int, n: int, splits: int) -> Int[np.ndarray, "halves half"]:
    """Return row indices of both halves of `splits` random splits of n rows, one after the other.

    An error from 20 splits is known to about 1/sqrt(2 * 20) = 16 %.
    """
    half = n // 2
    orders = (noise.permutation(noise.fold(key, "half", s), n).numpy() for s in range(splits))
    return np.stack([part for p in orders for part in (p[:half], p[half : 2 * half])])


def spread(values: Float[np.ndarray, "halves ..."]) -> np.ndarray:
    """Return the standard error of a full-sample statistic from its values on `half_samples`.

    SE² = mean over splits of (v - v')²/4

    Both halves of a split must stand one after the other. (Joint halves of two samples as well.)
    """
    gaps = values[::2] - values[1::2]
    return np.asarray(np.sqrt(np.square(gaps).mean(axis=0)) / 2.0, dtype=np.float64)


def around(value: float, error: float, splits: int, level: float = 0.95) -> tuple[float, float]:
    """Return value ± t·error, t of as many degrees of freedom as the error came from splits."""
    half = float(t.ppf(0.5 + level / 2.0, splits)) * error
    return value - half, value + half


def half_sample_error(
    statistic: Callable[[np.ndarray, np.ndarray], float],
    x: np.ndarray,
    y: np.ndarray,
    *,
    key: int,
    splits: int = 20,
) -> float:
    """Return the standard error of statistic(x, y) from joint random halves of both sets.

    Args:
        statistic: any function of the two samples with root-n fluctuations.
        x: (n, ...) rows. y: (m, ...) rows.
        key: noise key of the halves. splits: how many splits into two halves.
    """
    first = half_samples(noise.fold(key, "x"), len(x), splits)
    second = half_samples(noise.fold(key, "y"), len(y), splits)
    values = [statistic(x[i], y[j]) for i, j in zip(first, second, strict=True)]
    return float(spread(np.asarray(values, dtype=np.float64)))
