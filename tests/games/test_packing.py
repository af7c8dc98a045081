"""Packs: which rows stand where, and the game on them as a discriminator of joined rows plays it."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch
from torch.func import functional_call, grad, vmap
from torch.testing import assert_close

from tests.games.small import BATCH, EVENT, LATENT, TOLERANCE, draw, gradients, networks
from zerosum.errors import InputError
from zerosum.games.packing import packed, packed_shape, unpacked
from zerosum.games.protocol import Draw
from zerosum.games.two_player import TwoPlayer
from zerosum.networks.mlp import MLPDiscriminator, MLPGenerator
from zerosum.objectives.nonsaturating import NONSATURATING
from zerosum.penalties.gradient_penalty import interpolates
from zerosum.recipes.tables import OBJECTIVES, PENALTIES

PACKS = (2, 3)


def packing_networks(m):
    """The small generator against a smooth discriminator of packs, in float64."""
    torch.manual_seed(0)
    generator = MLPGenerator(latent=LATENT, event_shape=EVENT, width=5, depth=1, activation="tanh")
    discriminator = MLPDiscriminator(
        event_shape=packed_shape(EVENT, m), width=7, depth=2, activation="softplus"
    )
    return {"generator": generator.double(), "discriminator": discriminator.double()}


def joined(x, m):
    """Packs made row by row, each row of a pack below the one before."""
    return torch.stack([torch.cat(list(x[i : i + m])) for i in range(0, len(x), m)])


def test_rows_are_joined_in_their_order():
    x = torch.arange(12.0).reshape(6, 2)
    assert packed(x, 2).tolist() == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]
    assert packed(x, 3).tolist() == [[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]]


def test_pictures_are_joined_channel_after_channel():
    x = torch.arange(4 * 3 * 2 * 2.0).reshape(4, 3, 2, 2)
    for given in (x, x.to(memory_format=torch.channels_last)):
        found = packed(given, 2)
        assert found.shape == (2, 6, 2, 2)
        assert torch.equal(found[1, 4], x[3, 1])  # pack 1: rows 2 and 3; channel 4: the second's 1
        assert torch.equal(found[0, 2], x[0, 2])


def test_one_row_a_pack_is_the_rows_themselves():
    x = torch.randn(5, 2)
    assert packed(x, 1) is x
    assert packed_shape((3, 8, 8), 1) == (3, 8, 8)


def test_rows_that_make_no_whole_packs_are_refused_in_one_sentence():
    with pytest.raises(InputError, match=r"game\.pack is 4 and the batch has 6 rows.* such as 4$"):
        packed(torch.zeros(6, 2), 4)


@pytest.mark.parametrize("joint", [False, True], ids=["apart", "jointly"])
@pytest.mark.parametrize("name", OBJECTIVES)
@pytest.mark.parametrize("m", PACKS)
def test_the_game_is_that_of_a_discriminator_of_joined_rows(m, name, joint):
    """The unpacked game on rows that were joined beforehand, by a generator that makes joined rows."""
    nets, at = packing_networks(m), draw()
    weights = {"r1": 0.4, "r2": 1.6}
    penalties = (PENALTIES["r1"], PENALTIES["r2"])
    game = TwoPlayer(OBJECTIVES[name], penalties, joint_pass=joint, pack=m)
    plain = replace(game, pack=1)
    ready = nets | {"generator": lambda z, label: joined(nets["generator"](at.latent), m)}
    rows_joined = Draw(joined(at.real, m), at.latent[: BATCH // m], None, at.key)
    for player in game.players:
        found = game.loss(player, nets, at, weights)
        expected = plain.loss(player, ready, rows_joined, weights)
        assert_close(found.loss, expected.loss, **TOLERANCE)
        assert_close(found.record, expected.record, **TOLERANCE)
        mine, theirs = (gradients(o.loss, nets[player]) for o in (found, expected))
        assert_close(mine, theirs, **TOLERANCE)
        assert sum(g.abs().sum() for g in theirs.values()) > 1e-3


def test_without_packing_the_discriminator_is_given_the_very_rows():
    nets, at, seen = networks(), draw(), []

    def watch(x, label, key):
        seen.append(x)
        return nets["discriminator"](x, label, key)

    watched = nets | {"discriminator": watch}
    TwoPlayer(NONSATURATING).loss("discriminator", watched, at, {})
    assert seen[0] is at.real


def test_a_discriminator_sees_each_row_once_and_packs_only():
    seen = []

    def watch(x, label, key):
        seen.append(x)
        return x.flatten(1).sum(1)

    at = draw()
    nets = {
        "generator": lambda z, label: torch.zeros(BATCH, *EVENT).double(),
        "discriminator": watch,
    }
    outcome = TwoPlayer(NONSATURATING, pack=3).loss("discriminator", nets, at, {})
    assert [tuple(x.shape) for x in seen] == [(2, 6, 2)] * 2
    assert_close(seen[0].reshape(BATCH, *EVENT), at.real, **TOLERANCE)
    by_hand = torch.stack([at.real[:3].sum(), at.real[3:].sum()])
    assert_close(outcome.record["logit/real"], by_hand.mean(), **TOLERANCE)


def test_instance_noise_is_another_on_every_row_of_a_pack():
    seen = []

    def watch(x, label, key):
        seen.append(x)
        return x.flatten(1).sum(1)

    nets = {
        "generator": lambda z, label: torch.zeros(BATCH, *EVENT).double(),
        "discriminator": watch,
    }
    TwoPlayer(NONSATURATING, pack=2).loss("discriminator", nets, draw(), {"instance_noise": 1.0})
    rows = seen[1].reshape(BATCH, -1)  # the generated ones were all 0: this is the noise
    assert len({tuple(r.tolist()) for r in rows}) == BATCH


def test_a_gradient_penalty_lies_between_packs_with_one_alpha_each():
    nets, at, points = packing_networks(2), draw(), []

    def spy(real, fake, key):
        points.append((real, fake, interpolates(real, fake, key)))
        return points[-1][2]

    penalty = replace(PENALTIES["wgan-gp"], points=spy)
    outcome = TwoPlayer(NONSATURATING, (penalty,), pack=2).loss(
        "discriminator", nets, at, {"wgan-gp": 1.0}
    )
    real, fake, between = points[0]
    assert_close(real, joined(at.real, 2), **TOLERANCE)
    alpha = ((between - fake) / (real - fake)).flatten(1)
    assert_close(alpha, alpha[:, :1].expand_as(alpha), rtol=1e-8, atol=1e-8)
    assert alpha[:, 0].unique().numel() == BATCH // 2
    x = between.detach().requires_grad_(True)
    (slope,) = torch.autograd.grad(nets["discriminator"](x).sum(), x)
    by_hand = (slope.flatten(1).norm(dim=1) - 1).square().mean()  # the norm over a whole pack
    assert_close(outcome.record["penalty/wgan-gp"], by_hand, **TOLERANCE)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("player", ["discriminator", "generator"])
def test_members_under_vmap_have_their_own_gradients(player):
    nets, draws = packing_networks(2), [draw(key=k) for k in (5, 6, 7)]
    game = TwoPlayer(OBJECTIVES["rp"], (PENALTIES["r1"], PENALTIES["wgan-gp"]), pack=2)
    weights = {"r1": 0.5, "wgan-gp": 0.3}
    own = {k: p.detach() for k, p in nets[player].named_parameters()}

    def loss(own, real, latent, key):
        bound = nets | {player: lambda *a: functional_call(nets[player], own, a)}
        return game.loss(player, bound, Draw(real, latent, None, key), weights).loss

    at = (torch.stack([getattr(d, f) for d in draws]) for f in ("real", "latent", "key"))
    found = vmap(grad(loss), in_dims=(None, 0, 0, 0))(own, *at)
    for i, one in enumerate(draws):
        alone = gradients(game.loss(player, nets, one, weights).loss, nets[player])
        alone = {k: torch.zeros_like(own[k]) if g is None else g for k, g in alone.items()}
        assert_close({k: g[i] for k, g in found.items()}, alone, rtol=1e-10, atol=1e-11)


def test_what_packing_is_for_two_rows_show_what_one_does_not():
    """A generator that makes one of two points for a whole pack looks right row by row, not in packs.

    a(x_1, x_2) = x_1 x_2 is 1 on every such pack and averages 0 on real ones; no function of one row
    tells the two apart.
    """
    signs = torch.tensor([1.0, -1.0]).double()
    real = signs[[0, 0, 0, 1, 1, 0, 1, 1]][:, None]
    fake = signs[[0, 0, 1, 1, 0, 0, 1, 1]][:, None]
    assert real.mean() == fake.mean() == 0
    nets = {"generator": lambda z, label: fake, "discriminator": lambda x, label, key: x.prod(1)}
    at = Draw(real, torch.zeros(8, 1).double(), None, torch.tensor(0))
    record = TwoPlayer(NONSATURATING, pack=2).loss("discriminator", nets, at, {}).record
    assert (record["logit/real"].item(), record["logit/fake"].item()) == (0.0, 1.0)


@pytest.mark.parametrize("shape", [(6, 4), (6, 3, 5, 2)], ids=str)
def test_packs_come_apart_into_the_rows_they_were_made_of(shape):
    rows = torch.arange(math.prod(shape)).reshape(shape).float()
    for m in (1, 2, 3, 6):
        assert torch.equal(unpacked(packed(rows, m), m), rows)
