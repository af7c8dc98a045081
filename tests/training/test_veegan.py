"""VEEGAN's rounds: three players who move in the paper's order, alone and in a population."""

from __future__ import annotations

import pytest
import torch

from tests.training.members import Crowd
from tests.training.rounds import make, weights
from tests.training.tiny import digest_of_state, prepared
from zerosum.training.checkpoint import parts_to_state, state_to_parts
from zerosum.training.field import RoundField

PLAYERS = ("discriminator", "reconstructor", "generator")
NETWORKS = {
    "discriminator": {"name": "mlp-pair", "width": 8, "depth": 2},
    "reconstructor": {"name": "mlp-encoder", "width": 8, "depth": 1},
}


def veegan(**over):
    return make("veegan", **{**NETWORKS, **over})


def own(some, player):
    return weights(some.state.networks[player])


def test_every_player_moves_in_its_own_turn_only():
    some = veegan()
    field = RoundField(some.game, some.state, some.plan, some.draw(0))
    for turn, player in enumerate(some.game.turns):
        before = {p: own(some, p) for p in PLAYERS}
        field.differentiate(player, turn)
        field.move(player)
        changed = {
            p
            for p in PLAYERS
            if any(not torch.equal(w, before[p][k]) for k, w in own(some, p).items())
        }
        assert changed == {player}


def test_the_reconstructor_looks_at_samples_of_the_generator_as_it_stands():
    """Its turn and the generator's share a draw, and nobody they look at moves between them."""
    some = veegan()
    draws = some.draw(0)
    assert draws[1][0] is draws[2][0] and draws[0][0] is not draws[1][0]


@pytest.mark.parametrize(
    "over",
    [
        {},
        {"game": {"discriminator_steps": 2, "fresh_latents": True}},
        {"game": {"spectral": True}},
        {"game": {"clip": 0.1}},
        {"game": {"solver": "extragradient"}},
        {"game": {"solver": "consensus"}},
        {"run": {"ema_half_life": 50}},
    ],
    ids=["plain", "two turns", "spectral", "clip", "extragradient", "consensus", "average"],
)
def test_a_population_is_its_members(over):
    """Float64: the same sums in another order, some 1e-15 each, amplified over the rounds by Adam."""
    crowd = Crowd("veegan", 3, **{**NETWORKS, **over})
    crowd.play(4)
    assert max(crowd.difference(i, 4) for i in range(3)) < 1e-8


def test_members_may_differ_in_the_weight():
    vary = [
        {"game": {"veegan": {"reconstruction": w, "spread": 1 - w / 4}}} for w in (0.0, 0.5, 3.0)
    ]
    crowd = Crowd("veegan", 3, vary, **NETWORKS)
    crowd.play(4)
    assert max(crowd.difference(i, 4) for i in range(3)) < 1e-8


def test_without_a_weight_the_reconstructor_stands_still():
    some = veegan(game={"veegan": {"reconstruction": 0.0}})
    before = own(some, "reconstructor")
    some.play(3)
    assert all(torch.equal(w, before[k]) for k, w in own(some, "reconstructor").items())


def test_it_learns_to_reconstruct():
    """A generator that stands still and takes 2 numbers to 2 can be undone: most of z comes back."""
    some = veegan(
        latent=2,
        generator_optimizer={"lr": 3e-3},
        reconstructor={"name": "mlp-encoder", "width": 32},
    )
    first = float(some.play()["reconstructor/reconstruction"])
    last = float(some.play(200)["reconstructor/reconstruction"])
    assert last < 0.5 * first


@pytest.mark.parametrize("data", ["ring", "digits"])
def test_an_interrupted_run_ends_the_same(data):
    small = {"width": 8, "depth": 1}
    settings = dict.fromkeys(PLAYERS, small) | {
        "latent": 4, "run": {"steps": 6, "batch": 16, "ema_half_life": 64},
    }  # fmt: skip

    def job():
        return prepared(settings, spec=data, recipe="veegan")

    untouched, broken, resumed = job(), job(), job()
    untouched.run()
    broken.run(stop=lambda: broken.state.step >= 3)
    parts_to_state(resumed.state, *state_to_parts(broken.state))
    resumed.run()
    assert resumed.state.step == 6
    assert digest_of_state(resumed.state) == digest_of_state(untouched.state)
