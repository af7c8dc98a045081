"""Scores of a linear generator in closed form, and p-values that hold whatever the scores are."""

from __future__ import annotations

import pytest
import torch
from torch.testing import assert_close

from zerosum import noise
from zerosum.errors import InputError
from zerosum.latent.anomaly import anomaly, p_values
from zerosum.latent.inversion import Effort

FEW = Effort(starts=2, steps=20, polish=40, drawn=64)
TURN = torch.linalg.qr(noise.normal(1, (12, 12), dtype=torch.float64)).Q


def generate(z):
    return z @ TURN[:3]


def normal_rows(key, n):
    off = 0.1 * noise.normal(noise.fold(key, "off"), (n, 12), dtype=torch.float64)
    return generate(noise.normal(key, (n, 3), dtype=torch.float64)) + off


def test_p_values_by_hand():
    reference = torch.tensor([1.0, 2.0, 2.0, 5.0])
    got = p_values(torch.tensor([0.0, 2.0, 3.0, 5.0, 6.0]), reference)
    assert_close(got, torch.tensor([1.0, 0.8, 0.4, 0.4, 0.2]))


def test_p_values_are_valid_even_with_ties():
    # rank of one row among 20 exchangeable ones, of few values: P(p <= a) <= a for every a
    scores = noise.integers(2, (4000, 20), 6).double()
    p = torch.stack([p_values(row[:1], row[1:])[0] for row in scores])
    for level in (0.05, 0.1, 0.3, 0.5):
        # 3 standard errors of a share of 4000
        assert (p <= level).double().mean() <= level + 3 * (level * (1 - level) / 4000) ** 0.5


def test_without_a_prior_the_score_is_the_squared_distance_to_the_range():
    rows = normal_rows(3, 20)
    found = anomaly(generate, rows, normal_rows(4, 30), 3, prior=0.0, effort=FEW)
    exact = (rows @ TURN[3:].T).square().sum(dim=1) / 12
    assert_close(found.scores, exact, rtol=1e-6, atol=1e-12)
    exact = (normal_rows(4, 30) @ TURN[3:].T).square().sum(dim=1) / 12
    assert_close(found.reference, exact.sort().values, rtol=1e-6, atol=1e-12)
    assert_close(found.p_values, p_values(found.scores, found.reference))


def test_rows_off_the_range_are_found_and_normal_ones_are_not():
    rows = normal_rows(5, 60)
    rows[:10] += 3 * TURN[7]
    found = anomaly(generate, rows, normal_rows(6, 99), 3, effort=FEW)
    assert_close(found.p_values[:10], torch.full((10,), 0.01))
    # 50 uniform numbers: their mean is 0.5 with standard error 0.041, here 3.5 of them, and 0.03
    # for the 99 rows of the reference
    assert 0.32 < found.p_values[10:].mean() < 0.68


def test_the_prior_finds_rows_that_only_a_far_latent_makes():
    far = 6 * TURN[:1]  # in the range, of a latent of norm 6, and a shell of 1.4
    rows = torch.cat((far, normal_rows(7, 1)))
    with_prior, without = (
        anomaly(generate, rows, normal_rows(6, 99), 3, prior=p, effort=FEW) for p in (0.05, 0.0)
    )
    assert with_prior.p_values[0] == 0.01 and without.p_values[0] == 1


def test_normal_rows_of_another_shape():
    with pytest.raises(InputError, match=r"rows of shape \(9, 11\) cannot come"):
        anomaly(generate, normal_rows(1, 2), normal_rows(1, 9)[:, 1:], 3, effort=FEW)
