"""Unrolled rounds: k = 0 is the plain run bit for bit, populations are their members, resumes are exact."""

from __future__ import annotations

import pytest
import torch

from tests.training.members import Crowd
from tests.training.rounds import make, moved, weights
from tests.training.tiny import digest_of_state, prepared
from zerosum.training.checkpoint import parts_to_state, state_to_parts

# steps large enough to be seen in a few rounds
AHEAD = {"steps": 2, "rate": 0.5}
PENALTIES = [{"name": "r1", "weight": 0.3}, {"name": "r2", "weight": 0.3}]
GAMES = {
    "ns": {"objective": "ns"},
    "rp + R1 + R2": {"objective": "rp", "penalties": PENALTIES},
    "packs of 2": {"objective": "ns", "pack": 2},
    "spectral": {"objective": "hinge", "spectral": True},
    "fresh latents": {"objective": "ns", "fresh_latents": True},
    "extragradient": {"objective": "ns", "solver": "extragradient"},
}
SMALL = {
    "latent": 4,
    "generator": {"name": "mlp", "width": 8, "depth": 2},
    "discriminator": {"name": "mlp", "width": 8, "depth": 2},
    "run": {"steps": 6, "batch": 16},
}


def unrolled(**game):
    return {**game, "unrolled": AHEAD}


def test_no_steps_are_the_plain_run_bit_for_bit():
    plain, none = make("ns-r1"), make("ns-r1", game={"unrolled": {"steps": 0}})
    plain.play(4), none.play(4)
    assert digest_of_state(plain.state) == digest_of_state(none.state)


@pytest.mark.parametrize("name", GAMES)
def test_looking_ahead_moves_the_generator_elsewhere_and_the_discriminator_alike(name):
    """After one round only the generator can differ: the discriminator has moved before it, unless both
    are asked again at another point, as an extragradient does."""
    plain, ahead = make(game=GAMES[name]), make(game=unrolled(**GAMES[name]))
    before = ahead.copies()[0]
    plain.play(), ahead.play()
    assert moved(ahead, before) > 0
    assert moved(ahead, plain.state.networks["generator"]) > 1e-6
    if name != "extragradient":
        mine, other = (weights(s.state.networks["discriminator"]) for s in (ahead, plain))
        assert all(torch.equal(w, other[k]) for k, w in mine.items())


@pytest.mark.parametrize("name", GAMES)
def test_a_population_is_its_members(name):
    """Float64: the same sums in another order, some 1e-15 each, amplified over the rounds by Adam."""
    crowd = Crowd("custom", 3, game=unrolled(**GAMES[name]))
    crowd.play(3)
    assert max(crowd.difference(i, 3) for i in range(3)) < 1e-8


def test_members_may_differ_in_the_step_size():
    rates = [{"game": {"unrolled": {"rate": r}}} for r in (0.1, 0.5, 2.0)]
    game = {"objective": "ns", "unrolled": {"steps": 2}}
    crowd = Crowd(
        "custom",
        3,
        [
            {"game": {**game, "unrolled": {**game["unrolled"], **r["game"]["unrolled"]}}}
            for r in rates
        ],
    )
    crowd.play(3)
    assert max(crowd.difference(i, 3) for i in range(3)) < 1e-8
    rows = crowd.members.rows["generator"]
    assert not torch.equal(rows[0], rows[1])


@pytest.mark.parametrize("name", ["rp + R1 + R2", "extragradient"])
def test_an_interrupted_run_ends_the_same(name):
    def job():
        return prepared(SMALL, game=unrolled(**GAMES[name]))

    untouched, broken = job(), job()
    untouched.run()
    broken.run(stop=lambda: broken.state.step >= 3)
    resumed = job()
    parts_to_state(resumed.state, *state_to_parts(broken.state))
    resumed.run()
    assert digest_of_state(resumed.state) == digest_of_state(untouched.state)
