"""Instance noise: variance σ² added to real and to generated samples, independently."""

import math

import pytest
import torch
from scipy import stats

from tests.penalties.discriminators import draw
from zerosum.errors import InputError
from zerosum.penalties.instance_noise import add


def test_variance_sigma_squared_is_added_to_both_sides():
    sigma, n = 0.5, 40000
    real, fake = draw(n, 1, seed=1), 3 * draw(n, 1, seed=2) + 1
    for x, key in ((real, 10), (fake, 11)):
        noise = add(x, sigma, key) - x
        assert stats.kstest(noise.flatten().numpy() / sigma, "norm").pvalue > 1e-3
        gained = add(x, sigma, key).var() - x.var()
        error = 2 * sigma * x.std() / math.sqrt(n) + sigma**2 * math.sqrt(2 / n)
        assert gained.item() == pytest.approx(sigma**2, abs=4 * error.item())


def test_the_two_sides_get_independent_noise():
    zeros = torch.zeros(10000, 1, dtype=torch.float64)
    a, b = add(zeros, 1.0, 10), add(zeros, 1.0, 11)
    assert abs((a * b).mean().item()) < 4 / math.sqrt(10000)


def test_graph_is_kept_and_its_slope_is_one():
    x = draw(3, 1, 2, 2).requires_grad_()
    add(x, 0.3, 1).sum().backward()
    assert torch.equal(x.grad, torch.ones_like(x))


def test_sigma_zero_changes_nothing_and_dtype_is_kept():
    for dtype in (torch.float32, torch.float64):
        x = draw(3, 2).to(dtype)
        assert torch.equal(add(x, 0.0, 1), x)
        assert add(x, 0.1, 1).dtype == dtype


def test_sigma_may_differ_between_members():
    x = torch.zeros(2, 5, 3, dtype=torch.float64)
    sigma, keys = torch.tensor([0.1, 2.0], dtype=torch.float64), torch.tensor([4, 5])
    together = torch.func.vmap(add)(x, sigma, keys)
    for i in range(2):
        torch.testing.assert_close(together[i], add(x[i], sigma[i].item(), int(keys[i])))


def test_negative_sigma_is_said():
    with pytest.raises(InputError, match="is negative"):
        add(torch.zeros(1, 1), -1.0, 0)
