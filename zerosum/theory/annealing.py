"""Log-likelihood of a decoder by annealed importance sampling, and the bracket that says how good it is.

A generator alone has no density. Decoder G with Gaussian observation noise σ has one:

    p_σ(x) = ∫ N(z; 0, I) N(x; G(z), σ² I) dz,        f_t(z) = N(z; 0, I) N(x; G(z), σ² I)^β_t

Chains go from the prior (β = 0) to the posterior (β = 1), each f_t kept by Hamiltonian moves:

    forward:   w = Π_t p(x|z_{t−1})^(β_t − β_{t−1}),    E w = p_σ(x),   E log w <= log p_σ(x)
    backward:  from an exact posterior sample, E 1/w = 1/p_σ(x),        E log w >= log p_σ(x)

Posterior samples are only known for x that the model made itself, so the bracket is measured there.
σ is part of the answer: a number without it means nothing.

Step sizes are adapted on pilot chains of their own. Adapting them to the chain that is weighed (as
published code does) makes its moves depend on its past, and then E w = p_σ(x) no longer holds.

Source: Neal 2001; Wu et al. 2017, arXiv 1611.04273; Grosse et al. 2015, arXiv 1511.02543.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from zerosum import noise
from zerosum.errors import InputError
from zerosum.theory.checks import positive
from zerosum.theory.hamiltonian import Hamiltonian, tuned_steps

Decoder = Callable[[Tensor], Tensor]
_AT_ONCE = 1 << 22  # numbers of decoded rows held at a time


@dataclass(frozen=True)
class Annealing:
    """How to anneal.

    Attributes:
        temperatures: steps from prior to posterior; the error falls about as 1/temperatures.
        chains: for each point; their weights are averaged.
        leapfrogs: leapfrog steps of a Hamiltonian move.
        acceptance: the share of moves that the step sizes are adapted to.
        radius: temperatures are evenly spaced in the logit, between −radius and radius.
        pilots: chains for each point that only adapt the step sizes.
    """

    temperatures: int = 1000
    chains: int = 16
    leapfrogs: int = 10
    acceptance: float = 0.65
    radius: float = 4.0
    pilots: int = 4

    def __post_init__(self) -> None:
        """Refuse numbers that make no chain."""
        for name in ("temperatures", "chains", "leapfrogs", "pilots"):
            if getattr(self, name) < 1:
                raise InputError(
                    f"{name} is {getattr(self, name)}, and annealing needs at least one; give 1 or more"
                )
        if not 0 < self.acceptance < 1:
            raise InputError(
                f"acceptance is {self.acceptance}, which no step size reaches; give a share between "
                "0 and 1, such as 0.65"
            )


@dataclass(frozen=True)
class Annealed:
    """Estimates of log p_σ(x), one a point.

    Attributes:
        log_likelihood: nats, shape (points,).
        effective_chains: (Σw)² / Σw² for each point, between 1 and the number of chains; near 1 the
            estimate hangs on a single chain.
        acceptance: share of Hamiltonian moves that were accepted.
        sigma: standard deviation of the observation noise.
    """

    log_likelihood: Float[np.ndarray, " points"]
    effective_chains: Float[np.ndarray, " points"]
    acceptance: float
    sigma: float

    @property
    def mean(self) -> float:
        """Mean over points, nats."""
        return float(self.log_likelihood.mean())

    @property
    def standard_error(self) -> float:
        """Of the mean over points; the error of annealing is not in it: see `Bracket`."""
        n = len(self.log_likelihood)
        return float(self.log_likelihood.std(ddof=1)) / math.sqrt(n) if n > 1 else math.nan


@dataclass(frozen=True)
class Bracket:
    """Bounds on log p_σ(x) for points that the model made.

    Attributes:
        points: the simulated x, shape (points, d).
        lower: forward annealing; in expectation at most log p_σ(x).
        upper: backward annealing from the z that made x; in expectation at least log p_σ(x).
    """

    points: Float[Tensor, "points d"]
    lower: Annealed
    upper: Annealed

    @property
    def gap(self) -> float:
        """Mean of upper minus lower, nats: the error of either is at most this, in expectation."""
        return self.upper.mean - self.lower.mean

    @property
    def worst(self) -> float:
        """The widest gap at a point, nats: one mode missed shows here first."""
        return float(np.max(self.upper.log_likelihood - self.lower.log_likelihood))


def sigmoid_temperatures(n: int, radius: float = 4.0) -> Float[Tensor, " temperatures"]:
    """Return 0 = β_0 < ... < β_n = 1, evenly spaced in the logit: dense where f_t changes fast.

    β_t = (σ(r(2t/n − 1)) − σ(−r)) / (σ(r) − σ(−r))

    Args: n: number of steps, 1 or more. radius: r, above 0.
    Returns: n + 1 numbers, float64.
    Raises: InputError for n below 1 or a radius that is not positive.
    Source: Grosse et al. 2015, arXiv 1511.02543.

    >>> [round(b, 3) for b in sigmoid_temperatures(4).tolist()]
    [0.0, 0.105, 0.5, 0.895, 1.0]
    """
    if n < 1:
        raise InputError(
            f"temperatures is {n}, and at least one step leads from prior to posterior"
        )
    raw = torch.sigmoid(
        torch.linspace(-1, 1, n + 1, dtype=torch.float64) * positive("radius", radius)
    )
    betas = (raw - raw[0]) / (raw[-1] - raw[0])
    betas[0], betas[-1] = 0.0, 1.0
    return betas


def annealed_log_likelihood(
    decoder: Decoder,
    points: Tensor,
    sigma: float,
    latent: int,
    *,
    key: int,
    annealing: Annealing | None = None,
) -> Annealed:
    """Return log p_σ(x) of each point under a decoder: in expectation not above the true number.

    log (1/C) Σ_c w_c,    w = Π_t p(x|z_{t−1})^(β_t − β_{t−1})

    Args:
        decoder: z (n, latent) -> means (n, d), differentiable in z; called on many rows at once.
        points: x, shape (points, d); latents are drawn in their dtype and on their device.
        sigma: standard deviation of the observation noise, in units of the data.
        latent: dimension of z, whose prior is N(0, I).
        key: of all draws.
        annealing: temperatures, chains and moves.
    Returns: an estimate for each point, in nats.
    Raises: InputError when the decoder gives another shape or is not differentiable in z.
    Source: Wu et al. 2017, arXiv 1611.04273; Neal 2001.

    >>> half = Annealing(temperatures=200, chains=8)
    >>> x = torch.tensor([[1.0]], dtype=torch.float64)
    >>> got = annealed_log_likelihood(lambda z: z, x, sigma=1.0, latent=1, key=0, annealing=half)
    >>> true = -1 / 4 - math.log(4 * math.pi) / 2  # x = z + noise is N(0, 2)
    >>> abs(got.mean - true) < 0.1
    True
    """
    how = annealing or Annealing()
    _check(decoder, points, latent)
    width = positive("sigma", sigma)
    parts = [
        _weighed(Hamiltonian(decoder, rows, width, latent), None, noise.fold(key, start), how)
        for start, rows in _portions(points, how.chains)
    ]
    return _joined([w for w, _ in parts], [a for _, a in parts], width)


def bracket_log_likelihood(
    decoder: Decoder,
    n: int,
    sigma: float,
    latent: int,
    *,
    key: int,
    annealing: Annealing | None = None,
) -> Bracket:
    """Return both bounds on log p_σ(x) at n points drawn from the model itself.

    z ~ N(0, I), x = G(z) + σ ε: this z is an exact sample of p(z|x), where backward chains start.

    Args:
        decoder: z (n, latent) -> means (n, d), differentiable in z.
        n: points to simulate.
        sigma: standard deviation of the observation noise.
        latent: dimension of z.
        key: of all draws.
        annealing: temperatures, chains and moves.
    Returns: the points and their bounds; E lower <= log p_σ(x) <= E upper.
    Raises: InputError as `annealed_log_likelihood`.
    Source: Grosse, Ghahramani and Adams 2015, arXiv 1511.02543 (bidirectional Monte Carlo).
    """
    how, width = annealing or Annealing(), positive("sigma", sigma)
    z = noise.normal(noise.fold(key, "latent"), (n, latent), dtype=torch.float64)
    with torch.no_grad():
        mean = decoder(z)
    blur = noise.normal(noise.fold(key, "observation"), tuple(mean.shape), dtype=torch.float64)
    points = (mean + width * blur).to(mean.dtype)
    forward = annealed_log_likelihood(
        decoder, points, width, latent, key=noise.fold(key, "forward"), annealing=how
    )
    parts = []
    for start, rows in _portions(points, how.chains):
        target = Hamiltonian(decoder, rows, width, latent)
        exact = z[start : start + len(rows)].to(points.dtype)
        parts.append(_weighed(target, exact, noise.fold(key, "backward", start), how))
    backward = _joined([w for w, _ in parts], [a for _, a in parts], width, upper=True)
    return Bracket(points, forward, backward)


def _weighed(
    target: Hamiltonian, exact: Tensor | None, key: int, how: Annealing
) -> tuple[Float[Tensor, "chains points"], float]:
    """Return each chain's log-weight: forward from the prior, or backward from exact samples."""
    betas = sigmoid_temperatures(how.temperatures, how.radius).tolist()
    steps = tuned_steps(
        target, betas, how.pilots, how.leapfrogs, how.acceptance, noise.fold(key, "pilot")
    )
    pulls = [later - earlier for earlier, later in pairwise(betas)]
    shape = (how.chains, *target.shape)
    start = target.prior(noise.fold(key, "prior"), shape) if exact is None else exact.expand(shape)
    chains = target.look(start)
    total, accepted = torch.zeros_like(chains.value), 0.0
    order = range(how.temperatures)
    for t in order if exact is None else reversed(order):
        if exact is None:
            total += pulls[t] * chains.value
        move = target.move(chains, betas[t + 1], steps[t], how.leapfrogs, noise.fold(key, t))
        chains, accepted = move.particles, accepted + float(move.probability.mean())
        if exact is not None:
            total += pulls[t] * chains.value
    return total, accepted / how.temperatures


def _joined(
    log_weights: Sequence[Tensor], accepted: Sequence[float], sigma: float, upper: bool = False
) -> Annealed:
    sign = -1.0 if upper else 1.0  # backward chains average 1/w
    signed = sign * torch.cat(list(log_weights), dim=1)
    total = signed.logsumexp(0)
    effective = (2 * total - (2 * signed).logsumexp(0)).exp()
    return Annealed(
        log_likelihood=(sign * (total - math.log(len(signed)))).double().cpu().numpy(),
        effective_chains=effective.double().cpu().numpy(),
        acceptance=sum(accepted) / len(accepted),
        sigma=sigma,
    )


def _portions(points: Tensor, chains: int) -> list[tuple[int, Tensor]]:
    size = max(1, _AT_ONCE // (chains * points.shape[1]))
    return [(start, points[start : start + size]) for start in range(0, len(points), size)]


def _check(decoder: Decoder, points: Tensor, latent: int) -> None:
    if points.ndim != 2 or not len(points) or not bool(points.isfinite().all()):
        raise InputError(
            f"points has shape {tuple(points.shape)}, and rows of finite numbers are needed; pass a "
            "tensor of shape (points, d), pictures flattened and the decoder's output with them"
        )
    probe = torch.zeros(2, latent, dtype=points.dtype, device=points.device, requires_grad=True)
    mean = decoder(probe)
    if tuple(mean.shape) != (2, points.shape[1]):
        raise InputError(
            f"decoder gives shape {tuple(mean.shape)} for 2 latents, and points has "
            f"{points.shape[1]} columns; make it return (n, {points.shape[1]})"
        )
    if not mean.requires_grad:
        raise InputError(
            "decoder gives a result without a gradient in z, which Hamiltonian moves follow; compute "
            "it in torch, without no_grad or detach"
        )
