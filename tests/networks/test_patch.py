from __future__ import annotations

import pytest
import torch

from zerosum.errors import InputError
from zerosum.networks.patch import PatchDiscriminator, patch_side


def positive(depth, side):
    """A patch discriminator without norms whose every weight is 1, so that no slope cancels."""
    network = PatchDiscriminator(event_shape=(1, side, side), width=1, depth=depth)
    layers = [m for m in network.body if not isinstance(m, torch.nn.InstanceNorm2d)]
    for p in network.parameters():
        p.data.fill_(1e-3)
    return torch.nn.Sequential(*layers)


@pytest.mark.parametrize(("depth", "side"), [(1, 16), (2, 34), (3, 70)])
def test_a_logit_sees_the_published_square(depth, side):
    """The slope of one logit in the middle is not 0 on a square of that side, and 0 outside it."""
    size = 2**depth * 12 * (1 + depth // 3)
    x = torch.ones(1, 1, size, size, requires_grad=True)
    logits = positive(depth, size)(x)
    middle = logits.shape[2] // 2
    logits[0, 0, middle, middle].backward()
    rows, columns = (x.grad[0, 0].abs().sum(axis) > 0 for axis in (1, 0))
    assert int(rows.sum()) == int(columns.sum()) == side == patch_side(depth)


def test_the_published_network_has_the_published_number_of_weights():
    network = PatchDiscriminator(event_shape=(3, 256, 256), width=64, depth=3)
    sizes = [(3, 64), (64, 128), (128, 256), (256, 512), (512, 1)]
    count = sum(16 * a * b for a, b in sizes) + 64 + 1  # biases where no norm follows
    assert sum(p.numel() for p in network.parameters()) == count
    assert network(torch.zeros(1, 3, 256, 256)).shape == (1, 30 * 30)


@pytest.mark.parametrize(
    ("event", "depth", "patches"),
    [((1, 8, 8), 1, 4), ((3, 32, 32), 1, 196), ((4, 32, 32), 2, 36), ((2, 64, 48), 2, 14 * 10)],
)
def test_logits_are_one_a_patch(event, depth, patches):
    network = PatchDiscriminator(event_shape=event, width=4, depth=depth)
    assert network(torch.zeros(2, *event), None, None).shape == (2, patches)


def test_no_row_knows_of_its_batch_mates():
    network = PatchDiscriminator(event_shape=(2, 16, 16), width=4, depth=1).double()
    x = torch.randn(3, 2, 16, 16, dtype=torch.float64)
    slope = torch.autograd.functional.jacobian(lambda v: network(v)[0].sum(), x)
    assert float(slope[0].abs().max()) > 0
    assert float(slope[1:].abs().max()) == 0


def test_bug_14_a_patch_discriminator_ends_in_a_convolution_and_no_sigmoid():
    assert isinstance(
        PatchDiscriminator(event_shape=(1, 16, 16), depth=1).body[-1], torch.nn.Conv2d
    )


def test_pictures_too_small_for_the_depth_are_refused():
    with pytest.raises(InputError, match=r"depth 3 needs pictures of 24 pixels.*these have 16"):
        PatchDiscriminator(event_shape=(3, 32, 16), depth=3)
    PatchDiscriminator(event_shape=(3, 24, 24), width=2, depth=3)(torch.zeros(1, 3, 24, 24))
