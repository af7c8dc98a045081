"""Hinge: values and slopes on both sides of the margin."""

import torch

from tests.objectives.slopes import slopes
from zerosum.objectives.hinge import HINGE


def test_discriminator_by_hand():
    real = torch.tensor([-1e4, -2.0, 0.0, 0.5, 2.0, 1e4], dtype=torch.float64)
    fake = torch.tensor([-1e4, -2.0, 0.0, -0.5, 2.0, 1e4], dtype=torch.float64)
    value, d_real, d_fake = slopes(HINGE.discriminator, real, fake)
    double = {"dtype": torch.float64}
    torch.testing.assert_close(value, torch.tensor([10001, 3, 2, 1.0, 3, 10001], **double))
    torch.testing.assert_close(d_real, torch.tensor([-1.0, -1, -1, -1, 0, 0], **double))
    torch.testing.assert_close(d_fake, torch.tensor([0.0, 0, 1, 1, 1, 1], **double))


def test_generator_is_minus_fake():
    fake = torch.tensor([-1e4, -1.0, 0.0, 3.0, 1e4], dtype=torch.float64)
    value, d_real, d_fake = slopes(HINGE.generator, torch.ones_like(fake), fake)
    torch.testing.assert_close(value, -fake)
    torch.testing.assert_close(d_fake, -torch.ones_like(fake))
    assert (d_real == 0).all()


def test_bug_11_margin_holds_for_each_sample_and_not_for_the_mean():
    """The mean logit is beyond the margin, one sample is not: it alone must be pushed."""
    real = torch.tensor([9.0, 0.0], dtype=torch.float64)
    _, d_real, _ = slopes(HINGE.discriminator, real, torch.full_like(real, -5.0))
    torch.testing.assert_close(d_real, torch.tensor([0.0, -1.0], dtype=torch.float64))
