"""A weighted feed shows each row as often as its weight says, as a function of seed and number."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from zerosum import noise
from zerosum.data.feed import Feed, in_proportion
from zerosum.data.load import load

ROWS = np.arange(60, dtype=np.float64)[:, None]
INDEX = np.arange(10, 50)


def fed(seed: int = 3, weights: torch.Tensor | None = None) -> Feed:
    plain = Feed(load(ROWS), INDEX, 16, seed)
    return plain if weights is None else plain.weighted(weights)


def slanted() -> torch.Tensor:
    weights = noise.uniform(noise.fold(0, "w"), (40,), dtype=torch.float64)
    weights[:10] = 0
    return weights / weights.sum()


def test_equal_weights_are_none():
    equal = fed(weights=torch.full((40,), 1 / 40, dtype=torch.float64))
    for draw in (0, 1, 7, 2):
        assert torch.equal(equal.batch(draw).real, fed().batch(draw).real)


def test_an_epoch_holds_each_row_in_proportion_rounded_up_or_down():
    weights = slanted()
    for key in range(50):
        counts = torch.bincount(in_proportion(weights, key), minlength=40)
        assert counts.sum() == 40
        assert bool(((counts - 40 * weights).abs() < 1).all())
        assert counts[:10].sum() == 0


def test_in_the_mean_over_epochs_it_is_the_weight():
    weights, epochs = slanted(), 400
    feed = fed(weights=weights)
    seen = np.concatenate([feed.positions(i) for i in range(epochs * 40 // 16)])
    counts = np.bincount(seen, minlength=40) / epochs
    # a count of an epoch is one of two neighbouring numbers: its standard deviation is at most 1/2
    assert np.abs(counts - 40 * weights.numpy()).max() < 5 * 0.5 / np.sqrt(epochs)


def test_batches_are_a_function_of_seed_and_number():
    feed, again, other = fed(3, slanted()), fed(3, slanted()), fed(4, slanted())
    forward = [feed.batch(i).real for i in range(6)]
    for i in reversed(range(6)):
        assert torch.equal(again.batch(i).real, forward[i])
    assert not torch.equal(other.batch(0).real, forward[0])
    assert torch.equal(feed.again(4).batch(0).real, other.batch(0).real)


def test_a_single_row_can_have_all_the_weight():
    weights = torch.zeros(40, dtype=torch.float64)
    weights[7] = 1
    assert fed(weights=weights).positions(0).tolist() == [7] * 16


@pytest.mark.parametrize("n", [2, 3, 1000])
def test_rounding_reaches_no_row_beyond_the_last(n):
    weights = torch.full((n,), 1 / n, dtype=torch.float64)
    assert all(int(in_proportion(weights, key).max()) == n - 1 for key in range(100))
