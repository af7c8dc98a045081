"""NDB: how many bins of the feature space get a share of rows that differs from the real share.

Bins are the k-means cells of the training rows. With a of n real rows and b of m generated rows in
a bin, and the pooled share p = (a + b)/(n + m),

    z = (a/n - b/m) / √(p (1 - p)(1/n + 1/m)),    the bin differs when 2 Φ(-|z|) < level
    NDB/K = differing bins / K

A perfect model does not score 0: NDB/K is `level` on average, 5 bins of 100. So the number of bins
that differ after Holm's correction stands beside it, which is 0 for a perfect model in 95 % of cases.

The Jensen-Shannon divergence of the two lists of shares, in nats, with w = (p̂ + q̂)/2,

    JSD = (KL(p̂ ‖ w) + KL(q̂ ‖ w)) / 2

is (K - 1)/8 · (1/n + 1/m) for a perfect model, to first order, and is returned less that floor.

What is done differently: a bin that neither set reaches is left out and counted (published code
divides 0 by 0), and the real side may be held-out rows. It should be: k-means evens out the shares
of the rows that it is fitted to, so that against the training rows a perfect model's NDB/K is near
0.03, not 0.05, and its JSD lies below the floor (measured: 20 to 100 bins, 300 to 5,000 rows).

References: Richardson and Weiss 2018, arXiv:1805.12462; Holm 1979, Scandinavian Journal of
Statistics 6; Wilson 1927, doi:10.1080/01621459.1927.10502953.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.stats import norm

from zerosum.errors import InputError
from zerosum.metrics import cells, checks, intervals
from zerosum.metrics.holm import holm
from zerosum.metrics.modes import Divergence


@dataclass(frozen=True)
class Bins:
    """Bin shares of real and generated rows, and how many differ.

    Fields:
        value: NDB/K, the share of the bins tested that differ at `level`.
        error: √(v (1 - v)/K), an upper bound of its standard error, for the bins' own powers
            differ.
        expected: `level`, the mean of `value` for a perfect model; None against the training rows,
            where it is lower.
        different, corrected: bins that differ, one by one and after Holm's correction.
        tested: bins that some row is in. empty: bins that none is in.
        z: (K,) positive where real rows have the larger share; 0 in an empty bin.
        significant: (K,) the bins that are counted in `corrected`.
        real, fake: (K,) shares with Wilson's 95 % intervals, for a picture.
        divergence: Jensen-Shannon divergence of the shares less its floor.
        centres: (K, d).
    """

    value: float
    error: float
    expected: float | None
    different: int
    corrected: int
    tested: int
    empty: int
    z: Float[np.ndarray, " K"]
    significant: Bool[np.ndarray, " K"]
    real: tuple[intervals.Share, ...]
    fake: tuple[intervals.Share, ...]
    divergence: Divergence
    centres: Float[np.ndarray, "K d"]


def different_bins(
    rows: np.ndarray,
    train: np.ndarray,
    held_out: np.ndarray | None = None,
    *,
    bins: int = 100,
    level: float = 0.05,
    key: int = 0,
    parts: cells.Cells | None = None,
) -> Bins:
    """Return how many k-means bins have another share of generated rows than of real ones.

    Args:
        rows: (m, d) generated rows. train: (t, d) training rows, which make the bins.
        held_out: (n, d) real rows to compare with; None: the training rows, as published.
        bins: K. level: of the test of each bin, between 0 and 1.
        key: noise key of k-means. parts: the bins, where they are made already.

    Raises:
        InputError: unusable rows or level, or more bins than different training rows.
    """
    rows, train = checks.pair(rows, train, names=("the sample", "the training set"), least=1)
    real = train if held_out is None else held_out
    real, _ = checks.pair(real, train, names=("the held-out set", "the training set"), least=1)
    if not 0.0 < level < 1.0:
        raise InputError(f"level is {level}, but a test needs one between 0 and 1: use 0.05")
    parts = parts or cells.partition(train, bins, key=key)
    a, b = (np.bincount(parts.of(x), minlength=len(parts.centres)) for x in (real, rows))
    expected = None if held_out is None else level
    return _compare(a, b, level, expected, parts.centres)


def two_proportion_z(
    a: Int[np.ndarray, " K"], n: int, b: Int[np.ndarray, " K"], m: int
) -> Float[np.ndarray, " K"]:
    """Return z of a of n against b of m successes, pooled; 0 where the pooled share is 0 or 1."""
    pooled = (a + b) / (n + m)
    variance = pooled * (1.0 - pooled) * (1.0 / n + 1.0 / m)
    return (a / n - b / m) / np.sqrt(np.where(variance > 0.0, variance, 1.0))


def jensen_shannon(a: Int[np.ndarray, " K"], b: Int[np.ndarray, " K"]) -> Divergence:
    """Return the Jensen-Shannon divergence of two lists of counts in nats, less its floor.

    error² = max(0, V - (K - 1)/16 · s²) + (K - 1)/32 · s²,    s = 1/n + 1/m: the delta method's V =
    (Var_p ln(p/w)/n + Var_q ln(q/w)/m)/4 less what it reads by chance when p = q, plus the variance
    of s χ²_{K-1}/8, which is what is left there. K counts the categories that some row is in.

    Args:
        a, b: (K,) counts in each category, each with a sum above 0.
    """
    n, m = int(a.sum()), int(b.sum())
    if min(n, m) < 1:
        raise InputError(
            f"counts that sum to {n} and {m} describe no two samples: give at least 1 row to each"
        )
    used = (a + b) > 0
    p, q = a[used] / n, b[used] / m
    w = (p + q) / 2.0
    left, right = (np.log(np.where(v > 0.0, v, w) / w) for v in (p, q))
    first, second = float(p @ left), float(q @ right)
    spread = (float(p @ left**2) - first**2) / n + (float(q @ right**2) - second**2) / m
    s, k = 1.0 / n + 1.0 / m, int(used.sum()) - 1
    variance = max(0.0, spread / 4.0 - k * s * s / 16.0) + k * s * s / 32.0
    plug_in, floor = (first + second) / 2.0, k * s / 8.0
    return Divergence(plug_in - floor, float(np.sqrt(variance)), plug_in, floor)


def _compare(
    a: np.ndarray, b: np.ndarray, level: float, expected: float | None, centres: np.ndarray
) -> Bins:
    n, m = int(a.sum()), int(b.sum())
    z = two_proportion_z(a, n, b, m)
    used = (a + b) > 0
    p = 2.0 * norm.sf(np.abs(z))
    significant = np.zeros(len(z), dtype=bool)
    significant[used] = holm(p[used]) <= level
    different, tested = int((p[used] < level).sum()), int(used.sum())
    return Bins(
        value=different / tested,
        error=intervals.binomial_error(different / tested, tested),
        expected=expected,
        different=different,
        corrected=int(significant.sum()),
        tested=tested,
        empty=len(z) - tested,
        z=z,
        significant=significant,
        real=tuple(intervals.wilson(int(c), n) for c in a),
        fake=tuple(intervals.wilson(int(c), m) for c in b),
        divergence=jensen_shannon(a, b),
        centres=centres,
    )
