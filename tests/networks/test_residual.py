"""R3GAN's residual networks: identity at the start, resampling by hand, biases, sizes."""

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import conv2d

from zerosum.errors import InputError
from zerosum.networks.residual import (
    BiasedLeakyReLU,
    ResidualBlock,
    ResidualDiscriminator,
    ResidualGenerator,
    resample,
    stage_count,
    stage_sizes,
)

SHAPES = [
    (1, 1, 1), (1, 2, 9), (3, 4, 4), (2, 5, 3), (1, 8, 8), (1, 28, 28), (3, 32, 32), (4, 33, 20),
    (1, 4, 100), (3, 64, 64), (1, 17, 129),
]  # fmt: skip


def pair(shape, channels=None, **sizes):
    channels = channels or (4,) * stage_count(*shape[1:])
    common = {"event_shape": shape, "channels": channels, **sizes}
    return ResidualGenerator(latent=5, **common), ResidualDiscriminator(**common)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_any_height_and_width(shape):
    generator, discriminator = pair(shape, blocks=1)
    images = generator(torch.randn(3, 5))
    assert images.shape == (3, *shape)
    assert discriminator(images).shape == (3,)


@pytest.mark.parametrize("width", [1, 3, 5, 8, 12, 24])
def test_any_width(width):
    generator, discriminator = pair((1, 9, 7), channels=(width,) * 3)
    assert discriminator(generator(torch.randn(2, 5))).shape == (2,)


def test_block_starts_as_the_identity():
    x = torch.randn(2, 8, 5, 5)
    block = ResidualBlock(8, expansion=2, blocks=4)
    assert torch.equal(block(x), x)
    nn.init.normal_(block.leave.weight)
    assert not torch.allclose(block(x), x)


def test_block_written_out():
    """1×1, bias and LeakyReLU, 3×3 in groups, bias and LeakyReLU, 1×1, plus the input."""
    block = ResidualBlock(16, expansion=2, blocks=1).double()
    for p in block.parameters():
        nn.init.normal_(p)
    x = torch.randn(2, 16, 5, 4).double()

    def activation(h, module):
        h = h + module.bias.reshape(1, -1, 1, 1)
        return torch.where(h > 0, h, 0.2 * h)

    h = torch.einsum("oi,bihw->bohw", block.enter.weight[:, :, 0, 0], x)
    h = activation(h, block.enter_activation)
    w = block.mix.weight
    halves = [conv2d(h[:, s], w[s], padding=1) for s in (slice(0, 16), slice(16, 32))]
    h = activation(torch.cat(halves, dim=1), block.mix_activation)
    wanted = x + torch.einsum("oi,bihw->bohw", block.leave.weight[:, :, 0, 0], h)
    torch.testing.assert_close(block(x), wanted)


@pytest.mark.parametrize(
    ("channels", "groups"), [(768, 96), (16, 2), (8, 1), (4, 1), (12, 2), (5, 1), (9, 2), (17, 17)]
)
def test_groups_are_sixteen_wide_or_the_greatest_divisor_below(channels, groups):
    mix = ResidualBlock(channels, expansion=2, blocks=1).mix
    assert mix.groups == groups
    assert mix.weight.shape[1] == 2 * channels // groups <= 16
    assert mix.kernel_size == (3, 3)


def test_biases_live_in_the_activations_only():
    for network in pair((3, 16, 16)):
        holders = [m for m in network.modules() if getattr(m, "bias", None) is not None]
        assert holders and all(isinstance(m, BiasedLeakyReLU) for m in holders)


def test_no_normalisation_and_no_squashing_of_the_output():
    for network in pair((3, 16, 16)):
        kinds = {type(m).__name__ for m in network.modules()}
        assert not any("Norm" in k or k in ("Tanh", "Sigmoid") for k in kinds)
    generator, _ = pair((3, 16, 16))
    z = torch.randn(4, 5)
    assert generator(1e3 * z).abs().max().item() > 10


def test_initial_deviations_are_fixup_s():
    channels, blocks = (64, 32), (3, 1)
    for network in pair((3, 8, 8), channels=channels, blocks=blocks):
        for block in (m for m in network.modules() if isinstance(m, ResidualBlock)):
            for conv in (block.enter, block.mix):
                fan_in = conv.weight[0].numel()
                wanted = math.sqrt(2 / 1.04 / fan_in) * 4**-0.25  # L = 4 blocks in all
                error = wanted / math.sqrt(2 * conv.weight.numel())
                assert abs(conv.weight.std().item() - wanted) < 4.5 * error
            assert not block.leave.weight.any()
            assert not block.enter_activation.bias.any() and not block.mix_activation.bias.any()


@pytest.mark.parametrize(
    ("before", "after"), [((8, 8), (4, 4)), ((4, 4), (8, 8)), ((6, 10), (3, 5))]
)
def test_factor_two_has_the_kernel_one_three_three_one(before, after):
    """Down: (1, 3, 3, 1)/8 at stride 2; up: (1, 3)/4 of the two nearest; away from the border."""
    x = torch.randn(2, 3, *before).double()
    y = resample(x, after)
    kernel = torch.tensor([1.0, 3, 3, 1], dtype=torch.float64) / 8
    kernel = torch.outer(kernel, kernel).expand(3, 1, 4, 4)
    if after < before:
        wanted = conv2d(x, kernel, stride=2, padding=1, groups=3)
    else:
        wanted = nn.functional.conv_transpose2d(x, 4 * kernel, stride=2, padding=1, groups=3)
    torch.testing.assert_close(y[..., 1:-1, 1:-1], wanted[..., 1:-1, 1:-1])


@pytest.mark.parametrize("size", [(7, 5), (4, 4), (11, 3), (8, 6), (1, 1)], ids=str)
def test_resampling_keeps_constants_and_turns_ramps_into_ramps(size):
    constant = torch.full((1, 1, 8, 6), 3.0)
    torch.testing.assert_close(resample(constant, size), torch.full((1, 1, *size), 3.0))
    ramp = torch.arange(8.0)[None, None, :, None].expand(1, 1, 8, 6)
    y = resample(ramp, size)[0, 0, :, 0]
    assert (y.diff() > 0).all()
    assert y.mean().item() == pytest.approx(3.5, abs=1e-5)  # symmetric about the centre


def test_same_size_is_passed_through():
    x = torch.randn(1, 2, 5, 6)
    assert resample(x, (5, 6)) is x


@pytest.mark.parametrize("size", [(4, 4), (16, 16)], ids=str)
def test_bf16_is_resampled_as_bf16(size):
    x = torch.randn(2, 3, 8, 8).bfloat16()
    found = resample(x, size)
    assert found.dtype == torch.bfloat16
    # weights are at most 1 and add up to 1: the error is that of rounding the result to 8 bits
    assert (found.float() - resample(x.float(), size)).abs().max() <= 2.0**-8 * x.abs().max()


def test_upsampling_against_interpolation_by_hand():
    x = torch.randn(1, 1, 4, 4).double()
    y = resample(x, (7, 5))[0, 0].numpy()
    rows = np.clip((np.arange(7) + 0.5) * 4 / 7 - 0.5, 0, 3)
    columns = np.clip((np.arange(5) + 0.5) * 4 / 5 - 0.5, 0, 3)
    grid = np.arange(4)
    across = np.stack([np.interp(columns, grid, row) for row in x[0, 0].numpy()])
    wanted = np.stack([np.interp(rows, grid, across[:, j]) for j in range(5)], axis=1)
    np.testing.assert_allclose(y, wanted, rtol=1e-12, atol=1e-12)


def test_generator_starts_from_a_learned_basis_scaled_by_z():
    """With identity blocks and one width the image is the resampled basis, mixed by a 1×1."""
    generator = pair((2, 8, 8), channels=(6, 6))[0].double()
    z = torch.randn(3, 5).double()
    scale = z @ generator.modulation.weight.T
    start = torch.einsum("bc,hwc->bchw", scale, generator.basis)
    image = torch.einsum("oi,bihw->bohw", generator.out.weight[:, :, 0, 0], resample(start, (8, 8)))
    torch.testing.assert_close(generator(z), image)


def test_generator_is_linear_in_z_at_the_start():
    generator = pair((2, 8, 8), channels=(6, 4))[0].double()
    a, b = torch.randn(2, 3, 5).double()
    torch.testing.assert_close(generator(2 * a - b), 2 * generator(a) - generator(b))


def test_discriminator_ends_with_a_depthwise_four_by_four_and_a_linear_map():
    discriminator = pair((2, 8, 8), channels=(6, 6))[1].double()
    x = torch.randn(3, 2, 8, 8).double()
    h = resample(discriminator.extract(x), (4, 4))
    depthwise = conv2d(h, discriminator.basis[:, None], groups=6)[:, :, 0, 0]
    wanted = (depthwise @ discriminator.head.linear.weight.T)[:, 0]
    torch.testing.assert_close(discriminator(x), wanted)


def test_first_activation_is_channels_last():
    generator, _ = pair((3, 16, 16), channels=(8, 8, 8))
    seen = []
    generator.stages[0].register_forward_pre_hook(lambda m, i: seen.append(i[0]))
    generator(torch.randn(2, 5))
    assert seen[0].is_contiguous(memory_format=torch.channels_last)


def test_stage_sizes_go_from_four_to_the_image():
    assert stage_sizes(32, 32, 4) == ((4, 4), (8, 8), (16, 16), (32, 32))
    assert stage_sizes(28, 20, 4) == ((4, 4), (7, 5), (14, 10), (28, 20))
    assert stage_sizes(2, 40, 3) == ((4, 4), (4, 20), (2, 40))
    for height in range(1, 70, 3):
        for width in (1, 4, 31, 64, 200):
            sizes = stage_sizes(height, width, stage_count(height, width))
            assert sizes[0] == (4, 4) and sizes[-1] == (height, width)
            steps = [(a, b) for p, q in pairwise(sizes) for a, b in zip(p, q, strict=True)]
            assert all(b <= 2 * a for a, b in steps)


def test_channels_and_blocks_are_lists():
    generator, discriminator = pair((1, 16, 16), channels=(8, 6, 4), blocks=(3, 2, 1))
    assert [len(s) for s in generator.stages] == [3, 2, 1]
    assert [len(s) for s in discriminator.stages] == [1, 2, 3]
    assert [s[0].leave.out_channels for s in generator.stages] == [8, 6, 4]
    assert [s[0].leave.out_channels for s in discriminator.stages] == [4, 6, 8]


def test_equal_widths_need_no_transition():
    generator, _ = pair((1, 16, 16), channels=(8, 8, 4))
    assert [type(t).__name__ for t in generator.transitions] == ["Identity", "Conv2d"]


@pytest.mark.parametrize(
    ("sizes", "said"),
    [
        ({"channels": (8,)}, "channels lists 1 stages"),
        ({"channels": (8, 4), "blocks": (1, 2, 3)}, "blocks lists 3 stages and channels 2"),
        ({"channels": (8, 4), "blocks": 0}, r"blocks\[0\] is 0"),
        ({"channels": (8, -4)}, r"channels\[1\] is -4"),
        ({"channels": (8, 4), "expansion": 0}, "expansion is 0"),
        ({"channels": (8, 4), "group": 0}, "group is 0"),
    ],
    ids=str,
)
def test_wrong_lists_are_said(sizes, said):
    with pytest.raises(InputError, match=said):
        pair((1, 16, 16), **sizes)


W = 768
PUBLISHED = {  # side, widths, classes, channels in a group; millions, and the digit they were printed to
    "stacked-mnist": (28, (W,) * 4, 0, 16, (20.7, 20.7), 1),
    "cifar-10": (32, (W,) * 4, 10, 16, (20.8, 21.3), 1),
    "ffhq-64": (64, (W,) * 4 + (W // 2,), 0, 16, (22.4, 22.4), 1),
    "ffhq-256": (256, (W,) * 4 + (W // 2, W // 4, W // 8), 0, 16, (23.1, 23.0), 1),
    "imagenet-32": (32, (2 * W,) * 4, 1000, 32, (83, 87), 0),
    "imagenet-64": (64, (2 * W,) * 5, 1000, 32, (104, 107), 0),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_widths_have_the_published_number_of_parameters(name):
    """Huang et al. 2024, parameter counts in millions of the generator and the discriminator."""
    side, channels, classes, group, millions, digits = PUBLISHED[name]
    sizes = {
        "event_shape": (3, side, side),
        "channels": channels,
        "group": group,
        "classes": classes,
    }
    with torch.device("meta"):
        networks = (
            ResidualGenerator(latent=64, embedding=64, **sizes),
            ResidualDiscriminator(embedding=channels[0], **sizes),
        )
    counts = [sum(p.numel() for p in n.parameters()) / 1e6 for n in networks]
    assert tuple(round(count, digits) for count in counts) == millions


def test_an_embedding_gives_the_published_conditional_networks():
    generator, discriminator = pair((3, 8, 8), classes=4, embedding=6)
    assert generator.input.size == 5 + 6 and generator.modulation.in_features == 11
    assert type(discriminator.head).__name__ == "EmbeddedHead"
    images = generator(torch.randn(3, 5), torch.tensor([0, 3, 1]))
    logits = discriminator(images, torch.tensor([0, 3, 1]))
    assert logits.shape == (3,)
    others = discriminator(images, torch.tensor([0, 2, 1]))
    assert torch.equal(logits[[0, 2]], others[[0, 2]]) and logits[1] != others[1]
    plain = pair((3, 8, 8), classes=4)
    assert plain[0].input.size == 10 and type(plain[1].head).__name__ == "LogitHead"
    alone = pair((3, 8, 8), embedding=6)  # nothing to embed
    assert alone[0].input.size == 5 and type(alone[1].head).__name__ == "LogitHead"
