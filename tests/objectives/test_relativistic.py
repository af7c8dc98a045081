"""Relativistic pairing: only differences count, and both players look at both logits."""

import torch

from tests.objectives.slopes import check, log_one_plus_exp, sigma
from zerosum.objectives.relativistic import RELATIVISTIC_PAIRING


def test_discriminator_is_softplus_of_minus_the_difference():
    check(
        RELATIVISTIC_PAIRING.discriminator,
        lambda r, f: log_one_plus_exp(-(r - f)),
        lambda r, f: -sigma(f - r),
        lambda r, f: sigma(f - r),
    )


def test_generator_is_the_discriminator_with_the_sides_swapped():
    check(
        RELATIVISTIC_PAIRING.generator,
        lambda r, f: log_one_plus_exp(-(f - r)),
        lambda r, f: sigma(r - f),
        lambda r, f: -sigma(r - f),
    )


def test_a_constant_added_to_all_logits_changes_nothing():
    real = torch.linspace(-3, 3, 7, dtype=torch.float64)
    fake = real.flip(0) * 0.5
    for loss in (RELATIVISTIC_PAIRING.discriminator, RELATIVISTIC_PAIRING.generator):
        torch.testing.assert_close(loss(real + 17, fake + 17), loss(real, fake))


def test_each_real_is_paired_with_its_own_fake():
    """Not the average of the other batch: swapping two fakes changes the losses."""
    real = torch.tensor([0.0, 4.0], dtype=torch.float64)
    fake = torch.tensor([1.0, -3.0], dtype=torch.float64)
    loss = RELATIVISTIC_PAIRING.discriminator(real, fake)
    torch.testing.assert_close(loss, log_one_plus_exp(torch.tensor([1.0, -7.0])))
    assert not torch.allclose(loss, RELATIVISTIC_PAIRING.discriminator(real, fake.flip(0)))
