"""Autoencoders: layers written out, what goes through the code, and the promises every network makes."""

from __future__ import annotations

import pytest
import torch
from torch.func import functional_call, grad, stack_module_state, vmap
from torch.nn import functional

from zerosum.errors import InputError
from zerosum.networks.autoencoder import ConvAutoencoder, MLPAutoencoder, UpsamplingGenerator

MLP = {"event_shape": (3, 2), "code": 2, "width": 5, "depth": 1}
CONV = {"event_shape": (2, 9, 16), "code": 3, "width": 4, "depth": 1}
BOTH = pytest.mark.parametrize(
    ("make", "sizes"), [(MLPAutoencoder, MLP), (ConvAutoencoder, CONV)], ids=["mlp", "conv"]
)


def rows(sizes, n=4, seed=0):
    rng = torch.Generator().manual_seed(seed)
    return torch.randn(n, *sizes["event_shape"], dtype=torch.float64, generator=rng)


def test_fully_connected_written_out():
    net, x = MLPAutoencoder(**MLP).double(), rows(MLP)
    first, out = net.decoder.hidden[0], net.decoder.out
    h = functional.elu(x.flatten(1) @ net.hidden[0].weight.T + net.hidden[0].bias)
    code = h @ net.code.weight.T + net.code.bias  # no bend at the code
    h = functional.elu(code @ first.weight.T + first.bias)
    torch.testing.assert_close(net(x), (h @ out.weight.T + out.bias).reshape(4, 3, 2))


def test_upsampling_repeats_each_pixel():
    """With convolutions that hand their input on, the picture is the first 4 x 4 map, each pixel twice."""
    net = UpsamplingGenerator(latent=2, event_shape=(1, 8, 8), width=1, depth=1).double()
    for name, p in net.named_parameters():
        p.data.zero_()
        if p.ndim == 4:
            p.data[:, :, 1, 1] = 1.0
        if name == "stem.bias":
            p.data.copy_(torch.arange(16.0) / 16)  # ELU leaves what is not negative alone
    wanted = torch.tanh(torch.arange(16.0, dtype=torch.float64).reshape(1, 1, 4, 4) / 16)
    wanted = wanted.repeat_interleave(2, 2).repeat_interleave(2, 3)
    torch.testing.assert_close(net(torch.zeros(1, 2).double()), wanted)


def test_channels_grow_by_the_width_inwards_and_stay_outwards():
    net = ConvAutoencoder(event_shape=(3, 32, 32), code=7, width=4, depth=2)
    inwards = [m.out_channels for m in net.body if isinstance(m, torch.nn.Conv2d)]
    assert inwards == [4, 4, 4, 8, 8, 8, 12, 12, 12, 16]
    outwards = [m for m in net.decoder.body if isinstance(m, torch.nn.Conv2d)]
    assert {m.out_channels for m in outwards} == {4} and len(outwards) == 2 * 4


@pytest.mark.parametrize("sides", [(4, 4), (5, 7), (8, 8), (9, 16), (17, 33)])
def test_pictures_of_any_size_come_back(sides):
    net = ConvAutoencoder(event_shape=(1, *sides), code=3, width=2, depth=1)
    assert net(torch.zeros(2, 1, *sides)).shape == (2, 1, *sides)


@BOTH
def test_rows_pass_through_the_code_alone(make, sizes):
    """A code that is held fixed gives the same row back whatever the row was."""
    net, x = make(**sizes).double(), rows(sizes)
    assert not torch.allclose(net(x)[0], net(x)[1])
    net.code.weight.data.zero_()
    torch.testing.assert_close(net(x), net(x)[:1].expand_as(x))


@BOTH
def test_vmap_over_stacked_members_equals_the_loop(make, sizes):
    members = [make(**sizes).double() for _ in range(3)]
    parameters, buffers = stack_module_state(members)
    assert buffers == {}
    x = torch.stack([rows(sizes, seed=i) for i in range(3)])

    def loss(p, x):
        return (functional_call(members[0], p, (x,)) - x).abs().mean()

    slopes = vmap(grad(loss))(parameters, x)
    for i, member in enumerate(members):
        alone = torch.autograd.grad((member(x[i]) - x[i]).abs().mean(), list(member.parameters()))
        for (name, _), wanted in zip(member.named_parameters(), alone, strict=True):
            torch.testing.assert_close(slopes[name][i], wanted)


@BOTH
def test_a_row_does_not_depend_on_its_batch_mates(make, sizes):
    net, x = make(**sizes).double(), rows(sizes)
    torch.testing.assert_close(net(x)[:1], net(x[:1]))


@BOTH
def test_the_decoder_sees_the_class(make, sizes):
    net, x = make(**sizes, classes=3).double(), rows(sizes)
    first, second = (net(x, torch.full((4,), label)) for label in (0, 1))
    assert not torch.allclose(first, second)
    with pytest.raises(InputError, match="label is missing"):
        net(x)


@BOTH
def test_bad_sizes_are_said(make, sizes):
    with pytest.raises(InputError, match="code is 0"):
        make(**{**sizes, "code": 0})
    with pytest.raises(InputError, match="width is 0"):
        make(**{**sizes, "width": 0})
    with pytest.raises(InputError, match="event_shape"):
        make(**sizes)(torch.zeros(2, 7))


def test_a_picture_too_small_for_a_convolution_is_said():
    with pytest.raises(InputError, match="sides of at least 4"):
        ConvAutoencoder(event_shape=(1, 3, 9), code=2)
