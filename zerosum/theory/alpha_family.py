"""The alpha divergences, one f-divergence for each real α except 0 and 1.

    f(u) = (u^α − 1 − α(u − 1)) / (α(α − 1))

KL at α → 1, reverse KL at α → 0, twice the squared Hellinger at ½, half of Pearson at 2, half of
Neyman at −1: the larger α, the dearer a place that the data have and the generator lacks.

Source: Nowozin, Cseke and Tomioka 2016, arXiv:1606.00709, tables 1, 2 and 6.
Not to be confused with Rényi's divergence, which is a logarithm of the same integral.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import softplus

from zerosum.errors import InputError
from zerosum.theory import checks
from zerosum.theory.f_divergences import FDivergence, Logs

FLAT = 36.0  # e^-36 is below float64's last digit beside 1


def alpha(order: float) -> FDivergence:
    """Return the alpha divergence: f(u) = (u^α − 1 − α(u − 1)) / (α(α − 1)).

    Below 1 the activation is 1/(1 − α) − softplus(−a); above 1 it is the identity, and f* rises from
    −1/α, its value wherever T ≤ −1/(α − 1).

    Args: order: α, finite, neither 0 nor 1.
    Raises: InputError for 0 and 1, where the limit has a name of its own.

    >>> round(float(alpha(2.0).f(torch.tensor(3.0))), 6)  # half of Pearson's (3 − 1)²
    2.0
    """
    order = checks.finite("alpha", order)
    if order in (0.0, 1.0):
        other = "reverse-kl" if order == 0 else "kl"
        raise InputError(
            f"alpha is {order:g}, where the formula divides by 0 and its limit is {other}; use "
            f"{other}, or another alpha"
        )
    of, above = _Alpha(order), order > 1
    end = math.inf if above else 1 / (1 - order)  # of f', and of the domain of f*
    return FDivergence(
        name="alpha",
        formula=f"∫ q f(p/q), f = (u^α − 1 − α(u − 1))/(α(α − 1)), α = {order:g}",
        f=of.generator,
        derivative=of.derivative,
        conjugate=of.conjugate,
        activation=_identity if above else of.activation,
        played=of.conjugate if above else of.played,
        term=of.term,
        lower=-math.inf,
        upper=end,
        at_zero=1 / order if order > 0 else math.inf,
        at_infinity=end,
        undecided=0.0 if above else -math.log(math.expm1(end)),
    )


@dataclass(frozen=True)
class _Alpha:
    """The functions of one order."""

    order: float

    def generator(self, u: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
        """Return f(u)."""
        order = self.order
        return (u**order - 1 - order * (u - 1)) / (order * (order - 1))

    def derivative(self, u: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
        """Return f'(u) = (u^(α − 1) − 1) / (α − 1)."""
        return (u ** (self.order - 1) - 1) / (self.order - 1)

    def conjugate(self, t: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
        """Return f*(t) = (max(0, 1 + (α − 1)t)^(α/(α − 1)) − 1) / α."""
        rest = self.order - 1
        return (torch.relu(1 + rest * t) ** (self.order / rest) - 1) / self.order

    def activation(self, a: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
        """Return T below order 1."""
        return 1 / (1 - self.order) - softplus(-a)

    def played(self, a: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
        """Return f*(T) below order 1: (((1 − α) softplus(−a))^(α/(α − 1)) − 1) / α."""
        rest = self.order - 1
        log_base = math.log(-rest) + _log_softplus(-a)
        return (torch.exp(self.order / rest * log_base) - 1) / self.order

    def term(self, log_p: Logs, log_q: Logs) -> Logs:
        """Return q f(p/q)."""
        order, rest = self.order, self.order - 1
        p, q = np.exp(log_p), np.exp(log_q)
        return (np.exp(order * log_p - rest * log_q) - q - order * (p - q)) / (order * rest)


def _identity(a: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    return a


def _log_softplus(x: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """Return log log(1 + e^x), which is x far down, where softplus itself would run out of range."""
    return torch.where(x < -FLAT, x, torch.log(softplus(x.clamp(min=-FLAT))))
