"""Annealed importance sampling: against exact likelihoods, quadrature, and its own bracket."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy.stats import multivariate_normal
from torch.testing import assert_close

from zerosum import noise
from zerosum.errors import InputError
from zerosum.theory import annealing
from zerosum.theory.annealing import (
    Annealing,
    annealed_log_likelihood,
    bracket_log_likelihood,
    sigmoid_temperatures,
)
from zerosum.theory.hamiltonian import Hamiltonian
from zerosum.theory.linear_gaussian import linear_gaussian_log_likelihood

SIGMA = math.sqrt(0.1)


def normal(*shape, key=0):
    return noise.normal(noise.fold("annealing", key), shape, dtype=torch.float64)


def weight(d=50, latent=10, key=0):
    return normal(d, latent, key=key) / math.sqrt(latent)


def error(values):
    return values.std(ddof=1) / math.sqrt(len(values))


def test_the_linear_decoders_likelihood_is_scipys():
    w, x, mean = weight(5, 2), normal(6, 5, key=1), normal(5, key=2)
    covariance = (w @ w.mT + 0.3**2 * torch.eye(5)).numpy()
    expected = multivariate_normal(mean.numpy(), covariance).logpdf(x.numpy())
    assert_close(linear_gaussian_log_likelihood(x, w, 0.3, mean).numpy(), expected)


@pytest.mark.parametrize("n", [1, 2, 100])
def test_temperatures_rise_from_0_to_1_and_mirror(n):
    betas = sigmoid_temperatures(n)
    assert len(betas) == n + 1 and betas[0] == 0 and betas[-1] == 1
    assert bool((betas.diff() > 0).all())
    assert_close(betas, 1 - betas.flip(0), atol=1e-15, rtol=0)


def test_a_move_keeps_its_distribution():
    # x = 1, G(z) = z, sigma = 1, beta = 0.5: the posterior is N(1/3, 2/3). 4000 chains started there
    # must still be there after 20 moves, mean within 4 standard errors and variance within 4 of its own.
    target = Hamiltonian(lambda z: z, torch.ones(1, 1, dtype=torch.float64), 1.0, 1)
    chains = target.look(1 / 3 + math.sqrt(2 / 3) * normal(4000, 1, 1))
    step = torch.full(
        (1,), 1.0, dtype=torch.float64
    )  # so large that a tenth of the moves is refused
    accepted = []
    for t in range(20):
        move = target.move(chains, 0.5, step, 3, noise.fold("move", t))
        chains = move.particles
        accepted.append(float(move.probability.mean()))
    z = chains.z.flatten()
    assert abs(float(z.mean()) - 1 / 3) < 4 * math.sqrt(2 / 3 / 4000)
    assert abs(float(z.var()) - 2 / 3) < 4 * 2 / 3 * math.sqrt(2 / 4000)
    assert np.mean(accepted) < 0.99  # else the refusals were not tried


def test_weights_are_unbiased_not_only_close():
    # E w = p(x) exactly, even with few temperatures and bad mixing; one point, 20 000 chains in one
    # mean: the relative error of mean w is sd(w) / sqrt(chains) / p, and 4 of these are allowed.
    x = torch.tensor([[1.5]], dtype=torch.float64)
    how = Annealing(temperatures=3, chains=20_000, leapfrogs=2)
    got = annealed_log_likelihood(lambda z: 2 * z, x, 0.5, 1, key=4, annealing=how)
    exact = linear_gaussian_log_likelihood(x, torch.full((1, 1), 2.0, dtype=torch.float64), 0.5)
    spread = math.sqrt(1 / float(got.effective_chains[0]) - 1 / 20_000)
    assert spread < 0.05
    assert abs(got.mean - float(exact)) < 4 * spread


def test_the_bracket_holds_the_exact_value_and_closes():
    w = weight()
    gaps = {}
    for temperatures in (20, 150):
        how = Annealing(temperatures=temperatures, chains=8)
        found = bracket_log_likelihood(lambda z: z @ w.mT, 16, SIGMA, 10, key=1, annealing=how)
        exact = linear_gaussian_log_likelihood(found.points, w, SIGMA).numpy()
        below = found.lower.log_likelihood - exact
        above = found.upper.log_likelihood - exact
        # inequalities of expectations: 3 standard errors over the 16 points
        assert below.mean() <= 3 * error(below) and above.mean() >= -3 * error(above)
        assert 0.5 < found.lower.acceptance < 0.8
        assert found.worst >= found.gap
        gaps[temperatures] = found.gap
    assert gaps[20] > 3 and gaps[150] < gaps[20] / 3


@pytest.mark.slow
def test_a_thousand_temperatures_come_within_the_published_error():
    # published for such a decoder: error -0.25 nats, gap 0.29 (and -0.79, 2.07 at 100 temperatures)
    w = weight()
    found = bracket_log_likelihood(lambda z: z @ w.mT, 20, SIGMA, 10, key=2)
    exact = linear_gaussian_log_likelihood(found.points, w, SIGMA).numpy()
    below = found.lower.log_likelihood - exact
    assert abs(below.mean()) < 0.25 + 3 * error(below)
    assert found.gap < 0.29 + 6 * error(below)


def test_a_curved_decoder_with_one_latent_agrees_with_quadrature():
    def decoder(z):
        return torch.cat((torch.sin(2 * z), z.square() / 2), dim=1)

    how = Annealing(temperatures=200)
    found = bracket_log_likelihood(decoder, 24, 0.2, 1, key=3, annealing=how)
    exact = np.array([by_quadrature(decoder, x, 0.2) for x in found.points])
    below = found.lower.log_likelihood - exact
    # published chains (500 temperatures): mean error -0.04, from which ours may differ by 3 standard
    # errors; the worst point 1.2, where all chains of a point with
    # two modes had found the same one
    assert abs(below.mean()) < 0.04 + 3 * error(below)
    assert np.abs(below).max() < 1.2
    assert (found.upper.log_likelihood - exact).mean() >= -3 * error(below)


def by_quadrature(decoder, x, sigma):
    # the trapezoid rule converges faster than any power on a smooth density that ends at 0
    z = torch.linspace(-9, 9, 20_001, dtype=torch.float64).unsqueeze(1)
    squared = (x - decoder(z)).square().sum(1)
    log_density = -z[:, 0].square() / 2 - squared / (2 * sigma**2)
    total = float(log_density.logsumexp(0)) + math.log(18 / 20_000)
    return total - 0.5 * math.log(2 * math.pi) - math.log(2 * math.pi * sigma**2)


def test_without_noise_of_its_own_a_linear_generator_has_no_likelihood():
    # r = (0, 1) is off the range of the first axis: s^2 log p -> -1/2, up to s^2 (2 |log s| + 3)
    off, first = torch.tensor([[0.0, 1.0]]).double(), torch.tensor([[1.0], [0.0]]).double()
    for s in (1e-2, 1e-3, 1e-4):
        scaled = s**2 * float(linear_gaussian_log_likelihood(off, first, s))
        assert abs(scaled + 0.5) < s**2 * (2 * abs(math.log(s)) + 3)


def test_the_same_key_gives_the_same_numbers_whatever_is_called_between():
    w, x = weight(4, 2), normal(3, 4, key=5)
    how = Annealing(temperatures=5, chains=3)
    runs = []
    for _ in range(2):
        runs.append(annealed_log_likelihood(lambda z: z @ w.mT, x, 0.5, 2, key=9, annealing=how))
        torch.randn(3)
    other = annealed_log_likelihood(lambda z: z @ w.mT, x, 0.5, 2, key=10, annealing=how)
    assert (runs[0].log_likelihood == runs[1].log_likelihood).all()
    assert (runs[0].log_likelihood != other.log_likelihood).all()


def test_points_beyond_the_memory_limit_are_taken_in_portions(monkeypatch):
    w, x = weight(4, 2), normal(5, 4, key=6)
    exact = linear_gaussian_log_likelihood(x, w, 0.5).numpy()
    monkeypatch.setattr(annealing, "_AT_ONCE", 3 * 4 * 16)  # three points
    how = Annealing(temperatures=60)
    got = annealed_log_likelihood(lambda z: z @ w.mT, x, 0.5, 2, key=1, annealing=how)
    # at 60 temperatures and two latents a point is off by about 0.1; points mixed up are off by nats
    assert np.abs(got.log_likelihood - exact).max() < 0.5


@pytest.mark.parametrize(
    ("decoder", "changes", "says"),
    [
        (lambda z: z[:, :1], {}, "decoder gives shape"),
        (lambda z: z.detach().repeat(1, 2), {}, "without a gradient"),
        (lambda z: z.repeat(1, 2), {"points": torch.zeros(3)}, r"points has shape \(3,\)"),
        (lambda z: z.repeat(1, 2), {"sigma": 0.0}, "sigma is 0"),
    ],
)
def test_what_cannot_work_is_refused(decoder, changes, says):
    right = {"points": torch.zeros(3, 2), "sigma": 1.0, "latent": 1, "key": 0}
    with pytest.raises(InputError, match=says):
        annealed_log_likelihood(decoder, **(right | changes))


@pytest.mark.parametrize("name", ["temperatures", "chains", "leapfrogs", "pilots"])
def test_annealing_without_steps_or_chains_is_refused(name):
    with pytest.raises(InputError, match=f"{name} is 0"):
        Annealing(**{name: 0})


def test_a_share_that_cannot_be_reached_is_refused():
    with pytest.raises(InputError, match="acceptance is 1"):
        Annealing(acceptance=1.5)
