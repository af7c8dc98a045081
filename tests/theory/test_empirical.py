"""The law of ‖F_n − F‖: hand-computed means, the limit, the band."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import kolmogorov
from scipy.stats import kstwo

from zerosum.errors import InputError
from zerosum.theory.empirical import (
    KOLMOGOROV_MEAN,
    KOLMOGOROV_VARIANCE,
    dkw_band,
    mean_distance,
    probability_within,
)


def test_mean_of_one_and_two_draws_by_hand() -> None:
    # n = 1: D = max(u, 1 − u), mean 3/4. n = 2: P(D ≤ d) = 2(2d − ½)² up to ½, 1 − 2(1 − d)² above,
    # and ∫ (1 − P) over (¼, ½) and (½, 1), with ¼ below, is 13/24
    assert mean_distance(1) == pytest.approx(3 / 4, abs=1e-14)
    assert mean_distance(2) == pytest.approx(13 / 24, abs=1e-14)


@pytest.mark.parametrize("n", [5, 13, 40, 100])
def test_mean_agrees_with_scipys_integral(n: int) -> None:
    # SciPy integrates x dP over the whole line by its own adaptive rule, good to 1e-7 for small n
    assert mean_distance(n) == pytest.approx(kstwo(n).mean(), abs=1e-7)


def test_limit_is_the_mean_of_kolmogorovs_law() -> None:
    # E K = ∫ P(K > x) dx and E K² = ∫ 2x P(K > x) dx; the trapezium rule at 1e-4 errs by about 1e-9
    x = np.arange(0.0, 6.0, 1e-4)
    tail = kolmogorov(x)
    assert pytest.approx(np.trapezoid(tail, x), abs=1e-8) == KOLMOGOROV_MEAN
    second = np.trapezoid(2 * x * tail, x)
    assert pytest.approx(second - KOLMOGOROV_MEAN**2, abs=1e-8) == KOLMOGOROV_VARIANCE


@pytest.mark.parametrize("n", [25, 400, 1600])
def test_mean_nears_the_limit_as_one_over_root_n(n: int) -> None:
    corrected = math.sqrt(n) * mean_distance(n) + 1 / (6 * math.sqrt(n))
    assert abs(corrected - KOLMOGOROV_MEAN) < 0.1 / n  # the next term is 0.037/n
    assert abs(corrected - KOLMOGOROV_MEAN) > 0.01 / n  # and it is there: nothing is fitted


@pytest.mark.parametrize("n", [1, 10, 100, 1000])
def test_band_holds_at_least_its_level(n: int) -> None:
    for level in (0.5, 0.9, 0.99):
        assert probability_within(n, dkw_band(n, level=level)) >= level


def test_probability_within_is_exact_for_one_draw() -> None:
    assert probability_within(1, 0.6) == pytest.approx(0.2, abs=1e-14)


@pytest.mark.parametrize(
    "call",
    [
        lambda: mean_distance(0),
        lambda: probability_within(0, 0.1),
        lambda: probability_within(5, math.nan),
        lambda: dkw_band(0),
        lambda: dkw_band(10, level=1.0),
    ],
)
def test_what_has_no_answer_is_refused(call) -> None:
    with pytest.raises(InputError, match=r"distance|n is|n ="):
        call()
