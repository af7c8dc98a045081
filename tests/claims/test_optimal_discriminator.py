"""Claim 1: what a trained discriminator shows, and that a wrong one would be caught."""

import numpy as np
import pytest
import torch

from zerosum.claims.optimal_discriminator import CLAIM, Affine, compare, cross_entropy, judge, pairs
from zerosum.reports import svg
from zerosum.theory.discriminator import optimal_logits


@pytest.mark.slow  # two trainings of 2000 turns and quadrature under shape checks: about 30 s
def test_the_claim_holds_and_is_drawn():
    measurement = CLAIM.measure(0)
    assert measurement.holds, [f for f in measurement.findings if not f.holds]
    picture = svg.draw(
        "c", "", lambda axes: CLAIM.paint(axes, measurement.data), CLAIM.size, CLAIM.grid
    )
    assert all(word in picture for word in ("p_d", "p_g", "D trained"))


def test_the_exact_discriminator_leaves_no_error():
    pair = pairs()[0]
    largest, root, value, bound, entropy = compare(pair, optimal_logits(pair.data, pair.generated))
    # rounding alone for D; quadrature (1e-12 a piece) and the twelve digits of JSD for V
    assert largest.error < 1e-14 and root.error < 1e-12
    assert value.error < 1e-11 and entropy.error < 1e-11
    assert bound.holds


def test_a_wrong_discriminator_is_caught():
    """Logits off by 0.1 move D by up to 0.1 / 4 = 0.025, more than the 0.02 that are allowed."""
    pair = pairs()[0]
    best = optimal_logits(pair.data, pair.generated)
    largest, _, value, bound, entropy = compare(pair, lambda x: best(x) + 0.1)
    assert not largest.holds
    assert value.measured < value.predicted  # the best is a maximum
    assert bound.holds and entropy.holds


def test_cross_entropy_of_an_undecided_discriminator_is_log_4():
    pair = pairs()[1]
    found = cross_entropy(pair.data, pair.generated, np.zeros_like)
    # the grid holds all of the probability up to 1e-15
    assert found == pytest.approx(np.log(4), abs=1e-12)


def test_judge_answers_in_float64_and_one_logit_a_point():
    network = torch.nn.Sequential(torch.nn.Linear(1, 1), torch.nn.Flatten(0))
    logits = judge(network)(np.linspace(-1, 1, 7))
    assert logits.shape == (7,) and logits.dtype == np.float64


def test_the_pairs_are_what_they_say():
    """Samples of both sides have the mean and spread of the densities they are compared with."""
    for pair in pairs():
        real = pair.real(1, 40_000).double().numpy()
        made = Affine(pair.mean, pair.spread)(torch.tensor([[0.0], [1.0]])).flatten().tolist()
        assert made == [pair.mean, pair.mean + pair.spread]
        x = np.linspace(-16, 17, 66_001)
        p = pair.data.prob(x) * 33 / 66_000
        mean, square = (p * x).sum(), (p * x**2).sum()
        # five standard errors: the spread is at most 1.7, that of x^2 at most 2.6 (kurtosis below 3)
        assert real.mean() == pytest.approx(mean, abs=5 * 1.7 / 200)
        assert (real**2).mean() == pytest.approx(square, abs=5 * 3.6 / 200)
