"""Annealed likelihood of a generator: exact and quadrature values, the bracket, dtypes, refusals."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from scipy.stats import multivariate_normal

from zerosum import noise
from zerosum.errors import InputError
from zerosum.metrics.ais import AnnealedLikelihood, annealed_likelihood
from zerosum.theory.annealing import Annealing

D, LATENT, SIGMA = 12, 4, 0.5


def normal(key: int, *shape: int) -> torch.Tensor:
    return noise.normal(noise.fold("ais", key), shape, dtype=torch.float64)


W, MU = normal(0, D, LATENT), normal(1, D)
ROWS = (normal(2, 16, LATENT) @ W.mT + MU + SIGMA * normal(3, 16, D)).numpy()
EXACT = multivariate_normal(
    MU.numpy(), (W @ W.mT + SIGMA**2 * torch.eye(D, dtype=torch.float64)).numpy()
).logpdf(ROWS)


def linear(z: torch.Tensor) -> torch.Tensor:
    return z @ W.to(z.dtype).mT + MU.to(z.dtype)


def measured(temperatures: int, **options) -> AnnealedLikelihood:
    how = Annealing(temperatures=temperatures, chains=8)
    arguments = {"sigma": SIGMA, "latent": LATENT, "dtype": torch.float64, "key": 1} | options
    return annealed_likelihood(linear, ROWS, annealing=how, **arguments)


def test_the_error_shrinks_with_temperatures_and_both_bounds_hold_the_truth() -> None:
    errors = {}
    for temperatures in (15, 150):
        got = measured(temperatures)
        below = got.rows - EXACT
        spread = below.std(ddof=1) / np.sqrt(len(below))
        assert below.mean() <= 3 * spread  # an inequality of expectations: 3 standard errors
        assert got.gap >= -3 * got.gap_error and got.worst_gap >= got.gap
        assert -below.mean() <= got.gap + 3 * np.hypot(spread, got.gap_error)
        errors[temperatures] = abs(below.mean()), got.gap
    # E log w falls short by about 1/temperatures, at equal mixing: ten times; a third is asked
    assert errors[150][0] < errors[15][0] / 3 and errors[150][1] < errors[15][1] / 3
    assert errors[150][0] < 0.25


def test_the_fields_are_what_they_say() -> None:
    got = measured(30)
    assert_allclose(got.value, got.rows.mean(), rtol=1e-12)
    assert_allclose(got.error, got.rows.std(ddof=1) / np.sqrt(16), rtol=1e-12)
    assert got.worst_row == int(got.rows.argmin())
    assert_allclose(got.nats_per_dimension, got.value / LATENT)
    assert 0.4 < got.acceptance < 0.9 and 1 <= got.few_chains <= 8
    assert (got.sigma, got.latent) == (SIGMA, LATENT)


def curved(z: torch.Tensor) -> torch.Tensor:
    return torch.cat((torch.sin(2 * z), z.square() / 2), dim=1)


def by_quadrature(rows: np.ndarray, sigma: float) -> np.ndarray:
    """log ∫ N(z; 0, 1) N(x; G(z), σ² I) dz by the trapezoid rule on [-9, 9]."""
    z = torch.linspace(-9, 9, 20_001, dtype=torch.float64).unsqueeze(1)
    squared = (torch.from_numpy(rows)[:, None] - curved(z)).square().sum(-1)
    log_density = -z[:, 0].square() / 2 - squared / (2 * sigma**2)
    constant = np.log(18 / 20_000) - 0.5 * np.log(2 * np.pi) - np.log(2 * np.pi * sigma**2)
    return log_density.logsumexp(1).numpy() + constant


def test_a_curved_generator_of_one_latent_agrees_with_quadrature() -> None:
    rows = (curved(normal(4, 16, 1)) + 0.2 * normal(5, 16, 2)).numpy()
    how = Annealing(temperatures=100, chains=8)
    got = annealed_likelihood(curved, rows, sigma=0.2, latent=1, annealing=how, simulated=2, key=2)
    below = got.rows - by_quadrature(rows, 0.2)
    # published (500 temperatures): mean -0.04, worst 1.2, a row with two modes
    assert abs(below.mean()) < 0.04 + 3 * below.std(ddof=1) / np.sqrt(16)
    assert np.abs(below).max() < 1.2


class Pictures(torch.nn.Module):
    """A float32 generator of pictures (n, 1, 3, 4), which refuses other latents."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = torch.nn.Linear(LATENT, D)
        self.layer.weight.data, self.layer.bias.data = W.float(), MU.float()

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        return self.layer(z).reshape(-1, 1, 3, 4)


def test_a_float32_module_of_pictures_gives_what_flat_rows_do() -> None:
    # the chains, kept in float64, ask in float32 and get pictures: bit for bit the flat rows' numbers
    how = Annealing(temperatures=10, chains=4)
    options = {"sigma": SIGMA, "latent": LATENT, "annealing": how}
    got = annealed_likelihood(Pictures(), ROWS[:6].reshape(6, 1, 3, 4), **options)
    layer = Pictures().layer
    want = annealed_likelihood(lambda z: layer(z), ROWS[:6], **options)
    assert (got.rows == want.rows).all() and got.gap == want.gap


def test_the_key_decides_and_nothing_else() -> None:
    first = measured(5, key=3)
    torch.randn(3)
    assert (measured(5, key=3).rows == first.rows).all()
    assert (measured(5, key=4).rows != first.rows).all()


@pytest.mark.slow
def test_a_thousand_temperatures_are_within_a_tenth_of_a_nat() -> None:
    # error about (published -0.25 at 10 latents) x 4/10 of it here
    got = annealed_likelihood(linear, ROWS, sigma=SIGMA, latent=LATENT, dtype=torch.float64, key=5)
    below = got.rows - EXACT
    spread = below.std(ddof=1) / np.sqrt(16)
    assert abs(below.mean()) < 0.1 + 3 * spread
    assert got.gap < 0.2 + 3 * got.gap_error


def test_what_cannot_work_is_refused() -> None:
    with pytest.raises(InputError, match="sigma is 0"):
        measured(5, sigma=0.0)
    with pytest.raises(InputError, match="simulated is 1"):
        measured(5, simulated=1)
    how = Annealing(temperatures=2, chains=1)
    with pytest.raises(InputError, match="decoder gives shape"):
        annealed_likelihood(linear, ROWS[:, :3], sigma=1.0, latent=LATENT, annealing=how)
    with pytest.raises(InputError, match="without a gradient"):
        annealed_likelihood(
            lambda z: linear(z).detach(), ROWS, sigma=1.0, latent=LATENT, annealing=how
        )
    with pytest.raises(InputError, match="NaN"):
        annealed_likelihood(linear, ROWS * np.nan, sigma=1.0, latent=LATENT, annealing=how)
