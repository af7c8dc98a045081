"""Networks of pairs: shapes, what a logit depends on, gradients, `vmap`, and what is refused."""

from __future__ import annotations

import pytest
import torch
from torch.func import functional_call, stack_module_state, vmap
from torch.testing import assert_close

from zerosum.errors import InputError
from zerosum.networks.pairs import ConvEncoder, ConvPair, MLPEncoder, MLPPair

BATCH, LATENT = 5, 3
PICTURE, POINT = (3, 9, 16), (2,)
SIZES = {
    MLPEncoder: {"event_shape": POINT, "width": 6, "depth": 2},
    MLPPair: {"event_shape": POINT, "width": 6, "depth": 2},
    ConvEncoder: {"event_shape": PICTURE, "width": 4},
    ConvPair: {"event_shape": PICTURE, "width": 4},
}
PAIRS = (MLPPair, ConvPair)


def build(make, seed=0, **over):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return make(**{**SIZES[make], "latent": LATENT, **over}).double()


def inputs(make, batch=BATCH):
    rng = torch.Generator().manual_seed(4)
    x = torch.randn(batch, *SIZES[make]["event_shape"], dtype=torch.float64, generator=rng)
    z = torch.randn(batch, LATENT, dtype=torch.float64, generator=rng)
    return (x, z) if make in PAIRS else (x,)


@pytest.mark.parametrize("make", SIZES, ids=lambda m: m.__name__)
def test_shapes_and_gradients(make):
    network, given = build(make), inputs(make)
    found = network(*given)
    assert found.shape == ((BATCH,) if make in PAIRS else (BATCH, LATENT))
    found.square().sum().backward()
    assert [n for n, p in network.named_parameters() if not p.grad.any()] == []


@pytest.mark.parametrize("make", SIZES, ids=lambda m: m.__name__)
def test_each_row_stands_alone(make):
    network, given = build(make), inputs(make)
    one = [v[2:3] for v in given]
    assert_close(network(*one), network(*given)[2:3])


@pytest.mark.parametrize("make", PAIRS, ids=lambda m: m.__name__)
def test_a_logit_depends_on_how_row_and_latent_are_paired(make):
    """A sum of a logit of x and one of z is blind to that: a(x, z) + a(x', z') = a(x, z') + a(x', z)."""
    network, (x, z) = build(make), inputs(make, 2)
    swapped = z.flip(0)
    # leaky rectifiers on these numbers differ by 1e-4 or more; rounding is below 1e-14
    assert abs(float((network(x, z) - network(x, swapped)).sum())) > 1e-6


@pytest.mark.parametrize("make", SIZES, ids=lambda m: m.__name__)
def test_members_under_vmap_are_the_networks_alone(make):
    networks, given = [build(make, seed) for seed in range(3)], inputs(make)
    parameters, buffers = stack_module_state(networks)

    def call(weights):
        return functional_call(networks[0], (weights, buffers), given)

    for member, network in zip(vmap(call)(parameters), networks, strict=True):
        assert_close(member, network(*given))


def test_depth_0_is_an_affine_map_of_the_pair():
    network = build(MLPPair, depth=0)
    x, z = inputs(MLPPair)
    linear = network.head.linear
    wanted = torch.cat((x, z), dim=1) @ linear.weight[0] + linear.bias
    assert_close(network(x, z), wanted)


@pytest.mark.parametrize("make", SIZES, ids=lambda m: m.__name__)
def test_wrong_shapes_are_refused(make):
    network, (x, *rest) = build(make), inputs(make)
    with pytest.raises(InputError, match="event_shape"):
        network(x[..., :1], *rest)
    if rest:
        with pytest.raises(InputError, match=f"latent {LATENT}"):
            network(x, rest[0][:, :2])
    with pytest.raises(InputError, match="latent is 0"):
        build(make, latent=0)
    with pytest.raises(InputError, match="width is 0"):
        build(make, width=0)


@pytest.mark.parametrize("make", [ConvEncoder, ConvPair], ids=lambda m: m.__name__)
def test_points_are_no_pictures(make):
    with pytest.raises(InputError, match="images"):
        build(make, event_shape=POINT)
