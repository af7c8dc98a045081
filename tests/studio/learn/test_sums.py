"""Sums in even steps against the adaptive quadrature of `theory`."""

from __future__ import annotations

import numpy as np
import pytest

from zerosum.studio.learn import sums
from zerosum.theory import (
    GAN,
    JENSEN_SHANNON,
    KL,
    TOTAL_VARIATION,
    discriminator_value,
    divergence_between,
    gaussian,
    optimal_logits,
)

PAIRS = [(0.0, 1.0), (1.5, 0.7), (-4.0, 0.3), (3.0, 3.0)]


@pytest.mark.parametrize(("mean", "sd"), PAIRS)
@pytest.mark.parametrize("which", [KL, JENSEN_SHANNON, GAN], ids=lambda d: d.name)
def test_divergences(which, mean, sd):
    p, q = gaussian(), gaussian(mean, sd)
    # both are exact to rounding; KL of N(0, 1) against sd 0.3 is about 100 nats
    assert sums.divergence(which, p, q) == pytest.approx(
        divergence_between(which, p, q), rel=1e-9, abs=1e-9
    )


@pytest.mark.parametrize(("mean", "sd"), PAIRS)
def test_total_variation_has_kinks_which_cost_the_square_of_a_step(mean, sd):
    p, q = gaussian(), gaussian(mean, sd)
    exact = divergence_between(TOTAL_VARIATION, p, q)
    # two kinks at most, each off by slope · step² / 2 at most; slopes are below 3 here
    assert sums.divergence(TOTAL_VARIATION, p, q) == pytest.approx(exact, abs=2 * 3 * 0.01**2)


@pytest.mark.parametrize(("mean", "sd"), PAIRS)
def test_the_value_of_the_game(mean, sd):
    p, q = gaussian(), gaussian(mean, sd)
    for logits in (optimal_logits(p, q), lambda x: 1.0 - 2.0 * x):
        exact = discriminator_value(p, q, logits)
        assert sums.game_value(p, q, logits) == pytest.approx(exact, abs=1e-8)


def test_over_gaussians_is_the_same_one_by_one():
    means, sds = np.array([-1.0, 0.0, 2.0]), np.array([0.5, 2.0])
    table = sums.over_gaussians(KL, gaussian(), means, sds, sums.LINE)
    assert table.shape == (2, 3)
    for (i, j), value in np.ndenumerate(table):
        law = gaussian(float(means[j]), float(sds[i]))
        assert value == pytest.approx(sums.divergence(KL, gaussian(), law), rel=1e-12)


def test_nothing_counts_where_a_law_has_no_mass():
    x = np.linspace(-60.0, 60.0, 2401)  # steps of 0.05, which another line may have
    values = np.where(np.abs(x) > 50, np.inf, x**2)
    assert sums.mean(values, gaussian(0.5, 1.0), x) == pytest.approx(1.25, abs=1e-9)
