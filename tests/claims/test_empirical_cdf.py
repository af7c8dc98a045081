"""Claim 12: the vectorised distances against the metric, and wrong laws that are caught."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.special import ndtr
from scipy.stats import kstest

from zerosum import noise
from zerosum.claims import empirical_cdf as claim
from zerosum.theory.empirical import mean_distance


def test_distances_are_scipys() -> None:
    rows = noise.normal(
        noise.fold(3, "draws", 25), (claim.REPEATS, 25), dtype=torch.float64
    ).numpy()
    wanted = [kstest(row, ndtr).statistic for row in rows[:20]]
    np.testing.assert_allclose(claim.distances_of(25, seed=3)[:20], wanted, rtol=1e-12)


def test_mean_finding_catches_the_mean_of_a_distance_to_a_fitted_law() -> None:
    # with mean and sd taken from the draws (Lilliefors) the distance is about a third smaller
    assert claim._mean(100, claim.distances_of(100, seed=0)).holds
    rows = noise.normal(7, (2000, 100), dtype=torch.float64).sort(dim=1).values
    rows = (rows - rows.mean(1, keepdim=True)) / rows.std(1, keepdim=True)
    level, steps = torch.special.ndtr(rows), torch.arange(101, dtype=torch.float64) / 100
    fitted = torch.maximum((steps[1:] - level).amax(1), (level - steps[:-1]).amax(1)).numpy()
    assert not claim._mean(100, fitted).holds


def test_exponent_finding_catches_another_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claim, "REPEATS", 400)
    distances = {n: claim.distances_of(n, seed=1) for n in claim.SIZES}
    data = {
        "n": np.array(claim.SIZES, dtype=np.float64),
        "exact": np.array([mean_distance(n) for n in claim.SIZES]),
    }
    means = np.array([d.mean() for d in distances.values()])
    assert claim._exponent(distances, data | {"mean": means}).holds
    assert not claim._exponent(distances, data | {"mean": means * data["n"] ** 0.05}).holds


def test_limit_findings_hold() -> None:
    assert all(finding.holds for finding in claim._limits())


def test_spread_latents_are_standard_normal() -> None:
    z = claim._spread_latents(5, 1000)[:, 0].double().numpy()
    # one in each slice: no further from Φ than one slice
    assert kstest(z, ndtr).statistic <= 1e-3 + 1e-6


@pytest.mark.slow  # twelve small GANs
def test_claim_holds() -> None:
    measured = claim.CLAIM.measure(0)
    assert [finding.what for finding in measured.findings if not finding.holds] == []
