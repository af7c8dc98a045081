"""Wasserstein: linear in the logits, with slope one everywhere."""

from tests.objectives.slopes import check
from zerosum.objectives.wasserstein import WASSERSTEIN


def test_discriminator_is_minus_real_plus_fake():
    check(
        WASSERSTEIN.discriminator,
        lambda r, f: -r + f,
        lambda r, f: -1.0,
        lambda r, f: 1.0,
    )


def test_generator_is_minus_fake():
    check(WASSERSTEIN.generator, lambda r, f: -f, lambda r, f: 0.0, lambda r, f: -1.0)
