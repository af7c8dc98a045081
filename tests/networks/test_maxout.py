"""Goodfellow's players: maxout against a hand-written maximum, dropout in its places, ranges."""

import pytest
import torch

from zerosum.errors import InputError
from zerosum.networks.dropout import dropout, layer_key
from zerosum.networks.maxout import GoodfellowGenerator, Maxout, MaxoutDiscriminator
from zerosum.recipes.config import NetworkConfig
from zerosum.recipes.networks import DISCRIMINATORS, Sizes


def hand_maxout(layer, x):
    """max over k of w_jk · x + b_jk, by three loops."""
    w = layer.linear.weight.detach().reshape(layer.units, layer.pieces, -1)
    b = layer.linear.bias.detach().reshape(layer.units, layer.pieces)
    rows = [
        [
            max((w[j, k] @ row + b[j, k]).item() for k in range(layer.pieces))
            for j in range(layer.units)
        ]
        for row in x
    ]
    return torch.tensor(rows, dtype=torch.float64)


def test_layer_is_the_greatest_of_its_pieces():
    layer, x = Maxout(features=4, units=3, pieces=5).double(), torch.randn(6, 4).double()
    torch.testing.assert_close(layer(x), hand_maxout(layer, x))


def test_one_piece_is_a_linear_layer():
    layer, x = Maxout(features=4, units=3, pieces=1).double(), torch.randn(6, 4).double()
    torch.testing.assert_close(layer(x), layer.linear(x))


def test_two_pieces_make_the_absolute_value():
    layer = Maxout(features=1, units=1, pieces=2).double()
    layer.linear.weight.data = torch.tensor([[1.0], [-1.0]]).double()
    layer.linear.bias.data.zero_()
    x = torch.linspace(-2, 2, 5).double()[:, None]
    torch.testing.assert_close(layer(x), x.abs())


def test_units_are_convex_in_their_input():
    layer = Maxout(features=4, units=8, pieces=5).double()
    a, b = torch.randn(2, 100, 4).double()
    assert (layer((a + b) / 2) <= (layer(a) + layer(b)) / 2 + 1e-12).all()


def test_gradient_goes_to_the_winning_piece_alone():
    layer, x = Maxout(features=2, units=1, pieces=3).double(), torch.randn(1, 2).double()
    layer(x).sum().backward()
    winner = layer.linear(x)[0].argmax().item()
    assert [bool(row.any()) for row in layer.linear.weight.grad] == [k == winner for k in range(3)]
    torch.testing.assert_close(layer.linear.weight.grad[winner], x[0])


def small(**changes):
    sizes = {"event_shape": (1, 3, 3), "width": 6, "depth": 2, "pieces": 3} | changes
    return MaxoutDiscriminator(**sizes).double()


def test_discriminator_without_a_key_written_out():
    net, x = small(), torch.randn(4, 1, 3, 3).double()
    h = x.reshape(4, 9)
    for layer in net.hidden:
        h = hand_maxout(layer, h)
    wanted = (h @ net.head.linear.weight.T + net.head.linear.bias)[:, 0]
    torch.testing.assert_close(net(x), wanted)


def test_dropout_is_below_each_layer_and_below_the_head():
    net, x, key = small(keep_input=0.8, keep_hidden=0.5), torch.randn(4, 1, 3, 3).double(), 12
    h = dropout(x.reshape(4, 9), 0.8, key)
    h = dropout(hand_maxout(net.hidden[0], h), 0.5, layer_key(key, 1))
    h = dropout(hand_maxout(net.hidden[1], h), 0.5, layer_key(key, 2))
    torch.testing.assert_close(net(x, key=key), net.head(h, None))


def test_key_replays_and_no_key_is_evaluation():
    net, x = small(), torch.randn(64, 1, 3, 3).double()
    assert torch.equal(net(x, key=1), net(x, key=1))
    assert torch.equal(net(x, key=1), net(x, key=torch.tensor(1)))
    assert not torch.isclose(net(x, key=1), net(x, key=2)).all()
    assert not torch.isclose(net(x, key=1), net(x)).all()


def test_equal_samples_of_a_batch_get_different_masks():
    net = small()
    logits = net(torch.ones(50, 1, 3, 3).double(), key=1)
    assert logits.unique().numel() > 40


def test_vmap_over_members_and_keys_equals_the_loop():
    nets, keys = [small() for _ in range(3)], torch.tensor([5, -1, 2**61])
    stacked, _ = torch.func.stack_module_state(nets)
    x = torch.randn(3, 4, 1, 3, 3).double()

    def logits(parameters, x, key):
        return torch.func.functional_call(nets[0], parameters, (x, None, key))

    together = torch.func.vmap(logits)(stacked, x, keys)
    for i, net in enumerate(nets):
        torch.testing.assert_close(together[i], net(x[i], key=int(keys[i])))


def test_generator_written_out_and_in_range():
    net = GoodfellowGenerator(latent=2, event_shape=(3,), width=4, depth=2).double()
    z = 10 * torch.randn(6, 2).double()
    h = z
    for layer in net.hidden:
        h = (h @ layer.weight.T + layer.bias).clamp(min=0)
    probability = 1 / (1 + torch.exp(-(h @ net.out.weight.T + net.out.bias)))
    torch.testing.assert_close(net(z), 2 * probability - 1)
    assert net(1e6 * z).abs().max().item() <= 1


def test_published_sizes_have_the_published_number_of_parameters():
    generator = GoodfellowGenerator(latent=100, event_shape=(784,), width=1200, depth=2)
    discriminator = MaxoutDiscriminator(event_shape=(784,), width=240, depth=2)
    count = [sum(p.numel() for p in n.parameters()) for n in (generator, discriminator)]
    assert count == [101 * 1200 + 1201 * 1200 + 1201 * 784, 785 * 1200 + 241 * 1200 + 241]


def test_initial_range_is_uniform_with_zero_biases():
    net = GoodfellowGenerator(
        latent=100, event_shape=(784,), width=300, depth=2, initial_range=0.05
    )
    for layer in (*net.hidden, net.out):
        assert 0.0499 < layer.weight.abs().max().item() <= 0.05
        assert abs(layer.weight.std().item() - 0.05 / 3**0.5) < 0.001
        assert not layer.bias.any()


@pytest.mark.parametrize("sizes", [{"depth": 0}, {"pieces": 0}, {"width": 0}], ids=str)
def test_sizes_below_one_are_said(sizes):
    with pytest.raises(InputError, match=f"{next(iter(sizes))} is 0"):
        small(**sizes)


@pytest.mark.parametrize("field", ["keep_input", "keep_hidden"])
@pytest.mark.parametrize("value", [0.0, -0.5, 1.5])
def test_keep_probabilities_are_checked(field, value):
    with pytest.raises(InputError, match=f"{field} is {value}"):
        small(**{field: value})


def test_by_name_maxout_comes_with_dropout_and_without():
    """`maxout-plain` gives the same logits whatever the key, `maxout` does not."""
    x = torch.randn(64, 2)
    for name, same in (("maxout", False), ("maxout-plain", True)):
        network = DISCRIMINATORS[name](NetworkConfig(name, width=8, depth=2), Sizes(2, (2,)))
        assert torch.equal(network(x, key=1), network(x, key=2)) == same
        assert len(network.hidden) == 2 and network.hidden[0].linear.out_features == 8 * 5
