"""Samples that a judge is unsure of lie on its boundary, and those of a known judge where it is known."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.explore.small import SIDES, pictures, taught_judge
from zerosum.errors import InputError
from zerosum.explore.doubting import doubted
from zerosum.explore.judging import Judge
from zerosum.metrics.classifier import Classifier


class Brighter(Classifier):
    """Logits 0 and 6 times how much brighter the right half is than 0.05."""

    def logits(self, batch):
        lead = batch[..., 2:].mean(dim=(1, 2, 3)) - batch[..., :2].mean(dim=(1, 2, 3)) - 0.05
        return torch.stack((torch.zeros_like(lead), 6 * lead), dim=1)


def known():
    """A judge whose boundary is a plane of the latents."""
    return Judge(Brighter((), (1, 4, 4), 2, 0), SIDES, taught_judge().accuracy)


@pytest.mark.parametrize("by", ["margin", "entropy"])
def test_samples_of_a_known_judge_lie_on_its_boundary(by):
    found = doubted(pictures(), known(), 6, by=by, prior=0.0)
    x = found.rows / 8 - 1
    lead = x[..., 2:].mean(axis=(1, 2)) - x[..., :2].mean(axis=(1, 2))
    # the entropy is flat to second order: float32 cannot tell margins below about 1e-3 from 0
    np.testing.assert_allclose(lead, 0.05, atol=1e-3)
    np.testing.assert_allclose(found.margin, np.abs(6 * (lead - 0.05)), atol=1e-5)
    np.testing.assert_allclose(found.probabilities, 0.5, atol=2e-3)
    np.testing.assert_allclose(found.entropy, math.log(2), atol=1e-5)
    assert {frozenset(b) for b in found.between} == {frozenset(SIDES)}


def test_plain_samples_are_the_reference():
    generator = pictures()
    found = doubted(generator, known(), 3)
    matrix = generator.network.layer.weight.double().numpy().reshape(4, 4, -1)
    slope = 6 * (matrix[:, 2:].mean(axis=(0, 1)) - matrix[:, :2].mean(axis=(0, 1)))
    # of a plain sample l = s·z - 0.3 is normal, so the median of |l| is where its law has a half
    grid = np.linspace(0, 5, 20001)
    normal = torch.distributions.Normal(-0.3, float(np.linalg.norm(slope)))
    law = (normal.cdf(torch.tensor(grid)) - normal.cdf(torch.tensor(-grid))).numpy()
    # the binomial error of a share of 1,000 is 1.6 %; three of them
    share = np.interp(np.median(found.usual), grid, law)
    assert abs(share - 0.5) < 0.048 and len(found.usual) == 1000
    assert (np.diff(found.usual) >= 0).all() and (found.surer > 0.99).all()
    half = replace(found, margin=found.usual[[0, 499, 999]])
    np.testing.assert_allclose(half.surer, [0.999, 0.5, 0.0], atol=1e-12)


def test_a_taught_judge_is_unsure_and_a_seed_is_one_answer():
    found, again = (doubted(pictures(), taught_judge(), 3, seed=1) for _ in range(2))
    assert (found.surer > 0.9).all() and np.array_equal(found.latents, again.latents)
    assert (found.probabilities.sum(axis=1) > 0.999).all()  # there are two classes only
    other = doubted(pictures(), taught_judge(), 3, seed=2)
    assert not np.allclose(found.latents, other.latents, atol=1e-3)


def test_a_class_is_asked_for_where_there_are_classes():
    generator = pictures(classes=2)
    assert doubted(generator, known(), 2, label="b").rows.shape == (2, 4, 4)
    for settings, said in (
        ({}, "give label"),
        ({"label": "x"}, "unknown label 'x'"),
        ({"label": "a", "by": "entropi"}, "did you mean 'entropy'"),
        ({"label": "a", "n": 0}, "n is 0"),
        ({"label": "a", "prior": -1.0}, "prior is -1.0"),
    ):
        with pytest.raises(InputError, match=said):
            doubted(generator, known(), **settings)
