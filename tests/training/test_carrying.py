"""What a game carries: followed once a round, in the state, in checkpoints, in populations."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
import torch
from torch.testing import assert_close

from tests.training.members import Crowd
from tests.training.rounds import make
from tests.training.tiny import digest_of_state, prepared
from zerosum.errors import InputError
from zerosum.games.began import BEGAN
from zerosum.games.carrying import Carry
from zerosum.runs.gap import gap_of_job
from zerosum.training.checkpoint import parts_to_state, state_to_parts
from zerosum.training.compiled import CompiledRound

# k moves a long way in a few rounds
FAST = {"game": {"began": {"gamma": 0.5, "lambda_k": 0.1}}}
SMALL = {
    "latent": 4,
    "generator": {"name": "mlp", "width": 8, "depth": 1},
    "discriminator": {"name": "mlp-autoencoder", "width": 8, "depth": 1},
    "run": {"steps": 6, "batch": 16},
}


def began(**over):
    return make("began", **{**FAST, **over})


@dataclass(frozen=True)
class Counting(BEGAN):
    """BEGAN whose k counts rounds: 0, 1, 2, ..."""

    def carry(self, coefficients, record):
        return Carry({"k": coefficients["k"] + 1}, {})


def test_k_follows_the_round_that_was_played():
    some, k = began(), 0.0
    for _ in range(5):
        record = some.play()
        assert_close(float(record["game/balance/k"]), k)
        real, fake = (float(record[n]) for n in ("discriminator/error/real", "generator/loss"))
        k = min(1.0, max(0.0, k + 0.1 * (0.5 * real - fake)))
        # the first k is a float32 zero and all that follows float64
        assert_close(float(some.state.carried["k"]), k, rtol=1e-12, atol=1e-12)
    assert 0 < k < 1


def test_the_loss_is_told_what_is_carried():
    some = began()
    some.state.carried = {"k": torch.tensor(0.75)}
    record = some.play()
    real, fake = (float(record[f"discriminator/error/{side}"]) for side in ("real", "fake"))
    assert_close(float(record["discriminator/loss"]), real - 0.75 * fake)


def test_it_is_followed_once_a_round_however_many_turns_there_are():
    some = began(game={"discriminator_steps": 3, **FAST["game"]})
    some.game = Counting(discriminator_steps=3)
    for rounds in range(4):
        assert float(some.state.carried["k"]) == rounds
        some.play()


def test_gamma_may_follow_a_schedule():
    gamma = {"start": 1.0, "end": 0.0, "over": 16, "shape": "linear"}  # two rounds of 8 rows
    some = began(game={"began": {"gamma": gamma, "lambda_k": 0.0}})
    for expected in (1.0, 0.5, 0.0, 0.0):
        record = some.play()
        real, fake = (float(record[n]) for n in ("discriminator/error/real", "generator/loss"))
        assert_close(float(record["game/balance/M"]), real + abs(expected * real - fake))


def test_a_game_that_carries_nothing_has_nothing_in_its_state_nor_in_its_checkpoint():
    job = prepared()
    job.run(stop=lambda: job.state.step >= 1)
    assert job.state.carried == {}
    assert not [name for name in state_to_parts(job.state)[0] if "carried" in name]


# --- checkpoints ---

GROWING = {"game": {"began": {"gamma": 1.0, "lambda_k": 0.5}}}


def trained(rounds):
    job = prepared(SMALL, recipe="began", **GROWING)
    job.run(stop=lambda: job.state.step >= rounds)
    return job


def test_bug_12_k_is_in_the_checkpoint_and_comes_back():
    """A resume that began with k = 0 again would play another game."""
    job, fresh = trained(3), prepared(SMALL, recipe="began", **GROWING)
    k = float(job.state.carried["k"])
    tensors, position = state_to_parts(job.state)
    assert float(tensors["carried.k"]) == k > 0
    parts_to_state(fresh.state, tensors, position)
    assert float(fresh.state.carried["k"]) == k
    for one in (job, fresh):
        one.run()
    assert digest_of_state(job.state) == digest_of_state(fresh.state)
    # and k matters to what follows
    lost = prepared(SMALL, recipe="began", **GROWING)
    parts_to_state(lost.state, {**tensors, "carried.k": torch.tensor(0.0)}, position)
    lost.run()
    assert digest_of_state(lost.state) != digest_of_state(job.state)


def test_bug_12_a_checkpoint_without_k_is_refused():
    job = trained(2)
    tensors, position = state_to_parts(job.state)
    del tensors["carried.k"]
    with pytest.raises(InputError, match=r"the first is carried\.k \(checkpoint None"):
        parts_to_state(prepared(SMALL, recipe="began", **GROWING).state, tensors, position)


def test_a_checkpoint_is_a_copy():
    job = trained(2)
    tensors, position = state_to_parts(job.state)
    kept = float(tensors["carried.k"])
    fresh = prepared(SMALL, recipe="began", **GROWING)
    parts_to_state(fresh.state, tensors, position)
    fresh.state.carried["k"].add_(1.0)
    assert float(tensors["carried.k"]) == kept


# --- populations ---

GAMMAS = [{"game": {"began": {"gamma": g, "lambda_k": rate}}} for g, rate in
          ((0.2, 0.3), (0.5, 0.5), (0.9, 0.1))]  # fmt: skip


@pytest.mark.parametrize("fresh", [True, False], ids=["fresh", "shared"])
@pytest.mark.parametrize("steps", [1, 3])
def test_every_member_carries_its_own(fresh, steps):
    over = {"fresh_latents": fresh, "discriminator_steps": steps}
    crowd = Crowd("began", 3, [{"game": {**v["game"], **over}} for v in GAMMAS])
    crowd.play(20)
    # float64 sums in another order
    assert max(crowd.difference(i, 20) for i in range(3)) < 1e-10
    k = crowd.members.carried["k"]
    alone = torch.stack([crowd.alone(i, 20).carried["k"] for i in range(3)])
    assert_close(k, alone, rtol=0, atol=1e-10)
    assert len(k.unique()) > 1


@pytest.mark.parametrize("solver", ["simultaneous", "extragradient", "optimistic", "consensus"])
def test_every_solver_carries(solver):
    vary = [{"game": {**v["game"], "solver": solver}} for v in GAMMAS]
    crowd = Crowd("began", 3, vary)
    crowd.play(8)
    assert max(crowd.difference(i, 8) for i in range(3)) < 1e-10
    assert bool((crowd.members.carried["k"] > 0).any())


def test_the_record_of_a_crowd_has_a_value_a_member():
    crowd = Crowd("began", 3, GAMMAS)
    record = crowd.play(3)
    assert record["game/balance/k"].shape == record["game/balance/M"].shape == (3,)


def test_a_frozen_members_k_stays_a_number():
    bad = {"name": "adam", "lr": 1e300, "beta1": 0.5, "beta2": 0.9}
    vary = [dict(v) for v in GAMMAS]
    vary[1] = {**vary[1], "generator_optimizer": bad, "discriminator_optimizer": bad}
    crowd = Crowd("began", 3, vary)
    crowd.play(6)
    assert crowd.members.alive.tolist() == [True, False, True]
    assert bool(crowd.members.carried["k"].isfinite().all())
    assert max(crowd.difference(i, 6) for i in (0, 2)) < 1e-10


# --- what it cannot do ---


def test_the_duality_gap_is_refused():
    with pytest.raises(InputError, match="belongs to one fixed game, but this one changes its k"):
        gap_of_job(trained(1))


def test_the_compiled_round_is_refused():
    job = trained(0)
    with pytest.raises(InputError, match="no place for what a game carries"):
        CompiledRound(job.game, job.state, replace(job.plan))
