"""Nearness: exact where it can be counted, and no false alarm whatever the generator."""

from __future__ import annotations

import numpy as np
import pytest

from zerosum.errors import InputError
from zerosum.metrics.nearness import nearness


def rows(n, seed=0, d=2):
    return np.random.default_rng(seed).normal(size=(n, d))


def test_rows_copied_equally_often_have_the_probability_of_their_labels():
    """k copies of different training rows: by chance all k are of one side with f^k."""
    train, held = rows(30), rows(20, 1)
    found = nearness(np.repeat(train[:12], 3, axis=0), train, held)
    assert found.share == 1.0 and found.copied == pytest.approx(1.0)
    assert found.rows == pytest.approx(12.0)
    assert found.p == pytest.approx(0.6**12, rel=1e-6)


def test_a_generator_of_one_row_is_never_found_out():
    train, held = rows(50), rows(50, 1)
    found = nearness(np.repeat(train[:1], 500, axis=0), train, held)
    assert found.share == 1.0 and found.p == pytest.approx(0.5, rel=1e-6)


def test_the_share_below_what_is_expected_says_nothing():
    train, held = rows(50), rows(50, 1)
    assert nearness(held, train, held).p == 1.0


def test_half_of_the_rows_copied_is_copied_one_half():
    """The other half is as near to either side; its share has the deviation that the error says."""
    train, held = rows(2000), rows(2000, 1)
    found = nearness(np.concatenate((train[:500], rows(500, 2))), train, held)
    assert abs(found.copied - 0.5) < 4 * found.copied_error
    assert found.p < 1e-6


@pytest.mark.parametrize("width", [1.0, 0.02])
def test_p_is_no_smaller_than_chance_has_it(width):
    """The sides are dealt anew 400 times: p ≤ 0.05 comes in 5 % of them at most (+ 3 deviations).

    The narrow generator lies round one spot, so that its rows share a few nearest rows.
    """
    pool, fake = rows(120), width * rows(200, 1)
    rng = np.random.default_rng(3)
    found, shares = [], []
    for _ in range(400):
        order = rng.permutation(120)
        near = nearness(fake, pool[order[:90]], pool[order[90:]])
        found.append(near.p)
        shares.append(near.share)
    limit = 0.05 + 3 * np.sqrt(0.05 * 0.95 / 400)
    assert np.mean(np.array(found) <= 0.05) <= limit
    # mean and deviation are exact: 400 draws know them to 1/√400 and 1/√800 of the deviation
    assert abs(np.mean(shares) - 0.75) < 4 * near.error / np.sqrt(400)
    assert np.std(shares) == pytest.approx(near.error, rel=4 / np.sqrt(800))


def test_equal_distances_are_dealt_by_chance():
    """Each row is in both sets: the nearest one is of either as often."""
    pool = rows(400)
    found = nearness(pool, pool, pool)
    assert abs(found.share - 0.5) < 4 * np.sqrt(0.25 / 400)


def test_other_widths_are_refused():
    with pytest.raises(InputError):
        nearness(rows(5, d=3), rows(5), rows(5))
