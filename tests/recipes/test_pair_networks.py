"""Each network of pairs is a line of a table, with the sizes that the settings say."""

from __future__ import annotations

import inspect

import pytest
import torch
from torch import nn

from zerosum.networks import pairs
from zerosum.recipes.config import NetworkConfig
from zerosum.recipes.networks import Sizes
from zerosum.recipes.pair_networks import PAIRS, RECONSTRUCTORS

SMALL = NetworkConfig(width=8, depth=2)
EVENTS = {"mlp": (2,), "conv": (3, 12, 20)}


def built(table, name):
    return table[name](SMALL, Sizes(5, EVENTS[name.partition("-")[0]]))


def test_every_class_has_a_line():
    found = {
        v for v in vars(pairs).values()
        if inspect.isclass(v) and issubclass(v, nn.Module) and v.__module__ == pairs.__name__
    }  # fmt: skip
    tables = (PAIRS, RECONSTRUCTORS)
    assert found == {type(built(table, name)) for table in tables for name in table}
    assert all((make.__doc__ or "").strip() for table in tables for make in table.values())


@pytest.mark.parametrize("name", PAIRS)
def test_a_judge_takes_a_row_and_a_latent(name):
    x = torch.zeros(4, *EVENTS[name.partition("-")[0]])
    assert built(PAIRS, name)(x, torch.zeros(4, 5)).shape == (4,)


@pytest.mark.parametrize("name", RECONSTRUCTORS)
def test_a_reconstructor_finds_latents(name):
    x = torch.zeros(4, *EVENTS[name.partition("-")[0]])
    assert built(RECONSTRUCTORS, name)(x).shape == (4, 5)


def test_width_depth_and_activation_arrive():
    network = PAIRS["mlp-pair"](NetworkConfig(width=7, depth=3, activation="tanh"), Sizes(5, (2,)))
    assert [layer.out_features for layer in network.hidden] == [7, 7, 7]
    assert network.hidden[0].in_features == 7 and network.activation is torch.tanh
