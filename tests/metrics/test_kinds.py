"""Kinds, overlap and spread: closed forms, no bias, and errors that cover."""

from __future__ import annotations

import numpy as np
import pytest

from zerosum.errors import InputError
from zerosum.metrics.kinds import kinds, overlap, same_cell, spread

P = np.array([0.4, 0.3, 0.2, 0.1, 0.0])
Q = np.array([0.1, 0.1, 0.2, 0.3, 0.3])


def test_same_cell_is_the_share_of_pairs():
    """3, 2 and 1 rows: 3 + 1 pairs of the 15 lie in one cell."""
    assert same_cell(np.array([3, 2, 1])).value == pytest.approx(4 / 15, abs=1e-15)


def test_all_in_one_cell_is_certain():
    found = same_cell(np.array([7, 0, 0]))
    assert (found.value, found.error) == (1.0, 0.0)


def test_simpsons_number_has_no_bias_and_its_error_is_its_deviation():
    """4,000 draws of 500 rows: the mean is known to error/√4000, a deviation to 1/√8000."""
    draws = np.random.default_rng(0).multinomial(500, P, size=4000)
    found = [same_cell(d) for d in draws]
    values = np.array([f.value for f in found])
    assert abs(values.mean() - P @ P) < 4 * values.std() / np.sqrt(4000)
    usual = np.sqrt(np.mean([f.error**2 for f in found]))
    assert usual == pytest.approx(values.std(), rel=4 / np.sqrt(8000) + 0.01)  # plug-in: O(1/n)


def test_kinds_of_equal_shares_over_one_kind_is_one_over_k():
    found = kinds(np.full(10, 100_000), np.array([1_000_000, *[0] * 9]))
    assert found.value == pytest.approx(0.1, rel=1e-5)  # 1/K less the 1/n of the estimate


def test_overlap_of_disjoint_sets_is_nought_and_of_one_law_one():
    assert overlap(np.array([5, 5, 0, 0]), np.array([0, 0, 5, 5])).value == 0.0
    many = np.round(1e7 * P)
    assert overlap(many, many).value == pytest.approx(1.0, abs=1e-5)


def test_overlap_of_two_random_halves_is_a_half():
    """Of 4 cells two are shared of each pair of halves on average: here one of two."""
    many = 1_000_000
    first, second = np.array([many, many, 0]), np.array([0, many, many])
    assert overlap(first, second).value == pytest.approx(0.5, abs=1e-5)


def test_overlap_does_not_fall_with_fewer_rows_and_its_interval_covers():
    """2,000 draws of 100 rows from two laws; the normal interval of an index is off by O(1/√n)."""
    rng = np.random.default_rng(1)
    truth = 2 * (P @ Q) / (P @ P + Q @ Q)
    found = [overlap(rng.multinomial(100, P), rng.multinomial(100, Q)) for _ in range(2000)]
    values, errors = (np.array([getattr(f, k) for f in found]) for k in ("value", "error"))
    assert abs(values.mean() - truth) < 4 * values.std() / np.sqrt(2000) + 0.01  # a ratio: O(1/n)
    covered = np.mean(np.abs(values - truth) < 1.96 * errors)
    assert 0.92 < covered < 0.98


def test_the_interval_of_kinds_covers():
    rng = np.random.default_rng(2)
    truth = (P @ P) / (Q @ Q)
    found = [kinds(rng.multinomial(300, P), rng.multinomial(300, Q)) for _ in range(2000)]
    covered = np.mean([abs(f.value - truth) < 1.96 * f.error for f in found])
    assert 0.92 < covered < 0.98


def test_spread_is_the_ratio_of_the_scales():
    x = np.random.default_rng(3).normal(size=(500, 3))
    found = spread(x, 0.25 * x)
    assert found.value == pytest.approx(0.25, abs=1e-12)


def test_spread_within_classes_sees_one_row_a_class():
    """Two far classes of one generated row each spread widely together and not at all within."""
    rng = np.random.default_rng(4)
    label = np.repeat([0, 1], 100)
    real = rng.normal(size=(200, 2)) + 10.0 * label[:, None]
    fake = np.repeat([[0.0, 0.0], [10.0, 10.0]], 100, axis=0)
    assert spread(real, fake).value > 0.9
    assert spread(real, fake, (label, label)).value == pytest.approx(0.0, abs=1e-12)


def test_the_interval_of_spread_covers():
    rng = np.random.default_rng(5)
    found = [
        spread(rng.normal(size=(200, 2)), 0.5 * rng.normal(size=(150, 2))) for _ in range(1000)
    ]
    covered = np.mean([abs(f.value - 0.5) < 1.96 * f.error for f in found])
    assert 0.92 < covered < 0.98


@pytest.mark.parametrize(
    "ask",
    [
        lambda: same_cell(np.array([1, 0])),
        lambda: same_cell(np.array([-1, 3])),
        lambda: kinds(np.array([2, 2]), np.array([2, 2, 2])),
        lambda: kinds(np.array([1, 1]), np.array([2, 2])),
        lambda: overlap(np.array([2, 2]), np.array([2, 2, 2])),
        lambda: overlap(np.array([1, 1]), np.array([1, 1])),
        lambda: spread(np.ones((4, 2)), np.ones((4, 2))),
        lambda: spread(np.eye(3), np.eye(3), (np.arange(3), np.arange(3))),
    ],
)
def test_what_cannot_be_measured_is_refused_in_one_sentence(ask):
    with pytest.raises(InputError, match=": "):
        ask()
