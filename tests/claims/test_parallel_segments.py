"""Claim 7 holds, and does not where a distance or a slope is wrong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from zerosum.claims import parallel_segments as claim
from zerosum.objectives.minimax import MINIMAX
from zerosum.objectives.wasserstein import WASSERSTEIN
from zerosum.reports import svg
from zerosum.theory.segments import SegmentDistances, grain_distances


class Plane(nn.Module):
    """f(x) = −k x₁, the exact potential of segments at 0 and θ > 0 times k."""

    def __init__(self, k: float) -> None:
        super().__init__()
        self.k = k

    def forward(
        self, x: torch.Tensor, label: torch.Tensor | None = None, key: torch.Tensor | None = None
    ) -> torch.Tensor:
        return -self.k * x[:, 0]


def test_distances_hold_and_a_wrong_one_does_not() -> None:
    assert all(finding.holds for finding in claim.distance_findings(grain_distances))

    def off(theta: float) -> SegmentDistances:
        return replace(grain_distances(theta), w1=abs(theta) * (1 + 1e-11))

    def finite(theta: float) -> SegmentDistances:
        return replace(grain_distances(theta), kl=1e9)

    assert [f.holds for f in claim.distance_findings(off)].count(False) == 2  # also at 1e-9
    assert [f.holds for f in claim.distance_findings(finite)].count(False) == 2  # also at θ = 0


def test_slopes_by_hand() -> None:
    # −E f(x̂) = kθ for the critic; −E softplus(−kθ) has slope kσ(−kθ) for minimax
    assert claim.generator_slope(WASSERSTEIN, Plane(1.5), 0.7) == pytest.approx(1.5, rel=1e-6)
    want = 1.5 / (1 + np.exp(1.5 * 0.7))
    assert claim.generator_slope(MINIMAX, Plane(1.5), 0.7) == pytest.approx(want, rel=1e-6)


def test_generator_is_uniform_on_its_segment() -> None:
    even = (torch.arange(8) + 0.5) / 8
    points = claim.Segment(0.25)(torch.special.ndtri(even)[:, None])
    assert torch.equal(points[:, 0], torch.full((8,), 0.25))
    torch.testing.assert_close(points[:, 1], even)


@pytest.mark.slow  # 5 s: ten discriminators are trained
def test_claim_holds_and_is_drawn() -> None:
    measured = claim.measure(0)
    wrong = [finding.what for finding in measured.findings if not finding.holds]
    assert not wrong
    picture = svg.png(
        lambda axes: claim.CLAIM.paint(axes, measured.data), claim.CLAIM.size, claim.CLAIM.grid
    )
    assert picture.startswith(b"\x89PNG")
