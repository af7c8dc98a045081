"""T(F*) and T(F_n), their errors, and percentile intervals against SciPy's and exact laws."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from zerosum import noise
from zerosum.errors import InputError
from zerosum.studies.monte_carlo.functionals import (
    functional,
    functional_statistics,
    functional_summary,
    percentile_intervals,
)
from zerosum.studies.monte_carlo.truths import truth

ROWS = truth("lognormal").sample(noise.fold(0, "rows"), (6, 31))


@pytest.mark.parametrize(("name", "of"), [
    ("mean", np.mean),
    ("median", np.median),
    ("variance", lambda x: np.var(x, ddof=1)),
    ("quantile:0.9", lambda x: np.quantile(x, 0.9)),
])  # fmt: skip
def test_names_are_what_numpy_computes(name, of):
    made = functional(name)
    np.testing.assert_allclose(made.of(ROWS), [of(row) for row in ROWS], rtol=1e-13)
    np.testing.assert_allclose(functional(of).of(ROWS), made.of(ROWS), rtol=1e-13)
    assert made.name == name


def test_truths_have_their_own_values():
    law = truth("lognormal")
    assert functional("median").of_truth(law) == pytest.approx(1.0)
    assert functional("quantile:0.9").of_truth(law) == pytest.approx(stats.lognorm(0.5).ppf(0.9))
    assert functional("mean").of_truth(law) == law.mean
    assert functional("variance").of_truth(law) == law.variance


def test_a_users_function_is_taken_at_100_001_quantiles():
    def above_1(x):
        return (x > 1.0).mean()

    made = functional(above_1)
    assert made.name == "above_1"
    # a step of probability is 1e-5
    assert made.of_truth(truth("exponential")) == pytest.approx(np.exp(-1.0), abs=1e-5)
    # 100,001 equal steps leave out 5e-6 on each side, where x² is about 23 to 28
    assert functional(np.var, "v").of_truth(truth("normal")) == pytest.approx(1.0, abs=3e-4)


def test_statistics_and_errors_by_hand():
    t = functional("mean")
    found = functional_statistics([[1.0, 3.0], [2.0, 2.5]], [[0.0, 1.0], [0.0, -1.0]], t)
    np.testing.assert_array_equal(found["data"], [2.0, 2.25])
    np.testing.assert_array_equal(found["gan"], [0.5, -0.5])
    table = functional_summary(found, t, truth("normal"))
    group = "T = mean, T(F) = 0"
    assert table.cell(group, "T(F_n), data", "bias").value == 2.125
    assert table.cell(group, "T(F*), GAN", "variance").value == pytest.approx(0.5)
    assert table.cell(group, "T(F*), GAN", "mean squared error").value == 0.25
    paired = table.cell(group, "GAN − data, paired", "mean squared error")
    # 0.25 − 4 and 0.25 − 5.0625: mean −4.28125, half their distance for an error
    assert (paired.value, paired.error) == (-4.28125, pytest.approx(1.0625 / 2))
    assert table.cell(group, "GAN − data, paired", "bias").value == -2.125
    assert table.cell(group, "T(F*), GAN", "closer").value == 1.0


def test_percentile_intervals_are_scipys_but_for_scatter():
    resamples = 4000
    low, high = percentile_intervals(ROWS[:2], functional("mean"), 3, resamples=resamples)
    for i in (0, 1):
        other = stats.bootstrap(
            (ROWS[i],), np.mean, n_resamples=resamples, method="percentile", rng=5
        ).confidence_interval
        width = other.high - other.low
        # an end scatters by √(.025 .975/R)/φ(1.96) = 0.042 sd = 0.011 widths; two of them, 4 errors
        np.testing.assert_allclose([low[i], high[i]], list(other), atol=4 * 2**0.5 * 0.011 * width)


def test_a_percentile_interval_has_its_exact_law():
    # the mean of n draws of {0, 1} at even odds is binomial
    row = np.tile([0.0, 1.0], (1, 20))
    low, high = percentile_intervals(row, functional("mean"), 0, resamples=20_000)
    law = stats.binom(40, 0.5)
    assert low[0] * 40 == law.ppf(0.025) and high[0] * 40 == law.ppf(0.975)
    half = percentile_intervals(row, functional("mean"), 0, n=10, resamples=20_000)
    assert half[1][0] - half[0][0] > high[0] - low[0]


def test_a_member_draws_the_same_in_any_chunk():
    t = functional("median")
    low, high = percentile_intervals(ROWS, t, 9, resamples=100)
    part = percentile_intervals(ROWS[4:], t, 9, resamples=100, first=4)
    np.testing.assert_array_equal(part, (low[4:], high[4:]))
    ends = [percentile_intervals(ROWS[:1], functional("mean"), key)[0][0] for key in (9, 10)]
    assert ends[0] != ends[1]


def test_coverage_of_the_bootstrap_of_a_mean():
    law = truth("normal")
    members = 600
    data = law.sample(noise.fold(4, "data"), (members, 40))
    t = functional("mean")
    ends = percentile_intervals(data, t, 1, resamples=400)
    found = functional_statistics(data, data, t)
    table = functional_summary(found, t, law, {"bootstrap": ends})
    cell = table.cell("intervals for T", "bootstrap", "coverage")
    # the interval is ± 1.96 s √((n − 1)/n)/√n about x̄: t(39) has this much within it
    wanted = 2 * stats.t(39).cdf(1.96 * (39 / 40) ** 0.5) - 1
    assert abs(cell.value - wanted) < 4 * cell.error + 0.01  # 0.01: the scatter of 400 resamples


@pytest.mark.parametrize(("call", "words"), [
    (lambda: functional("medain"), "unknown statistic 'medain'; did you mean 'median'"),
    (lambda: functional("quantile:2"), "quantile 2 does not exist"),
    (lambda: functional("quantile:x"), "quantile 'x' is no number"),
    (lambda: functional(np.cumsum).of(ROWS), "cumsum returned 31 numbers"),
    (lambda: functional_statistics(ROWS, ROWS[:2], functional("mean")), "6 members .* has 2"),
    (lambda: percentile_intervals(ROWS, functional("mean"), 0, resamples=10), "10 resamples"),
    (lambda: percentile_intervals(ROWS, functional("mean"), 0, level=1.5), "level 1.5"),
    (lambda: percentile_intervals(ROWS * np.nan, functional("mean"), 0), "member 0 holds NaN"),
    (lambda: functional_statistics(ROWS, ROWS, functional(lambda x: np.nan, "odd")), "odd of member 0"),
])  # fmt: skip
def test_bad_input_is_one_sentence(call, words):
    with pytest.raises(InputError, match=words):
        call()
