"""The fast path of fully connected networks: the numbers of `vmap`, and taken where it should be."""

from __future__ import annotations

import pytest
import torch
from torch.func import functional_call, vjp, vmap
from torch.testing import assert_close

from tests.training.members import Crowd
from zerosum import noise
from zerosum.networks.dcgan import DCGANDiscriminator
from zerosum.networks.maxout import GoodfellowGenerator
from zerosum.networks.mlp import MLPDiscriminator, MLPGenerator
from zerosum.training import member_chain
from zerosum.training.stacked import by_name

# products and sums in another order: rounding of float64, grown by some steps of Adam
CLOSE = {"rtol": 1e-10, "atol": 1e-12}


def small(activation, depth=2):
    return {"name": "mlp", "width": 8, "depth": depth, "activation": activation}


@pytest.mark.parametrize("recipe", ["goodfellow", "ns-r1", "wgan-gp", "r3gan", "sngan", "dragan"])
@pytest.mark.parametrize("activation", ["tanh", "leaky_relu"])
def test_a_crowd_trains_alike_on_both_paths(recipe, activation):
    network = small(activation)
    over = {"generator": network, "discriminator": network}
    crowds = [Crowd(recipe, 3, fast=fast, **over) for fast in (True, False)]
    records = [crowd.play(6) for crowd in crowds]
    assert set(crowds[0].members.chains) == {"generator", "discriminator"}
    assert not crowds[1].members.chains
    for kept in ("rows", "averaged_rows"):
        for player in getattr(crowds[0].members, kept):
            assert_close(*(getattr(c.members, kept)[player].detach() for c in crowds), **CLOSE)
    assert_close(*records, **CLOSE)


def stacked(module, members=3):
    names = dict(module.named_parameters())
    rows = [
        torch.cat([noise.normal(noise.fold(i, n), (p.numel(),)) for n, p in names.items()])
        for i in range(members)
    ]
    return torch.stack(rows).double(), {n: p.shape for n, p in names.items()}


def penalised(judge, x):
    """A loss in values and in slopes, as a penalty's is."""
    logits, pull = vjp(judge, x)
    (slope,) = pull(torch.ones_like(logits))
    return torch.sin(logits).mean() + (slope.square().sum(1) + slope.sum(1)).square().mean()


@pytest.mark.parametrize("activation", ["tanh", "relu", "leaky_relu"])
@pytest.mark.parametrize("depth", [0, 1, 3])
@pytest.mark.parametrize("width", [3, 16])
def test_slopes_of_slopes(activation, depth, width):
    module = MLPDiscriminator(event_shape=(2,), width=width, depth=depth, activation=activation)
    rows, shapes = stacked(module)
    x = noise.normal(noise.fold("x"), (3, 7, 2), dtype=torch.float64)
    chain = member_chain.chain_of(module)
    rows.requires_grad_()

    def fast(row, x):
        return penalised(lambda x: member_chain.judge(chain, module, row, x), x)

    def plain(row, x):
        return penalised(lambda x: functional_call(module, by_name(row, shapes), (x,)), x)

    found = [
        (losses, torch.autograd.grad(losses.sum(), rows)[0])
        for losses in (vmap(one)(rows, x) for one in (fast, plain))
    ]
    # a few dozen float64 operations, none of which cancels
    assert_close(*found, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("output", ["linear", "tanh", "sigmoid"])
def test_samples_and_their_slopes(output):
    sizes = {"latent": 2, "event_shape": (1, 3, 3), "width": 8, "depth": 2}
    module = MLPGenerator(**sizes, output=output)
    rows, shapes = stacked(module)
    rows.requires_grad_()
    z = noise.normal(noise.fold("z"), (3, 5, 2), dtype=torch.float64)
    fast = member_chain.generate(member_chain.chain_of(module), module, rows, z)
    plain = vmap(lambda row, z: functional_call(module, by_name(row, shapes), (z,)))(rows, z)
    assert fast.shape == (3, 5, 1, 3, 3)
    slopes = [torch.autograd.grad(f.square().sum(), rows)[0] for f in (fast, plain)]
    assert_close((fast, slopes[0]), (plain, slopes[1]), rtol=1e-11, atol=1e-12)


def test_weights_have_no_second_slopes():
    """A solver that asks for them gets an error, not a wrong number; `MemberField.loss` plays by vmap."""
    module = MLPDiscriminator(event_shape=(2,), width=3, depth=1)
    rows, _ = stacked(module)
    rows.requires_grad_()
    chain = member_chain.chain_of(module)
    values = vmap(lambda row, x: member_chain.judge(chain, module, row, x))
    loss = values(rows, torch.ones(3, 4, 2, dtype=torch.float64)).square().sum()
    with pytest.raises(RuntimeError, match="slopes of their own"):
        torch.autograd.grad(loss, rows, create_graph=True)


@pytest.mark.parametrize(
    "module",
    [
        MLPGenerator(latent=2, event_shape=(2,), width=8, depth=2, classes=3),
        MLPDiscriminator(event_shape=(2,), width=8, depth=2, classes=3),
        MLPDiscriminator(event_shape=(2,), width=8, depth=2, norm="batch"),
        MLPDiscriminator(event_shape=(2,), width=8, depth=2, activation="gelu"),
        GoodfellowGenerator(latent=2, event_shape=(2,), width=8, depth=2),
        DCGANDiscriminator(event_shape=(1, 8, 8), width=4),
    ],
    ids=["classes", "projection", "norm", "gelu", "goodfellow", "convolutions"],
)
def test_other_networks_are_played_by_vmap(module):
    assert member_chain.chain_of(module) is None
