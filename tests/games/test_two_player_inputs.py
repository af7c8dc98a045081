"""Labels, instance noise and keys reach both networks, and what is recorded of a turn is right."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch.testing import assert_close

from tests.games import by_hand
from tests.games.small import (
    CLASSES,
    EVENT,
    TOLERANCE,
    draw,
    gradients,
    networks,
    recorded,
)
from zerosum.games.two_player import TwoPlayer
from zerosum.networks.maxout import MaxoutDiscriminator
from zerosum.objectives.minimax import MINIMAX
from zerosum.objectives.nonsaturating import NONSATURATING
from zerosum.objectives.relativistic import RELATIVISTIC_PAIRING
from zerosum.objectives.wasserstein import WASSERSTEIN
from zerosum.penalties.gradient_penalty import WGAN_GP
from zerosum.penalties.zero_centred import R1
from zerosum.recipes.tables import OBJECTIVES


@pytest.mark.parametrize("player", ["discriminator", "generator"])
def test_labels_reach_both_networks(player):
    nets, at = recorded(CLASSES), draw(CLASSES)
    TwoPlayer(RELATIVISTIC_PAIRING, (WGAN_GP,)).loss(player, nets, at, {"wgan-gp": 1.0})
    for net in nets.values():
        assert net.calls
        assert all(torch.equal(call[1], at.label) for call in net.calls)


def test_labels_are_doubled_for_a_joint_pass():
    nets, at = recorded(CLASSES), draw(CLASSES)
    TwoPlayer(NONSATURATING, joint_pass=True).loss("discriminator", nets, at, {})
    (call,) = nets["discriminator"].calls
    assert torch.equal(call[1], torch.cat((at.label, at.label)))


@pytest.mark.parametrize("player", ["discriminator", "generator"])
def test_instance_noise_reaches_both_sides(player):
    sigma, nets, at = 0.5, recorded(), draw(batch=2000)
    TwoPlayer(RELATIVISTIC_PAIRING).loss(player, nets, at, {"instance_noise": sigma})
    fake = nets["generator"].module(at.latent)
    seen = [call[0].detach() for call in nets["discriminator"].calls]
    real_seen, fake_seen = seen if player == "discriminator" else seen[::-1]
    added = (real_seen - at.real).flatten(), (fake_seen - fake.detach()).flatten()
    for noise_added in added:  # 8000 numbers: standard error of the deviation 0.004
        assert abs(noise_added.mean()) < 0.025
        assert abs(noise_added.std() - sigma) < 0.02
    assert abs(torch.corrcoef(torch.stack(added))[0, 1]) < 0.05


def test_instance_noise_keeps_the_generators_graph():
    nets, at = networks(), draw()
    outcome = TwoPlayer(WASSERSTEIN).loss("generator", nets, at, {"instance_noise": 0.3})
    assert all(g is not None for g in gradients(outcome.loss, nets["generator"]).values())
    silent = TwoPlayer(WASSERSTEIN).loss("generator", nets, at, {"instance_noise": 0.0})
    assert_close(silent.loss, by_hand.generator_loss("wgan", *nets.values(), at), **TOLERANCE)


def keys_of(player, nets, at):
    before = len(nets["discriminator"].calls)
    TwoPlayer(RELATIVISTIC_PAIRING).loss(player, nets, at, {"instance_noise": 0.1})
    return [int(call[2]) for call in nets["discriminator"].calls[before:]]


def test_dropout_keys_differ_between_sides_and_turns():
    nets, at, later = recorded(), draw(key=11), draw(key=2**40)
    keys = []
    for one in (at, later):  # both turns of a round may look at one draw
        keys += keys_of("discriminator", nets, one) + keys_of("generator", nets, one)
    assert len(keys) == len(set(keys)) == 8


def test_a_shared_draw_has_noise_of_its_own_in_each_turn():
    nets, at = recorded(), draw()
    for player in ("discriminator", "generator"):
        TwoPlayer(NONSATURATING).loss(player, nets, at, {"instance_noise": 1.0})
    fakes = [nets["discriminator"].calls[i][0] for i in (1, 2)]
    assert (fakes[0] - fakes[1]).abs().min() > 1e-6


def test_dropout_is_a_function_of_the_draws_key():
    torch.manual_seed(0)
    nets = networks() | {
        "discriminator": MaxoutDiscriminator(event_shape=EVENT, width=16, depth=2).double()
    }
    game = TwoPlayer(MINIMAX)
    losses = [game.loss("discriminator", nets, draw(key=11), {}).loss for _ in range(2)]
    other = game.loss("discriminator", nets, replace(draw(key=11), key=torch.tensor(12)), {}).loss
    assert torch.equal(*losses)
    assert not torch.equal(losses[0], other)


@pytest.mark.parametrize(
    ("objective", "real", "fake"),
    [(NONSATURATING, 4 / 6, 2 / 6), (OBJECTIVES["lsgan"], 3 / 6, 3 / 6)],
)
def test_accuracy_counts_the_rows_on_the_right_side(objective, real, fake):
    logits = {
        "real": torch.tensor([-1.0, -0.5, 0.2, 0.6, 0.7, 3.0]).double(),
        "fake": torch.tensor([-1.0, -0.1, 0.3, 0.6, 0.7, 3.0]).double(),
    }
    passes = iter(logits.values())
    nets = networks() | {"discriminator": lambda x, label, key: next(passes)}
    record = TwoPlayer(objective).loss("discriminator", nets, draw(), {}).record
    assert_close(record["accuracy/real"].double(), torch.tensor(real).double())
    assert_close(record["accuracy/fake"].double(), torch.tensor(fake).double())
    assert_close(record["logit/real"], logits["real"].mean())
    assert_close(record["logit/fake"], logits["fake"].mean())


def test_relativistic_accuracy_is_taken_from_the_middle_of_the_means():
    passes = iter(
        (torch.tensor([10.0, 12.0, 2.0]).double(), torch.tensor([4.0, 5.0, 9.0]).double())
    )
    nets = networks() | {"discriminator": lambda x, label, key: next(passes)}
    record = TwoPlayer(RELATIVISTIC_PAIRING).loss("discriminator", nets, draw(batch=3), {}).record
    assert_close([float(record[f"accuracy/{s}"]) for s in ("real", "fake")], [2 / 3, 2 / 3])


def test_records_hold_no_graph():
    nets, at = networks(), draw()
    game = TwoPlayer(RELATIVISTIC_PAIRING, (R1,))
    for player in game.players:
        record = game.loss(player, nets, at, {"r1": 1.0}).record
        assert not any(v.requires_grad for v in record.values())


def test_bfloat16_logits_give_a_float32_loss():
    nets, at = networks(), draw()
    rough = nets | {"discriminator": lambda *a: nets["discriminator"](*a).bfloat16()}
    assert TwoPlayer(MINIMAX).loss("discriminator", rough, at, {}).loss.dtype == torch.float32
