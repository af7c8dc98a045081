"""Numbers as text, and the interval formulas against their definitions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from zerosum.reports.numbers import (
    count,
    dkw,
    duration,
    fixed,
    ordinal,
    short,
    significant,
    wilson,
    with_error,
)  # fmt: skip


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (0.012345, "0.0123"),
        (0.09996, "0.100"),
        (-1.5, "−1.50"),
        (8.0, "8"),
        (0.0, "0"),
        (123456.7, "123,457"),
        (1.5e-7, "1.50 × 10⁻⁷"),
        (2.5e12, "2.50 × 10¹²"),
        (math.nan, "–"),
        (math.inf, "–"),
    ],
)
def test_significant(value, wanted):
    assert significant(value) == wanted


@pytest.mark.parametrize(
    ("value", "error", "wanted"),
    [
        (0.71234, 0.0213, "0.712 ± 0.021"),
        (4.8212, 0.0996, "4.82 ± 0.10"),
        (68.41, 1.62, "68.4 ± 1.6"),
        (-0.00034, 0.00094, "−0.00034 ± 0.00094"),
        (1234.0, 56.0, "1,234 ± 56"),
        (0.5, None, "0.500"),
        (0.5, math.nan, "0.500"),
        (0.0, 0.0, "0 ± 0"),
    ],
)
def test_with_error_shares_the_decimals(value, error, wanted):
    assert with_error(value, error) == wanted


@pytest.mark.parametrize(
    ("seconds", "wanted"),
    [
        (3.04, "3.0 s"),
        (42.3, "42 s"),
        (59.7, "1 min 00 s"),
        (96, "1 min 36 s"),
        (3723, "1 h 02 min"),
        (math.nan, "an unknown time"),
        (-1.0, "an unknown time"),
    ],
)
def test_duration(seconds, wanted):
    assert duration(seconds).replace("\u00a0", " ") == wanted


def test_short_and_count():
    assert [short(v) for v in (0, 950, 1000, 1_250_000, -2e9)] == ["0", "950", "1k", "1.25M", "−2G"]
    assert count(12800.0) == "12,800"
    assert count(math.nan) == "–"
    assert fixed(-1.25, 1) == "−1.2"


def test_ordinals():
    names = [ordinal(k) for k in (1, 2, 3, 4, 11, 12, 13, 21, 22)]
    assert names == ["nearest", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd"]


@pytest.mark.parametrize(("k", "n"), [(0, 20), (3, 50), (500, 1000), (20, 20)])
def test_wilson_agrees_with_scipy(k, n):
    wanted = stats.binomtest(k, n).proportion_ci(0.95, method="wilson")
    np.testing.assert_allclose(wilson(k / n, n), (wanted.low, wanted.high), atol=1e-6)


def test_dkw_inverts_its_bound():
    for n in (10, 1000):
        assert 2 * math.exp(-2 * n * dkw(n, 0.95) ** 2) == pytest.approx(0.05)
