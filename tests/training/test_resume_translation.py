"""CycleGAN: killed after k steps and resumed equals uninterrupted, bit for bit, pools and all."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.training.tiny import digest_of_state
from zerosum.errors import InputError
from zerosum.recipes.config import merge
from zerosum.runs.job import prepare
from zerosum.training.checkpoint import parts_to_state, state_to_parts

TINY = {
    "generator": {"width": 2, "depth": 1},
    "discriminator": {"width": 2, "depth": 1},
    "game": {"cycle": {"pool": 4}},
    "run": {"steps": 9, "batch": 2, "threads": 1, "previews": 0},
}


def pictures(n, seed, channels=1, side=8):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (n, side, side, channels), dtype=np.uint8)


def built(**over):
    settings = merge(TINY, over)
    return prepare(pictures(12, 0), to=pictures(17, 1), recipe="cyclegan", settings=settings)


def trained(rounds, **over):
    job = built(**over)
    job.run(stop=lambda: job.state.step >= rounds)
    return job


@pytest.mark.parametrize("k", [1, 2, 5])  # before the pools are full, and after
@pytest.mark.parametrize("steps", [1, 2], ids=["one turn", "two turns"])
def test_killed_after_k_steps_equals_uninterrupted(k, steps):
    over = {"game": {"discriminator_steps": steps}}
    whole, first, again = trained(9, **over), trained(k, **over), built(**over)
    parts_to_state(again.state, *state_to_parts(first.state))
    again.run()
    assert again.state.step == 9
    assert digest_of_state(again.state) == digest_of_state(whole.state)


def test_the_pools_are_in_the_checkpoint_and_matter():
    job = trained(4)
    tensors, position = state_to_parts(job.state)
    assert tensors["carried.pool"].shape == (2, 4, 1, 8, 8)
    assert float(tensors["carried.pool.filled"]) == 4
    assert float(tensors["carried.pool"].abs().min(0).values.max()) > 0
    lost = built()
    parts_to_state(lost.state, {**tensors, "carried.pool": torch.zeros(2, 4, 1, 8, 8)}, position)
    lost.run()
    job.run()
    assert digest_of_state(lost.state) != digest_of_state(job.state)


def test_a_checkpoint_without_its_pools_is_refused():
    tensors, position = state_to_parts(trained(2).state)
    del tensors["carried.pool"]
    with pytest.raises(InputError, match=r"the first is carried\.pool \(checkpoint None"):
        parts_to_state(built().state, tensors, position)


def test_a_pool_of_none_is_played_too():
    job = trained(3, game={"cycle": {"pool": 0}})
    assert job.state.carried["pool"].shape == (2, 0, 1, 8, 8)


def test_micro_batches_find_the_pool_as_the_one_before_left_it():
    job = trained(1, run={"accumulate": 2})
    assert float(job.state.carried["pool.filled"]) == 4
    made = job.state.carried["pool"].flatten(2)
    assert len(torch.unique(made[0], dim=0)) == 4


def test_draws_of_two_domains_are_a_function_of_the_step_and_unrelated():
    job, other = built(), built()
    for step in (3, 0):
        for mine, theirs in zip(job.draws.step(step), other.draws.step(step), strict=True):
            assert torch.equal(mine[0].real, theirs[0].real)
            assert torch.equal(mine[0].other, theirs[0].other)
    rows = {0: [], 1: []}
    for step in range(60):  # 120 rows of a domain of 10 and of one of 14
        turn = job.draws.step(step)[0][0]
        for i, (feed, x) in enumerate(((job.feed, turn.real), (job.other.feed, turn.other))):
            kept = feed.kept[0]
            rows[i] += [int((kept == row).flatten(1).all(1).nonzero()[0]) for row in x]
    assert len(set(rows[0])) == 10 and len(set(rows[1])) == 14
    # neither epochs nor orders are shared: the pairs met are many more than rows
    assert len(set(zip(rows[0], rows[1], strict=True))) > 40


def test_the_rate_falls_over_the_second_half():
    job = built()
    rate = job.plan.learning_rates["generator"]
    assert [rate.at(n) for n in (0, 9, 18)] == [2e-4, 2e-4, 0.0]
    assert rate.at(12) == pytest.approx(2e-4 * 2 / 3)
