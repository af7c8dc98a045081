"""Outputs that other GAN code squashed; the test fails if the same slip is made here.

The numbers are those of the project's list of known bugs (docs/known-bugs.md).
"""

from __future__ import annotations

import pytest
import torch

from tests.networks.zoo import ALL

CRITICS = [entry for entry in ALL if not entry.is_generator]


@pytest.mark.parametrize("entry", CRITICS, ids=lambda e: e.name)
def test_bug_14_a_discriminator_ends_in_a_linear_map_and_no_sigmoid(entry):
    """A thousandfold head gives the thousandfold logit: nothing squashes it on the way out."""
    network, (x, label) = entry.build().eval(), entry.inputs()
    plain = network(x, label)
    for parameter in network.head.parameters():
        parameter.data *= 1000
    torch.testing.assert_close(network(x, label), 1000 * plain)
    assert plain.std() > 0
