"""Non-saturating: the same discriminator, and a generator that keeps its slope."""

import torch

from tests.objectives.slopes import check, log_one_plus_exp, sigma, slopes
from zerosum.objectives.minimax import MINIMAX
from zerosum.objectives.nonsaturating import NONSATURATING


def test_discriminator_is_the_minimax_one():
    assert NONSATURATING.discriminator is MINIMAX.discriminator


def test_generator_is_minus_log_d():
    check(
        NONSATURATING.generator,
        lambda r, f: log_one_plus_exp(-f),
        lambda r, f: 0.0,
        lambda r, f: sigma(f) - 1,
    )


def test_slope_stays_where_the_minimax_slope_vanishes():
    fake = torch.tensor([-50.0], dtype=torch.float64)
    real = torch.zeros_like(fake)
    _, _, kept = slopes(NONSATURATING.generator, real, fake)
    _, _, lost = slopes(MINIMAX.generator, real, fake)
    torch.testing.assert_close(kept, torch.tensor([-1.0], dtype=torch.float64))
    assert lost.abs().item() < 1e-20


def test_both_generators_agree_in_slope_at_logit_zero():
    zero = torch.zeros(3, dtype=torch.float64)
    _, _, ns = slopes(NONSATURATING.generator, zero, zero)
    _, _, mm = slopes(MINIMAX.generator, zero, zero)
    torch.testing.assert_close(ns, mm)
