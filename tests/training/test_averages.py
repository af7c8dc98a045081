"""Moving averages of a generator: half-lives in samples, early forgetting, buffers copied."""

from __future__ import annotations

import pytest
import torch
from torch.testing import assert_close

from tests.training.rounds import EXACT, make, moved, weights
from zerosum.training.step import (
    update_averages,
)


@pytest.mark.parametrize("parts", [1, 4])
def test_after_a_half_life_the_old_average_weighs_one_half(parts):
    some = make()
    half_life = 1000.0
    some.state.seen = 10**9  # the warm-up is long over
    average, network = some.state.averages["generator"], some.state.networks["generator"]
    old, new = weights(average), weights(network)
    with torch.no_grad():
        for p in network.parameters():
            p.add_(1)
    for _ in range(parts):
        update_averages(some.state, half_life, 1000 // parts)
    expected = {k: (old[k] + new[k] + 1) / 2 for k in old}
    assert_close(weights(average), expected, **EXACT)


def test_early_averages_forget_the_start():
    # at `seen` samples the half-life is 5 % of them at most: 20 for 400, so 40 rows leave a quarter
    some = make()
    some.state.seen = 400
    old = weights(some.state.averages["generator"])
    with torch.no_grad():
        for p in some.state.networks["generator"].parameters():
            p.zero_()
    update_averages(some.state, 1000.0, 40)
    expected = {k: v / 4 for k, v in old.items()}
    assert_close(weights(some.state.averages["generator"]), expected, **EXACT)


@pytest.mark.parametrize("half_life", [0.0, 500.0])
def test_after_the_first_round_the_average_is_the_generator(half_life):
    some = make(run={"ema_half_life": half_life})
    some.play()
    average, network = some.state.averages["generator"], some.state.networks["generator"]
    assert_close(weights(average), weights(network), rtol=0, atol=0)
    some.play()
    behind = moved(some, average)
    assert (behind > 0) == (half_life > 0)


def test_buffers_are_copied_into_the_average():
    some = make()
    average, network = some.state.averages["generator"], some.state.networks["generator"]
    for module, value in ((average, 0.0), (network, 3.0)):
        module.register_buffer("running", torch.full((2,), value))
        module.register_buffer("count", torch.tensor(int(value)))
    some.state.seen = 10**9
    update_averages(some.state, 1000.0, 8)
    assert average.running.tolist() == [3.0, 3.0] and average.count == 3
