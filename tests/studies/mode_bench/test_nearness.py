"""What looks like a digit: scans do, noise and blends do not, and the limit is that of held-out scans."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from zerosum.data.stacked import digit_scans, stacks
from zerosum.studies.mode_bench.nearness import PERFECT, Nearness, nearness_of
from zerosum.studies.mode_bench.protocols import protocol


def rows(pictures):
    return pictures.reshape(len(pictures), -1).astype(float)


def test_the_limit_is_what_99_of_100_held_out_scans_keep_to():
    scans = digit_scans()
    distances = cdist(rows(scans.held), rows(scans.train)).min(axis=1)
    limit = nearness_of(scans).limit
    assert 0.99 <= (distances <= limit).mean() < 0.99 + 2 / len(distances)
    assert nearness_of(scans) is nearness_of(digit_scans()) or nearness_of(scans).limit == limit


def test_a_stack_is_near_if_all_three_of_its_digits_are():
    base = np.array([[0.0, 0.0, 0.0, 0.0], [10.0, 0.0, 0.0, 0.0]])
    rule = Nearness(base, limit=2.0)
    picture = np.zeros((4, 2, 2, 3))
    picture[1, 0, 0, 2] = 12.0  # at distance 2 of the second: still near
    picture[2, 0, 0, 2] = 12.1  # one channel too far
    picture[3, 1, 1] = 2.1  # all three too far
    assert rule.share(picture) == 0.5
    assert "within 2.0 of one of 2 training scans" in rule.sentence()


def test_scans_are_near_and_noise_is_not_though_it_fills_modes():
    scans, found = digit_scans(), protocol("stacked-digits")
    seen, _ = stacks(scans.train, scans.train_labels, 500, 1)
    assert nearness_of(scans).share(seen) == 1.0
    error = math.sqrt(PERFECT * (1 - PERFECT) / 2000)
    assert abs(nearness_of(scans).share(found.truth(5, 2000)) - PERFECT) < 4 * error
    noise = np.random.default_rng(0).integers(0, 17, (26_000, 8, 8, 3)).astype(np.uint8)
    scores = found.judge(noise)
    assert scores["near a scan"] == 0.0 and scores["modes"] > 500


def test_the_rule_is_told_beside_the_classifier():
    notes = protocol("stacked-digits").notes()
    assert any("changes none of them" in note for note in notes) and len(notes) == 3
    assert protocol("grid").nearness is None
    assert {s.name: s.perfect for s in protocol("stacked-digits").scores}[
        "near a scan"
    ] == pytest.approx(97.0299)
