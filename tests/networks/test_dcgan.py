"""DCGAN: every size, the five guidelines, the weights, and the linear ends against convolutions."""

from itertools import pairwise

import pytest
import torch
from torch import nn
from torch.nn.functional import conv2d, conv_transpose2d

from zerosum.errors import InputError
from zerosum.networks.dcgan import DCGANDiscriminator, DCGANGenerator, levels

SHAPES = [
    (1, 4, 4), (2, 4, 5), (3, 5, 7), (4, 7, 7), (1, 8, 8), (3, 9, 15), (1, 16, 31), (1, 28, 28),
    (3, 32, 32), (4, 33, 47), (2, 64, 20), (1, 4, 256), (1, 256, 4), (3, 101, 13), (3, 64, 64),
]  # fmt: skip


def pair(shape, width=2, norm="batch", **sizes):
    common = {"event_shape": shape, "width": width, "norm": norm, **sizes}
    return DCGANGenerator(latent=5, **common), DCGANDiscriminator(**common)


def layers(network, kind):
    return [m for m in network.modules() if isinstance(m, kind)]


@pytest.mark.parametrize("norm", ["batch", "none"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_any_height_and_width(shape, norm):
    generator, discriminator = pair(shape, norm=norm)
    images = generator(torch.randn(3, 5))
    assert images.shape == (3, *shape)
    assert discriminator(images).shape == (3,)


@pytest.mark.slow
def test_the_largest_square():
    generator, discriminator = pair((3, 256, 256))
    assert discriminator(generator(torch.randn(2, 5))).shape == (2,)


@pytest.mark.parametrize("height", range(4, 70))
def test_levels_halve_until_both_sides_are_between_four_and_seven(height):
    for width in (4, 9, 28, 64, 256):
        steps = levels(height, width)
        assert steps[0].outer == (height, width)
        assert all(4 <= side <= 7 for side in steps[-1].inner)
        for step in steps:
            for outer, inner in zip(step.outer, step.inner, strict=True):
                assert inner == (outer // 2 if outer >= 8 else outer)


def test_the_papers_sixty_four_pixel_networks():
    generator, discriminator = pair((3, 64, 64), width=64)
    assert generator.base == (4, 4, 512)
    ups, downs = layers(generator, nn.ConvTranspose2d), layers(discriminator, nn.Conv2d)
    assert [(m.in_channels, m.out_channels) for m in ups] == [
        (512, 256), (256, 128), (128, 64), (64, 3),
    ]  # fmt: skip
    assert [(m.in_channels, m.out_channels) for m in downs] == [
        (3, 64), (64, 128), (128, 256), (256, 512),
    ]  # fmt: skip
    assert all(m.kernel_size == (4, 4) and m.stride == (2, 2) for m in (*ups, *downs))
    assert discriminator.head.linear.in_features == 512 * 4 * 4


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_guideline_1_strided_convolutions_and_no_pooling(shape):
    for network in pair(shape):
        kinds = {type(m).__name__ for m in network.modules()}
        assert not any("Pool" in k or "Upsample" in k for k in kinds)
    _, discriminator = pair(shape)
    halvings = [step.halved for step in levels(*shape[1:])]
    strides = [tuple(s == 2 for s in m.stride) for m in layers(discriminator, nn.Conv2d)]
    assert strides == halvings


def test_guideline_2_batchnorm_but_not_at_the_output_nor_at_the_input():
    generator, discriminator = pair((3, 32, 32))
    order = [type(m).__name__ for m in (*generator.first, *generator.body)]
    assert order == ["BatchNorm2d", "ReLU"] + 2 * ["ConvTranspose2d", "BatchNorm2d", "ReLU"] + [
        "ConvTranspose2d",
        "Tanh",
    ]
    order = [type(m).__name__ for m in discriminator.body]
    assert order == ["Conv2d", "LeakyReLU"] + 2 * ["Conv2d", "BatchNorm2d", "LeakyReLU"]


def test_norm_none_leaves_batchnorm_out_and_gives_every_layer_a_bias():
    for network in pair((3, 32, 32), norm="none"):
        assert layers(network, nn.BatchNorm2d) == []
        weighted = layers(network, nn.Conv2d | nn.ConvTranspose2d | nn.Linear)
        assert all(m.bias is not None for m in weighted)


def test_no_bias_below_batchnorm():
    for network in pair((3, 32, 32)):
        chain = [m for m in network.modules() if not list(m.children())]
        below = [a for a, b in pairwise(chain) if isinstance(b, nn.BatchNorm2d)]
        assert below and all(m.bias is None for m in below)


def test_guideline_3_no_fully_connected_hidden_layer():
    """One linear map at z, one at the logit, and nothing but convolutions between them."""
    for network in pair((3, 32, 32)):
        assert len(layers(network, nn.Linear)) == 1
    _, discriminator = pair((3, 32, 32))
    assert discriminator.head.linear.out_features == 1


@pytest.mark.parametrize("norm", ["batch", "none"])
def test_guidelines_4_and_5_activations(norm):
    generator, discriminator = pair((3, 32, 32), norm=norm)
    assert len(layers(generator, nn.ReLU)) == 3 and len(layers(generator, nn.Tanh)) == 1
    assert layers(generator, nn.LeakyReLU) == []
    assert isinstance(generator.body[-1], nn.Tanh)
    leaky = layers(discriminator, nn.LeakyReLU)
    assert [m.negative_slope for m in leaky] == [0.2] * 3
    assert layers(discriminator, nn.ReLU | nn.Tanh | nn.Sigmoid) == []


def test_weights_are_normal_of_deviation_002_and_biases_zero():
    for network in pair((3, 64, 64), width=16):
        for module in layers(network, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            w = module.weight
            error = 0.02 / w.numel() ** 0.5
            assert abs(w.mean().item()) < 4.5 * error
            assert abs(w.std().item() - 0.02) < 4.5 * error
            assert module.bias is None or not module.bias.any()


def test_batchnorm_scales_are_normal_round_one():
    generator, discriminator = pair((3, 64, 64), width=32)
    norms = layers(generator, nn.BatchNorm2d) + layers(discriminator, nn.BatchNorm2d)
    scales = torch.cat([m.weight.detach() for m in norms])
    assert abs(scales.mean().item() - 1) < 4.5 * 0.02 / scales.numel() ** 0.5
    assert abs(scales.std().item() - 0.02) < 4.5 * 0.02 / scales.numel() ** 0.5
    assert not any(m.bias.any() for m in norms)


def test_bug_10_batchnorm_has_its_own_epsilon_and_momentum():
    """`BatchNorm2d(n, 0.8)` sets epsilon, not momentum."""
    for network in pair((3, 32, 32)):
        norms = layers(network, nn.BatchNorm2d)
        assert norms and all((m.eps, m.momentum) == (1e-5, 0.1) for m in norms)


@pytest.mark.parametrize("shape", [(3, 32, 32), (1, 28, 20)], ids=str)
def test_the_stem_is_a_transposed_convolution_of_a_one_by_one_latent(shape):
    generator = pair(shape, width=4)[0].double()
    z = torch.randn(3, 5).double()
    h, w, c = generator.base
    kernel = generator.stem.weight.T.reshape(5, h, w, c).permute(0, 3, 1, 2)
    wanted = conv_transpose2d(z[:, :, None, None], kernel)
    ours = generator.stem(z).unflatten(1, generator.base).permute(0, 3, 1, 2)
    torch.testing.assert_close(ours, wanted)


def test_the_head_is_a_convolution_of_the_whole_last_map():
    discriminator = pair((1, 28, 20), width=4, norm="none")[1].double()
    x = torch.randn(3, 1, 28, 20).double()
    h = discriminator.body(x)
    kernel = discriminator.head.linear.weight.reshape(1, 7, 5, -1).permute(0, 3, 1, 2)
    wanted = conv2d(h, kernel, discriminator.head.linear.bias)
    torch.testing.assert_close(discriminator(x), wanted[:, 0, 0, 0])


def test_activations_are_channels_last_from_the_first_one_to_the_image():
    generator, discriminator = pair((3, 32, 32), width=8)
    seen = []
    for module in (*generator.first, *generator.body, *discriminator.body):
        module.register_forward_hook(lambda m, i, o: seen.append(o))
    discriminator(generator(torch.randn(4, 5)))
    assert len(seen) == 10 + 8
    assert all(o.is_contiguous(memory_format=torch.channels_last) for o in seen)


def test_images_are_inside_the_encoded_range():
    generator, _ = pair((1, 8, 8))
    with torch.no_grad():
        generator.body[-2].weight.mul_(1e4)
    images = generator(torch.randn(16, 5))
    assert images.min().item() >= -1 and images.max().item() <= 1
    assert images.abs().max().item() > 0.99


def test_evaluation_uses_running_statistics_of_training():
    generator, _ = pair((1, 8, 8))
    z = torch.randn(64, 5)
    fresh = generator.eval()(z)
    generator.train()
    for _ in range(200):
        generator(z)
    trained, batch = generator.eval()(z), generator.train()(z)
    assert not torch.allclose(trained, fresh, atol=1e-3)
    torch.testing.assert_close(trained, batch, rtol=0.02, atol=0.002)


@pytest.mark.parametrize("shape", [(1, 3, 8), (1, 8, 3), (8,), (8, 8)], ids=str)
def test_too_small_images_and_other_data_are_said(shape):
    for make in (DCGANGenerator, DCGANDiscriminator):
        sizes = {"latent": 5} if make is DCGANGenerator else {}
        with pytest.raises(InputError, match="sides of at least 4"):
            make(event_shape=shape, **sizes)


def test_unknown_norm_is_said():
    with pytest.raises(InputError, match="unknown norm 'bach'; did you mean 'batch'"):
        pair((1, 8, 8), norm="bach")
