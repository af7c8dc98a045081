"""f-divergences evaluated: exact sums on finite alphabets, quadrature for densities, and their bound."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch
from jaxtyping import Float

from zerosum.errors import InputError
from zerosum.theory import checks
from zerosum.theory.alpha_family import alpha
from zerosum.theory.checks import Numbers
from zerosum.theory.density import Density, Function, breaks, integrate
from zerosum.theory.f_divergences import (
    GAN,
    JEFFREYS,
    JENSEN_SHANNON,
    KL,
    NEYMAN,
    PEARSON,
    REVERSE_KL,
    SQUARED_HELLINGER,
    TOTAL_VARIATION,
    FDivergence,
)

__all__ = [
    "GAN",
    "JEFFREYS",
    "JENSEN_SHANNON",
    "KL",
    "NEYMAN",
    "PEARSON",
    "REVERSE_KL",
    "SQUARED_HELLINGER",
    "TOTAL_VARIATION",
    "FDivergence",
    "alpha",
    "divergence",
    "divergence_between",
    "optimal_t",
    "variational_bound",
    "variational_bound_between",
]


def divergence(which: FDivergence, p: Numbers, q: Numbers) -> float:
    """Return D_f(P‖Q) of two distributions on one finite alphabet, by the exact sum.

    D_f(P‖Q) = sum_i q_i f(p_i / q_i); where q_i = 0 < p_i the limit p_i lim f(u)/u

    Args:
        which: the divergence.
        p, q: probabilities of the data and of the generator, one a symbol.
    Returns: nats for the logarithmic members; inf where it is infinite.
    Raises: InputError for negative or NaN entries, a sum that is not 1, or two alphabets.
    Source: Nowozin et al. 2016, arXiv:1606.00709.

    >>> divergence(KL, [0.5, 0.5], [0.25, 0.75]).__round__(4)  # the data's bits, wrongly coded
    0.1438
    >>> divergence(KL, [0.5, 0.5], [1.0, 0.0])  # Q never makes what P has: infinitely bad
    inf
    >>> divergence(KL, [1.0, 0.0], [0.5, 0.5]).__round__(4)  # while Q may make more than P has
    0.6931
    """
    p, q = _pair(p, q)
    with np.errstate(divide="ignore"):
        return float(_terms(which, np.log(p), np.log(q)).sum())


def divergence_between(which: FDivergence, p: Density, q: Density) -> float:
    """Return D_f(P‖Q) = integral of q(x) f(p(x)/q(x)) of two densities, by adaptive quadrature.

    Args:
        which: the divergence.
        p, q: densities of the data and of the generator; their supports may differ.
    Returns: the divergence, inf where the integral does not exist; error about 1e-10.
    Raises: InputError where quadrature fails.
    Source: Nowozin et al. 2016, arXiv:1606.00709.

    >>> from zerosum.theory.density import gaussian
    >>> divergence_between(KL, gaussian(0.0), gaussian(1.0)).__round__(10)  # half the squared shift
    0.5
    """

    def integrand(x: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
        """Return q(x) f(p(x)/q(x))."""
        return _terms(which, p.log_prob(x), q.log_prob(x))

    return _over_both(integrand, p, q)


def optimal_t(which: FDivergence, ratio: Numbers) -> Float[np.ndarray, " *shape"]:
    """Return T* = f'(p/q), the best discriminator of the variational bound, for given ratios.

    Args:
        which: the divergence.
        ratio: p/q, from 0 (only q) to inf (only p), any shape.
    Raises: InputError for ratios that are NaN or negative.

    >>> optimal_t(KL, [1.0, math.e]).tolist()  # KL's T is the log ratio, plus 1
    [1.0, 2.0]
    """
    ratios = np.asarray(ratio, dtype=np.float64)
    if not (ratios >= 0).all():
        raise InputError(
            "ratio holds a value that is negative or NaN, and p/q of two densities never is; pass "
            "numbers from 0 to inf"
        )
    best = np.asarray(which.derivative(torch.from_numpy(ratios)))
    # a huge ratio's T rounds to the end of the domain, where f* is infinite: one step back from it
    edge = np.isfinite(best) & ~np.isfinite(_conjugate(which, best))
    return np.where(edge, which.upper - 4 * np.spacing(which.upper), best)


def variational_bound(which: FDivergence, p: Numbers, q: Numbers, t: Numbers) -> float:
    """Return E_P T − E_Q f*(T) on a finite alphabet: at most D_f(P‖Q), for any T inside dom f*.

    Args:
        which: the divergence.
        p, q: probabilities, one a symbol.
        t: T at each symbol.
    Returns: the bound; -inf where T leaves the domain of f*.
    Raises: InputError as for `divergence`, or where t has another length.
    Source: Nguyen, Wainwright and Jordan 2010, arXiv:0809.0853; Nowozin et al. 2016, arXiv:1606.00709.

    >>> p, q = np.array([0.5, 0.5]), np.array([0.25, 0.75])
    >>> variational_bound(KL, p, q, optimal_t(KL, p / q)).__round__(4)  # the divergence itself
    0.1438
    >>> variational_bound(KL, p, q, [1.0, 1.0])  # T that cannot tell p from q
    0.0
    """
    p, q = _pair(p, q)
    values = checks.numbers("t", t)
    checks.same_alphabet("p", p, "t", values)
    return float((p * values).sum() - (q * _conjugate(which, values)).sum())


def variational_bound_between(which: FDivergence, p: Density, q: Density, t: Function) -> float:
    """Return E_P T − E_Q f*(T) of two densities, for T(x) given as a function (n,) -> (n,).

    >>> from zerosum.theory.density import gaussian
    >>> p, q = gaussian(0.0), gaussian(1.0)  # log p/q is 1/2 - x
    >>> variational_bound_between(KL, p, q, lambda x: 1.5 - x).__round__(10)
    0.5
    """

    def integrand(x: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
        """Return p T − q f*(T), with 0 where a density is 0."""
        values = t(x)
        return _weighted(p.prob(x), values) - _weighted(q.prob(x), _conjugate(which, values))

    return _over_both(integrand, p, q)


def _terms(
    which: FDivergence, log_p: Float[np.ndarray, " n"], log_q: Float[np.ndarray, " n"]
) -> Float[np.ndarray, " n"]:
    """Return q f(p/q) at each point, by the limits of f where one of the two is 0."""
    found = np.zeros(log_p.shape)
    has_p, has_q = np.isfinite(log_p), np.isfinite(log_q)
    both, only_p, only_q = has_p & has_q, has_p & ~has_q, has_q & ~has_p
    with np.errstate(over="ignore"):
        found[both] = which.term(log_p[both], log_q[both])
    found[only_p] = _weighted(np.exp(log_p[only_p]), np.array(which.at_infinity))
    found[only_q] = _weighted(np.exp(log_q[only_q]), np.array(which.at_zero))
    return found


def _weighted(
    weights: Float[np.ndarray, " n"], values: Float[np.ndarray, " *n"]
) -> Float[np.ndarray, " n"]:
    """Return weights × values, with 0 × inf = 0: what is never met costs nothing."""
    return np.multiply(weights, values, out=np.zeros(weights.shape), where=weights > 0)


def _conjugate(which: FDivergence, t: Float[np.ndarray, " *shape"]) -> Float[np.ndarray, " *shape"]:
    """Return f*(t), inf outside its domain."""
    found = which.conjugate(torch.from_numpy(t)).numpy()
    return np.where((t >= which.lower) & (t <= which.upper), found, math.inf)


def _over_both(integrand: Callable[[np.ndarray], np.ndarray], p: Density, q: Density) -> float:
    return integrate(integrand, min(p.low, q.low), max(p.high, q.high), breaks(p, q))


def _pair(p: Numbers, q: Numbers) -> tuple[Float[np.ndarray, " n"], Float[np.ndarray, " n"]]:
    first, second = checks.probabilities("p", p), checks.probabilities("q", q)
    checks.same_alphabet("p", first, "q", second)
    return first, second
