"""Claim 9, and that a wrong T or a wrong divergence would be caught."""

import numpy as np
import pytest
import torch

from zerosum.claims import f_divergences as claim
from zerosum.recipes.tables import DIVERGENCES
from zerosum.theory.divergences import KL, REVERSE_KL, divergence_between, variational_bound_between


@pytest.mark.slow  # ten trainings, some 15 s of one thread
def test_the_claim_holds_for_every_divergence():
    measured = claim.measure(0)
    assert len(measured.findings) == 21
    assert [f.what for f in measured.findings if not f.holds] == []


def test_even_normals_are_normal_and_a_function_of_the_key():
    rows = claim.even_normals(3, 512)
    assert rows.shape == (512, 1) and torch.equal(rows, claim.even_normals(3, 512))
    assert not torch.equal(rows, claim.even_normals(4, 512))
    # one draw in each share: the mean's error is that of a share's width, far below 1/√512 = 0.044
    assert abs(float(rows.mean())) < 0.01 and abs(float(rows.std()) - 1) < 0.01


@pytest.mark.parametrize("name", DIVERGENCES)
def test_an_untrained_t_is_caught(name, monkeypatch):
    monkeypatch.setattr(claim, "STEPS", 1)
    which = DIVERGENCES[name]
    exact = divergence_between(which, claim.DATA, claim.MADE)
    bound = claim.bound_of(which, claim.train(which, 0))
    assert bound < exact
    assert not claim._trained(which, exact, bound).holds


def test_the_t_of_another_divergence_is_caught():
    exact = divergence_between(KL, claim.DATA, claim.MADE)
    bound = variational_bound_between(
        KL, claim.DATA, claim.MADE, lambda x: claim.best_t(REVERSE_KL, x)
    )
    assert not claim._at_best(KL, exact, bound).holds


def test_the_best_t_is_undecided_where_the_densities_meet():
    for which in DIVERGENCES.values():
        found = claim.best_t(which, np.array([0.5]))
        wanted = which.derivative(torch.ones(1, dtype=torch.float64)).numpy()
        np.testing.assert_allclose(found, wanted, atol=1e-15)
