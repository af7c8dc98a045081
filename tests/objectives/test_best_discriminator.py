"""On a finite alphabet everything is exact: the best logits, and the divergence met there.

With p and q the probabilities of real and generated symbols, E l(a(x), a(x̂)) is the sum over all
pairs of p_i q_j l(a_i, a_j). At the best logits its slope in every a_i is 0, and no shift of any
logit lowers it.
"""

import math

import pytest
import torch

from zerosum.objectives.hinge import HINGE
from zerosum.objectives.least_squares import LEAST_SQUARES, LEAST_SQUARES_PEARSON
from zerosum.objectives.minimax import MINIMAX
from zerosum.objectives.relativistic import RELATIVISTIC_PAIRING

P = torch.tensor([0.45, 0.3, 0.2, 0.05], dtype=torch.float64)
Q = torch.tensor([0.1, 0.15, 0.35, 0.4], dtype=torch.float64)
RATIO = torch.log(P / Q)
BEST = {
    "mm": (MINIMAX, RATIO),
    "rp": (RELATIVISTIC_PAIRING, RATIO),
    "lsgan": (LEAST_SQUARES, P / (P + Q)),
    "lsgan-pearson": (LEAST_SQUARES_PEARSON, (P - Q) / (P + Q)),
    "hinge": (HINGE, torch.sign(P - Q)),
}


def expected(loss, logits):
    i, j = torch.meshgrid(torch.arange(4), torch.arange(4), indexing="ij")
    i, j = i.flatten(), j.flatten()
    return (P[i] * Q[j] * loss(logits[i], logits[j])).sum()


def kl(p, q):
    return (p * torch.log(p / q)).sum()


def jensen_shannon(p, q):
    return (kl(p, (p + q) / 2) + kl(q, (p + q) / 2)) / 2


@pytest.mark.parametrize("name", ["mm", "rp", "lsgan", "lsgan-pearson"])
def test_slope_is_zero_at_the_best_logits(name):
    objective, best = BEST[name]
    slope = torch.func.grad(lambda a: expected(objective.discriminator, a))(best)
    torch.testing.assert_close(slope, torch.zeros(4, dtype=torch.float64), rtol=0, atol=1e-15)


@pytest.mark.parametrize("name", BEST)
def test_no_other_logits_are_better(name):
    objective, best = BEST[name]
    lowest = expected(objective.discriminator, best)
    rng = torch.Generator().manual_seed(3)
    for scale in (1e-3, 0.1, 1.0, 10.0):
        for _ in range(25):
            moved = best + scale * torch.randn(4, dtype=torch.float64, generator=rng)
            assert expected(objective.discriminator, moved) >= lowest - 1e-15


def test_minimax_value_is_two_jsd_minus_log_four():
    value = -expected(MINIMAX.discriminator, RATIO)
    torch.testing.assert_close(value, 2 * jensen_shannon(P, Q) - math.log(4))


def test_minimax_generator_sees_the_same_value():
    """Zero-sum: G's loss is the part of minus D's loss that depends on G."""
    real_part = (P * torch.nn.functional.logsigmoid(RATIO)).sum()
    value = real_part + (Q * MINIMAX.generator(RATIO, RATIO)).sum()
    torch.testing.assert_close(value, 2 * jensen_shannon(P, Q) - math.log(4))


def test_relativistic_value_is_log_two_minus_the_jsd_of_swapped_pairs():
    pairs, swapped = torch.outer(P, Q), torch.outer(Q, P)
    value = expected(RELATIVISTIC_PAIRING.discriminator, RATIO)
    torch.testing.assert_close(value, math.log(2) - jensen_shannon(pairs, swapped))


def test_pearson_generator_value_is_half_the_chi_square_to_the_mixture():
    """2·C(G), with the constant real part added, is χ²: Σ (2q − (p + q))² / (p + q)."""
    _, best = BEST["lsgan-pearson"]
    real_part = (P * best.square()).sum() / 2
    value = real_part + (Q * LEAST_SQUARES_PEARSON.generator(best, best)).sum()
    chi_square = ((2 * Q - (P + Q)).square() / (P + Q)).sum()
    torch.testing.assert_close(2 * value, chi_square)


def test_hinge_value_is_two_minus_twice_the_total_variation():
    value = expected(HINGE.discriminator, torch.sign(P - Q))
    torch.testing.assert_close(value, 2 - (P - Q).abs().sum())
