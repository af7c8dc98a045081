"""Adaptive augmentation: p follows the sign of the logits, as closed forms say, and is part of the state."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch.testing import assert_close

from tests.games.small import draw, networks
from tests.training.members import Crowd
from tests.training.rounds import make
from tests.training.tiny import digest_of_state, prepared
from zerosum import noise
from zerosum.errors import InputError
from zerosum.games.adaptive import AdaptiveAugmentation
from zerosum.games.carrying import Carrying
from zerosum.games.protocol import Draw, Game
from zerosum.games.two_player import AUGMENT, TwoPlayer
from zerosum.penalties.augmentation import Shares, augment
from zerosum.recipes.tables import OBJECTIVES, PENALTIES
from zerosum.training.checkpoint import parts_to_state, state_to_parts

EVENT = (3, 6, 6)


def pictured():
    """The small game's networks and draw, whose rows are pictures of one channel."""
    nets, at = networks(), draw()
    shaped = {
        "generator": lambda *a: nets["generator"](*a).reshape(-1, 1, 2, 2),
        "discriminator": lambda x, *a: nets["discriminator"](x.reshape(-1, 2, 2), *a),
    }
    return shaped, replace(at, real=at.real.reshape(-1, 1, 2, 2))


def game(objective="ns", start=0.0):
    return AdaptiveAugmentation(TwoPlayer(OBJECTIVES[objective]), start)


def followed(p, signs, target=0.6, step=0.125):
    """p after rounds whose discriminators had these signs."""
    one = game()
    for sign in signs:
        numbers = {AUGMENT: p, "augment.target": target, "augment.step": step}
        carry = one.carry(numbers, {"discriminator/augment/sign": torch.tensor(sign)})
        assert torch.equal(carry.record["augment/p"], torch.as_tensor(p))
        p = carry.values[AUGMENT]
    return p


def test_it_is_a_game_that_carries_p():
    assert isinstance(game(), Game) and isinstance(game(), Carrying)
    assert game(start=0.25).carried == {"augment": 0.25}
    plain = TwoPlayer(OBJECTIVES["ns"])
    assert (game().players, game().turns) == (plain.players, plain.turns)
    assert game().constants("discriminator") == ("generator",)


def test_p_follows_the_sign_of_what_is_too_much_by_equal_steps():
    zero = torch.tensor(0.0)
    assert followed(zero, [0.7, 0.9, 1.0]) == 0.375  # however far above
    assert followed(torch.tensor(0.5), [0.59, -1.0, 0.61]) == 0.375
    assert followed(torch.tensor(0.5), [0.6] * 3, target=torch.tensor(0.6)) == 0.5  # on the spot


def test_p_stays_a_probability():
    assert followed(torch.tensor(0.0), [0.0] * 3) == 0.0
    assert followed(torch.tensor(0.9), [1.0] * 3) == 1.0
    assert (
        followed(torch.tensor(0.9), [1.0, 1.0, 0.0]) == 0.875
    )  # it comes back from the bound at once


def test_from_0_to_1_in_as_many_images_as_the_speed_says():
    some = make("ada", event=EVENT, game={"augment": {"target": -0.99, "speed": 32}})  # batch 8
    values = []
    for _ in range(6):
        record = some.play()
        values.append(float(record["game/augment/p"]))
        assert float(record["discriminator/augment/sign"]) > -0.99
    assert values == pytest.approx([min(1.0, k / 4) for k in range(6)], abs=1e-6)


def test_signs_above_and_below_in_turn_leave_p_where_it_was():

    assert followed(torch.tensor(0.5), [0.9, 0.1] * 6) == 0.5


@pytest.mark.parametrize(
    ("objective", "pairs"), [("ns", False), ("lsgan", False), ("rp", True), ("wgan", True)]
)
def test_the_sign_is_of_the_logit_or_of_a_pairs_difference(objective, pairs):
    wanted = OBJECTIVES[objective]
    nets, at = pictured()
    outcome = TwoPlayer(wanted).loss("discriminator", nets, at, {AUGMENT: 0.0})
    with torch.no_grad():
        real = nets["discriminator"](at.real)
        fake = nets["discriminator"](nets["generator"](at.latent))
    middle = fake if pairs else wanted.undecided
    assert_close(outcome.record["augment/sign"], (real - middle).sign().mean())
    assert pairs is (wanted.undecided is None)
    plain = TwoPlayer(wanted).loss("discriminator", nets, at, {})
    assert "augment/sign" not in plain.record


# --- run state ---

SMALL = {
    "latent": 4,
    "generator": {"name": "mlp", "width": 8, "depth": 1},
    "discriminator": {"name": "mlp", "width": 8, "depth": 1},
    "game": {"augment": {"target": -0.99, "speed": 60}},
    "run": {"steps": 8, "batch": 12},
}


def trained(rounds, **over):
    job = prepared(SMALL, spec="digits", recipe="ada", **over)
    job.run(stop=lambda: job.state.step >= rounds)
    return job


def test_p_is_in_the_checkpoint_and_a_resume_ends_bit_for_bit():
    whole, broken = trained(99), trained(3)
    tensors, position = state_to_parts(broken.state)
    p = float(tensors["carried.augment"])
    assert p > 0
    fresh = trained(0)
    parts_to_state(fresh.state, tensors, position)
    assert float(fresh.state.carried[AUGMENT]) == p
    fresh.run()
    assert digest_of_state(fresh.state) == digest_of_state(whole.state)
    # and p matters to what follows: a resume that began with 0 again would end elsewhere
    lost = trained(0)
    parts_to_state(lost.state, {**tensors, "carried.augment": torch.tensor(0.0)}, position)
    lost.run()
    assert digest_of_state(lost.state) != digest_of_state(whole.state)


def test_a_checkpoint_without_p_is_refused():
    job = trained(2)
    tensors, position = state_to_parts(job.state)
    del tensors["carried.augment"]
    with pytest.raises(InputError, match=r"the first is carried\.augment"):
        parts_to_state(trained(0).state, tensors, position)


# --- populations ---

STEERED = [
    {"game": {"augment": {"target": t, "speed": s}}}
    for t, s in ((0.3, 60.0), (-0.9, 40.0), (0.9, 90.0))
]
SCHEDULED = [
    {"game": {"augment": {"p": p, "colour": 0.5, "cutout": 1.0}}}
    for p in (0.2, 0.9, {"start": 0.0, "end": 0.7, "over": 100})
]


@pytest.mark.parametrize("recipe", ["ada", "r3gan"])
@pytest.mark.parametrize("vary", [STEERED, SCHEDULED], ids=["steered", "scheduled"])
def test_every_member_is_the_same_gan_alone(recipe, vary):
    if recipe == "ada" and vary is SCHEDULED:
        vary = [{"game": {"augment": {**v["game"]["augment"], "target": None}}} for v in vary]
    crowd = Crowd(recipe, 3, vary, event=EVENT)
    record = crowd.play(4)
    # float64 sums in another order
    assert max(crowd.difference(i, 4) for i in range(3)) < 1e-8
    if vary is STEERED:
        p = crowd.members.carried[AUGMENT]
        alone = torch.stack([crowd.alone(i, 4).carried[AUGMENT] for i in range(3)])
        assert torch.equal(p, alone) and len(p.unique()) > 1
        assert record["game/augment/p"].shape == (3,)


def test_convolutions_in_a_population_are_augmented_alike():
    nets = {k: {"name": "residual", "width": 4, "depth": 1} for k in ("generator", "discriminator")}
    crowd = Crowd("r3gan", 2, STEERED[:2], event=EVENT, **nets)
    crowd.play(3)
    assert max(crowd.difference(i, 3) for i in range(2)) < 1e-8


def test_changes_reach_both_players_and_their_slopes():
    """With augmentation on, both losses are others than without; the same key gives the same ones again."""
    shaped, pictures = pictured()
    one = TwoPlayer(OBJECTIVES["rp"])
    for player in one.players:
        losses = [
            one.loss(player, shaped, pictures, n).loss for n in ({}, {AUGMENT: 0.0}, {AUGMENT: 0.9})
        ]
        assert losses[0] == losses[1] and losses[1] != losses[2]
        assert losses[2] == one.loss(player, shaped, pictures, {AUGMENT: 0.9}).loss


class Linear:
    """a(x) = sum w x, noting what it is shown."""

    def __init__(self, *shape):
        self.weight, self.seen = noise.normal(3, shape, dtype=torch.float64), []

    def __call__(self, x, label=None, key=None):
        self.seen.append(x.detach())
        return (self.weight * x).flatten(1).sum(1)


SHOWN = Shares(1.0, 1.0, 0.5, 1.0)


def rows(count=6, side=5):
    real = noise.normal(1, (count, 3, side, side), dtype=torch.float64)
    fake = noise.normal(2, (count, 3, side, side), dtype=torch.float64)
    latent = torch.zeros(count, 2, dtype=torch.float64)
    return Draw(real, latent, None, torch.tensor(9)), lambda *a: fake, fake


def test_r1_and_r2_take_the_slope_in_the_pictures_before_they_are_changed():
    at, generator, fake = rows()
    judge = Linear(3, 5, 5)
    nets = {"generator": generator, "discriminator": judge}
    weights = {"r1": 1.0, "r2": 1.0, AUGMENT: 0.9}
    game = TwoPlayer(OBJECTIVES["rp"], (PENALTIES["r1"], PENALTIES["r2"]), shares=SHOWN)
    record = game.loss("discriminator", nets, at, weights).record
    for name, x, shown in (("r1", at.real, judge.seen[0]), ("r2", fake, judge.seen[1])):
        x = x.clone().requires_grad_()
        key = at.key + {"r1": 1, "r2": 2}[name] + 64
        changed = augment(x, 0.9, key, SHOWN)
        assert torch.equal(changed.detach(), shown)
        (slope,) = torch.autograd.grad((judge.weight * changed).sum(), x)
        assert_close(record[f"penalty/{name}"], (slope.square().sum((1, 2, 3)) / 2).mean())
        # in the changed pictures every slope would be the weight itself
        after = judge.weight.square().sum() / 2
        assert abs(record[f"penalty/{name}"] - after) > 0.05 * after


def test_rows_of_a_pack_are_changed_each_by_itself():
    at, generator, _ = rows()
    alone, packs = Linear(3, 5, 5), Linear(6, 5, 5)
    for judge, pack in ((alone, 1), (packs, 2)):
        nets = {"generator": generator, "discriminator": judge}
        TwoPlayer(OBJECTIVES["ns"], pack=pack, shares=SHOWN).loss(
            "discriminator", nets, at, {AUGMENT: 0.9}
        )
    for one, two in zip(alone.seen, packs.seen, strict=True):
        assert torch.equal(two.reshape(6, 3, 5, 5), one)


def test_the_generators_turn_has_changes_of_its_own_on_both_sides():
    at, generator, _ = rows()
    judge = Linear(3, 5, 5)
    game = TwoPlayer(OBJECTIVES["rp"], shares=SHOWN)
    for player in game.players:
        game.loss(player, {"generator": generator, "discriminator": judge}, at, {AUGMENT: 0.9})
    real, fake, fake_again, real_again = judge.seen
    assert not torch.equal(real, real_again) and not torch.equal(fake, fake_again)
    assert not torch.equal(real_again, at.real)
