"""Intervals for one person's data: the numbers, and what is said of them."""

from __future__ import annotations

import numpy as np
import pytest

from zerosum import noise
from zerosum.errors import InputError
from zerosum.studies.functionals import functional
from zerosum.studies.own_data import BOOTSTRAP, ESTIMATE, GAN, interval_table
from zerosum.studies.truths import truth

DATA = truth("exponential").sample(noise.fold(0, "data"), (60,))
SAMPLES = truth("exponential").sample(noise.fold(0, "gan"), (3, 4000))
LEVEL = "95 % percentile interval"


def test_both_intervals_hold_their_own_estimate():
    table = interval_table(DATA, SAMPLES, functional("median"), 1)
    group = "T = median"
    assert table.cell(group, BOOTSTRAP, ESTIMATE).value == np.median(DATA)
    medians = np.median(SAMPLES, axis=1)
    gan = table.cell(group, GAN, ESTIMATE)
    assert gan.value == pytest.approx(medians.mean())
    assert gan.error == pytest.approx(medians.std(ddof=1))
    for of in (BOOTSTRAP, GAN):
        cell = table.cell(group, of, LEVEL)
        assert cell.low < cell.value < cell.high
    # resamples of n = 60 from F*: sd of a median of exponentials is 1/√60, so 4 · 0.129 wide
    assert gan_width(table, group) == pytest.approx(2 * 1.96 / 60**0.5, rel=0.15)


def gan_width(table, group):
    cell = table.cell(group, GAN, LEVEL)
    return cell.high - cell.low


def test_it_says_what_is_not_justified():
    text = str(interval_table(DATA[:20], SAMPLES[:1], functional("mean"), 1))
    assert "Not justified" in text and "too short" in text and "train several seeds" in text
    many = str(interval_table(DATA, SAMPLES, functional("mean"), 1))
    assert "too short" not in many and "over 3 seeds" in " ".join(many.split())


def test_the_same_key_gives_the_same_table():
    first = interval_table(DATA[:, None], SAMPLES, functional("mean"), 1)
    assert first == interval_table(DATA, SAMPLES, functional("mean"), 1)
    assert first != interval_table(DATA, SAMPLES, functional("mean"), 2)


@pytest.mark.parametrize(("data", "words"), [
    (np.zeros((4, 2)), "one column"),
    (np.array([1.0, np.nan]), "NaN"),
    (np.array([1.0]), "two numbers"),
])  # fmt: skip
def test_bad_input_is_one_sentence(data, words):
    with pytest.raises(InputError, match=words):
        interval_table(data, SAMPLES, functional("mean"), 1)
