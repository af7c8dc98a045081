"""Minimax against −log D and log(1 − D) written out, and its saturation."""

import torch

from tests.objectives.slopes import check, log_one_plus_exp, sigma, slopes
from zerosum.objectives.minimax import MINIMAX


def test_discriminator_is_minus_log_d_minus_log_one_minus_d():
    check(
        MINIMAX.discriminator,
        lambda r, f: log_one_plus_exp(-r) + log_one_plus_exp(f),
        lambda r, f: sigma(r) - 1,
        lambda r, f: sigma(f),
    )


def test_generator_is_log_one_minus_d():
    check(
        MINIMAX.generator,
        lambda r, f: -log_one_plus_exp(f),
        lambda r, f: 0.0,
        lambda r, f: -sigma(f),
    )


def test_generator_saturates_where_d_is_sure_of_a_fake():
    fake = torch.tensor([-5.0, -10.0, -20.0, -50.0], dtype=torch.float64)
    _, _, slope = slopes(MINIMAX.generator, torch.zeros_like(fake), fake)
    torch.testing.assert_close(slope, -torch.exp(fake), rtol=1e-2, atol=0)
    assert slope[-1].abs() < 1e-20


def test_one_sample_by_hand():
    real = torch.tensor([2.0], dtype=torch.float64)
    fake = torch.tensor([-1.0], dtype=torch.float64)
    # D(x) = 0.880797, D(x̂) = 0.268941: −log 0.880797 − log 0.731059
    wanted = torch.tensor([0.126928 + 0.313262], dtype=torch.float64)
    torch.testing.assert_close(MINIMAX.discriminator(real, fake), wanted, rtol=0, atol=1e-6)
