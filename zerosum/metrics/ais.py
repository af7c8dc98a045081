"""Log-likelihood of a decoder by annealed importance sampling, with the bracket that says how far off.

    log p_σ(x),    p_σ(x) = ∫ N(z; 0, I) N(x; G(z), σ² I) dz

The chains (Hamiltonian moves, sigmoid temperatures, step sizes from pilots) are `zerosum.theory.annealing`
and written there only. Here a generator of pictures in its own dtype is asked about rows, and is tested
on as many rows that it made itself, where both bounds are known:

    forward:  E value <= log p_σ(x)          backward, on simulated rows only:  E upper >= log p_σ(x)

Traps avoided. σ is part of the answer: without it, or between different σ, numbers mean nothing. The
standard error over rows does not hold the error of annealing: that is bounded by the gap. And a mean hides
the row where all chains missed a mode: the worst rows are named.

Source: Wu, Burda, Salakhutdinov and Grosse 2017, arXiv:1611.04273; Grosse, Ghahramani and Adams 2015,
arXiv:1511.02543; Neal 2001, doi:10.1023/A:1008923215028.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from zerosum import noise
from zerosum.errors import InputError
from zerosum.metrics import checks
from zerosum.theory.annealing import Annealing, annealed_log_likelihood, bracket_log_likelihood

Generate = Callable[[Tensor], Tensor]  # latents (n, latent), N(0, I) -> means (n, ...)


@dataclass(frozen=True)
class AnnealedLikelihood:
    """A lower bound on log-likelihood, and how tight it is.

    Fields:
        value: mean of log p_σ over rows, nats a row; in expectation not above the truth.
        error: its standard error over rows; the error of annealing is not in it but in `gap`.
        rows: the bound of each row, nats.
        gap: mean over simulated rows of upper minus lower bound, nats: the mean error is at most this.
        gap_error: its standard error over simulated rows. worst_gap: the widest gap of a simulated row.
        worst_row: the row of lowest likelihood. few_chains: least effective number of chains of a row.
        acceptance: share of Hamiltonian moves accepted, near 0.65 when the steps fit.
        sigma: standard deviation of the observation noise, in units of the data. latent: dimension.
    """

    value: float
    error: float
    rows: Float[np.ndarray, " n"]
    gap: float
    gap_error: float
    worst_gap: float
    worst_row: int
    few_chains: float
    acceptance: float
    sigma: float
    latent: int

    @property
    def nats_per_dimension(self) -> float:
        """Return the lower bound over the number of latents."""
        return self.value / self.latent


def annealed_likelihood(
    generate: Generate,
    real: np.ndarray,
    *,
    sigma: float,
    latent: int,
    annealing: Annealing | None = None,
    simulated: int = 16,
    dtype: torch.dtype = torch.float32,
    key: int = 0,
) -> AnnealedLikelihood:
    """Return log p_σ of real rows under a generator, and the bracket on rows of its own.

    Args:
        generate: latents, drawn from N(0, I), to means; differentiable, any shape after the first axis.
        real: (n, ...) held-out rows, in units of the generator's output.
        sigma: standard deviation of the observation noise. latent: dimension of z.
        annealing: temperatures, chains and moves; 1000 temperatures, 16 chains when None.
        simulated: rows that the generator makes for the bracket, at least 2.
        dtype: what the generator is given; chains are kept in float64.
        key: noise key of all draws.

    Raises:
        InputError: fewer than 2 rows, sigma not positive, or a generator of another shape or without
            a gradient.
    """
    x = checks.matrix("real", real)
    if simulated < 2:
        raise InputError(f"simulated is {simulated}, and a gap's error needs 2 rows: use 16")

    def decoder(z: Tensor) -> Tensor:
        return generate(z.to(dtype)).flatten(1).double()

    how = annealing or Annealing()
    forward = annealed_log_likelihood(
        decoder, torch.from_numpy(x), sigma, latent, key=noise.fold(key, "real"), annealing=how
    )
    bracket = bracket_log_likelihood(
        decoder, simulated, sigma, latent, key=noise.fold(key, "simulated"), annealing=how
    )
    gaps = bracket.upper.log_likelihood - bracket.lower.log_likelihood
    return AnnealedLikelihood(
        value=forward.mean,
        error=forward.standard_error,
        rows=forward.log_likelihood,
        gap=bracket.gap,
        gap_error=float(gaps.std(ddof=1) / np.sqrt(len(gaps))),
        worst_gap=bracket.worst,
        worst_row=int(forward.log_likelihood.argmin()),
        few_chains=float(forward.effective_chains.min()),
        acceptance=forward.acceptance,
        sigma=sigma,
        latent=latent,
    )
