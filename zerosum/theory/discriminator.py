"""The best discriminator, the value of the game, and what the generator descends when D is exact.

    V(D, G) = E_p log D(x) + E_q log(1 - D(x)),     D = sigmoid(a),     p data, q generated
    D*(x) = p(x) / (p(x) + q(x)),     C(G) = max over D of V(D, G) = -log 4 + 2 JSD(p, q)

Source: Goodfellow et al. 2014, arXiv:1406.2661, propositions 1 and 2, theorem 1. Every function takes
two densities on the real line, or two rows of probabilities on one finite alphabet.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import overload

import numpy as np
from jaxtyping import Float
from scipy.special import expit, xlogy

from zerosum.errors import InputError
from zerosum.theory import checks
from zerosum.theory.checks import Numbers
from zerosum.theory.density import Density, Function, breaks, integrate

LOG_4 = math.log(4.0)
Law = Density | Numbers  # a density on the line, or probabilities on a finite alphabet
Logits = Function | Numbers  # (n,) -> (n,) for densities, one number a symbol for probabilities


@dataclass(frozen=True)
class Descent:
    """The path of p_g under proposition 2.

    Attributes:
        q: p_g after 0, 1, ... rounds, shape (rounds + 1, symbols).
        excess: C(G) + log 4 = 2 JSD in nats, shape (rounds + 1,); computed without cancellation, so
            it falls below 1e-16, where C itself can no longer be told from -log 4.
        total_variation: (1/2) sum |p - q|, shape (rounds + 1,).
    """

    q: Float[np.ndarray, "times symbols"]
    excess: Float[np.ndarray, " times"]
    total_variation: Float[np.ndarray, " times"]

    @property
    def criterion(self) -> Float[np.ndarray, " times"]:
        """C(G) in nats after 0, 1, ... rounds, shape (rounds + 1,)."""
        return self.excess - LOG_4


@overload
def optimal_logits(p: Density, q: Density) -> Function: ...
@overload
def optimal_logits(p: Numbers, q: Numbers) -> Float[np.ndarray, " symbols"]: ...
def optimal_logits(p: Law, q: Law) -> Function | Float[np.ndarray, " symbols"]:
    """Return the logits of the best discriminator, the log-ratio of the two densities.

    a*(x) = log p(x) - log q(x):  inf where only data live, -inf where only generated samples do,
    NaN where neither does (there D is never asked, and any value is as good).

    Args:
        p: data; q: generated. Two densities, or two rows of probabilities on one alphabet.
    Returns: for densities a function (n,) -> (n,), for probabilities an array (symbols,).
    Raises: InputError for anything that is no distribution, or for two of different kinds.
    Source: Goodfellow et al. 2014, arXiv:1406.2661, proposition 1, in logits.
    """
    if isinstance(p, Density) and isinstance(q, Density):
        return _log_ratio(p.log_prob, q.log_prob)
    data, generated = _rows(p, q)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(data) - np.log(generated)


@overload
def optimal_discriminator(p: Density, q: Density) -> Function: ...
@overload
def optimal_discriminator(p: Numbers, q: Numbers) -> Float[np.ndarray, " symbols"]: ...
def optimal_discriminator(p: Law, q: Law) -> Function | Float[np.ndarray, " symbols"]:
    """Return the best discriminator against a fixed generator: how likely a sample is real.

    D*(x) = p(x) / (p(x) + q(x)), the maximum of p log D + q log(1 - D) at each x by itself;
    1/2 everywhere just when p = q. NaN where both are 0.

    Args:
        p: data; q: generated. Two densities, or two rows of probabilities on one alphabet.
    Returns: for densities a function (n,) -> (n,), for probabilities an array (symbols,).
    Raises: InputError for anything that is no distribution, or for two of different kinds.
    Source: Goodfellow et al. 2014, arXiv:1406.2661, proposition 1.

    >>> optimal_discriminator([0.5, 0.5, 0.0], [0.5, 0.0, 0.5]).tolist()
    [0.5, 1.0, 0.0]
    >>> from zerosum.theory import gaussian
    >>> d = optimal_discriminator(gaussian(0.0), gaussian(1.0))  # equal where the bells cross
    >>> d(np.array([0.5])).tolist()
    [0.5]
    """
    if isinstance(p, Density) and isinstance(q, Density):
        logits = optimal_logits(p, q)
        return lambda x: expit(logits(x))
    return expit(optimal_logits(*_rows(p, q)))


def discriminator_value(p: Law, q: Law, logits: Logits) -> float:
    """Return the value of the game at a given discriminator, in nats.

    V(D, G) = E_p log D + E_q log(1 - D) = -E_p softplus(-a) - E_q softplus(a),     D = sigmoid(a)

    It is minus the cross-entropy of the discriminator's answers with the labels real and synthetic,
    summed over the two labels as training does it. As a mean over samples of which half are real,
    the cross-entropy is -V / 2.

    Args:
        p: data; q: generated. Two densities, or two rows of probabilities on one alphabet.
        logits: the discriminator's a: (n,) -> (n,) for densities, (symbols,) for probabilities.
            -inf on real data (or inf on generated ones) is a certain error and gives -inf.
    Raises: InputError for anything that is no distribution, two of different kinds, or logits that
        do not fit them.
    Source: Goodfellow et al. 2014, arXiv:1406.2661, equation 1.

    >>> round(discriminator_value([0.5, 0.5], [0.25, 0.75], [0.0, 0.0]), 6)  # D = 1/2: -log 4
    -1.386294
    """
    if isinstance(p, Density) and isinstance(q, Density):
        judge = _callable(logits)
        return integrate(
            lambda x: _payoff(p.prob(x), q.prob(x), judge(x)),
            min(p.low, q.low),
            max(p.high, q.high),
            breaks(p, q),
        )
    data, generated = _rows(p, q)
    return math.fsum(_payoff(data, generated, _row_of_logits(logits, data + generated)))


def generator_criterion(p: Law, q: Law) -> float:
    """Return what the generator descends when the discriminator is always at its best, in nats.

    C(G) = max over D of V(D, G) = V(D*, G) = -log 4 + KL(p || m) + KL(q || m),     m = (p + q) / 2

    so C(G) = -log 4 + 2 JSD(p, q): from -log 4, at p = q and nowhere else, up to 0 where the two
    never meet.

    Args:
        p: data; q: generated. Two densities, or two rows of probabilities on one alphabet.
    Raises: InputError for anything that is no distribution, or for two of different kinds.
    Source: Goodfellow et al. 2014, arXiv:1406.2661, theorem 1.

    >>> round(generator_criterion([0.5, 0.5, 0.0], [0.5, 0.5, 0.0]), 6)  # -log 4
    -1.386294
    >>> generator_criterion([1.0, 0.0], [0.0, 1.0])  # told apart without an error
    0.0
    """
    if isinstance(p, Density) and isinstance(q, Density):
        return discriminator_value(p, q, optimal_logits(p, q))
    data, generated = _rows(p, q)
    return discriminator_value(data, generated, optimal_logits(data, generated))


def mirror_descent(p_data: Numbers, p_start: Numbers, step: float, rounds: int) -> Descent:
    """Move p_g as proposition 2 does: D exact in each round, then one small step of p_g itself.

    q_i <- q_i exp(-step dV/dq_i) / Z,     dV/dq_i = log(1 - D*_i) = log(q_i / (p_i + q_i))

    C is convex in q, and 1-smooth relative to the negative entropy: its Hessian diag(1/q - 1/(p+q))
    lies below diag(1/q). So every step up to 1 lowers C (Lu, Freund and Nesterov 2018,
    arXiv:1610.05708), and close to the end |p - q| shrinks by 1 - step/2 a round. With step 1 a
    round is q <- (p + q) / 2.

    Args:
        p_data: probabilities of the data, shape (symbols,).
        p_start: of p_g at the start, shape (symbols,); above 0 wherever the data are.
        step: above 0; small means up to 1.
        rounds: steps to take, at least 0.
    Raises: InputError for anything that is no distribution, for a step or rounds that cannot be, and
        for a p_start of 0 where data are: what is multiplied stays 0.
    Source: Goodfellow et al. 2014, arXiv:1406.2661, proposition 2.

    >>> mirror_descent([0.5, 0.5], [0.1, 0.9], step=1.0, rounds=2).q.round(12).tolist()
    [[0.1, 0.9], [0.3, 0.7], [0.4, 0.6]]
    """
    p, q = _rows(p_data, p_start, ("p_data", "p_start"))
    rate = checks.positive("step", step)
    if rounds < 0:
        raise InputError(
            f"rounds is {rounds}, and a path cannot be shorter than its start; pass 0 or more"
        )
    _refuse_missing(p, q)
    path = [q]
    for _ in range(rounds):
        path.append(_mirror_step(p, path[-1], rate))
    rows = np.stack(path)
    total_variation = np.abs(rows - p).sum(axis=1) / 2
    return Descent(rows, np.array([_excess(p, row) for row in path]), total_variation)


def _mirror_step(
    p: Float[np.ndarray, " symbols"], q: Float[np.ndarray, " symbols"], step: float
) -> Float[np.ndarray, " symbols"]:
    moved, alive = np.zeros_like(q), q > 0  # what is 0 stays 0
    logs = np.log(q[alive]) + step * np.log1p(p[alive] / q[alive])
    moved[alive] = np.exp(logs - logs.max())  # the largest is 1: no step is too large to be taken
    return moved / moved.sum()


def _excess(p: Float[np.ndarray, " symbols"], q: Float[np.ndarray, " symbols"]) -> float:
    """2 JSD as a sum of terms that are never negative: (p + q) h(r), r = (p - q) / (p + q)."""
    both = p + q
    r = (p - q)[both > 0] / both[both > 0]
    # h(r) = ((1 + r) log(1 + r) + (1 - r) log(1 - r)) / 2 ~ r^2 / 2; no cancellation in its series
    logs = (xlogy(1 + r, 1 + r) + xlogy(1 - r, 1 - r)) / 2
    series = r**2 / 2 + r**4 / 12 + r**6 / 30
    return math.fsum(both[both > 0] * np.where(np.abs(r) < 1e-3, series, logs))


def _payoff(
    p: Float[np.ndarray, " n"], q: Float[np.ndarray, " n"], logits: Float[np.ndarray, " n"]
) -> Float[np.ndarray, " n"]:
    """p log D + q log(1 - D), where 0 times anything is 0: nobody looks at such a point."""
    total = np.zeros(np.shape(logits))
    with np.errstate(over="ignore", invalid="ignore"):
        total[p > 0] -= (p * np.logaddexp(0.0, -logits))[p > 0]
        total[q > 0] -= (q * np.logaddexp(0.0, logits))[q > 0]
    return total


def _log_ratio(first: Function, second: Function) -> Function:
    def log_ratio(x: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
        """Return log p(x) - log q(x), shape (n,)."""
        with np.errstate(invalid="ignore"):
            return first(x) - second(x)

    return log_ratio


def _rows(
    p: Law, q: Law, names: tuple[str, str] = ("p", "q")
) -> tuple[Float[np.ndarray, " symbols"], Float[np.ndarray, " symbols"]]:
    kinds = [isinstance(law, Density) for law in (p, q)]
    if any(kinds):
        density, row = names if kinds[0] else names[::-1]
        raise InputError(
            f"{density} is a density on the line and {row} is not, so they cannot be compared; "
            "pass two densities, or two rows of probabilities on one alphabet"
        )
    rows = [checks.probabilities(name, law) for name, law in zip(names, (p, q), strict=True)]
    checks.same_alphabet(names[0], rows[0], names[1], rows[1])
    return rows[0], rows[1]


def _refuse_missing(p: Float[np.ndarray, " symbols"], q: Float[np.ndarray, " symbols"]) -> None:
    missing = np.flatnonzero((p > 0) & (q == 0))
    if missing.size:
        raise InputError(
            f"p_start[{missing[0]}] is 0 where p_data is {p[missing[0]]:g}, and a mirror step "
            "multiplies, so it would stay 0 for ever; start every such symbol above 0"
        )


def _callable(logits: Logits) -> Function:
    if not callable(logits):
        raise InputError(
            f"logits is {type(logits).__name__}, and two densities need one at every point of the "
            "line; pass a function of an array of points"
        )
    return logits


def _row_of_logits(
    logits: Logits, both: Float[np.ndarray, " symbols"]
) -> Float[np.ndarray, " symbols"]:
    if callable(logits):
        raise InputError(
            "logits is a function, and a finite alphabet has no line to call it on; pass one number "
            "for each symbol"
        )
    row = np.asarray(logits, dtype=np.float64)
    if row.shape != both.shape:
        raise InputError(
            f"logits has shape {row.shape} for an alphabet of {len(both)} symbols; pass one number "
            "for each symbol"
        )
    # infinite logits are a D that is certain; NaN is welcome only where D is never asked
    checks.numbers("logits", np.where(np.isinf(row) | (both == 0), 0.0, row))
    return row
