"""Judges of models whose scores are known: perfect, blurred, one mode short, collapsed, elsewhere."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import chi2

from zerosum.data.manifolds import ten_manifolds
from zerosum.data.toys import TOYS
from zerosum.errors import InputError
from zerosum.studies.mode_bench.judges import CoverageJudge, triple_scores
from zerosum.studies.mode_bench.protocols import protocol

PLANE = ["ring-veegan", "ring-pacgan", "grid"]
N = 2500


def centres(name):
    found = protocol(name)
    modes = TOYS[found.data].modes
    return found, modes, TOYS[found.data].scale


def around(modes, scale, seed=0, n=N):
    """n samples around the modes, as many round each as can be."""
    rng = np.random.default_rng(seed)
    return modes[np.arange(n) % len(modes)] + scale * rng.normal(size=(n, modes.shape[1]))


def within_error(per_cent, share, n=N):
    assert abs(per_cent / 100 - share) < 4 * math.sqrt(share * (1 - share) / n)


@pytest.mark.parametrize("name", PLANE)
def test_a_perfect_model_of_the_plane(name):
    found, modes, scale = centres(name)
    scores = found.judge(around(modes, scale))
    assert scores["modes"] == len(modes)
    within_error(scores["high quality"], 1 - math.exp(-4.5))
    assert scores["reverse KL, plug-in"] < 2e-3  # even counts, less a few bad samples each


@pytest.mark.parametrize("name", PLANE)
@pytest.mark.parametrize("wider", [0.5, 2.0, 3.0])
def test_a_blurred_model_loses_quality_and_no_mode(name, wider):
    found, modes, scale = centres(name)
    scores = found.judge(around(modes, wider * scale))
    assert scores["modes"] == len(modes)
    within_error(scores["high quality"], 1 - math.exp(-4.5 / wider**2))


@pytest.mark.parametrize("name", PLANE)
def test_a_missing_mode_is_seen_by_count_and_divergence(name):
    found, modes, _ = centres(name)
    k = len(modes)
    scores = found.judge(np.repeat(modes[1:], 100, axis=0))
    assert scores["modes"] == k - 1 and scores["high quality"] == 100
    assert_allclose(scores["reverse KL, plug-in"], math.log(k / (k - 1)), rtol=1e-12)
    floor = (k - 1) / (2 * 100 * (k - 1))
    assert_allclose(scores["reverse KL"], math.log(k / (k - 1)) - floor, rtol=1e-12)


@pytest.mark.parametrize("name", PLANE)
def test_a_collapsed_model_has_one_mode_and_the_largest_divergence(name):
    found, modes, scale = centres(name)
    scores = found.judge(around(modes[:1], scale))
    assert scores["modes"] == 1
    assert_allclose(scores["reverse KL, plug-in"], math.log(len(modes)), rtol=1e-12)


@pytest.mark.parametrize("name", PLANE)
def test_a_model_between_the_modes_has_nothing_good(name):
    found, modes, _ = centres(name)
    scores = found.judge(np.repeat((modes[:1] + modes[1:2]) / 2, 100, axis=0))
    assert scores["modes"] == scores["high quality"] == 0
    assert math.isnan(scores["reverse KL"]) and math.isnan(scores["reverse KL, plug-in"])


def test_divergence_is_over_good_samples_only():
    found, modes, _ = centres("ring-pacgan")
    bad = np.tile(modes[0] * 1.3, (400, 1))  # nearest to mode 0
    scores = found.judge(np.concatenate((np.repeat(modes, 50, axis=0), bad)))
    assert scores["high quality"] == 50 and scores["reverse KL, plug-in"] == 0


def test_manifolds_keep_perfect_models_where_ten_sigma_keeps_none():
    law, found = ten_manifolds(), protocol("manifolds-1200")
    scores = found.judge(law.sample(1, N))
    assert scores["modes"] == 10 and scores["modes, 10 sigma"] == 0
    within_error(scores["high quality"], 1 - math.exp(-4.5))
    assert scores["high quality, 10 sigma"] == 0


def test_manifolds_that_are_missing_collapsed_or_blurred_are_seen():
    law, found = ten_manifolds(), protocol("manifolds-1200")
    x = law.sample(2, N)
    own = np.linalg.norm(x[:, None] - law.means, axis=2).argmin(axis=1)
    assert found.judge(x[own != 3])["modes"] == 9
    flat = found.judge(np.repeat(law.means, 20, axis=0))  # no spread at all: both rules are content
    assert flat["high quality"] == flat["high quality, 10 sigma"] == 100
    wider = found.judge(law.means[own] + 1.1 * (x - law.means[own]))["high quality"]
    reach = chi2.ppf(1 - math.exp(-4.5), 700)  # squared, in sigma²
    within_error(wider, chi2.cdf(reach / 1.21, 700))  # 9.6 %: high dimensions are strict


def test_counts_of_a_thousand_modes():
    even = np.repeat(np.arange(1000), 26)
    scores = triple_scores(even)
    assert scores["modes"] == 1000 and abs(scores["reverse KL, plug-in"]) < 1e-12
    assert_allclose(scores["reverse KL"], -999 / 52_000)
    without_a_digit = even[even % 10 != 7]
    assert triple_scores(without_a_digit)["modes"] == 900
    assert_allclose(triple_scores(without_a_digit)["reverse KL, plug-in"], math.log(10 / 9))
    assert triple_scores(even[even != 123])["modes"] == 999
    collapsed = triple_scores(np.full(26_000, 5))
    assert collapsed["modes"] == 1
    assert_allclose(collapsed["reverse KL, plug-in"], math.log(1000))


def test_chance_gives_the_floor_of_a_thousand_modes():
    rng = np.random.default_rng(0)
    found = [triple_scores(rng.integers(0, 1000, 26_000)) for _ in range(20)]
    plug_in = np.array([scores["reverse KL, plug-in"] for scores in found])
    # chi² of 999 degrees over 2n: mean .0192, deviation sqrt(2 * 999)/2n = .00086; next order 1e-4
    assert abs(plug_in.mean() - 999 / 52_000) < 4 * 0.00086 / math.sqrt(20) + 3e-4
    assert min(scores["modes"] for scores in found) == 1000


def test_coverage_of_the_truth_and_of_half_of_it():
    rng = np.random.default_rng(0)

    def draw(n, modes=2):
        return rng.normal(size=(n, 2)) + 20.0 * rng.integers(0, modes, (n, 1))

    judge = CoverageJudge(draw(10_000))
    # the quantile of 1,000 rows is off by sqrt(.05 * .95 / 1000) = .7 %, the share of 10,000 by .2 %
    error = math.hypot(0.0069, 0.0022)
    assert abs(judge(draw(N))["C"] - 0.95) < 4 * error
    assert abs(judge(draw(N, modes=1))["C"] - 0.475) < 4 * error
    with pytest.raises(InputError, match=r"2,500 samples, and 2,499"):
        judge(draw(N - 1))
