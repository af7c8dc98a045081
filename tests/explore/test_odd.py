"""Strange rows: p-values of rows that the generator can make, and of rows that it cannot."""

from __future__ import annotations

import numpy as np
import torch

from tests.explore.small import pictures
from zerosum import noise
from zerosum.explore.inverting import Search
from zerosum.explore.odd import odd
from zerosum.latent.inversion import Effort

QUICK = Search(effort=Effort(starts=2, steps=40, polish=40, drawn=128))


def noisy(seed, n, size=0.3):
    own = pictures().sample(n, seed)
    return own + size * np.asarray(noise.normal(seed, own.shape, dtype=torch.float64))


def test_strange_rows_stand_out_among_normal_ones():
    normal, strange = noisy(1, 30), noisy(2, 3, size=3.0)
    found = odd(pictures(), np.concatenate((noisy(3, 6), strange)), normal, search=QUICK)
    np.testing.assert_allclose(found.p_values[6:], 1 / 31)  # (1 + 0) / (1 + 30)
    by_hand = (1 + (found.reference[None] >= found.found.error[:, None]).sum(axis=1)) / 31
    np.testing.assert_allclose(found.p_values, by_hand)
    # six uniform p-values all below 0.1 have a chance of one in a million
    assert found.p_values[:6].max() > 0.1 and (np.diff(found.reference) >= 0).all()
