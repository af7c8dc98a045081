"""Layers of progressive growing, against values written out by hand."""

from __future__ import annotations

import math

import pytest
import torch

from zerosum.errors import InputError
from zerosum.networks.equalised import (
    EqualisedConv,
    EqualisedLinear,
    blend,
    double,
    halve,
    pixel_norm,
    with_deviation,
)


def noise(*shape, seed=0):
    rng = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, dtype=torch.float64, generator=rng)


def test_linear_weights_are_scaled_when_they_are_used():
    layer = EqualisedLinear(2, 1).double()
    layer.weight.data.copy_(torch.tensor([[3.0, -1.0]]))
    layer.bias.data.fill_(0.5)
    # sqrt(2 / 2) (3 * 2 - 1 * 4) + 0.5
    assert layer(torch.tensor([[2.0, 4.0]]).double()).item() == pytest.approx(2.5, rel=1e-12)


def test_convolution_weights_are_scaled_by_their_fan_in():
    layer = EqualisedConv(2, 1, 3, gain=1.0).double()
    layer.weight.data.fill_(1.0)
    # in the middle all 18 taps see a 1: 18 / sqrt(2 * 9); in a corner 8 of them
    found = layer(torch.ones(1, 2, 3, 3).double())[0, 0]
    assert found[1, 1].item() == pytest.approx(math.sqrt(18), rel=1e-12)
    assert found[0, 0].item() == pytest.approx(8 / math.sqrt(18), rel=1e-12)


def test_weights_are_standard_normal_whatever_the_size():
    """4 standard errors of a mean and of a standard deviation of n normal numbers."""
    for layer in (EqualisedLinear(300, 40), EqualisedConv(64, 32, 3)):
        n = layer.weight.numel()
        assert abs(layer.weight.mean().item()) < 4 / math.sqrt(n)
        assert abs(layer.weight.std().item() - 1) < 4 / math.sqrt(2 * n)
        assert not layer.bias.any()


def test_variance_is_kept_by_the_gain():
    """E y² = g² E x² for unit weights: 2 here, up to 4 standard errors of 20,000 outputs' squares."""
    torch.manual_seed(0)
    layer = EqualisedLinear(400, 20_000).double()
    y = layer(torch.ones(1, 400).double())
    assert y.square().mean().item() == pytest.approx(2.0, abs=4 * 2 * math.sqrt(2 / 20_000))


def test_one_step_of_adam_moves_every_layer_alike():
    """What the equalised rate is for: a wide layer moves, relative to its weights, as a narrow one."""
    for layer in (EqualisedLinear(2, 3), EqualisedLinear(500, 3)):
        before = layer.weight.detach().clone()
        layer(torch.ones(1, layer.weight.shape[1])).sum().backward()
        torch.optim.Adam(layer.parameters(), lr=1e-3, betas=(0.0, 0.99)).step()
        moved = (layer.weight - before).detach().abs()
        # eps of 1e-8 against slopes above 0.06
        torch.testing.assert_close(moved, torch.full_like(moved, 1e-3), rtol=1e-3, atol=0)


def test_pixel_norm_by_hand():
    x = torch.tensor([3.0, 4.0]).double().reshape(1, 2, 1, 1)
    wanted = x / math.sqrt((9 + 16) / 2 + 1e-8)
    torch.testing.assert_close(pixel_norm(x), wanted)
    assert torch.equal(pixel_norm(torch.zeros(1, 2, 1, 1)), torch.zeros(1, 2, 1, 1))


def test_latents_land_on_a_sphere():
    z = pixel_norm(noise(5, 7))
    torch.testing.assert_close(z.norm(dim=1), torch.full((5,), math.sqrt(7)).double())


def test_deviation_channel_by_hand():
    """8 samples make 2 groups of 4, sample i in group i mod 2."""
    x = noise(8, 3, 2, 2)
    found = with_deviation(x)
    assert torch.equal(found[:, :3], x)
    for i in range(8):
        group = x[i % 2 :: 2]
        variance = (group - group.mean(0)).square().mean(0)
        wanted = (variance + 1e-8).sqrt().mean()
        torch.testing.assert_close(found[i, 3], wanted.expand(2, 2))


@pytest.mark.parametrize(("batch", "groups"), [(1, 1), (4, 1), (5, 5), (6, 2), (16, 4)])
def test_groups_are_the_largest_that_divide_the_batch(batch, groups):
    values = with_deviation(noise(batch, 2, 2, 2))[:, 2, 0, 0]
    assert len(values.unique()) == (
        1 if batch == 5 else groups
    )  # of single samples: all sqrt(1e-8)
    if batch == 5:
        torch.testing.assert_close(values, torch.full((5,), 1e-4).double())


def test_copies_have_no_deviation():
    same = noise(1, 2, 3, 3).expand(4, -1, -1, -1)
    torch.testing.assert_close(with_deviation(same)[:, 2], torch.full((4, 3, 3), 1e-4).double())


def test_doubling_and_halving_by_hand():
    x = torch.arange(4.0).reshape(1, 1, 2, 2)
    wanted = [[0, 0, 1, 1], [0, 0, 1, 1], [2, 2, 3, 3], [2, 2, 3, 3]]
    assert double(x)[0, 0].tolist() == wanted
    assert torch.equal(halve(double(x)), x)
    assert halve(x).item() == 1.5


def test_blend_is_exact_at_both_ends():
    a, b = noise(3, 2), 1e9 * noise(3, 2, seed=1)
    assert torch.equal(blend(a, b, 0.0), a) and torch.equal(blend(a, b, 1.0), b)
    torch.testing.assert_close(blend(a, b, 0.25), a + 0.25 * (b - a))


def test_sizes_are_checked():
    with pytest.raises(InputError, match="before is 0"):
        EqualisedLinear(0, 1)
