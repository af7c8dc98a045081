"""The network against its published number of weights and against blocks written out by hand."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F
from torch.testing import assert_close

from zerosum.metrics.inception import AVERAGE, CLASSES, FEATURES, Inception, Mixed, _pool


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    made = Inception()
    for name, buffer in made.named_buffers():  # norms that do something
        if name.endswith("running_mean"):
            buffer.normal_(0, 0.1)
        if name.endswith("running_var"):
            buffer.uniform_(0.5, 2.0)
    return made.double().requires_grad_(False)


def unit(state, name, x, padding=0, stride=1):
    y = F.conv2d(x, state[f"{name}.conv.weight"], stride=stride, padding=padding)
    parts = (state[f"{name}.bn.{k}"] for k in ("running_mean", "running_var", "weight", "bias"))
    return F.batch_norm(y, *parts, eps=0.001).relu()


def test_it_has_the_published_number_of_weights_and_names(network):
    without_head = sum(
        p.numel() for name, p in network.named_parameters() if not name.startswith("fc.")
    )
    assert without_head == 21_785_568  # as every list of networks has it, without its classes
    assert network.fc.weight.shape == (CLASSES, FEATURES) == (1008, 2048)
    names = set(network.state_dict())
    for name in (
        "Conv2d_1a_3x3.conv.weight", "Conv2d_4a_3x3.bn.running_var", "Mixed_5b.branch5x5_2.conv.weight",
        "Mixed_6a.branch3x3dbl_3.bn.bias", "Mixed_6e.branch7x7dbl_5.conv.weight", "fc.bias",
        "Mixed_7a.branch7x7x3_4.bn.weight", "Mixed_7c.branch3x3dbl_3b.conv.weight",
    ):  # fmt: skip
        assert name in names


def test_a_block_of_sevens_written_out(network):
    state = {k.removeprefix("Mixed_6b."): v for k, v in network.state_dict().items()}
    x = torch.randn(2, 768, 5, 6, dtype=torch.float64)
    line, column = (0, 3), (3, 0)
    a = unit(state, "branch1x1", x)
    b = unit(state, "branch7x7_1", x)
    b = unit(state, "branch7x7_3", unit(state, "branch7x7_2", b, line), column)
    c = unit(state, "branch7x7dbl_2", unit(state, "branch7x7dbl_1", x), column)
    c = unit(state, "branch7x7dbl_4", unit(state, "branch7x7dbl_3", c, line), column)
    c = unit(state, "branch7x7dbl_5", c, line)
    d = unit(state, "branch_pool", F.avg_pool2d(x, 3, 1, 1, count_include_pad=False))
    assert_close(network.Mixed_6b(x), torch.cat((a, b, c, d), 1))


def test_the_last_block_forks_and_takes_the_maximum(network):
    state = {k.removeprefix("Mixed_7c."): v for k, v in network.state_dict().items()}
    x = torch.randn(2, 2048, 4, 4, dtype=torch.float64)
    a = unit(state, "branch1x1", x)
    inner = unit(state, "branch3x3_1", x)
    b = [unit(state, "branch3x3_2a", inner, (0, 1)), unit(state, "branch3x3_2b", inner, (1, 0))]
    inner = unit(state, "branch3x3dbl_2", unit(state, "branch3x3dbl_1", x), 1)
    c = [
        unit(state, "branch3x3dbl_3a", inner, (0, 1)),
        unit(state, "branch3x3dbl_3b", inner, (1, 0)),
    ]
    d = unit(state, "branch_pool", F.max_pool2d(x, 3, 1, 1))
    assert_close(network.Mixed_7c(x), torch.cat((a, *b, *c, d), 1))
    # the block before it takes the mean, with as many channels from as many branches
    assert isinstance(network.Mixed_7b, Mixed) and network.Mixed_7b.branches[3][0] == AVERAGE


def test_the_first_block_and_the_halving_ones(network):
    state = {k.removeprefix("Mixed_6a."): v for k, v in network.state_dict().items()}
    x = torch.randn(1, 288, 9, 9, dtype=torch.float64)
    b = unit(state, "branch3x3dbl_2", unit(state, "branch3x3dbl_1", x), 1)
    wanted = (
        unit(state, "branch3x3", x, stride=2),
        unit(state, "branch3x3dbl_3", b, stride=2),
        F.max_pool2d(x, 3, 2),
    )
    assert_close(network.Mixed_6a(x), torch.cat(wanted, 1))
    state = {k.removeprefix("Mixed_5b."): v for k, v in network.state_dict().items()}
    x = torch.randn(1, 192, 5, 5, dtype=torch.float64)
    five = unit(state, "branch5x5_2", unit(state, "branch5x5_1", x), 2)
    assert_close(network.Mixed_5b(x)[:, 64:128], five)
    assert network.Mixed_5b(x).shape == (1, 256, 5, 5)


def test_the_border_of_a_mean_counts_what_is_there_only():
    ones = torch.ones(1, 1, 4, 4)
    assert_close(_pool(AVERAGE, ones), ones)


def test_sizes_along_the_way(network):
    small = network.float()
    x = torch.zeros(1, 3, 299, 299)
    assert small(x).shape == (1, FEATURES)
    stem = small.Conv2d_2b_3x3(small.Conv2d_2a_3x3(small.Conv2d_1a_3x3(x)))
    assert stem.shape == (1, 64, 147, 147)
    features = torch.randn(3, FEATURES)
    assert_close(small.logits(features), features @ small.fc.weight.T)
