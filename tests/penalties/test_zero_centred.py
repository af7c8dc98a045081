"""R1 and R2: the convention of their weight, and where each is measured."""

import torch

from tests.penalties.discriminators import draw, linear, quadratic
from zerosum.penalties.penalty import logits_and_gradient
from zerosum.penalties.zero_centred import R1, R2


def test_gamma_over_two_times_the_squared_slope():
    """γ · measure is the papers' γ/2 · E‖∇a‖²: for a slope w of norm 5 and γ = 10, 125."""
    w = torch.tensor([3.0, 4.0], dtype=torch.float64)
    _, gradient = logits_and_gradient(linear(w), draw(6, 2))
    torch.testing.assert_close(10 * R1.measure(gradient), torch.full((6,), 125.0).double())


def test_r1_is_at_real_and_r2_at_fake_samples():
    real, fake = draw(3, 1, 2, 2, seed=1), 5 * draw(3, 1, 2, 2, seed=2)
    for penalty, x, at in ((R1, real, "real"), (R2, fake, "fake")):
        assert penalty.at == at
        _, gradient = logits_and_gradient(quadratic(2.0), x)
        wanted = 0.5 * 4 * x.square().sum((1, 2, 3))
        torch.testing.assert_close(penalty.measure(gradient), wanted)


def test_minimum_is_at_slope_zero_and_smooth_there():
    gradient = torch.zeros(2, 3, dtype=torch.float64, requires_grad=True)
    penalty = R1.measure(gradient)
    penalty.sum().backward()
    assert (penalty == 0).all() and (gradient.grad == 0).all()
