"""VEEGAN's three losses against the formulas written out, and whose slope goes where."""

from __future__ import annotations

import pytest
import torch
from torch.testing import assert_close

from tests.games.small import BATCH, LATENT, draw
from zerosum import noise
from zerosum.games.protocol import Game
from zerosum.games.veegan import VEEGAN

WEIGHT = 0.6
SPREAD = 0.8
NUMBERS = {"reconstruction": WEIGHT, "spread": SPREAD}


def number(value):
    return torch.tensor(value, dtype=torch.float64, requires_grad=True)


def networks():
    """G(z) = level + mean of z, F(x) = scale times x's first numbers, a(x, z) = slope · (mean x + sum z)."""
    level, scale, slope = number(0.3), number(0.5), number(-0.8)
    made = {
        "generator": lambda z, label=None: (level + z.mean(1)).view(-1, 1, 1).expand(-1, 2, 2),
        "reconstructor": lambda x: scale * x.flatten(1)[:, :LATENT],
        "discriminator": lambda x, z: slope * (x.flatten(1).mean(1) + z.sum(1)),
    }
    return made, {"generator": level, "reconstructor": scale, "discriminator": slope}


def outcome(player, one=None):
    nets, numbers = networks()
    return VEEGAN().loss(player, nets, one or draw(), NUMBERS), numbers


def blur():
    """What is added to F(x): the hash's own normal numbers of this turn's key."""
    return noise.normal(draw().key + 32, (BATCH, LATENT)).double()


def by_hand(one):
    """Logits of real and generated pairs, and the squared misses (batch,), in NumPy-like lines."""
    x, z = one.real.flatten(1), one.latent
    made = 0.3 + z.mean(1)
    real = -0.8 * (x.mean(1) + 0.5 * x[:, :LATENT].sum(1) + SPREAD * blur().sum(1))
    fake = -0.8 * (made + z.sum(1))
    misses = torch.stack([(z[:, i] - 0.5 * made) ** 2 for i in range(LATENT)]).sum(0)
    return real, fake, misses


def test_it_is_a_game_of_three():
    game = VEEGAN(discriminator_steps=2)
    assert isinstance(game, Game)
    assert game.players == ("discriminator", "reconstructor", "generator")
    assert game.turns == ("discriminator", "discriminator", "reconstructor", "generator")
    assert game.constants("discriminator") == ("generator", "reconstructor")
    assert game.constants("reconstructor") == ("generator",) and game.constants("generator") == ()


def test_the_discriminator_calls_data_pairs_real():
    found, _ = outcome("discriminator")
    real, fake, _ = by_hand(draw())
    wanted = -torch.log(torch.sigmoid(real)).mean() - torch.log(1 - torch.sigmoid(fake)).mean()
    assert_close(found.loss.detach(), wanted)
    assert_close(found.record["logit/real"], real.mean())
    assert_close(found.record["logit/fake"], fake.mean())


def test_the_reconstructor_learns_by_the_misses_alone():
    found, numbers = outcome("reconstructor")
    *_, misses = by_hand(draw())
    assert_close(found.loss.detach(), WEIGHT * misses.mean())
    assert_close(found.record["reconstruction"], misses.mean() / LATENT)
    (slope,) = torch.autograd.grad(found.loss, numbers["discriminator"], allow_unused=True)
    assert slope is None


def test_the_generator_takes_the_raw_logit_and_the_misses():
    found, _ = outcome("generator")
    _, fake, misses = by_hand(draw())
    assert_close(found.loss.detach(), -fake.mean() + WEIGHT * misses.mean())


def test_the_generators_slope_goes_through_both_other_players():
    """d/dlevel of -a is -slope, and of a miss -2 scale (z_i - scale G(z)) a dimension."""
    found, numbers = outcome("generator")
    (slope,) = torch.autograd.grad(found.loss, numbers["generator"])
    z = draw().latent
    misses = z - 0.5 * (0.3 + z.mean(1, keepdim=True))
    assert_close(slope, 0.8 + WEIGHT * (-2 * 0.5 * misses).sum(1).mean())


@pytest.mark.parametrize("player", VEEGAN().players)
def test_each_turn_has_a_slope_in_its_own_player(player):
    found, numbers = outcome(player)
    (slope,) = torch.autograd.grad(found.loss, numbers[player])
    assert float(slope.abs()) > 1e-3


def test_a_reconstructor_that_says_nothing_misses_the_whole_latent():
    """F = 0 misses E z² = 1 of each dimension: what the logged number is to be compared with."""
    nets, _ = networks()
    nets["reconstructor"] = lambda x: torch.zeros(BATCH, LATENT, dtype=torch.float64)
    found = VEEGAN().loss("reconstructor", nets, draw(), NUMBERS).record["reconstruction"]
    assert_close(found, draw().latent.square().mean())


def test_extreme_logits_stay_finite():
    nets, numbers = networks()
    nets["discriminator"] = lambda x, z: 1e4 * numbers["discriminator"] * z.sum(1)
    found = VEEGAN().loss("discriminator", nets, draw(), NUMBERS)
    (slope,) = torch.autograd.grad(found.loss, numbers["discriminator"])
    assert bool(found.loss.isfinite()) and bool(slope.isfinite())


def test_a_real_pairs_latent_is_drawn_round_the_reconstruction():
    """Algorithm 1, line 6: mean F(x), deviation s; 4 standard errors of 3 x 4000 draws are 0.03 and 0.02."""
    nets, _ = networks()
    seen = []
    nets["discriminator"] = lambda x, z: (seen.append(z), z.sum(1))[1]
    big = draw(batch=4000)
    VEEGAN().loss("discriminator", nets, big, NUMBERS)
    added = (seen[0] - 0.5 * big.real.flatten(1)[:, :LATENT]).detach()
    assert abs(float(added.mean())) < 0.04 and abs(float(added.std()) - SPREAD) < 0.03
    torch.testing.assert_close(seen[1], big.latent)
    again = []
    nets["discriminator"] = lambda x, z: (again.append(z), z.sum(1))[1]
    VEEGAN().loss("discriminator", nets, draw(batch=4000, key=12), NUMBERS)
    assert not torch.equal(seen[0], again[0])
