"""The classifier's ratio is that of the densities, at rows it has not seen."""

from __future__ import annotations

import torch

from zerosum import noise
from zerosum.metrics.density_ratio import Effort, log_density_ratio


def normals(n: int, mean: float, key: int) -> torch.Tensor:
    return noise.normal(noise.fold(key, "x"), (1, n, 2)) + torch.tensor([mean, 0.0])


def test_between_two_gaussians_it_is_the_difference_of_their_log_densities():
    p, q = normals(4000, 0.0, 1), normals(4000, 1.0, 2)
    found = log_density_ratio(p, q, torch.tensor([5]))[0]
    exact = 0.5 - p[0, :, 0].double()  # log N(x; 0, 1) - log N(x; 1, 1)
    error = (found - exact).square().mean().sqrt()
    # a logistic fit of 3 numbers on 2000 rows of either kind errs by about sqrt(3/500) = 0.08; a network
    # of two hidden layers by more; knowing nothing errs by the ratio's own size, 1.1
    assert float(error) < 0.3
    assert abs(float(found.mean() - exact.mean())) < 0.1


def test_rows_that_the_classifier_saw_are_no_surer_than_others():
    """On equal densities and few rows, a classifier asked of its own rows would tell all of them."""
    p, q = normals(60, 0.0, 3), normals(4096, 0.0, 4)
    found = log_density_ratio(p, q, torch.tensor([0]), Effort(rounds=400))[0]
    assert abs(float(found.mean())) < 0.3


def test_what_is_missing_has_a_high_ratio():
    p = torch.cat((normals(500, 0.0, 5), normals(500, 8.0, 6)), dim=1)
    found = log_density_ratio(p, normals(4096, 0.0, 7), torch.tensor([1]))[0]
    # on the part that q makes, p is half of q; a classifier of 250 rows of it errs by about 2/sqrt(250)
    assert abs(float(found[:500].median().exp()) - 0.5) < 0.13
    # the parts are eight standard deviations apart: less than one row in a hundred is misjudged
    assert int((found[500:] <= 0).sum() + (found[:500] >= 0).sum()) < 10
    assert float(found[500:].median()) > 3


def test_one_key_is_one_answer_alone_and_in_a_stack():
    p = torch.cat((normals(101, 0.0, 1), normals(101, 0.5, 2)))
    q = torch.cat((normals(99, 1.0, 3), normals(99, 0.0, 4)))
    keys, effort = torch.tensor([7, 8]), Effort(rounds=20, width=8)
    both = log_density_ratio(p, q, keys, effort)
    assert torch.equal(both, log_density_ratio(p, q, keys, effort))
    alone = log_density_ratio(p[1:], q[1:], keys[1:], effort)[0]
    # batched products may round otherwise, 20 steps of float32
    torch.testing.assert_close(both[1], alone, rtol=1e-4, atol=1e-4)
    other = log_density_ratio(p, q, torch.tensor([9, 8]), effort)
    assert not torch.equal(both[0], other[0])


def test_a_constant_column_is_harmless():
    p, q = (torch.cat((normals(40, 0.0, k), torch.ones(1, 40, 1)), dim=2) for k in (1, 2))
    found = log_density_ratio(p, q, torch.tensor([0]), Effort(rounds=10, width=4))
    assert bool(found.isfinite().all())
