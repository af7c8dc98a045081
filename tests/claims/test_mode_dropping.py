"""Claim 13: fits and shares against closed forms, and models whose answer is known beforehand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from zerosum.claims import mode_dropping as claim
from zerosum.claims.gaussian_fits import Fit, best_fit, covering_fit, dropping_fit, left_out
from zerosum.data.toys import TOYS, mixture
from zerosum.theory.divergences import JENSEN_SHANNON, KL, REVERSE_KL

RING = mixture("ring", TOYS["ring"].modes, 0.05, "")


def test_alphabet_findings_by_hand_and_swapped(monkeypatch: pytest.MonkeyPatch) -> None:
    assert all(finding.holds for finding in claim._alphabet())
    right = claim.divergence
    monkeypatch.setattr(claim, "divergence", lambda which, p, q: right(which, q, p))
    # JSD is symmetric and cannot tell; the two KLs change places
    assert [finding.holds for finding in claim._alphabet()] == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]


def test_kl_fit_has_the_datas_moments() -> None:
    fit = best_fit(KL, 3.0)
    assert fit.mean == 0.0
    assert fit.sd == pytest.approx(0.5 * math.sqrt(10), abs=1e-4)


def test_reverse_kl_fit_of_one_far_mode_is_that_mode() -> None:
    # the other mode is exp(−100) away: KL = log 2, for half of the data's mass
    fit = dropping_fit(REVERSE_KL, 8.0)
    assert (fit.mean, fit.sd) == pytest.approx((4.0, 0.5), abs=1e-4)
    assert fit.value == pytest.approx(math.log(2), abs=1e-8)


def test_jensen_shannon_changes_sides() -> None:
    assert (
        covering_fit(JENSEN_SHANNON, 4.0).value
        < claim.HALF
        < covering_fit(JENSEN_SHANNON, 4.5).value
    )


def test_left_out_against_counted_draws() -> None:
    # 200,000 evenly spaced quantiles: exact to 1e-5
    from scipy.special import ndtri

    u = ndtri((np.arange(200_000) + 0.5) / 200_000)
    fit = Fit(1.0, 1.5, 0.0)
    made, data = 1.0 + 1.5 * u, np.concatenate((-2 + 0.5 * u, 2 + 0.5 * u))
    near = np.minimum(abs(made - 2), abs(made + 2)) <= -ndtri(0.0005) * 0.5
    inside = abs(data - 1.0) <= -ndtri(0.0005) * 1.5
    assert left_out(fit, 4.0) == pytest.approx((1 - inside.mean(), 1 - near.mean()), abs=2e-5)


def test_shares_of_a_perfect_a_smaller_and_a_wider_model() -> None:
    perfect = RING.sample(1, 20_000)
    dropped, off = claim.dropped_and_off(perfect, RING)
    assert dropped == 0.0
    # 0.001 within 4 standard errors of 20,000 samples
    assert off == pytest.approx(0.001, abs=4 * math.sqrt(0.001 / 20_000))
    assert claim.dropped_and_off(perfect[perfect[:, 0] > 0.5], RING)[0] == pytest.approx(5 / 8)
    assert claim.dropped_and_off(0.5 * perfect, RING) == (1.0, 1.0)


def test_ring_findings_catch_a_generator_that_is_a_subset() -> None:
    budget = {"mm": (0.0, 0.3), "ns": (0.5, 0.2), "rp": (0.0, 0.2)}
    assert all(finding.holds for finding in claim._on_the_ring(budget))
    without_bridges = budget | {"rp": (0.25, 0.001)}
    assert not claim._on_the_ring(without_bridges)[-1].holds
    complete = budget | {"ns": (0.0, 0.2)}
    assert [f.holds for f in claim._on_the_ring(complete)[-2:]] == [False, True]


@pytest.mark.slow  # three trainings of 1000 rounds
def test_claim_holds() -> None:
    measured = claim.CLAIM.measure(0)
    assert [finding.what for finding in measured.findings if not finding.holds] == []
