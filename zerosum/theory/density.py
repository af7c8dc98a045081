"""Probability densities on the real line, and integrals over it by adaptive quadrature."""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.integrate import IntegrationWarning, quad
from scipy.special import logsumexp

from zerosum.errors import InputError
from zerosum.theory import checks

Function = Callable[[np.ndarray], np.ndarray]
WANTED = 1e-12  # absolute and relative error asked of each piece
FAR = 1e12  # where a tail is looked at; x^-1.5 times this is still called integrable
ALLOWED = 1e-6  # the largest estimate of a piece's error that is not refused
SPREADS = (1.0, 4.0, 12.0, 40.0)  # a Gaussian's break points, in standard deviations from its mean


@dataclass(frozen=True)
class Density:
    """A probability density on the real line.

    Attributes:
        name: what pictures and sentences call it.
        log_prob: natural logarithm of the density, (n,) -> (n,) float64; -inf off the support.
        low, high: the ends of its support; may be -inf and inf.
        points: where it has kinks, jumps or narrow peaks; quadrature takes a break there.
    """

    name: str
    log_prob: Function
    low: float
    high: float
    points: tuple[float, ...] = ()

    def prob(self, x: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
        """Return the density itself at the points x, shape (n,)."""
        return np.exp(self.log_prob(x))


def gaussian(mean: float = 0.0, sd: float = 1.0) -> Density:
    """Return the normal density with this mean and standard deviation.

    p(x) = exp(-(x - mean)^2 / (2 sd^2)) / (sd sqrt(2 pi))

    >>> gaussian(1.0, 2.0).prob(np.array([1.0, 3.0])).round(4).tolist()
    [0.1995, 0.121]
    """
    mean, sd = checks.finite("mean", mean), checks.positive("sd", sd)
    constant = -math.log(sd) - 0.5 * math.log(2 * math.pi)

    def log_prob(x: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
        """Return log p(x), shape (n,)."""
        return constant - 0.5 * ((x - mean) / sd) ** 2

    sides = [mean + sign * spread * sd for spread in SPREADS for sign in (-1, 1)]
    return Density(
        f"N({mean:g}, {sd:g}²)", log_prob, -math.inf, math.inf, tuple(sorted([mean, *sides]))
    )


def uniform(low: float, high: float) -> Density:
    """Return the uniform density 1 / (high - low) on [low, high].

    >>> uniform(0.0, 4.0).prob(np.array([1.0, 5.0])).tolist()
    [0.25, 0.0]
    """
    low, high = checks.finite("low", low), checks.finite("high", high)
    checks.interval(low, high)
    height = -math.log(high - low)

    def log_prob(x: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
        """Return log p(x), shape (n,)."""
        return np.where((x >= low) & (x <= high), height, -np.inf)

    return Density(f"U({low:g}, {high:g})", log_prob, low, high, (low, high))


def mixture(densities: Sequence[Density], weights: Sequence[float] | np.ndarray) -> Density:
    """Return the mixture sum_i w_i p_i(x) of densities, with weights that add up to 1."""
    if not densities:
        raise InputError("densities is empty, so there is nothing to mix; pass at least one")
    shares = checks.probabilities("weights", weights)
    if len(shares) != len(densities):
        raise InputError(
            f"weights has {len(shares)} entries for {len(densities)} densities; pass one weight "
            "for each density"
        )
    with np.errstate(divide="ignore"):
        logs = np.log(shares)

    def log_prob(x: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
        """Return log of the weighted sum, shape (n,)."""
        rows = [log + part.log_prob(x) for log, part in zip(logs, densities, strict=True)]
        with np.errstate(divide="ignore"):
            return np.asarray(logsumexp(np.stack(rows), axis=0))

    named = zip(shares, densities, strict=True)
    return Density(
        " + ".join(f"{share:g} {part.name}" for share, part in named),
        log_prob,
        min(part.low for part in densities),
        max(part.high for part in densities),
        breaks(*densities),
    )


def density(
    low: float,
    high: float,
    *,
    pdf: Function | None = None,
    log_prob: Function | None = None,
    points: Sequence[float] = (),
    name: str = "p",
) -> Density:
    """Return a density from its formula, checked: never negative, with integral 1 within 1e-6.

    Args:
        low, high: the ends of its support; may be -inf and inf.
        pdf, log_prob: (n,) -> (n,), one of the two. Off the support it is not called.
        points: where it has kinks, jumps or narrow peaks.
        name: of the argument or the density, for sentences and pictures.
    Raises: InputError for both or neither formula, NaN, negative values, or a wrong integral.

    >>> triangle = density(-1.0, 1.0, pdf=lambda x: 1 - np.abs(x), points=[0.0])
    >>> triangle.prob(np.array([0.0, 0.5, 2.0])).tolist()
    [1.0, 0.5, 0.0]
    """
    checks.interval(low, high)
    if (pdf is None) == (log_prob is None):
        raise InputError(
            f"{name} was given {'no formula' if pdf is None else 'both pdf and log_prob'}, and it "
            "needs one; pass pdf=... or log_prob=..."
        )
    formula = log_prob if log_prob is not None else _logarithm(name, pdf)  # type: ignore[arg-type]
    made = Density(name, _inside(name, formula, low, high), low, high, tuple(sorted(points)))
    return checked(name, made)


def checked(name: str, given: Density) -> Density:
    """Return the density if it integrates to 1 within 1e-6, or raise InputError naming it."""
    total = integrate(given.prob, given.low, given.high, given.points)
    if not abs(total - 1) <= checks.SUM_ERROR:
        raise InputError(
            f"{name} integrates to {total:.8g} over [{given.low:g}, {given.high:g}] and not to 1, "
            "so it is no density; divide it by that number, or pass points=... where it has peaks"
        )
    return given


def breaks(*densities: Density) -> tuple[float, ...]:
    """Return all break points of several densities and the finite ends of supports, in order."""
    ends = [end for part in densities for end in (part.low, part.high) if math.isfinite(end)]
    return tuple(sorted({*ends, *(point for part in densities for point in part.points)}))


def integrate(function: Function, low: float, high: float, points: Sequence[float] = ()) -> float:
    """Return the integral of a function over [low, high], piece by piece between `points`.

    Adaptive Gauss-Kronrod quadrature (QUADPACK) asks 1e-12 of each piece; kinks, jumps and peaks
    belong in `points`, or they may be missed. An integrand that becomes infinite, or a tail that
    falls no faster than 1/|x|, gives inf (or -inf): so a divergence that does not exist shows itself.

    Args:
        function: (n,) -> (n,).
        low, high: may be -inf and inf.
        points: where to break; those outside (low, high) are left out.
    Raises: InputError where the integrand is NaN, or the quadrature's error stays above 1e-6.

    >>> round(integrate(np.abs, -1.0, 2.0, points=[0.0]), 12)
    2.5
    """
    if low == high:
        return 0.0
    checks.interval(low, high)
    inner = sorted({float(point) for point in points if low < point < high})
    if not inner and math.isinf(low) and math.isinf(high):
        inner = [0.0]
    edges = [float(low), *inner, float(high)]
    return math.fsum(_piece(function, a, b) for a, b in itertools.pairwise(edges))


def _piece(function: Function, low: float, high: float) -> float:
    infinite = [found for end in (low, high) if (found := _tail(function, end))]

    def value(x: float) -> float:
        found = float(function(np.array([x]))[0])
        if math.isnan(found):
            raise InputError(
                f"the integrand is NaN at x = {x:g}, so it has no integral; correct the function "
                "there or leave that point outside the interval"
            )
        if math.isinf(found):
            infinite.append(found)
            return 0.0
        return found

    with warnings.catch_warnings(), np.errstate(over="ignore"):
        # QUADPACK warns where rounding keeps it from 1e-12; its own estimate is looked at instead
        warnings.simplefilter("ignore", IntegrationWarning)
        total, error = quad(value, low, high, epsabs=WANTED, epsrel=WANTED, limit=200)[:2]
    if infinite:
        return infinite[0]
    if not error <= ALLOWED * max(1.0, abs(total)):
        raise InputError(
            f"the integral from {low:g} to {high:g} came out as {total:g} with an error of "
            f"{error:.1g}, so it may not exist; pass points=... where the integrand has kinks or "
            "narrow peaks, or a smaller interval"
        )
    return float(total)


def _tail(function: Function, end: float) -> float:
    """Return inf with the integrand's sign where x f(x) has not vanished far out, else 0."""
    if math.isfinite(end):
        return 0.0
    with np.errstate(over="ignore"):
        far = float(function(np.array([math.copysign(FAR, end)]))[0])
    return math.copysign(math.inf, far) if abs(far) * FAR > 1e-3 else 0.0


def _logarithm(name: str, pdf: Function) -> Function:
    def log_prob(x: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
        """Return log pdf(x), shape (n,), after looking at its sign."""
        values = np.asarray(pdf(x), dtype=np.float64)
        if (values < 0).any():
            where = int(np.argmin(values))
            raise InputError(
                f"{name} is {values[where]:g} at x = {x[where]:g}, and a density is never "
                "negative; correct its formula or its support"
            )
        with np.errstate(divide="ignore"):
            return np.log(values)

    return log_prob


def _inside(name: str, formula: Function, low: float, high: float) -> Function:
    def log_prob(x: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
        """Return the formula's value on the support and -inf off it, shape (n,)."""
        found = np.full(x.shape, -np.inf)
        inside = (x >= low) & (x <= high)
        if inside.any():
            found[inside] = formula(x[inside])
        if np.isnan(found).any():
            where = int(np.flatnonzero(np.isnan(found))[0])
            raise InputError(
                f"{name} is NaN at x = {x[where]:g}; correct its formula or its support"
            )
        return found

    return log_prob
