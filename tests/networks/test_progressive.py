"""Growing networks: what they are at each level, against smaller networks and layers written out."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn.functional import conv2d, interpolate, leaky_relu

from zerosum.errors import InputError
from zerosum.networks.progressive import (
    ProgressiveDiscriminator,
    ProgressiveGenerator,
    base_of,
    channels_of,
)
from zerosum.penalties.penalty import logits_and_gradient

EVENT = (3, 16, 8)  # 4 x 2, 8 x 4, 16 x 8
SIZES = {"event_shape": EVENT, "width": 2, "depth": 2}
SMALLER = {"event_shape": (3, 8, 4), "width": 4, "depth": 1}  # the same channels at its levels


def noise(*shape, seed=0):
    rng = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, dtype=torch.float64, generator=rng)


def made(cls, seed=0, **sizes):
    torch.manual_seed(seed)
    network = cls(**({"latent": 5} if cls is ProgressiveGenerator else {}), **sizes).double()
    for p in network.parameters():
        p.data += 0.1 * torch.randn_like(p)  # biases too
    return network


def shrunk(cls, network):
    """A network of one level less that has the same weights."""
    small = made(cls, **SMALLER)
    own = small.state_dict()
    small.load_state_dict(
        {k: network.state_dict()[k] if "_extra" not in k else v for k, v in own.items()}
    )
    return small


def test_channels_and_bases():
    assert channels_of(16, 6) == [512, 512, 256, 128, 64, 32, 16]  # the paper's at 256 and finer
    assert channels_of(600, 1) == [600, 600]
    assert base_of(16, 8, 2) == (4, 2)
    with pytest.raises(InputError, match=r"pictures of 30 x 30 .* 4 divides"):
        base_of(30, 30, 2)
    with pytest.raises(InputError, match="at least 8"):
        base_of(4, 4, 2)


def test_generator_at_level_0_written_out():
    net, z = made(ProgressiveGenerator, **SIZES), noise(2, 5)
    net.level = 0.0

    def norm(x):
        return x / (x.square().mean(1, keepdim=True) + 1e-8).sqrt()

    h = norm(z) @ (net.stem.weight * math.sqrt(2 / 5 / 8)).T + net.stem.bias
    h = norm(leaky_relu(h.reshape(2, 8, 4, 2), 0.2))
    conv = net.first.convs[0]
    h = norm(leaky_relu(conv2d(h, conv.weight * math.sqrt(2 / 8 / 9), conv.bias, padding=1), 0.2))
    rgb = net.rgb[0]
    torch.testing.assert_close(net(z), conv2d(h, rgb.weight / math.sqrt(8), rgb.bias))


def test_discriminator_at_level_0_written_out():
    net, x = made(ProgressiveDiscriminator, **SIZES), noise(4, 3, 4, 2)
    net.level = 0.0
    rgb, conv = net.rgb[0], net.last.convs[0]
    h = leaky_relu(conv2d(x, rgb.weight * math.sqrt(2 / 3), rgb.bias), 0.2)
    deviation = (h.var(0, correction=0) + 1e-8).sqrt().mean()
    h = torch.cat((h, deviation.expand(4, 1, 4, 2)), 1)
    h = leaky_relu(conv2d(h, conv.weight * math.sqrt(2 / 9 / 9), conv.bias, padding=1), 0.2)
    h = h.flatten(1) @ (net.dense.weight * math.sqrt(2 / 64)).T + net.dense.bias
    head = net.head.linear
    wanted = leaky_relu(h, 0.2) @ (head.weight / math.sqrt(8)).T + head.bias
    torch.testing.assert_close(net(x), wanted.squeeze(1))


@pytest.mark.parametrize(
    ("level", "sides"), [(0, (4, 2)), (0.1, (8, 4)), (1, (8, 4)), (1.9, (16, 8))]
)
def test_pictures_have_the_levels_sides_in_training_and_full_ones_else(level, sides):
    generator, judge = made(ProgressiveGenerator, **SIZES), made(ProgressiveDiscriminator, **SIZES)
    generator.level = judge.level = level
    pictures = generator(noise(4, 5))
    assert pictures.shape == (4, 3, *sides) == (4, *generator.shown)
    full = generator.eval()(noise(4, 5))
    assert full.shape == (4, *EVENT)
    assert torch.equal(full, interpolate(pictures, size=EVENT[1:], mode="nearest"))
    # the discriminator takes both: a picture of repeated pixels averages down to itself
    torch.testing.assert_close(judge(full), judge(pictures), rtol=1e-12, atol=1e-12)
    with pytest.raises(InputError, match="event_shape"):
        judge(noise(4, 3, 2, 1))


@pytest.mark.parametrize("level", [0, 0.3, 1])
def test_the_smaller_network_is_inside_the_larger(level):
    """What stands at a level is the network of that size, to the last bit."""
    generator, judge = made(ProgressiveGenerator, **SIZES), made(ProgressiveDiscriminator, **SIZES)
    small, small_judge = (
        shrunk(ProgressiveGenerator, generator),
        shrunk(ProgressiveDiscriminator, judge),
    )
    for module in (generator, judge, small, small_judge):
        module.level = level
    z = noise(4, 5)
    assert torch.equal(generator(z), small(z))
    assert torch.equal(judge(generator(z)), small_judge(generator(z)))


def test_fading_in_begins_at_the_smaller_network_and_ends_at_the_plain_one():
    """Affine in alpha: pictures, and what the discriminator hands on, at 0, 1/4 and 1."""
    net, z = made(ProgressiveGenerator, **SIZES), noise(4, 5)
    at = {}
    for level in (1, 1.25, 1.5, 2):
        net.level = level
        at[level] = net(z)
    old = interpolate(at[1], scale_factor=2, mode="nearest")
    torch.testing.assert_close(2 * at[1.25] - at[1.5], old, rtol=0, atol=1e-14)
    torch.testing.assert_close(at[1.25], 0.75 * old + 0.25 * at[2], rtol=0, atol=1e-14)
    # the next number after 1: nothing but its rounding may change
    net.level = math.nextafter(1, 2)
    torch.testing.assert_close(net(z), old, rtol=0, atol=1e-14)


def test_the_discriminator_fades_from_the_halved_picture():
    net, x = made(ProgressiveDiscriminator, **SIZES), noise(4, 3, 16, 8)
    net.level = 1.0
    halved = net(x)
    net.level = math.nextafter(1, 2)
    torch.testing.assert_close(net(x), halved, rtol=1e-13, atol=1e-13)
    net.level = 2.0
    full = net(x)
    net.level = math.nextafter(2, 1)
    torch.testing.assert_close(net(x), full, rtol=1e-13, atol=1e-13)
    assert not torch.allclose(full, halved, rtol=1e-3)


def test_layers_of_other_levels_take_no_part():
    net = made(ProgressiveGenerator, **SIZES)
    net.level = 1.0
    net(noise(4, 5)).square().sum().backward()
    used = {name.split(".weight")[0] for name, p in net.named_parameters() if p.grad is not None}
    assert {n for n in used if n.startswith(("rgb", "stages"))} == {
        "rgb.1", "stages.0.convs.0", "stages.0.convs.1", "rgb.1.bias", "stages.0.convs.0.bias",
        "stages.0.convs.1.bias",
    }  # fmt: skip


def test_the_level_goes_with_the_weights():
    first, second = made(ProgressiveGenerator, **SIZES), made(ProgressiveGenerator, seed=1, **SIZES)
    first.level = 0.7
    second.load_state_dict(first.state_dict())
    assert second.level == 0.7 and torch.equal(second(noise(2, 5)), first(noise(2, 5)))


@pytest.mark.parametrize("level", [-0.1, 2.1, math.nan, math.inf])
def test_a_level_that_cannot_be_is_refused(level):
    net = made(ProgressiveGenerator, **SIZES)
    stored = net.state_dict() | {"_extra_state": torch.tensor(level)}
    with pytest.raises(InputError, match="levels 0 to 2"):
        net.load_state_dict(stored)


def test_bug_06_the_deviation_channel_couples_a_group_and_no_further():
    """The penalty's slope is of a group's summed logits: rows of other groups do not enter it."""
    net, x = made(ProgressiveDiscriminator, **SIZES), noise(8, 3, 16, 8)
    base = net(x)
    other = x.clone()
    other[0] += 1.0  # of group 0: samples 0, 2, 4 and 6
    moved = (net(other) - base).abs() > 1e-9
    assert moved.tolist() == [True, False] * 4
    _, slope = logits_and_gradient(net, x)
    points = x.clone().requires_grad_()
    (wanted,) = torch.autograd.grad(net(points)[::2].sum(), points)
    torch.testing.assert_close(slope[::2], wanted[::2])
    assert not wanted[1::2].any()
