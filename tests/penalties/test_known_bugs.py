"""Penalties that other GAN code got wrong; each test fails if the same slip is made here.

The numbers are those of the project's list of known bugs.
"""

import pytest
import torch

from tests.penalties.discriminators import Smooth, draw, linear, quadratic
from zerosum.objectives.nonsaturating import NONSATURATING
from zerosum.objectives.relativistic import RELATIVISTIC_PAIRING
from zerosum.penalties.gradient_penalty import (
    DRAGAN_CODE,
    DRAGAN_PAPER,
    WGAN_GP,
    gaussian_perturbation,
)
from zerosum.penalties.penalty import gradient_norm, logits_and_gradient
from zerosum.penalties.zero_centred import R1, R2

ALL = (R1, R2, WGAN_GP, DRAGAN_PAPER, DRAGAN_CODE)
every_penalty = pytest.mark.parametrize("penalty", ALL, ids=lambda p: p.name)


@every_penalty
def test_bug_01_norm_is_not_over_the_whole_batch(penalty):
    """Four samples of slope 1: each norm is 1, the norm of the batch would be 2."""
    gradient = torch.zeros(4, 3, 2, 2, dtype=torch.float64)
    gradient[:, 0, 0, 0] = 1
    assert torch.equal(gradient_norm(gradient), torch.ones(4, dtype=torch.float64))
    doubled = penalty.measure(torch.cat((gradient, 7 * gradient)))
    assert torch.equal(doubled[:4], penalty.measure(gradient))


def test_bug_01_alpha_is_not_one_number_for_the_batch():
    x = WGAN_GP.points(torch.ones(8, 2), torch.zeros(8, 2), 1)
    assert x[:, 0].unique().numel() == 8


def test_bug_01_penalty_does_not_reach_the_generator():
    z = draw(4, 2).requires_grad_()
    x = WGAN_GP.points(draw(4, 2, seed=1), 3 * z, 1)
    _, gradient = logits_and_gradient(quadratic(2.0), x)
    assert not WGAN_GP.measure(gradient).requires_grad


def test_bug_02_norm_is_not_over_channels_only():
    gradient = torch.ones(2, 3, 4, 5, dtype=torch.float64)
    assert gradient_norm(gradient).shape == (2,)
    torch.testing.assert_close(gradient_norm(gradient), torch.full((2,), 60.0).double().sqrt())


@every_penalty
def test_bug_03_loss_and_penalty_go_into_one_backward(penalty):
    """The gradient of the sum is the sum of the gradients, from one shared pass and one call."""
    network, real = Smooth((2,)), draw(5, 2)
    weights = list(network.parameters())[:3]
    logits, gradient = logits_and_gradient(network, real)
    loss = NONSATURATING.discriminator(logits, -logits).mean()
    cost = penalty.measure(gradient).mean()
    apart = [torch.autograd.grad(part, weights, retain_graph=True) for part in (loss, cost)]
    (loss + 10 * cost).backward()
    for weight, of_loss, of_cost in zip(weights, *apart, strict=True):
        torch.testing.assert_close(weight.grad, of_loss + 10 * of_cost)


def test_bug_04_alpha_is_not_drawn_for_each_pixel_nor_normal():
    x = WGAN_GP.points(torch.ones(2000, 3, 4, 4), torch.zeros(2000, 3, 4, 4), 1).flatten(1)
    assert (x == x[:, :1]).all()
    assert x.min() > 0 and x.max() < 1
    assert abs(x[:, 0].mean().item() - 0.5) < 4 * (1 / 12 / 2000) ** 0.5


@every_penalty
@pytest.mark.parametrize("shape", [(1, 3, 3), (2, 3, 3), (4, 5, 2), (2,), (7,), (1, 1, 1)], ids=str)
def test_bug_05_any_number_of_channels_and_dimensions(penalty, shape):
    real = draw(3, *shape)
    x = penalty.points(real, real + 1, 1) if penalty.points else real
    assert penalty.measure(logits_and_gradient(linear(real[0]), x)[1]).shape == (3,)


@every_penalty
def test_bug_07_zero_slope_gives_no_nan_in_any_parameter(penalty):
    """A dead discriminator, a(x) = 0 everywhere: penalty and gradients must stay finite."""
    network = Smooth((1, 3, 3))
    torch.nn.init.zeros_(network.leave.weight)
    real = draw(4, 1, 3, 3)
    x = penalty.points(real, -real, 1) if penalty.points else real
    cost = penalty.measure(logits_and_gradient(network, x)[1])
    assert cost[0].item() == (1.0 if penalty.points else 0.0)
    cost.mean().backward()
    assert all(torch.isfinite(p.grad).all() for p in list(network.parameters())[:3])


def test_bug_08_adversarial_loss_still_trains_the_discriminator_beside_a_penalty():
    """The last bias is invisible to every penalty: only the loss itself can move it."""
    network, real = Smooth((2,)), draw(5, 2)
    logits, gradient = logits_and_gradient(network, real)
    loss = RELATIVISTIC_PAIRING.discriminator(logits, torch.zeros_like(logits)).mean()
    (loss + R1.measure(gradient).mean()).backward()
    assert network.leave.bias.grad.abs().item() > 1e-3


@pytest.mark.parametrize("penalty", [WGAN_GP, DRAGAN_PAPER, DRAGAN_CODE], ids=lambda p: p.name)
def test_bug_08_noise_is_made_on_the_device_of_the_samples(penalty):
    real = torch.zeros(3, 2, device="meta")
    assert penalty.points(real, real, 1).device.type == "meta"


def test_bug_13_dragan_variants_are_two_and_neither_is_clipped_to_the_data_range():
    real = torch.linspace(-1, 1, 2000, dtype=torch.float64).reshape(500, 4)
    paper, code = (p.points(real, real, 1) for p in (DRAGAN_PAPER, DRAGAN_CODE))
    assert (paper - real).min() < -2 and paper.min() < -1.5 and paper.max() > 1.5
    assert (code - real).min() >= 0 and code.max() > 1
    assert code.min() < -0.5  # data in [−1, 1] is not cut to [0, 1] either


def test_bug_13_a_variance_is_not_taken_for_a_standard_deviation():
    """At a variance of 1 the two look alike, so the noise is tried at 9 and the batch at 3²."""
    real = 3 * draw(4000, 5)
    noise = gaussian_perturbation(9.0)(real, real, 1) - real
    assert noise.std().item() == pytest.approx(3, abs=4 * 3 / 40_000**0.5)  # 4 standard errors
    step = DRAGAN_CODE.points(real, real, 1) - real
    bound = 0.5 * real.std(correction=0).item()
    assert 0.999 * bound < step.max().item() <= bound  # one of 20,000 in the last thousandth


@every_penalty
def test_bug_18_a_measure_keeps_its_graph(penalty):
    """A tensor made anew from numbers has the right value and no gradient."""
    gradient = draw(4, 1, 3, 3).requires_grad_()
    (slope,) = torch.autograd.grad(penalty.measure(gradient).sum(), gradient)
    assert (slope.flatten(1).norm(dim=1) > 0.1).all()


def test_bug_24_a_penalty_has_no_hidden_interval_or_state():
    """Laziness and the scale that goes with it are the game's: every call gives the same."""
    gradient = draw(4, 1, 3, 3)
    for penalty in ALL:
        first = penalty.measure(gradient)
        assert all(torch.equal(penalty.measure(gradient), first) for _ in range(17))
