"""Fully connected networks: layers written out, outputs and their ranges."""

import pytest
import torch

from zerosum.errors import InputError
from zerosum.networks.mlp import ACTIVATIONS, MLPDiscriminator, MLPGenerator


def test_generator_written_out():
    net = MLPGenerator(latent=2, event_shape=(3, 2), width=4, depth=2).double()
    z = torch.randn(5, 2).double()
    h = z
    for layer in net.hidden:
        h = (h @ layer.weight.T + layer.bias).clamp(min=0)
    x = (h @ net.out.weight.T + net.out.bias).reshape(5, 3, 2)
    torch.testing.assert_close(net(z), x)


def test_discriminator_written_out():
    net = MLPDiscriminator(event_shape=(3, 2), width=4, depth=1).double()
    x = torch.randn(5, 3, 2).double()
    h = x.reshape(5, 6) @ net.hidden[0].weight.T + net.hidden[0].bias
    h = torch.where(h > 0, h, 0.2 * h)
    logits = (h @ net.head.linear.weight.T + net.head.linear.bias)[:, 0]
    torch.testing.assert_close(net(x), logits)


def test_batch_normalised_discriminator_written_out():
    net = MLPDiscriminator(event_shape=(2,), width=4, depth=2, norm="batch").double()
    x = torch.randn(6, 2).double()
    h = leak(x @ net.hidden[0].weight.T + net.hidden[0].bias)  # the first layer sees x as it is
    h = h @ net.hidden[1][0].weight.T  # no bias: the normalisation would take it away again
    h = leak((h - h.mean(0)) / (h.var(0, unbiased=False) + 1e-5).sqrt())  # scale 1, shift 0
    logits = (h @ net.head.linear.weight.T + net.head.linear.bias)[:, 0]
    torch.testing.assert_close(net(x), logits)
    with pytest.raises(InputError, match="unknown norm 'bacth'"):
        MLPDiscriminator(event_shape=(2,), width=4, depth=2, norm="bacth")


def leak(h):
    return torch.where(h > 0, h, 0.2 * h)


def test_depth_zero_is_one_affine_map():
    net = MLPDiscriminator(event_shape=(2,), width=7, depth=0).double()
    x = torch.randn(3, 2).double()
    wanted = x @ net.head.linear.weight[0] + net.head.linear.bias[0]
    torch.testing.assert_close(net(x), wanted)
    generator = MLPGenerator(latent=2, event_shape=(1,), width=7, depth=0).double()
    a, b = torch.randn(2, 2).double(), torch.randn(2, 2).double()
    torch.testing.assert_close(generator((a + b) / 2), (generator(a) + generator(b)) / 2)


def test_number_of_parameters():
    net = MLPGenerator(latent=10, event_shape=(1, 4, 4), width=20, depth=3)
    assert sum(p.numel() for p in net.parameters()) == 11 * 20 + 2 * 21 * 20 + 21 * 16


@pytest.mark.parametrize(
    ("output", "bounded"), [("linear", False), ("tanh", True), ("sigmoid", True)]
)
def test_range_of_the_output(output, bounded):
    net = MLPGenerator(latent=2, event_shape=(50,), width=4, depth=1, output=output)
    with torch.no_grad():
        net.out.weight.mul_(100)
    x = net(torch.randn(64, 2))
    assert (x.abs().max().item() <= 1) is bounded
    assert x.min().item() < -0.99 and x.max().item() > 0.99


def test_scaled_sigmoid_is_twice_sigma_minus_one():
    net = MLPGenerator(latent=2, event_shape=(3,), width=4, depth=1, output="sigmoid").double()
    plain = MLPGenerator(latent=2, event_shape=(3,), width=4, depth=1).double()
    plain.load_state_dict(net.state_dict())
    z = torch.randn(5, 2).double()
    torch.testing.assert_close(net(z), 2 / (1 + torch.exp(-plain(z))) - 1)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_activations_are_used_between_layers(activation):
    net = MLPDiscriminator(event_shape=(2,), width=4, depth=1, activation=activation).double()
    x = torch.randn(3, 2).double()
    h = ACTIVATIONS[activation](net.hidden[0](x))
    torch.testing.assert_close(net(x), net.head(h, None))


@pytest.mark.parametrize("field", ["activation", "output"])
def test_unknown_names_are_answered_with_the_nearest(field):
    with pytest.raises(InputError, match=f"unknown {field} 'tanhh'; did you mean 'tanh'"):
        MLPGenerator(latent=2, event_shape=(3,), width=4, depth=1, **{field: "tanhh"})


def test_negative_depth_is_said():
    with pytest.raises(InputError, match="depth is -1"):
        MLPDiscriminator(event_shape=(2,), width=4, depth=-1)
