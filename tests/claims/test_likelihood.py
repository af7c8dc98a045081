"""Claim 11: that it holds, and that a wrong generator, score or chain would be caught."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from zerosum import noise
from zerosum.claims import likelihood, likelihood_range
from zerosum.claims.likelihood import CLAIM, paint
from zerosum.reports import svg


@pytest.mark.slow  # 10 s of one thread, more with shape checks
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_it_holds(seed):
    measurement = CLAIM.measure(seed)
    assert [f.what for f in measurement.findings if not f.holds] == []


def test_a_generator_onto_the_whole_space_would_be_caught(monkeypatch):
    # what is measured for R^1 -> R^2, when distances are to a range with a density: uniform in [0, 0.3]
    # in two dimensions means a power of 2, not 1
    flat = 0.3 * np.sqrt((np.arange(20_000) + 0.5) / 20_000)
    monkeypatch.setattr(likelihood_range, "_distances", lambda k, n, key: flat)
    findings, _ = likelihood_range.exponents(0)
    assert [f.holds for f in findings] == [False, False, True]


def test_distances_to_the_range_are_those_of_a_much_finer_grid(monkeypatch):
    monkeypatch.setattr(likelihood_range, "_POINTS", {1: 300})
    found = likelihood_range._distances(1, 2, 5)
    network = likelihood_range._Network(1, 2, 5)
    latent = noise.normal(noise.fold(5, "z"), (300, 1), dtype=torch.float64)
    points = network.at(latent) + 0.5 * noise.normal(
        noise.fold(5, "blur"), (300, 2), dtype=torch.float64
    )
    grid = network.at(torch.linspace(-8, 8, 200_001, dtype=torch.float64).unsqueeze(1))
    finest = torch.stack([(grid - p).norm(dim=1).min() for p in points]).numpy()
    near = finest < 0.25
    # a grid of spacing h is off by h^2 / (8 distance) at most in square; the slope is below 10
    np.testing.assert_allclose(found[near] ** 2, finest[near] ** 2, atol=(10 * 8e-5) ** 2)
    assert near.sum() > 50 and (found[~near] > 0.2).all()


def test_no_density_findings_fail_for_a_generator_that_has_one():
    # W of full rank (50 latents): nothing is left off the range, so the likelihood does not vanish
    weight = noise.normal(1, (50, 50), dtype=torch.float64)
    rows = noise.normal(2, (100, 50), dtype=torch.float64)
    _, alive, order = likelihood._no_density(weight, rows)
    assert not alive.holds and not order.holds


def test_the_bracket_findings_catch_a_chain_that_is_too_high_and_one_that_never_improves():
    spread = 0.1 * np.linspace(-1, 1, 16)
    good = likelihood._bracket_findings(
        np.array([[-4], [-1], [-0.2], [-0.01]]) + spread,
        np.array([[4], [1], [0.2], [0.01]]) + spread,
    )
    assert all(f.holds for f in good)
    too_high = likelihood._bracket_findings(
        np.array([[-4], [1], [0.2], [0.3]]) + spread, np.array([[4], [1], [0.2], [0.01]]) + spread
    )
    assert [f.holds for f in too_high[:1]] == [False]
    stuck = likelihood._bracket_findings(
        np.array([[-4], [-1], [-1], [-2]]) + spread, np.array([[4], [1], [1], [2]]) + spread
    )
    assert not stuck[-1].holds


def test_the_exact_value_of_the_perfect_model_is_minus_the_entropy_by_hand():
    # W = 0: N(0, s^2 I) in 50-D
    got = likelihood._entropy(torch.zeros(50, 10, dtype=torch.float64), 0.5)
    assert math.isclose(got, 25 * math.log(2 * math.pi * math.e * 0.25))


def test_the_picture_needs_nothing_but_the_data():
    data = {
        "epsilon": np.geomspace(0.003, 0.2, 5),
        **{f"share {n}": np.linspace(0.001, 0.1, 5) for n in ("1→2", "2→3", "1→3")},
        **{f"exponent {n}": np.asarray(1.0) for n in ("1→2", "2→3", "1→3")},
        "parzen": np.array([-53.0, -48.0]),
        "exact": np.array([-32.0, -164.0]),
        "temperatures": np.array([30, 100, 300, 1000]),
        "lower": -np.ones((4, 16)),
        "upper": np.ones((4, 16)),
    }
    drawn = svg.png(lambda axes: paint(axes, data), CLAIM.size, CLAIM.grid)
    assert drawn.startswith(b"\x89PNG")
