"""One round: what is shared, scheduled, clipped, refused and recorded in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
import torch
from torch.testing import assert_close

from tests.training.rounds import EXACT, Spy, assert_same_weights, make, weights
from zerosum.errors import Diverged
from zerosum.games.two_player import TwoPlayer
from zerosum.penalties import spectral
from zerosum.training.field import bound_networks
from zerosum.training.schedule import Schedule
from zerosum.training.step import (
    play_round,
    set_schedules,
)


def joined(turn):
    first = turn[0]
    return [
        replace(
            first,
            real=torch.cat([d.real for d in turn]),
            latent=torch.cat([d.latent for d in turn]),
        )
    ]


def test_a_round_counts_its_samples_once():
    some = make("wgan-gp")
    some.play(3)
    assert (some.state.step, some.state.seen) == (3, 24)
    some = make(run={"accumulate": 3})
    some.play(2)
    assert (some.state.step, some.state.seen) == (2, 48)


def test_the_same_round_gives_the_same_bits():
    ends = []
    for _ in range(2):
        some = make("r3gan", game={"instance_noise": 0.1})
        some.play(3)
        ends.append(weights(some.state.networks["generator"]))
    assert all(torch.equal(a, b) for a, b in zip(*(e.values() for e in ends), strict=True))


@pytest.mark.parametrize("fresh", [False, True])
def test_micro_batches_make_the_move_of_one_larger_batch(fresh):
    game = {"objective": "ns", "penalties": [{"name": "r1"}], "fresh_latents": fresh}
    some = make(game=game, run={"accumulate": 3})
    whole = make(game=game)
    for step in range(3):
        draws = some.draw(step)
        play_round(whole.game, whole.state, whole.plan, [joined(turn) for turn in draws])
    some.play(3)
    assert_same_weights(some, *whole.copies())
    assert some.state.seen == whole.state.seen == 72


@pytest.mark.parametrize("steps", [1, 3])
def test_samples_shared_between_turns_are_those_made_again(steps):
    game = {"objective": "ns", "discriminator_steps": steps, "penalties": [{"name": "r2"}]}
    some, again = make(game=game), make(game=game)
    again.plan = replace(again.plan, fresh_latents=True)  # only the sharing: the draws are the same
    some.play(3), again.play(3)
    assert_same_weights(some, *again.copies())


def test_sharing_saves_a_pass_of_the_generator():
    calls = Counter()
    for shared in (True, False):
        some = make(game={"objective": "ns", "fresh_latents": not shared})
        some.state.networks["generator"].register_forward_hook(
            lambda *a, _name=shared: calls.update([_name])
        )
        some.play()
    assert calls == {True: 1, False: 2}


def test_schedules_are_taken_at_the_samples_seen_before_the_round():
    line = {"start": 1.0, "end": 0.0, "over": 32, "shape": "linear"}
    some = make(
        game={"objective": "ns", "penalties": [{"name": "r1", "weight": line}],
              "instance_noise": line, "discriminator_steps": 2},
        discriminator_optimizer={"lr": line},
    )  # fmt: skip
    seen = []

    def note(player, draw, coefficients):
        rates = [o.param_groups[0]["lr"] for o in some.state.optimizers.values()]
        seen.append((player[0], dict(coefficients), *rates))

    some.game = Spy(some.game, note)
    some.play(5)
    expected = [
        (player, {"r1": value, "instance_noise": value}, 2e-4, value)
        for value in (1.0, 0.75, 0.5, 0.25, 0.0)  # batches of 8
        for player in "ddg"
    ]
    assert seen == expected


def test_only_adam_has_its_second_beta_set():
    some = make("wgan")
    set_schedules(some.state, replace(some.plan, learning_rates={
        "generator": Schedule(0.5), "discriminator": Schedule(0.25)}))  # fmt: skip
    rates = {k: o.param_groups[0]["lr"] for k, o in some.state.optimizers.items()}
    assert rates == {"generator": 0.5, "discriminator": 0.25}
    assert some.plan.beta2 == {}


def test_the_clip_spares_the_generator():
    some = make("wgan", game={"clip": 0.003})
    some.play(2)
    largest = {k: max(float(p.detach().abs().max()) for p in m.parameters())
               for k, m in some.state.networks.items()}  # fmt: skip
    assert largest["discriminator"] == pytest.approx(0.003, rel=1e-12)
    assert largest["generator"] > 0.1


def test_spectral_normalisation_is_what_both_players_see(monkeypatch):
    some = make("sngan")
    module = some.state.networks["discriminator"]
    with torch.no_grad():
        for p in module.parameters():
            p.mul_(5)
    iterations, spoken = Counter(), []
    iterate = spectral.power_iteration
    monkeypatch.setattr(
        spectral, "power_iteration", lambda *a: (iterations.update("i"), iterate(*a))[1]
    )
    some.game = Spy(some.game, lambda player, draw, c: spoken.append(iterations["i"]))
    some.play(3)
    # once a discriminator turn, never in the generator's
    assert spoken == [1, 2, 3, 4, 5, 5, 6, 7, 8, 9, 10, 10, 11, 12, 13, 14, 15, 15]
    effective = spectral.normalise(dict(module.named_parameters()), some.state.vectors)
    for name, weight in effective.items():
        if weight.ndim >= 2:
            assert torch.linalg.matrix_norm(weight, ord=2) < 1 + 1e-3, name
            assert torch.linalg.matrix_norm(module.get_parameter(name), ord=2) > 2
    judge = bound_networks(some.state, some.plan)["discriminator"]
    x = torch.randn(6, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    by_hand = torch.func.functional_call(module, effective, (x,))
    assert_close(judge(x, None, None), by_hand, **EXACT)
    assert (judge(x, None, None) - module(x)).abs().max() > 1e-3


@pytest.mark.filterwarnings("ignore:.*bf16.*")
@pytest.mark.parametrize("recipe", ["r3gan", "wgan-gp", "sngan"])
def test_bf16_moves_float32_weights(recipe):
    some = make(recipe, dtype=torch.float32, run={"precision": "bf16"})
    exact = make(recipe, dtype=torch.float32)
    record = some.play(2)
    exact.play(2)
    for name, module in some.state.networks.items():
        now, plain = weights(module), weights(exact.state.networks[name])
        assert all(w.dtype == torch.float32 and w.isfinite().all() for w in now.values())
        assert any(not torch.equal(now[k], plain[k]) for k in now)  # bf16 was really used
        assert_close(now, plain, rtol=0.1, atol=0.02)
    assert all(v.dtype == torch.float32 for v in record.values())


@pytest.mark.parametrize("player", ["discriminator", "generator"])
def test_a_loss_that_is_not_finite_moves_nobody_that_it_reached(player):
    some = make("r3gan")
    some.play()

    class Broken(Spy):
        def loss(self, who, *rest):
            outcome = self._game.loss(who, *rest)
            return replace(outcome, loss=outcome.loss * float("nan")) if who == player else outcome

    before = {name: weights(module) for name, module in some.state.networks.items()}
    some.game = Broken(some.game, None)
    with pytest.raises(Diverged, match=f"the {player}'s loss is not finite at step 1"):
        some.play()
    assert some.state.step == 1
    assert_close(weights(some.state.networks[player]), before[player], rtol=0, atol=0)
    for network in some.state.networks.values():
        assert all(p.grad is None for p in network.parameters())


def test_records_are_named_by_player():
    record = make("wgan-gp").play()
    wanted = {"loss", "logit/real", "logit/fake", "accuracy/real", "accuracy/fake"}
    wanted = {f"discriminator/{name}" for name in wanted | {"penalty/wgan-gp"}}
    assert record.keys() == wanted | {"generator/loss"}
    assert not any(value.requires_grad for value in record.values())


def test_a_game_of_one_player_twice_is_played_in_order():
    some, order = make(game={"discriminator_steps": 2}), []
    assert isinstance(some.game, TwoPlayer)
    some.game = Spy(some.game, lambda player, draw, c: order.append((player, int(draw.key))))
    some.play()
    assert [player for player, _ in order] == ["discriminator"] * 2 + ["generator"]
    assert order[0][1] != order[1][1] == order[2][1]  # the last one's draw is shared
