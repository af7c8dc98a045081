"""Claim 10: closed forms against independent computations, and wrong discriminators that are caught."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy.special import ndtr

from zerosum.claims import disjoint_supports as claim


def test_affine_least_squares_is_the_linear_regression() -> None:
    # rows at ±m with variance v each, labels 1 and 0: numpy's least squares on the same rows
    even = (np.arange(64) + 0.5) / 64 - 0.5
    x = np.concatenate((even + 1.5, even - 1.5))
    matrix = np.stack((np.ones_like(x), x), axis=1)
    (b, w), *_ = np.linalg.lstsq(matrix, np.repeat([1.0, 0.0], 64), rcond=None)
    slope, gradient = claim.affine_squares(1.5, even.var())
    assert b == pytest.approx(0.5, abs=1e-12)
    assert slope == pytest.approx(w, rel=1e-12)
    fake = b + w * (even - 1.5)
    assert gradient == pytest.approx(((fake - 1) * w).mean(), rel=1e-12)


def test_blurred_uniform_is_a_difference_of_normal_laws() -> None:
    x = np.linspace(-3, 1, 41)
    wanted = ndtr((x + 1.5) / 0.5) - ndtr((x + 0.5) / 0.5)
    np.testing.assert_allclose(claim.blurred(-1.0, 0.5).prob(x), wanted, rtol=1e-10)


def test_blurred_uniform_does_not_cancel_far_out() -> None:
    # 40 σ to the right Φ(u) − Φ(v) is 1 − 1; log p ≈ −u²/2 − log(u√(2π)) at the nearer end u
    [log_p] = claim.blurred(0.0, 0.1).log_prob(np.array([4.5]))
    u = 40.0
    assert log_p == pytest.approx(-u * u / 2 - math.log(u * math.sqrt(2 * math.pi)), abs=2 / u**2)


def test_noisy_slope_by_an_independent_sum() -> None:
    # trapezium rule and finite differences of a*, good to 1e-7
    x = np.linspace(-11, 11, 22_001)
    q = ndtr(x + 2.0) - ndtr(x + 1.0)
    a = claim.best_logits(torch.from_numpy(x), 1.5, 1.0).numpy()
    integrand = -q / (1 + np.exp(-a)) * np.gradient(a, x)
    assert claim.noisy_slope(1.5, 1.0) == pytest.approx(integrand.sum() * (x[1] - x[0]), abs=1e-6)


def test_played_game_meets_its_discriminator_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claim, "CHUNKS", 24)
    exact, right = claim.noisy_slope(1.5, 1.0), claim.best_logits

    def errors() -> float:
        slopes = claim._played_slopes(1.0, seed=0)
        return abs(slopes.mean() - exact) / (slopes.std(ddof=1) / math.sqrt(len(slopes)))

    assert errors() < 4
    monkeypatch.setattr(claim, "best_logits", lambda x, m, sigma: right(x, m, 1.2 * sigma))
    assert errors() > 4


def test_flat_finding_catches_a_least_squares_discriminator_with_a_slope(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert all(finding.holds for finding in claim._exact())
    monkeypatch.setattr(claim, "optimal_discriminator", lambda p, q: lambda x: 0.01 * x)
    assert [finding.holds for finding in claim._exact()] == [True, False, True, True]


@pytest.mark.slow  # two trainings and a hundred quadratures
def test_claim_holds() -> None:
    measured = claim.CLAIM.measure(0)
    assert [finding.what for finding in measured.findings if not finding.holds] == []
