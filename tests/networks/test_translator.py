from __future__ import annotations

import pytest
import torch
from torch.testing import assert_close

from zerosum.errors import InputError
from zerosum.networks.translator import MLPTranslator, Pair, Residual, SkipTranslator, Translator


def seeded(make, seed=0):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return make()


def translator(event, width=4, depth=2):
    return seeded(lambda: Translator(event_shape=event, width=width, depth=depth))


@pytest.mark.parametrize(
    "event", [(1, 8, 8), (2, 32, 32), (3, 64, 64), (4, 32, 32), (3, 33, 47), (1, 30, 21), (3, 9, 8)]
)
def test_any_channels_and_sizes_come_out_as_they_went_in(event):
    made = translator(event, depth=1)(torch.zeros(2, *event))
    assert made.shape == (2, *event) and bool((made.abs() <= 1).all())


def test_pictures_of_256_pixels_have_a_shape_too():
    with torch.device("meta"):
        network = Translator(event_shape=(3, 256, 256), width=64, depth=9)
        assert network(torch.zeros(1, 3, 256, 256)).shape == (1, 3, 256, 256)


def test_the_published_network_has_the_published_number_of_weights():
    with torch.device("meta"):
        network = Translator(event_shape=(3, 256, 256), width=64, depth=9)
    # its code has 11,378,179, with biases that an instance norm takes out again
    w, biases = 64, 64 + 128 + 256 + 18 * 256 + 128 + 64
    convolutions = [(3, w, 7), (w, 2 * w, 3), (2 * w, 4 * w, 3), *[(4 * w, 4 * w, 3)] * 18]
    convolutions += [(4 * w, 2 * w, 3), (2 * w, w, 3), (w, 3, 7)]
    count = sum(a * b * k * k for a, b, k in convolutions) + 3  # and the biases of the last
    assert sum(p.numel() for p in network.parameters()) == count == 11_378_179 - biases


def test_no_row_knows_of_its_batch_mates():
    network = translator((3, 16, 16)).double()
    x = torch.randn(3, 3, 16, 16, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    slope = torch.autograd.functional.jacobian(lambda v: network(v)[0].sum(), x)
    assert float(slope[0].abs().max()) > 1e-6
    assert float(slope[1:].abs().max()) == 0
    # alone and among others, up to the order of sums in a matrix product
    assert_close(network(x)[1:2], network(x[1:2]), rtol=1e-10, atol=1e-10)


def test_every_weight_has_a_slope():
    network = translator((2, 17, 12))
    network(torch.randn(2, 2, 17, 12)).square().sum().backward()
    assert all(float(p.grad.abs().max()) > 0 for p in network.parameters())


def test_a_residual_block_adds_to_what_it_gets():
    block = seeded(lambda: Residual(4))
    for p in block.parameters():
        p.data.zero_()
    h = torch.randn(2, 4, 6, 6)
    assert_close(block(h), h)


def test_weights_are_drawn_with_deviation_2_percent():
    weights = torch.cat([p.detach().flatten() for p in translator((3, 32, 32), 32).parameters()])
    # 4 standard errors of a standard deviation: 4 / sqrt(2 n) of it
    assert_close(float(weights.std()), 0.02, rtol=4 / (2 * len(weights)) ** 0.5, atol=0)


def test_points_are_translated_by_a_plain_network():
    network = seeded(lambda: MLPTranslator(event_shape=(2,), width=8, depth=1))
    x = torch.randn(5, 2)
    hidden, out = (m for m in network.modules() if isinstance(m, torch.nn.Linear))
    assert_close(network(x), out(torch.relu(hidden(x))))


def test_a_pair_goes_both_ways_with_its_own_weights():
    pair = seeded(lambda: Pair(*(translator((1, 8, 8), seed) for seed in (2, 3))))
    x, y = torch.randn(2, 3, 1, 8, 8)
    assert_close(pair(x, y), torch.stack((pair.there(x), pair.back(y))))


@pytest.mark.parametrize("event", [(3, 7, 32), (2,), (3, 32)])
def test_too_small_pictures_and_other_rows_are_refused(event):
    with pytest.raises(InputError, match="sides of at least 8"):
        Translator(event_shape=event)


def test_another_event_shape_is_refused():
    with pytest.raises(InputError, match=r"give \(batch, 3, 16, 16\)"):
        translator((3, 16, 16))(torch.zeros(1, 1, 16, 16))
    with pytest.raises(InputError, match=r"give \(batch, 2\)"):
        MLPTranslator(event_shape=(2,), width=4, depth=1)(torch.zeros(1, 3))


def test_a_skip_translator_begins_as_the_identity_and_can_change_every_weight():
    network = seeded(lambda: SkipTranslator(event_shape=(2, 17, 12), width=4, depth=1))
    x = torch.randn(2, 2, 17, 12)
    assert torch.equal(network(x), x)
    with torch.no_grad():
        network.change[-1].weight.normal_(0.0, 0.02)
    network(x).square().sum().backward()
    assert all(float(p.grad.abs().max()) > 0 for p in network.parameters())
    with pytest.raises(InputError, match=r"give \(batch, 2, 17, 12\)"):
        network(x[:, :1])
