"""Kolmogorov-Smirnov distances of samples; the band around one is `theory.empirical.dkw_band`.

D = sup_x |F(x) - G(x)|
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from zerosum.errors import InputError
from zerosum.metrics import checks


def ks_two_sample(x: np.ndarray, y: np.ndarray) -> float:
    """Return sup |F_n - G_m| of two samples; tied values step together.

    Args:
        x: (n,) sample. y: (m,) sample.
    """
    a = np.sort(checks.column("the first sample", x))
    b = np.sort(checks.column("the second sample", y))
    return _steps(a, b)


def ks_known(x: np.ndarray, cdf: Callable[[np.ndarray], np.ndarray]) -> float:
    """Return sup |F_n - F| of a sample against a known distribution function.

    Args:
        x: (n,) sample.
        cdf: F, continuous, applied to the sorted sample at once.

    Raises:
        InputError: when cdf leaves [0, 1] or is not finite.
    """
    a = np.sort(checks.column("the sample", x))
    level = np.asarray(cdf(a), dtype=np.float64).reshape(-1)
    if level.shape != a.shape or not np.all((level >= 0.0) & (level <= 1.0)):
        raise InputError(
            "the cdf gave numbers outside [0, 1] or of another shape: pass F, not its density"
        )
    n = len(a)
    above = np.arange(1, n + 1) / n - level
    below = level - np.arange(n) / n
    return float(max(above.max(), below.max()))


def ks_columns(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the two-sample distance of each column, shape (d,).

    Args:
        x: (n, d) rows. y: (m, d) rows.
    """
    a, b = checks.pair(x, y, names=("the first sample", "the second sample"), least=1)
    a, b = np.sort(a, axis=0), np.sort(b, axis=0)
    return np.asarray([_steps(a[:, j], b[:, j]) for j in range(a.shape[1])])


def _steps(a: np.ndarray, b: np.ndarray) -> float:
    # whole numbers until the one division: the value is the rounded exact fraction, as SciPy's is
    both = np.concatenate((a, b))
    first = np.searchsorted(a, both, side="right") * len(b)
    second = np.searchsorted(b, both, side="right") * len(a)
    return int(np.abs(first - second).max()) / (len(a) * len(b))
