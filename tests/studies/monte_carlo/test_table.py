"""The study's table on samplers whose answers are known, and by hand on three members."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from scipy import stats

from zerosum import noise
from zerosum.errors import InputError
from zerosum.studies.monte_carlo import table as tables
from zerosum.studies.monte_carlo.statistics import member_statistics
from zerosum.studies.monte_carlo.table import summary
from zerosum.studies.monte_carlo.truths import normal, truth
from zerosum.theory.empirical import mean_distance

B, N, M = 4000, 25, 400


def by_hand():
    """Statistics of three members with round numbers."""
    return {
        "mean_gan": np.array([0.0, 0.1, 0.5]),
        "mean_data": np.array([0.1, 0.1, 0.1]),
        "sd_gan": np.array([1.0, 1.0, 3.0]),
        "sd_data": np.array([1.0, 1.0, 0.01]),
        "ks_gan": np.array([0.1, 0.2, 0.3]),
        "ks_data": np.array([0.2, 0.2, 0.2]),
        "ks_kde": np.array([0.3, 0.3, 0.3]),
        "ks_normal": np.array([0.0, 0.0, 0.0]),
        "closer": np.array([True, False, False]),
        **{f"quantiles_{name}": np.zeros((3, 5)) for name in ("gan", "data", "kde", "normal")},
    }


@pytest.fixture(scope="module")
def exact():
    """A sampler that draws from the truth itself, whatever its data."""
    made = normal()
    data = made.sample(noise.fold(1, "data"), (B, N))
    return summary(
        member_statistics(data, made.sample(noise.fold(1, "gan"), (B, M)), made), made, N, M
    )


@pytest.fixture(scope="module")
def fitted():
    """A sampler that draws from N(x̄, s²): what a perfect parametric GAN would do."""
    made = normal()
    data = made.sample(noise.fold(2, "data"), (B, N))
    mean, sd = data.mean(1, keepdims=True), data.std(1, ddof=1, keepdims=True)
    samples = mean + sd * made.sample(noise.fold(2, "gan"), (B, M))
    return summary(member_statistics(data, samples, made), made, N, M)


def test_three_members_by_hand():
    table = summary(by_hand(), normal(), 100, 50)
    mean, coverage, closer = tables.MEAN, tables.COVERAGE, tables.CLOSER
    assert table.cell(mean, "GAN", "mean").value == pytest.approx(0.2)
    assert table.cell(mean, "GAN", "variance").value == pytest.approx(0.07)
    bias = table.cell(mean, "GAN", "paired bias")  # −0.1, 0, 0.4
    assert (bias.value, bias.error) == (pytest.approx(0.1), pytest.approx(math.sqrt(0.07 / 3)))
    assert math.isnan(table.cell(mean, "GAN", "correlation").value)
    assert table.cell(mean, "truth", "variance").value == 0.01
    # 0.196 around 0, 0.1, 0.5; 0.198 sd; 1.96 √0.07 = 0.519
    assert table.cell(coverage, "GAN", "known σ").value == pytest.approx(2 / 3)
    assert table.cell(coverage, "GAN", "own sd").value == 1.0
    assert table.cell(coverage, "GAN", "sd of members").value == 1.0
    assert table.cell(coverage, "data", "own sd").value == pytest.approx(2 / 3)
    assert table.cell(closer, "than F_n, data", tables_what(table)).value == pytest.approx(1 / 3)
    assert table.cell(closer, "than smoothed", tables_what(table)).value == pytest.approx(2 / 3)
    error = table.cell(tables.ERRORS, "F*, GAN", "95 %")
    assert (error.value, error.error) == (pytest.approx(1.6448536**2, rel=1e-6), 0.0)
    assert table.cell(tables.DISTANCE, "F*, GAN", "median").value == pytest.approx(0.2)


def tables_what(table):
    return next(c.what for c in table.cells if c.group == tables.CLOSER)


def near(cell, wanted, errors=4.0):
    """Within four standard errors: one correct seed in 16,000 fails."""
    assert abs(cell.value - wanted) < errors * cell.error, (str(cell), wanted)


def test_an_exact_sampler_has_the_numbers_of_m_draws(exact):
    near(exact.cell(tables.MEAN, "GAN", "mean"), 0.0)
    near(exact.cell(tables.MEAN, "GAN", "variance"), 1 / M)
    near(exact.cell(tables.MEAN, "GAN", "correlation"), 0.0)
    near(exact.cell(tables.DISTANCE, "F*, GAN", "mean"), mean_distance(M))
    near(exact.cell(tables.DISTANCE, "F_n, data", "mean"), mean_distance(N))
    # X̄* ~ N(0, 1/m): 1.96/√n is 1.96 √(m/n) = 7.8 sd wide, and always covers
    assert exact.cell(tables.COVERAGE, "GAN", "known σ").value == 1.0
    near(exact.cell(tables.COVERAGE, "GAN", "sd of members"), 0.95)


def test_a_fitted_sampler_covers_as_theory_says(fitted):
    wider = math.sqrt(1 + N / M)  # var(X̄*) = (1/n)(1 + n/m) for s² = 1 in expectation
    near(fitted.cell(tables.MEAN, "GAN", "variance"), wider**2 / N)
    near(fitted.cell(tables.MEAN, "GAN", "paired bias"), 0.0)
    near(fitted.cell(tables.MEAN, "GAN", "correlation"), 1 / wider)
    # X̄* is a mixture over s² of normals; to first order normal, which is 0.0003 off here
    near(fitted.cell(tables.COVERAGE, "GAN", "known σ"), 2 * stats.norm.cdf(1.96 / wider) - 1)
    # sd(X*)/s is near 1, so X̄*/own sd is t(n − 1) widened by the same factor, which the corrected
    # interval takes back; its √(n/(n − 1)) is too much here, since this sampler has s of divisor n − 1
    student = stats.t(N - 1)
    for what, factor in (("own sd, plain", 1 / wider), ("own sd", math.sqrt(N / (N - 1)))):
        expected = 2 * student.cdf(student.ppf(0.975) * factor) - 1
        near(fitted.cell(tables.COVERAGE, "GAN", what), expected)
    near(fitted.cell(tables.COVERAGE, "data", "known σ"), 0.95)
    near(fitted.cell(tables.COVERAGE, "data", "own sd"), 0.95)


def test_a_generator_of_f_n_covers_as_often_as_it_says():
    # the plug-in law itself: variance of divisor n, m samples of it
    made, members = normal(), 20_000
    data = made.sample(noise.fold(9, "data"), (members, N))
    plug_in = data.std(axis=1, ddof=0)
    means = data.mean(axis=1) + plug_in * made.sample(noise.fold(9, "m"), (members,)) / math.sqrt(M)
    ends = tables.intervals(means, plug_in, made, N, M)
    covered = {k: ((low <= 0) & (high >= 0)).mean() for k, (low, high) in ends.items()}
    error = math.sqrt(0.95 * 0.05 / members)
    assert abs(covered["own sd"] - 0.95) < 4 * error
    assert covered["own sd, plain"] < 0.95 - 4 * error


def test_a_biased_sampler_is_caught():
    made = normal()
    data = made.sample(noise.fold(3, "data"), (500, N))
    samples = 0.3 + made.sample(noise.fold(3, "gan"), (500, M)) + data.mean(1, keepdims=True)
    table = summary(member_statistics(data, samples, made), made, N, M)
    bias = table.cell(tables.MEAN, "GAN", "paired bias")
    assert bias.value > 10 * bias.error
    low = table.cell(tables.COVERAGE, "tolerance", "known σ").low
    for what in ("known σ", "own sd", "sd of members"):
        assert table.cell(tables.COVERAGE, "GAN", what).value < low


def test_the_lectures_numbers_stand_beside_its_own_setting_only(fitted):
    table = summary(by_hand(), normal(), 100, 10_000)
    assert table.cell(tables.MEAN, "lecture, GAN", "variance").value == 0.0124
    assert table.cell(tables.COVERAGE, "lecture, GAN", "not named").value == 0.9509
    assert "0.9216" in str(table) and "published" in table.facts
    for other in (fitted, summary(by_hand(), truth("t"), 100, 10_000)):
        assert not any("lecture" in cell.of for cell in other.cells)


def test_a_truth_without_a_bound_has_no_row_for_it(exact):
    assert exact.cell(tables.MEAN, "Cramér-Rao bound", "variance").value == 1 / N
    with pytest.raises(InputError):
        summary(by_hand(), truth("mixture"), 9, 9).cell(tables.MEAN, "Cramér-Rao bound", "variance")


def test_text_fits_and_json_is_strict(exact):
    assert max(len(line) for line in str(exact).splitlines()) <= 100
    back = json.loads(json.dumps(exact.to_json(), allow_nan=False))
    assert (back["members"], back["n"], back["m"]) == (B, N, M)
    assert len(back["cells"]) == len(exact.cells)


def test_the_tolerance_band_is_the_lectures():
    low, high = tables.band(10_000)
    assert (round(low, 4), high) == (0.9457, pytest.approx(0.9543, abs=1e-4))


@pytest.mark.parametrize(("n", "m", "members"), [(1, 9, 3), (9, 1, 3), (9, 9, 1)])
def test_too_little_for_errors_is_one_sentence(n, m, members):
    few = {name: values[:members] for name, values in by_hand().items()}
    with pytest.raises(InputError, match="pass at least 2"):
        summary(few, normal(), n, m)
