"""Integrals over the line as sums in even steps: fast enough to follow a pointer.

The trapezium rule on a smooth bell that ends inside the line is exact to rounding once a step is below
about half of its standard deviation; the tests compare each sum with the adaptive quadrature of `theory`.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from zerosum.theory import Density, FDivergence, gaussian
from zerosum.theory.density import Function

Numbers = Float[np.ndarray, " _"]
LINE = np.linspace(-40.0, 40.0, 8001)


def total(values: Numbers, x: Numbers = LINE) -> float:
    """Return the integral of values at the even places x."""
    return float(values.sum() * (x[1] - x[0]))


def mean(values: Numbers, law: Density, x: Numbers = LINE) -> float:
    """Return E of a function's values at x, where the law has any mass (0 times anything is 0)."""
    weights = law.prob(x)
    with np.errstate(invalid="ignore"):
        return total(np.where(weights > 0, weights * values, 0.0), x)


def divergence(which: FDivergence, p: Density, q: Density, x: Numbers = LINE) -> float:
    """Return D_f(p‖q) of two densities that are positive on the whole line."""
    return total(which.term(p.log_prob(x), q.log_prob(x)), x)


def game_value(p: Density, q: Density, logits: Function, x: Numbers = LINE) -> float:
    """Return V(D, G) = E_p log D + E_q log(1 − D) in nats, D = σ(a)."""
    a = logits(x)
    return -mean(np.logaddexp(0.0, -a), p, x) - mean(np.logaddexp(0.0, a), q, x)


def over_gaussians(
    which: FDivergence, p: Density, means: Numbers, sds: Numbers, x: Numbers
) -> Float[np.ndarray, "sds means"]:
    """Return D_f(p‖N(mean, sd²)) for every sd (rows) and mean (columns)."""
    laws = [gaussian(m, s).log_prob(x) for s in sds.tolist() for m in means.tolist()]
    each = which.term(np.tile(p.log_prob(x), len(laws)), np.concatenate(laws))
    found = each.reshape(len(laws), -1).sum(axis=1) * (x[1] - x[0])
    return np.asarray(found.reshape(len(sds), len(means)))
