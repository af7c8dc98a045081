"""Distributions that are known exactly, for studies that compare a GAN with what it should have learnt.

The Cramér-Rao bound of the mean belongs to a model, not to a distribution: each truth says which
model its bound is of, and has none where that model leaves more than a scale and a place unknown.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from zerosum import noise
from zerosum.errors import InputError, unknown

Function = Callable[[np.ndarray], np.ndarray]

_HALVINGS = 90  # of a bracket some 100 units wide: below the spacing of float64


@dataclass(frozen=True, eq=False)
class Truth:
    """A continuous distribution F on the line.

    Attributes:
        name: as in `TRUTHS`. label: what tables and pictures call it.
        draw: uniforms on (0, 1) -> independent draws of F, element by element.
        cdf: F, element by element, of arrays with one axis or more.
        quantile: F⁻¹ of shares strictly between 0 and 1, element by element.
        mean, variance: of F.
        bound: Cramér-Rao bound of an unbiased estimator of the mean from one draw, or NaN.
        model: what is unknown where that bound holds, or why there is none.
        low: where the support begins; -inf when it does not.
    """

    name: str
    label: str
    draw: Function
    cdf: Function
    quantile: Function
    mean: float
    variance: float
    bound: float
    model: str
    low: float = -math.inf

    def sample(self, key: noise.Key, shape: tuple[int, ...]) -> np.ndarray:
        """Return float64 draws, shape (*shape), or (keys, *shape) for a tensor of keys."""
        u = noise.uniform(key, shape, dtype=torch.float64)
        return np.asarray(self.draw(u.cpu().numpy()), dtype=np.float64)

    def cramer_rao(self, n: int) -> float:
        """Return the least variance of an unbiased estimator of the mean from n draws, or NaN.

        Raises: InputError for n below 1.
        Source: Rao 1945; Cramér 1946, Mathematical Methods of Statistics, section 32.3.

        >>> normal().cramer_rao(100)
        0.01
        """
        if n < 1:
            raise InputError(f"n is {n}, and no draws bound no variance; pass 1 or more")
        return self.bound / n


def normal(mean: float = 0.0, sd: float = 1.0) -> Truth:
    """Return N(mean, sd²); the bound sd²/n is the same whether sd is known or not."""
    _positive("sd", sd)

    def quantile(u: np.ndarray) -> np.ndarray:
        """Return mean + sd Φ⁻¹(u)."""
        return mean + sd * ndtri(u)

    def cdf(x: np.ndarray) -> np.ndarray:
        """Return Φ((x − mean)/sd)."""
        return ndtr((x - mean) / sd)

    label = "N(0, 1)" if (mean, sd) == (0.0, 1.0) else f"N({mean:g}, {sd:g}²)"
    variance = sd * sd
    model = "N(μ, σ²), σ known or not"
    return Truth("normal", label, quantile, cdf, quantile, mean, variance, variance, model)


def student(df: float = 5.0) -> Truth:
    """Return Student's t, 5 degrees of freedom unless told: the fewest whole ones with E X⁴ finite.

    With 3 the error of a sample variance is infinite, and a study of T = variance has no errors.
    The bound (df + 3)/((df + 1) n) is that of the location model; X̄ does not reach it.
    """
    if not df > 2.0:
        raise InputError(f"df is {df:g}, where t has no variance; pass more than 2")

    def quantile(u: np.ndarray) -> np.ndarray:
        """Return t's quantiles."""
        return stdtrit(df, u)

    def cdf(x: np.ndarray) -> np.ndarray:
        """Return t's distribution function."""
        return stdtr(df, x)

    model = f"μ + t with {df:g} degrees of freedom, μ unknown"
    bound = (df + 3.0) / (df + 1.0)
    variance = df / (df - 2.0)
    return Truth("t", f"t, {df:g} df", quantile, cdf, quantile, 0.0, variance, bound, model)


def exponential(mean: float = 1.0) -> Truth:
    """Return the exponential distribution; the bound mean²/n is of the model with the mean unknown."""
    _positive("mean", mean)

    def quantile(u: np.ndarray) -> np.ndarray:
        """Return −mean log(1 − u)."""
        return -mean * np.log1p(-u)

    def cdf(x: np.ndarray) -> np.ndarray:
        """Return 1 − exp(−x/mean), and 0 left of 0."""
        return -np.expm1(-np.maximum(x, 0.0) / mean)

    square = mean * mean
    model = "exponential, mean unknown"
    return Truth(
        "exponential", f"exponential, mean {mean:g}", quantile, cdf, quantile,
        mean, square, square, model, low=0.0,
    )  # fmt: skip


def lognormal(sigma: float = 0.5) -> Truth:
    """Return exp(σ Z), σ = 1/2 unless told: skewness 1.75, where σ = 1 has 6.2 and a kurtosis of 114.

    mean = e^(σ²/2); the bound mean² (σ² + σ⁴/2)/n is of the model exp(μ + σ Z), both unknown.
    """
    _positive("sigma", sigma)

    def quantile(u: np.ndarray) -> np.ndarray:
        """Return exp(σ Φ⁻¹(u))."""
        return np.exp(sigma * ndtri(u))

    def cdf(x: np.ndarray) -> np.ndarray:
        """Return Φ(log(x)/σ), and 0 left of 0."""
        with np.errstate(divide="ignore"):
            return ndtr(np.log(np.maximum(x, 0.0)) / sigma)

    square = sigma * sigma
    mean = math.exp(square / 2)
    bound = mean**2 * (square + square**2 / 2)
    return Truth(
        "lognormal", f"lognormal, σ = {sigma:g}", quantile, cdf, quantile,
        mean, mean**2 * math.expm1(square), bound, "exp(μ + σ Z), μ and σ unknown", low=0.0,
    )  # fmt: skip


def mixture(
    share: float = 0.25, means: tuple[float, float] = (-1.5, 0.5), sd: float = 0.5
) -> Truth:
    """Return share · N(means[0], sd²) + (1 − share) · N(means[1], sd²); mean 0, variance 1 unless told.

    It has no bound here: five unknown numbers, and an information matrix without a closed form.
    """
    _positive("sd", sd)
    if not 0.0 < share < 1.0:
        raise InputError(f"share is {share:g}, which mixes nothing; pass a number between 0 and 1")
    first, second = means

    def cdf(x: np.ndarray) -> np.ndarray:
        """Return the weighted sum of both normal distribution functions."""
        return share * ndtr((x - first) / sd) + (1.0 - share) * ndtr((x - second) / sd)

    def draw(u: np.ndarray) -> np.ndarray:
        """Return draws: u below `share` chooses the first part, and is uniform again within it."""
        left = u < share
        again = np.where(left, u / share, (u - share) / (1.0 - share))
        inside = np.clip(again, np.finfo(np.float64).tiny, 1.0 - 2.0**-53)
        return np.where(left, first, second) + sd * ndtri(inside)

    ends = (min(means) - 40.0 * sd, max(means) + 40.0 * sd)

    def quantile(u: np.ndarray) -> np.ndarray:
        """Return the quantiles, by halving."""
        return _halve(cdf, np.asarray(u, dtype=np.float64), *ends)

    mean = share * first + (1.0 - share) * second
    variance = sd * sd + share * (1.0 - share) * (second - first) ** 2
    return Truth(
        "mixture", f"{share:.3g} N({first:g}, {sd:g}²) + {1 - share:.3g} N({second:g}, {sd:g}²)",
        draw, cdf, quantile, mean, variance, math.nan, "none: five unknown numbers",
    )  # fmt: skip


def _halve(cdf: Function, u: np.ndarray, low: float, high: float) -> np.ndarray:
    a, b = np.full(u.shape, low), np.full(u.shape, high)
    for _ in range(_HALVINGS):
        middle = (a + b) / 2
        below = cdf(middle) < u
        a, b = np.where(below, middle, a), np.where(below, b, middle)
    return (a + b) / 2


def _positive(name: str, value: float) -> None:
    if not (value > 0.0 and math.isfinite(value)):
        raise InputError(f"{name} is {value:g}, which is no scale; pass a number above 0")


TRUTHS: dict[str, Truth] = {
    made.name: made for made in (normal(), student(), exponential(), mixture(), lognormal())
}


def truth(name: str) -> Truth:
    """Return the truth of this name with its usual numbers.

    Raises: InputError for an unknown name, with the nearest known one.
    """
    if name not in TRUTHS:
        raise unknown("truth", name, TRUTHS)
    return TRUTHS[name]
