"""WGAN-GP's interpolates and both DRAGAN perturbations: their distributions and their targets."""

import math

import pytest
import torch
from scipy import stats

from tests.penalties.discriminators import SHAPES, draw, linear
from zerosum.noise import uniform
from zerosum.penalties.gradient_penalty import (
    DRAGAN_CODE,
    DRAGAN_PAPER,
    WGAN_GP,
    gaussian_perturbation,
)
from zerosum.penalties.penalty import logits_and_gradient

CENTRED_ON_ONE = (WGAN_GP, DRAGAN_PAPER, DRAGAN_CODE)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("penalty", CENTRED_ON_ONE, ids=lambda p: p.name)
def test_linear_discriminator_of_slope_three_costs_four(penalty, shape):
    w = draw(*shape, seed=1)
    w = 3 * w / w.norm()
    x = penalty.points(draw(5, *shape, seed=2), draw(5, *shape, seed=3), 11)
    measured = penalty.measure(logits_and_gradient(linear(w), x)[1])
    torch.testing.assert_close(measured, torch.full((5,), 4.0, dtype=torch.float64))


@pytest.mark.parametrize("penalty", CENTRED_ON_ONE, ids=lambda p: p.name)
def test_slope_one_is_free_and_slope_zero_costs_one(penalty):
    for norm, cost in ((1.0, 0.0), (0.0, 1.0), (0.5, 0.25), (2.0, 1.0)):
        gradient = torch.zeros(1, 2, 3, 3, dtype=torch.float64)
        gradient[0, 1, 2, 0] = norm
        assert penalty.measure(gradient).item() == pytest.approx(cost)


@pytest.mark.parametrize("penalty", CENTRED_ON_ONE, ids=lambda p: p.name)
def test_another_slope_may_be_wanted(penalty):
    gradient = torch.tensor([[3.0, 4.0], [0.0, 0.5]], dtype=torch.float64)
    # norms 5 and 1/2: squared distances from 2, and from the published 1 where nobody says
    centre = {f"{penalty.name}.centre": 2.0}
    torch.testing.assert_close(penalty.of(gradient, centre).tolist(), [9.0, 2.25])
    torch.testing.assert_close(penalty.of(gradient, {}).tolist(), [16.0, 0.25])


def alphas(key, batch=4000, shape=(1, 2, 3)):
    """α of each element, read off from interpolates of ones and zeros."""
    return WGAN_GP.points(torch.ones(batch, *shape), torch.zeros(batch, *shape), key)


def test_one_alpha_for_each_sample_uniform_on_zero_one():
    alpha = alphas(5).flatten(1)
    assert (alpha == alpha[:, :1]).all()
    assert alpha.min() > 0 and alpha.max() < 1
    assert stats.kstest(alpha[:, 0].numpy(), "uniform").pvalue > 1e-3
    assert alpha[:, 0].unique().numel() > 3990  # equal pairs by chance: 4000²/2 of 2²³ ≈ 1


def test_alpha_weighs_the_real_sample():
    real, fake = draw(3, 2, seed=1), draw(3, 2, seed=2)
    x = WGAN_GP.points(real, fake, 9)
    alpha = uniform(9, (3,), dtype=torch.float64)
    by_hand = [a * r + (1 - a) * f for a, r, f in zip(alpha, real, fake, strict=True)]
    torch.testing.assert_close(x, torch.stack(by_hand))


def test_points_replay_from_their_key_and_differ_between_keys():
    real, fake = draw(3, 2, 2, seed=1), draw(3, 2, 2, seed=2)
    for penalty in CENTRED_ON_ONE:
        first, again = penalty.points(real, fake, 1), penalty.points(real, fake, 1)
        assert torch.equal(first, again)
        assert not torch.equal(first, penalty.points(real, fake, 2))


def test_points_are_cut_from_both_graphs():
    real = draw(3, 2, seed=1).requires_grad_()
    fake = draw(3, 2, seed=2).requires_grad_()
    assert not any(p.points(real, fake, 1).requires_grad for p in CENTRED_ON_ONE)


def test_dragan_paper_adds_normal_noise_of_variance_one_to_every_element():
    real = draw(200, 3, 5, 5, seed=1)
    noise = DRAGAN_PAPER.points(real, real * 0, 3) - real
    assert stats.kstest(noise.flatten().numpy(), "norm").pvalue > 1e-3
    assert noise.unique().numel() == noise.numel()


@pytest.mark.parametrize("variance", [0.25, 10.0])
def test_gaussian_perturbation_takes_a_variance(variance):
    real = torch.zeros(20000, 1, dtype=torch.float64)
    noise = gaussian_perturbation(variance)(real, real, 3)
    error = variance * math.sqrt(2 / 20000)  # standard error of a normal sample's variance
    assert noise.var().item() == pytest.approx(variance, abs=4 * error)


def test_dragan_code_is_one_sided_uniform_to_half_the_batch_deviation():
    real = 3 * draw(200, 3, 5, 5, seed=1) + 1
    bound = 0.5 * real.std(correction=0).item()
    noise = (DRAGAN_CODE.points(real, real * 0, 3) - real).flatten()
    assert stats.kstest(noise.numpy() / bound, "uniform").pvalue > 1e-3
    assert noise.min() >= 0 and noise.max() <= bound


def test_dragans_look_round_the_real_samples_only():
    real = draw(4, 2, seed=1)
    for penalty in (DRAGAN_PAPER, DRAGAN_CODE):
        near, far = penalty.points(real, real, 3), penalty.points(real, real + 100, 3)
        assert torch.equal(near, far)
