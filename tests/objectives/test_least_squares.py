"""Least squares in both codings: values, slopes, the conditions for Pearson χ²."""

import torch

from tests.objectives.slopes import check
from zerosum.objectives.least_squares import LEAST_SQUARES, LEAST_SQUARES_PEARSON


def test_zero_one_discriminator():
    check(
        LEAST_SQUARES.discriminator,
        lambda r, f: ((r - 1) ** 2 + f**2) / 2,
        lambda r, f: r - 1,
        lambda r, f: f,
    )


def test_zero_one_generator():
    check(
        LEAST_SQUARES.generator,
        lambda r, f: (f - 1) ** 2 / 2,
        lambda r, f: 0.0,
        lambda r, f: f - 1,
    )


def test_pearson_discriminator():
    check(
        LEAST_SQUARES_PEARSON.discriminator,
        lambda r, f: ((r - 1) ** 2 + (f + 1) ** 2) / 2,
        lambda r, f: r - 1,
        lambda r, f: f + 1,
    )


def test_pearson_generator():
    check(
        LEAST_SQUARES_PEARSON.generator,
        lambda r, f: f**2 / 2,
        lambda r, f: 0.0,
        lambda r, f: f,
    )


def test_pearson_codes_meet_the_papers_two_conditions():
    """Where the losses vanish: r, f and g with r − g = 1 and r − f = 2."""
    code = torch.arange(-30, 31, dtype=torch.float64) / 10
    far = torch.full_like(code, 1e3)
    lost = LEAST_SQUARES_PEARSON.discriminator
    r = code[lost(code, far).argmin()]
    f = code[lost(far, code).argmin()]
    g = code[LEAST_SQUARES_PEARSON.generator(far, code).argmin()]
    assert (r - g).item() == 1 and (r - f).item() == 2
