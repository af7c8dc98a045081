"""The f-divergences, each as data: generator f, conjugate f*, output activation, optimal T.

    D_f(P‖Q) = E_Q f(p/q),  f convex          P: the data, Q: the generator, u = p/q
    D_f(P‖Q) ≥ E_P T − E_Q f*(T) for any T with values in dom f*, equal at T = f'(u)

f*(t) = sup over u of ut − f(u). A network's output a becomes T = g_f(a): the activation g_f maps the
real line into dom f*. `played` is f*(g_f(a)) in a form that is exact at any logit.

Normalisations, where the literature has several:
    Jensen-Shannon is ½KL(P‖m) + ½KL(Q‖m), m the half-half mixture, at most log 2 (Nowozin's is twice
        that); GAN is 2·JS − log 4, the value of the first game, so its f(1) is −log 4 and not 0.
    Squared Hellinger is ∫(√p − √q)², at most 2.
    Total variation is ½∫|p − q|, at most 1.
    Pearson χ² is ∫(p − q)²/q, Neyman χ² is ∫(p − q)²/p.
    The alpha family is in `alpha_family`.
Pearson's and total variation's f* are Nowozin's: the supremum runs over the whole line, where f goes
on by the same formula. Over u ≥ 0 alone f* would be the constant −f(0) below the lowest value of f',
so that D and G would get no slope from such a T; values that f' takes are the same either way.

Neyman's activation is the paper's for its own alpha family at −1, a softplus, in place of table 6's
1 − exp(−a), whose loss on a datum that D takes for generated is an exponential of the logit.

Source: Nowozin, Cseke and Tomioka 2016, arXiv:1606.00709, tables 1, 2 and 6.
Not to be confused with integral probability metrics (W₁, MMD): total variation is the only distance
that is both.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import softplus

Function = Callable[[Tensor], Tensor]
Logs = Float[np.ndarray, " n"]


@dataclass(frozen=True)
class FDivergence:
    """One f-divergence; functions are elementwise on tensors and differentiable.

    Attributes:
        name: the short name that tables and reports print.
        formula: D_f as a person writes it.
        f: the generator, of the ratio u = p/q > 0.
        derivative: f'(u), the optimal T at a point where p/q = u.
        conjugate: f*(t), for t inside the domain.
        activation: g_f(a), increasing, from the real line into the domain.
        played: f*(g_f(a)) without the detour, exact where the detour would cancel or overflow.
        term: (log p, log q) -> q f(p/q) on arrays, where both are positive.
        lower, upper: the ends of the domain of f*.
        at_zero: f(0), what a point costs where only q is positive.
        at_infinity: lim f(u)/u, what a point costs where only p is positive.
        undecided: the logit at which T = f'(1), that of p = q.
    """

    name: str
    formula: str
    f: Function
    derivative: Function
    conjugate: Function
    activation: Function
    played: Function
    term: Callable[[Logs, Logs], Logs]
    lower: float
    upper: float
    at_zero: float
    at_infinity: float
    undecided: float = 0.0


def log_lambert(y: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """Return s with exp(s) + s = y, which is log W(e^y), W Lambert's function.

    Newton's iteration falls onto the root from the right, for any y, and is differentiable at each
    step. It doubles the right digits: seven steps reach the last one of float64.
    """
    s = torch.where(y > 1, torch.log(y.clamp(min=1.0)), y)
    for _ in range(7):
        power = torch.exp(s)
        s = s - (power + s - y) / (1 + power)
    return s


def _log_gap(log_p: Logs, log_q: Logs) -> Logs:
    """Return log |p − q|."""
    with np.errstate(divide="ignore"):
        return np.maximum(log_p, log_q) + np.log(-np.expm1(-np.abs(log_p - log_q)))


def _jensen_shannon_term(log_p: Logs, log_q: Logs) -> Logs:
    mean = np.logaddexp(log_p, log_q) - math.log(2)
    return 0.5 * (np.exp(log_p) * (log_p - mean) + np.exp(log_q) * (log_q - mean))


def _gan_term(log_p: Logs, log_q: Logs) -> Logs:
    total = np.logaddexp(log_p, log_q)
    return np.exp(log_p) * (log_p - total) + np.exp(log_q) * (log_q - total)


def _jeffreys_conjugate(t: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """Return W + 1/W + t − 2, W = W(e^(1 − t))."""
    s = log_lambert(1 - t)
    return torch.exp(s) + torch.exp(-s) + t - 2


def _half_tanh(a: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """Return ½ tanh a, which is T and, f* being the identity, f*(T) as well."""
    return 0.5 * torch.tanh(a)


KL = FDivergence(
    name="kl",
    formula="∫ p log(p/q): dear where the data are and the generator is not",
    f=lambda u: torch.special.xlogy(u, u),
    derivative=lambda u: 1 + torch.log(u),
    conjugate=lambda t: torch.exp(t - 1),
    activation=lambda a: a,
    played=lambda a: torch.exp(a - 1),
    term=lambda log_p, log_q: np.exp(log_p) * (log_p - log_q),
    lower=-math.inf,
    upper=math.inf,
    at_zero=0.0,
    at_infinity=math.inf,
    undecided=1.0,
)
REVERSE_KL = FDivergence(
    name="reverse-kl",
    formula="∫ q log(q/p): dear where the generator is and the data are not",
    f=lambda u: -torch.log(u),
    derivative=lambda u: -1 / u,
    conjugate=lambda t: -1 - torch.log(-t),
    activation=lambda a: -torch.exp(-a),
    played=lambda a: a - 1,
    term=lambda log_p, log_q: np.exp(log_q) * (log_q - log_p),
    lower=-math.inf,
    upper=0.0,
    at_zero=math.inf,
    at_infinity=0.0,
)
JEFFREYS = FDivergence(
    name="jeffreys",
    formula="∫ (p − q) log(p/q): KL plus reverse KL",
    f=lambda u: (u - 1) * torch.log(u),
    derivative=lambda u: torch.log(u) + 1 - 1 / u,
    conjugate=_jeffreys_conjugate,
    activation=lambda a: a,
    played=_jeffreys_conjugate,
    term=lambda log_p, log_q: (np.exp(log_p) - np.exp(log_q)) * (log_p - log_q),
    lower=-math.inf,
    upper=math.inf,
    at_zero=math.inf,
    at_infinity=math.inf,
)
JENSEN_SHANNON = FDivergence(
    name="jensen-shannon",
    formula="½KL(p‖m) + ½KL(q‖m), m = (p + q)/2: at most log 2",
    f=lambda u: 0.5 * (torch.special.xlogy(u, u) - (u + 1) * torch.log((u + 1) / 2)),
    derivative=lambda u: 0.5 * (math.log(2) - torch.log1p(1 / u)),
    conjugate=lambda t: -0.5 * torch.log(2 - torch.exp(2 * t)),
    activation=lambda a: 0.5 * (math.log(2) - softplus(-a)),
    played=lambda a: 0.5 * (softplus(a) - math.log(2)),
    term=_jensen_shannon_term,
    lower=-math.inf,
    upper=0.5 * math.log(2),
    at_zero=0.5 * math.log(2),
    at_infinity=0.5 * math.log(2),
)
GAN = FDivergence(
    name="gan",
    formula="2·JS − log 4: the first GAN's value; least −log 4",
    f=lambda u: torch.special.xlogy(u, u) - (u + 1) * torch.log(u + 1),
    derivative=lambda u: -torch.log1p(1 / u),
    conjugate=lambda t: -torch.log(-torch.expm1(t)),
    activation=lambda a: -softplus(-a),
    played=softplus,
    term=_gan_term,
    lower=-math.inf,
    upper=0.0,
    at_zero=0.0,
    at_infinity=0.0,
)
PEARSON = FDivergence(
    name="pearson",
    formula="∫ (p − q)²/q",
    f=lambda u: (u - 1).square(),
    derivative=lambda u: 2 * (u - 1),
    conjugate=lambda t: t + 0.25 * t.square(),
    activation=lambda a: a,
    played=lambda a: a + 0.25 * a.square(),
    term=lambda log_p, log_q: np.exp(2 * _log_gap(log_p, log_q) - log_q),
    lower=-math.inf,
    upper=math.inf,
    at_zero=1.0,
    at_infinity=math.inf,
)
NEYMAN = FDivergence(
    name="neyman",
    formula="∫ (p − q)²/p",
    f=lambda u: (1 - u).square() / u,
    derivative=lambda u: 1 - 1 / u.square(),
    conjugate=lambda t: 2 - 2 * torch.sqrt(1 - t),
    activation=lambda a: 1 - softplus(-a),
    played=lambda a: 2 - 2 * torch.sqrt(softplus(-a)),
    term=lambda log_p, log_q: np.exp(2 * _log_gap(log_p, log_q) - log_p),
    lower=-math.inf,
    upper=1.0,
    at_zero=math.inf,
    at_infinity=1.0,
    undecided=-math.log(math.expm1(1)),
)
SQUARED_HELLINGER = FDivergence(
    name="hellinger",
    formula="∫ (√p − √q)², squared: at most 2",
    f=lambda u: (torch.sqrt(u) - 1).square(),
    derivative=lambda u: 1 - 1 / torch.sqrt(u),
    conjugate=lambda t: t / (1 - t),
    activation=lambda a: 1 - torch.exp(-a),
    played=torch.expm1,
    term=lambda log_p, log_q: (np.exp(0.5 * log_p) - np.exp(0.5 * log_q)) ** 2,
    lower=-math.inf,
    upper=1.0,
    at_zero=1.0,
    at_infinity=1.0,
)
TOTAL_VARIATION = FDivergence(
    name="total-variation",
    formula="½∫ |p − q|: at most 1",
    f=lambda u: 0.5 * torch.abs(u - 1),
    derivative=lambda u: 0.5 * torch.sign(u - 1),
    conjugate=lambda t: t,
    activation=_half_tanh,
    played=_half_tanh,
    term=lambda log_p, log_q: 0.5 * np.abs(np.exp(log_p) - np.exp(log_q)),
    lower=-0.5,
    upper=0.5,
    at_zero=0.5,
    at_infinity=0.5,
)
