"""The shared gradient and its norm: closed forms, double backward, vmap, the guard at zero."""

import pytest
import torch

from tests.penalties.discriminators import BATCH, SHAPES, Smooth, draw, linear, quadratic
from zerosum.penalties.gradient_penalty import DRAGAN_CODE, DRAGAN_PAPER, WGAN_GP
from zerosum.penalties.penalty import Penalty, gradient_norm, logits_and_gradient
from zerosum.penalties.zero_centred import R1, R2

ALL = (R1, R2, WGAN_GP, DRAGAN_PAPER, DRAGAN_CODE)
every_shape = pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
every_penalty = pytest.mark.parametrize("penalty", ALL, ids=lambda p: p.name)


def value(penalty: Penalty, discriminator, real, fake, key=7):
    """The mean penalty, as a game takes it."""
    shared = {"real": real, "fake": fake}
    x = penalty.points(real, fake, key) if penalty.points else shared[penalty.at]
    _, gradient = logits_and_gradient(discriminator, x)
    return penalty.measure(gradient).mean()


@every_shape
def test_linear_discriminator(shape):
    w, x = draw(*shape, seed=1), draw(BATCH, *shape)
    logits, gradient = logits_and_gradient(linear(w), x)
    torch.testing.assert_close(logits, (x * w).flatten(1).sum(1))
    torch.testing.assert_close(gradient, w.expand_as(x))
    torch.testing.assert_close(gradient_norm(gradient), w.norm().expand(BATCH))


@every_shape
def test_quadratic_discriminator(shape):
    x = draw(BATCH, *shape)
    _, gradient = logits_and_gradient(quadratic(3.0), x)
    torch.testing.assert_close(gradient, 3 * x)
    by_hand = torch.stack([3 * torch.sqrt(sum(v * v for v in row.flatten())) for row in x])
    torch.testing.assert_close(gradient_norm(gradient), by_hand)


@every_shape
@every_penalty
def test_slope_in_the_parameters_equals_autograd_grad(penalty, shape):
    network = Smooth(shape)
    real, fake = draw(BATCH, *shape, seed=1), draw(BATCH, *shape, seed=2)
    ours = torch.autograd.grad(
        value(penalty, network, real, fake), list(network.parameters()), allow_unused=True
    )

    shared = {"real": real, "fake": fake}
    x = penalty.points(real, fake, 7) if penalty.points else shared[penalty.at]
    x = x.detach().requires_grad_()
    (slope,) = torch.autograd.grad(network(x).sum(), x, create_graph=True)
    norm = slope.flatten(1).norm(dim=1)
    wanted = (0.5 * norm**2 if penalty.at in shared else (norm - 1) ** 2).mean()
    theirs = torch.autograd.grad(wanted, list(network.parameters()), allow_unused=True)
    for got, reference in zip(ours[:3], theirs[:3], strict=True):
        torch.testing.assert_close(got, reference)
    # the last bias moves every logit alike, so no penalty on slopes can see it
    assert ours[3] is None or (ours[3] == 0).all()


@every_penalty
def test_slope_in_the_parameters_equals_finite_differences(penalty):
    shape, h = (1, 3, 2), 1e-6
    network = Smooth(shape)
    real, fake = draw(BATCH, *shape, seed=1), draw(BATCH, *shape, seed=2)
    weight = network.enter.weight
    (slope,) = torch.autograd.grad(value(penalty, network, real, fake), weight)
    for i, j in ((0, 0), (1, 4), (4, 5), (2, 3)):
        sides = []
        for step in (h, -h):
            weight.data[i, j] += step
            sides.append(value(penalty, network, real, fake).item())
            weight.data[i, j] -= step
        assert slope[i, j].item() == pytest.approx((sides[0] - sides[1]) / (2 * h), rel=1e-5)


@every_penalty
def test_vmap_of_grad_equals_the_loop(penalty):
    """The population's way: stacked parameters, one key a member."""
    shape, members = (1, 3, 2), 3
    networks = [Smooth(shape, seed=s) for s in range(members)]
    stacked, _ = torch.func.stack_module_state(networks)
    real, fake = draw(members, BATCH, *shape, seed=1), draw(members, BATCH, *shape, seed=2)
    keys = torch.tensor([3, 2**62, -5])

    def loss(parameters, real, fake, key):
        def bound(x):
            return torch.func.functional_call(networks[0], parameters, (x,))

        return value(penalty, bound, real, fake, key)

    together = torch.func.vmap(torch.func.grad(loss))(stacked, real, fake, keys)
    for i, network in enumerate(networks):
        alone = torch.autograd.grad(
            value(penalty, network, real[i], fake[i], int(keys[i])),
            list(network.parameters())[:3],
        )
        names = [name for name, _ in network.named_parameters()][:3]
        for name, reference in zip(names, alone, strict=True):
            torch.testing.assert_close(together[name][i], reference)


@every_penalty
def test_one_value_a_sample_in_the_dtype_of_the_samples(penalty):
    for dtype in (torch.float32, torch.float64):
        real, fake = draw(BATCH, 3, 4, 4, seed=1).to(dtype), draw(BATCH, 3, 4, 4).to(dtype)
        x = penalty.points(real, fake, 5) if penalty.points else real
        assert x.shape == real.shape and x.dtype == dtype
        measured = penalty.measure(logits_and_gradient(quadratic(2.0), x)[1])
        assert measured.shape == (BATCH,) and measured.dtype == dtype
        assert (measured >= 0).all()


@every_penalty
def test_points_are_made_exactly_where_no_pass_can_be_shared(penalty):
    assert (penalty.points is None) is (penalty.at in ("real", "fake"))
    assert "arXiv:" in penalty.source


def test_norm_at_zero_gradient_is_zero_with_zero_slope():
    gradient = draw(3, 1, 2, 2)
    gradient[1] = 0
    gradient.requires_grad_()
    norm = gradient_norm(gradient)
    norm.sum().backward()
    assert norm[1].item() == 0 and (gradient.grad[1] == 0).all()
    unit = gradient.detach()[0] / gradient.detach()[0].norm()
    torch.testing.assert_close(gradient.grad[0], unit)


def test_norm_at_zero_gradient_has_no_nan_in_its_second_derivative():
    gradient = torch.zeros(2, 3, dtype=torch.float64, requires_grad=True)
    (first,) = torch.autograd.grad(gradient_norm(gradient).sum(), gradient, create_graph=True)
    (second,) = torch.autograd.grad(
        first.sum(), gradient, allow_unused=True, materialize_grads=True
    )
    assert torch.isfinite(second).all()


def test_logits_keep_their_graph_so_that_one_pass_serves_loss_and_penalty():
    network, calls = Smooth((2,)), []

    def counted(x):
        calls.append(1)
        return network(x)

    x = draw(BATCH, 2)
    logits, gradient = logits_and_gradient(counted, x)
    assert len(calls) == 1
    weights = list(network.parameters())
    from_shared = torch.autograd.grad(logits.mean(), weights, retain_graph=True)
    plain = torch.autograd.grad(network(x).mean(), weights)
    torch.testing.assert_close(from_shared, plain)
    torch.autograd.grad(gradient.square().sum(), weights, allow_unused=True)
