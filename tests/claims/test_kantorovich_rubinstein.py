"""Claim 8 holds, critics are judged by a K that cannot be too small, and wrong numbers are caught."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from zerosum.claims import critics
from zerosum.claims import kantorovich_rubinstein as claim
from zerosum.claims.critics import Estimate
from zerosum.networks.mlp import MLPDiscriminator
from zerosum.reports import svg
from zerosum.theory.transport import Transport, potential, transport


@pytest.fixture(scope="module")
def plan() -> Transport:
    return transport(*claim.cloud_and_arc(0, 64, claim.HALF_ANGLE))


class Radius(nn.Module):
    """f(x) = −k ‖x‖ in float64's stead: nearly the exact potential of a cloud and its arc."""

    def __init__(self, k: float) -> None:
        super().__init__()
        self.k = k

    def forward(self, x: Tensor, label: Tensor | None = None, key: Tensor | None = None) -> Tensor:
        return -self.k * x.square().sum(1).add(1e-12).sqrt()


def test_k_is_found_and_divided_out(plan: Transport) -> None:
    one, five = critics.judge(Radius(1.0), plan), critics.judge(Radius(5.0), plan)
    assert one.slope == pytest.approx(1.0, abs=1e-4)  # differences of float32 over close points
    assert five.slope == pytest.approx(5.0, abs=5e-4)
    assert five.distance == pytest.approx(one.distance, rel=1e-4)
    by_hand = np.linalg.norm(plan.y, axis=1).mean() - np.linalg.norm(plan.x, axis=1).mean()
    assert one.gap == pytest.approx(by_hand, rel=1e-5)
    assert 0.9 * plan.distance < one.distance <= plan.distance


def test_steepest_pair_by_hand() -> None:
    points = torch.tensor([[0.0, 0.0], [1.0, 0.0], [1.0, 0.0], [1.0, 2.0]])
    values = torch.tensor([0.0, 3.0, 3.0, 4.0])
    assert critics.steepest_pair(values, points) == 3.0


def test_spectral_critic_is_handed_over_with_norms_of_one(plan: Transport) -> None:
    training = replace(claim.TRAININGS["spectral"], steps=30)
    build = lambda: MLPDiscriminator(event_shape=(2,), width=16, depth=2)  # noqa: E731
    critic = critics.train(plan, training, 0, build)
    again = critics.train(plan, training, 0, build)
    assert all(
        torch.equal(a, b) for a, b in zip(critic.parameters(), again.parameters(), strict=True)
    )
    found = critics.judge(critic, plan)
    # after 100 power iterations the norm is right to the ratio of the two largest singular values
    assert found.bound == pytest.approx(1.0, abs=0.05)
    assert 0 < found.slope <= found.bound + 1e-4


def test_clipped_weights_stay_in_their_box(plan: Transport) -> None:
    training = replace(claim.TRAININGS["clipped"], steps=20)
    build = lambda: MLPDiscriminator(event_shape=(2,), width=16, depth=2)  # noqa: E731
    critic = critics.train(plan, training, 0, build)
    assert max(float(p.detach().abs().max()) for p in critic.parameters()) <= 0.01 + 1e-9


def test_wrong_estimates_are_caught(plan: Transport) -> None:
    exact = plan.distance
    right = Estimate(gap=0.99 * exact, slope=1.0, bound=1.0)
    good = dict.fromkeys(claim.TRAININGS, right)
    assert all(f.holds for f in claim.critic_findings(plan, good))
    for name, wrong in (
        ("penalised", replace(right, gap=0.94 * exact)),  # more than 5 % short
        ("spectral", replace(right, gap=0.94 * exact)),
        ("clipped", replace(right, gap=1.01 * exact)),  # above the supremum: K was too small
        ("spectral", replace(right, slope=1.001)),  # steeper than its layers allow
    ):
        findings = claim.critic_findings(plan, good | {name: wrong})
        assert not all(f.holds for f in findings), (name, wrong)


def test_dual_function_is_judged_to_be_exact(plan: Transport) -> None:
    f = potential(plan)
    points = np.concatenate((plan.x, plan.y))
    slope = critics.steepest_pair(torch.from_numpy(f(points)), torch.from_numpy(points))
    assert slope == pytest.approx(1.0, abs=1e-9)
    assert f.dual == pytest.approx(plan.distance, abs=1e-9)


@pytest.mark.slow  # 8 s: four critics are trained
def test_claim_holds_and_is_drawn() -> None:
    measured = claim.measure(0)
    wrong = [finding.what for finding in measured.findings if not finding.holds]
    assert not wrong
    picture = svg.png(
        lambda axes: claim.CLAIM.paint(axes, measured.data), claim.CLAIM.size, claim.CLAIM.grid
    )
    assert picture.startswith(b"\x89PNG")
