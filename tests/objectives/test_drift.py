"""Drift: the published term, on real rows only."""

from __future__ import annotations

import math

import pytest
import torch

from zerosum.errors import InputError
from zerosum.objectives.drift import with_drift
from zerosum.objectives.relativistic import RELATIVISTIC_PAIRING
from zerosum.objectives.wasserstein import WASSERSTEIN

REAL, FAKE = torch.tensor([3.0, -1.0]).double(), torch.tensor([0.5, 20.0]).double()


def test_by_hand():
    drifting = with_drift(WASSERSTEIN, 0.001)
    # -3 + 0.5 + 0.001 * 9, and 1 + 20 + 0.001 * 1
    wanted = torch.tensor([-2.491, 21.001]).double()
    torch.testing.assert_close(drifting.discriminator(REAL, FAKE), wanted)
    assert torch.equal(drifting.generator(REAL, FAKE), WASSERSTEIN.generator(REAL, FAKE))
    assert drifting.name == "wgan-drift-0.001"


def test_it_alone_holds_the_level_of_the_logits():
    """A shift of all logits costs nothing but ε (2 c E a + c²), whatever the objective."""
    for plain in (WASSERSTEIN, RELATIVISTIC_PAIRING):
        drifting, c = with_drift(plain, 0.1), 5.0
        shifted = drifting.discriminator(REAL + c, FAKE + c).mean()
        gap = shifted - drifting.discriminator(REAL, FAKE).mean()
        assert gap.item() == pytest.approx(0.1 * (2 * c * 1.0 + c * c), rel=1e-9)
        still = plain.discriminator(REAL + c, FAKE + c) - plain.discriminator(REAL, FAKE)
        torch.testing.assert_close(still, torch.zeros(2).double())


@pytest.mark.parametrize("weight", [0.0, -1.0, math.inf, math.nan])
def test_a_weight_that_cannot_be_is_refused(weight):
    with pytest.raises(InputError, match="drift weight"):
        with_drift(WASSERSTEIN, weight)
