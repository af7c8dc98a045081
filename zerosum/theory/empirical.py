"""How far an empirical distribution function is from the truth: Kolmogorov's limit, n by n, and a band.

    D_n = ‖F_n − F‖_∞ = sup over t of |F_n(t) − F(t)|,     F_n(t) = share of n draws up to t

The law of D_n is the same for every continuous F. Not to be confused with the distance of two
samples, or with D_n where F was fitted to the same draws, which is smaller.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.stats import kstwo

from zerosum.errors import InputError

KOLMOGOROV_MEAN = math.sqrt(math.pi / 2) * math.log(2)  # lim √n E D_n = 0.8687...
KOLMOGOROV_VARIANCE = math.pi**2 / 12 - KOLMOGOROV_MEAN**2  # lim n Var D_n; E K² = π²/12


def mean_distance(n: int) -> float:
    """Return E‖F_n − F‖_∞ for n independent draws from any continuous F, exactly.

    E D_n = ∫₀¹ P(D_n > d) dd,     √n E D_n = √(π/2) log 2 − 1/(6√n) + O(1/n)

    Args: n: draws, at least 1.
    Returns: a share; absolute error below 1e-7 (Gauss-Legendre on the exact law).
    Raises: InputError for n below 1.
    Source: Simard and L'Ecuyer 2011, doi:10.18637/jss.v039.i11 (the law); Kolmogorov 1933.

    >>> round(mean_distance(1), 9)  # one draw: the larger of u and 1 − u
    0.75
    >>> round(100**0.5 * mean_distance(100), 4), round(KOLMOGOROV_MEAN, 4)
    (0.8524, 0.8687)
    """
    _at_least_one(n)
    least, far = 1 / (2 * n), min(1.0, 5 / math.sqrt(n))  # P(D_n > 5/√n) < 2 exp(−50)
    pieces = 2 * n - 1 if n <= 12 else 16  # the law has kinks at k/2n, which smooth out as n grows
    edges = np.linspace(least, far if n > 12 else 1.0, pieces + 1)
    nodes, weights = np.polynomial.legendre.leggauss(16)
    half = (edges[1] - edges[0]) / 2
    places = (edges[:-1, None] + half) + half * nodes
    return float(least + half * (kstwo(n).sf(places) @ weights).sum())


def probability_within(n: int, distance: float) -> float:
    """Return P(‖F_n − F‖_∞ ≤ distance) for n draws, exactly.

    Args: n: draws, at least 1. distance: a share.
    Raises: InputError for n below 1 or a distance that is NaN.
    Source: Simard and L'Ecuyer 2011, doi:10.18637/jss.v039.i11.

    >>> round(probability_within(1, 0.75), 12)  # u lies between 1/4 and 3/4
    0.5
    """
    _at_least_one(n)
    if math.isnan(distance):
        raise InputError("distance is NaN, so no share lies within it; pass a number")
    return float(kstwo(n).cdf(distance))


def dkw_band(n: int, *, level: float = 0.95) -> float:
    """Return ε = √(log(2/α)/2n): F_n stays within ε of F with probability `level` or more.

    P(‖F_n − F‖_∞ > ε) ≤ 2 exp(−2nε²) for every n, F and ε.

    Args: n: draws, at least 1. level: 1 − α, strictly between 0 and 1.
    Raises: InputError for a band that does not exist.
    Source: Dvoretzky, Kiefer and Wolfowitz 1956; Massart 1990, doi:10.1214/aop/1176990746 (the 2).

    >>> round(dkw_band(1000), 4)
    0.0429
    >>> probability_within(1000, dkw_band(1000)) >= 0.95
    True
    """
    if n < 1 or not 0.0 < level < 1.0:
        raise InputError(
            f"a band for n = {n}, level = {level} does not exist: need n >= 1, 0 < level < 1"
        )
    return math.sqrt(math.log(2.0 / (1.0 - level)) / (2.0 * n))


def _at_least_one(n: int) -> None:
    if n < 1:
        raise InputError(f"n is {n}, and no draws have no distribution function; pass 1 or more")
