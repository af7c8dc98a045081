"""The transformer against torch's own layer, its published number of weights, and its positions."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from zerosum.errors import InputError
from zerosum.metrics.dinov2 import LEARNT, SIZES, Block, DINOv2

WEIGHTS = {"small": 22_056_576, "base": 86_580_480, "large": 304_368_640}  # as published


@pytest.mark.parametrize("size", SIZES)
def test_it_has_the_published_number_of_weights_and_names(size):
    with torch.device("meta"):
        network = DINOv2(size)
    assert sum(p.numel() for p in network.parameters()) == WEIGHTS[size]
    last = SIZES[size][1] - 1
    names = set(network.state_dict())
    for name in (
        "cls_token", "mask_token", "pos_embed", "patch_embed.proj.weight", "norm.bias",
        f"blocks.{last}.attn.qkv.weight", f"blocks.{last}.ls2.gamma", "blocks.0.mlp.fc2.bias",
    ):  # fmt: skip
        assert name in names


def test_a_block_is_torchs_layer_once_its_scales_are_folded_in():
    torch.manual_seed(0)
    width, heads = 32, 4
    ours = Block(width, heads).double()
    for scale in (ours.ls1, ours.ls2):
        nn.init.normal_(scale.gamma)
    theirs = nn.TransformerEncoderLayer(
        width, heads, 4 * width, 0.0, "gelu", 1e-6, batch_first=True, norm_first=True
    ).double()
    one, two = ours.ls1.gamma, ours.ls2.gamma
    theirs.load_state_dict({
        "self_attn.in_proj_weight": ours.attn.qkv.weight,
        "self_attn.in_proj_bias": ours.attn.qkv.bias,
        "self_attn.out_proj.weight": one[:, None] * ours.attn.proj.weight,
        "self_attn.out_proj.bias": one * ours.attn.proj.bias,
        "linear1.weight": ours.mlp.fc1.weight, "linear1.bias": ours.mlp.fc1.bias,
        "linear2.weight": two[:, None] * ours.mlp.fc2.weight, "linear2.bias": two * ours.mlp.fc2.bias,
        **{f"norm{i}.{k}": getattr(getattr(ours, f"norm{i}"), k) for i in (1, 2) for k in ("weight", "bias")},
    })  # fmt: skip
    x = torch.randn(3, 7, width, dtype=torch.float64)
    assert_close(ours(x), theirs(x))


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(1)
    made = DINOv2("small").requires_grad_(False)
    made.pos_embed.normal_()
    return made


def test_learnt_positions_are_used_as_they_are_and_others_are_resized(network):
    assert network._positions(LEARNT, LEARNT) is network.pos_embed
    assert network._positions(16, 16).shape == (1, 1 + 16 * 16, 384)
    assert network._positions(16, 9).shape == (1, 1 + 16 * 9, 384)
    ramp = DINOv2("small").requires_grad_(False)
    rows = torch.arange(LEARNT).float().repeat_interleave(LEARNT)
    ramp.pos_embed[0, 1:] = rows[:, None]
    made = ramp._positions(16, 16)[0, 1:, 0].reshape(16, 16)
    # row i of 16 lies at (i + 1/2) 37/16.1 - 1/2 of the learnt rows
    at = (torch.arange(16) + 0.5) * LEARNT / 16.1 - 0.5
    taps = at.floor()[:, None] + torch.arange(-1, 3)
    wanted = (cubic(at[:, None] - taps) * taps.clamp(0, LEARNT - 1)).sum(1)
    assert_close(made, wanted[:, None].expand(-1, 16), atol=1e-4, rtol=0)


def cubic(t, a=-0.75):
    """Keys' kernel with the constant that torch takes."""
    t = t.abs()
    near = (a + 2) * t**3 - (a + 3) * t**2 + 1
    far = a * t**3 - 5 * a * t**2 + 8 * a * t - 4 * a
    return torch.where(t <= 1, near, torch.where(t < 2, far, torch.zeros_like(t)))


def test_the_feature_is_the_normalised_class_token(network):
    x = torch.randn(2, 3, 28, 42)
    found = network(x)
    assert found.shape == (2, 384)
    tokens = network.patch_embed["proj"](x).flatten(2).transpose(1, 2)
    assert tokens.shape == (2, 6, 384)
    assert_close(
        found.mean(1), torch.zeros(2), atol=1e-5, rtol=0
    )  # a fresh norm: mean 0, variance 1
    # which patch is where matters, as positions are added
    moved = network(torch.cat((x[:, :, 14:], x[:, :, :14]), dim=2))
    assert not torch.allclose(found, moved, atol=1e-4)


def test_sides_that_patches_do_not_fill_are_refused(network):
    with pytest.raises(InputError, match="30 x 28 pixels do not divide into patches of 14"):
        network(torch.zeros(1, 3, 30, 28))
