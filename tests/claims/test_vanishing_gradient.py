"""Claim 6: the slopes by hand, the exact gradients by an independent sum, and what would be caught."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from zerosum.claims import vanishing_gradient as claim
from zerosum.claims.saturation import CENTRE, NOISE, SPREAD, WHEN
from zerosum.objectives.minimax import MINIMAX
from zerosum.objectives.nonsaturating import NONSATURATING


def test_slopes_at_three_logits_by_hand() -> None:
    a = torch.tensor([0.0, math.log(3.0), -math.log(3.0)], dtype=torch.float64)
    torch.testing.assert_close(
        claim.logit_slopes(MINIMAX, a), -torch.tensor([0.5, 0.75, 0.25]).double()
    )
    torch.testing.assert_close(
        claim.logit_slopes(NONSATURATING, a), -torch.tensor([0.5, 0.25, 0.75]).double()
    )


def test_slope_findings_catch_the_other_generators_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    assert all(finding.holds for finding in claim._slopes())
    monkeypatch.setattr(claim, "MINIMAX", NONSATURATING)
    broken = [finding for finding in claim._slopes() if " mm " in finding.what]
    assert broken
    assert not any(finding.holds for finding in broken)


def test_overlap_is_the_integral_it_stands_for() -> None:
    # ∫ pq/(p + q) with N(2, 1) and N(−2, 1), by the trapezium rule, exact for bells
    x = np.linspace(-14, 14, 5601)
    p, q = (np.exp(-((x - m) ** 2) / 2) / math.sqrt(2 * math.pi) for m in (2.0, -2.0))
    assert claim._overlap(2.0) == pytest.approx((p * q / (p + q)).sum() * (x[1] - x[0]), rel=1e-12)


def test_exact_findings_catch_a_discriminator_of_another_distance(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert all(finding.holds for finding in claim._at_the_exact_discriminator())
    right = claim._exact_gradients
    monkeypatch.setattr(claim, "_exact_gradients", lambda m, n: right(1.001 * m, n))
    assert not any(finding.holds for finding in claim._at_the_exact_discriminator())


def test_noisy_gradient_by_an_independent_sum() -> None:
    v = SPREAD**2 + NOISE**2
    x = np.linspace(-CENTRE - 20, -CENTRE + 20, 8001)
    q = np.exp(-((x + CENTRE) ** 2) / (2 * v)) / math.sqrt(2 * math.pi * v)
    w = 2 * CENTRE / v
    wanted = (q * w / (1 + np.exp(-w * x))).sum() * (x[1] - x[0])
    assert claim._noisy_gradient() == pytest.approx(wanted, rel=1e-10)


def test_trained_findings_catch_a_minimax_that_does_not_vanish() -> None:
    steps = np.array(WHEN, dtype=np.float64)
    steady = np.ones((len(steps), 2))
    data = dict.fromkeys(claim.LINES, -steady) | {"step": steps, "wgan_gp": -steady}
    data |= {"bound_plain": steady[:, :1], "real_plain": np.ones(4), "fake_plain": -np.ones(4)}
    failed = [finding.what for finding in claim._trained(data) if not finding.holds]
    assert any(what.startswith("mm: gradient norm, median") for what in failed)
    assert any("√E" in what for what in failed)  # its norm √2 is above the bound 1


@pytest.mark.parametrize(("value", "text"), [(1.0, "10⁰"), (1e-9, "10⁻⁹"), (1e12, "10¹²")])
def test_powers_are_written_in_superscript(value: float, text: str) -> None:
    assert claim.power_of_ten(value) == text


@pytest.mark.slow  # five trainings of 1200 steps
def test_claim_holds() -> None:
    measured = claim.CLAIM.measure(0)
    assert [finding.what for finding in measured.findings if not finding.holds] == []
