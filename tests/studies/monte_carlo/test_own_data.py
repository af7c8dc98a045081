"""Intervals for one person's data: the numbers, and what is said of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from zerosum import noise
from zerosum.errors import InputError
from zerosum.studies.monte_carlo.functionals import functional
from zerosum.studies.monte_carlo.own_data import (
    BOOTSTRAP,
    ESTIMATE,
    GAN,
    interval_table,
    intervals_of,
)
from zerosum.studies.monte_carlo.truths import truth

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


def test_intervals_of_somebodys_own_numbers(tmp_path, monkeypatch):
    monkeypatch.setattr("zerosum.studies.monte_carlo.work.STEPS", 6)
    numbers = np.random.default_rng(3).exponential(2.0, size=40)
    path = tmp_path / "mine.csv"
    np.savetxt(path, numbers, header="t", comments="")
    table = intervals_of(str(path), "median", gans=2, m=50)
    group = "T = median"
    assert table.cell(group, "bootstrap, F_n", "estimate").value == pytest.approx(
        np.median(numbers)
    )
    interval = table.cell(group, "bootstrap, F_n", "95 % percentile interval")
    assert interval.low < np.median(numbers) < interval.high
    gan = table.cell(group, GAN, ESTIMATE)
    assert gan.error >= 0
    assert any("Not justified" in note for note in table.notes)
    own = intervals_of(str(path), lambda x: np.median(x), gans=2, m=50)
    assert own.cell("T = <lambda>", GAN, ESTIMATE) == replace(gan, group="T = <lambda>")


@pytest.mark.parametrize(
    ("data", "statistic", "gans", "said"),
    [
        (
            np.zeros((9, 2)) + np.arange(9)[:, None],
            "mean",
            2,
            "rows of shape .2,.: inference is about",
        ),
        (np.arange(9.0), "medin", 2, "unknown statistic 'medin'; did you mean 'median'"),
        (np.arange(9.0), "mean", 0, "--gans 0 and --m 50 make no samples"),
    ],
)
def test_what_has_no_interval(data, statistic, gans, said):
    with pytest.raises(InputError, match=said):
        intervals_of(data, statistic, gans=gans, m=50)
