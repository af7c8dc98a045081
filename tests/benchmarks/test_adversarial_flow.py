"""The exact distances of the benchmark, against what its own exact maps cost, and its figures by hand."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from benchmarks import adversarial_flow as flow
from zerosum import noise
from zerosum.theory.transport import transport

N = 40_000


def normals(d, key=5):
    return noise.normal(key, (N, d), dtype=torch.float64).numpy()


@pytest.mark.parametrize(("name", "d"), [("bimodal", 1), ("correlated", 2)])
def test_the_exact_map_costs_the_exact_distance(name, d):
    """Monte Carlo, four standard errors."""
    target, z = flow.TARGETS[name](), normals(d)
    costs = ((target.plan(z) - z) ** 2).sum(1)
    assert abs(costs.mean() - target.w2) < 4 * costs.std() / math.sqrt(N)


def test_the_ring_is_a_little_nearer_than_its_centres():
    """Noise of σ moves a distance to the centres by √2 σ at most, so its square by 2 √2 σ W₂."""
    target, z = flow.ring(), normals(2)
    costs = ((target.plan(z) - z) ** 2).sum(1)
    centres = flow.ring_w2(1 / target.scale, 0.0)
    assert abs(costs.mean() - centres) < 4 * costs.std() / math.sqrt(N)
    sigma = flow.SIGMA / target.scale
    assert 0 < centres - target.w2 < 2 * math.sqrt(2) * sigma * math.sqrt(centres)
    inside = np.array([flow._coupled(key) for key in range(4)])
    assert inside.std(ddof=1) / math.sqrt(4) < 0.05 * inside.mean()  # what the docstring allows


@pytest.mark.parametrize("name", flow.TARGETS)
def test_rows_have_the_laws_moments_and_the_map_makes_the_law(name):
    target = flow.TARGETS[name]()
    rows = target.rows(1, 8000) / target.scale
    assert len(rows) == 8000
    assert_close(rows.mean(0), np.zeros(rows.shape[1]), rtol=0, atol=1e-12)
    # equal in every column by construction; the scale is a sample's, of kurtosis at most 3
    assert abs(rows.std(0) - 1).max() < 4 / math.sqrt(2 * 8000 / 4)
    made = target.plan(normals(rows.shape[1]))[:400]
    # both of 400 rows of one law, so as near as two samples of rows
    fresh = [target.rows(key, 8000)[:400] / target.scale for key in (2, 3, 4)]
    usual = [transport(a, b, p=2).distance for a, b in pairwise(fresh)]
    assert transport(made, fresh[0], p=2).distance < 2 * max(usual)


def test_figures_of_maps_known_by_hand():
    """A shift by 1 costs 1 and is optimal; z -> −z costs 4 E z² for samples that lie there already."""
    z = normals(1)
    there = flow.summary(np.stack([z + 1, z + 1]), z, 1.0, z[: flow.PAIRS] + 1)
    assert_close(there["ratio"]["seeds"], [1.0, 1.0])
    assert_close(there["saving"]["seeds"], [0.0, 0.0], rtol=0, atol=1e-12)
    assert_close(there["to data"]["mean"], 0.0, rtol=0, atol=1e-12)
    assert_close(there["spread"], 0.0)
    back = flow.summary(np.stack([z + 2, -z]), z, 1.0, z[: flow.PAIRS])
    assert_close(back["ratio"]["seeds"], [4.0, 4 * float((z**2).mean())])
    assert_close(
        back["spread"], 2 * float(((z + 1) ** 2).mean())
    )  # two values: half the squared gap
    assert back["saving"]["seeds"][0] < 1e-12 and back["saving"]["seeds"][1] > 0.99
