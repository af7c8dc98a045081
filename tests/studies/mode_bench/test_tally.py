"""Rows and answers: means and intervals by hand, answers of hand-made systems whose truth is plain."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import t

from tests.studies.mode_bench.benches import judged, part
from zerosum.studies.mode_bench.tally import mean


def answers(found):
    return {(v.system, v.score): v.answer for v in found.verdicts}


def test_a_mean_and_its_interval():
    values = np.array([7.0, 8.0, 8.0, 5.0])
    found = mean(values)
    half = t.ppf(0.975, 3) * values.std(ddof=1) / 2.0
    assert (found.value, found.median) == (7.0, 7.5)
    assert found.low == pytest.approx(7.0 - half) and found.high == pytest.approx(7.0 + half)


def test_rows_count_seeds_with_all_modes_and_keep_failures():
    _, found = part(gan=judged("gan", [8, 7, 8, 0], failed=[False, False, False, True]))
    real, gan = found.lines
    assert (real.full, gan.full) == (4, 2) and gan.means["modes"].value == 5.75
    assert gan.judged.failed.sum() == 1 and found.seeds == 4


def test_plain_answers():
    seeds = np.arange(10) % 2
    _, found = part(
        gan=judged("gan", 3 + seeds),
        pacgan2=judged("pacgan2", 7 + seeds),  # better in every seed
        mm=judged("mm", 1 + seeds),  # worse in every seed
        lsgan=judged("lsgan", 3 + seeds[::-1]),  # better in half of them
    )
    said = answers(found)
    assert said["pacgan2", "modes"] == said["pacgan2", "reverse KL"] == "yes"
    assert said["mm", "modes"] == said["mm", "reverse KL"] == "no, worse"
    assert said["lsgan", "modes"] == "not shown"
    verdict = next(v for v in found.verdicts if (v.system, v.score) == ("pacgan2", "modes"))
    # all ten differences have one sign: 2 of 2^10 patterns; three pairs, two of them so sure
    assert verdict.p == 2 / 2**10 and verdict.p_holm == pytest.approx(3 * verdict.p)
    assert (verdict.baseline, verdict.difference) == ("gan", 4.0)


def test_three_seeds_can_show_nothing():
    _, found = part(gan=judged("gan", [1, 2, 1]), pacgan4=judged("pacgan4", [8, 8, 8]))
    assert set(answers(found).values()) == {"not shown"}


def test_a_divergence_of_hardly_any_good_samples_says_nothing():
    """0.5 % of 2,500 samples are 12.5, fewer than five for each of 8 modes."""
    few = judged("wgan", [8] * 10, good=[0.5] * 10, kl=[0.0] * 10)
    _, found = part(gan=judged("gan", [4] * 10), wgan=few)
    said = answers(found)
    assert said["wgan", "reverse KL"] == "too few good samples" and said["wgan", "modes"] == "yes"
    assert found.lines[2].thin and not found.lines[1].thin


def test_no_baseline_no_answer():
    _, found = part(gan=judged("gan", [8, 8]), flow=judged("flow", [8, 8]))
    assert found.verdicts == ()
    _, found = part(gan=judged("gan", [8, 8], trouble="it broke"), mm=judged("mm", [8, 8]))
    assert found.verdicts == ()


def test_one_mode_of_eight_is_log_eight():
    assert judged("gan", [1]).scores["reverse KL"][0] == pytest.approx(math.log(8))
