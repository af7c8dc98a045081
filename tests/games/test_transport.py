"""The transport cost against numbers written out by hand, and what it does to the generator's loss."""

from __future__ import annotations

import pytest
import torch
from torch.testing import assert_close

from tests.games.small import TOLERANCE, WEIGHT, draw, gradients, networks
from zerosum.games.protocol import Draw, Outcome
from zerosum.games.transport import transport_cost, with_transport
from zerosum.games.two_player import TwoPlayer
from zerosum.networks.mlp import MLPDiscriminator, MLPGenerator
from zerosum.recipes.tables import OBJECTIVES, PENALTIES

EVENT, LATENT = (2, 2), 4  # as many values in a row as in a latent


def matching(seed=0):
    """A generator whose latents have the rows' size, against the small discriminator."""
    torch.manual_seed(seed + 5)
    generator = MLPGenerator(latent=LATENT, event_shape=EVENT, width=5, depth=1, activation="tanh")
    return networks(seed=seed) | {"generator": generator.double()}


def at(key=11):
    """A draw with latents of that size."""
    one = draw(key=key)
    latent = torch.linspace(-2, 2, len(one.real) * LATENT, dtype=torch.float64)
    return Draw(one.real, latent.reshape(len(one.real), LATENT), None, one.key)


def test_the_cost_is_the_mean_over_rows_and_values_of_squared_moves():
    latent = torch.tensor([[0.0, 1.0], [2.0, -1.0]])
    made = torch.tensor([[[1.0], [3.0]], [[2.0], [-1.5]]])  # a row of shape (2, 1)
    assert float(transport_cost(latent, made)) == (1 + 4 + 0 + 0.25) / 4


def test_its_slope_is_twice_the_move_over_rows_and_values():
    latent = torch.tensor([[0.0, 1.0], [2.0, -1.0]])
    made = torch.tensor([[1.0, 3.0], [2.0, -1.5]], requires_grad=True)
    transport_cost(latent, made).backward()
    assert made.grad.tolist() == [[0.5, 1.0], [0.0, -0.25]]


def test_without_a_weight_nothing_is_added():
    outcome = Outcome(torch.zeros(()), {"loss": torch.zeros(())})
    # neither is the shape looked at
    assert with_transport(outcome, torch.zeros(2, 3), torch.zeros(2, 5), {}) is outcome


@pytest.mark.parametrize("name", OBJECTIVES)
def test_the_generator_pays_for_its_moves_and_the_discriminator_does_not(name):
    nets, one = matching(), at()
    game = TwoPlayer(OBJECTIVES[name], (PENALTIES["r1"],))
    plain, paid = {"r1": 0.5}, {"r1": 0.5, "transport": WEIGHT}
    made = nets["generator"](one.latent).detach().flatten(1)
    cost = sum((made - one.latent).flatten().tolist()[i] ** 2 for i in range(24)) / 24
    before, after = (game.loss("generator", nets, one, c) for c in (plain, paid))
    assert_close(after.loss.item(), before.loss.item() + WEIGHT * cost, **TOLERANCE)
    assert_close(after.record["transport"].item(), cost, **TOLERANCE)
    assert_close(after.record["loss"], before.record["loss"], rtol=0, atol=0)  # the game's own part
    assert "transport" not in before.record
    before, after = (game.loss("discriminator", nets, one, c) for c in (plain, paid))
    assert_close(after.loss, before.loss, rtol=0, atol=0)


def test_its_gradient_is_added_to_the_generators():
    nets, one = matching(), at()
    game = TwoPlayer(OBJECTIVES["rp"])
    generator = nets["generator"]
    whole, game_only = (
        gradients(game.loss("generator", nets, one, c).loss, generator)
        for c in ({"transport": WEIGHT}, {})
    )
    moves = ((generator(one.latent).flatten(1) - one.latent) ** 2).mean()
    for name, slope in gradients(WEIGHT * moves, generator).items():
        assert_close(whole[name], game_only[name] + slope, **TOLERANCE)


def test_the_cost_is_of_what_was_made_and_not_of_what_is_shown():
    """Noise and packs are the discriminator's view; the map is neither blurred nor packed."""
    torch.manual_seed(3)
    judge = MLPDiscriminator(event_shape=(4, 2), width=7, depth=2, activation="softplus").double()
    nets, one = matching() | {"discriminator": judge}, at()
    shown = {"transport": WEIGHT, "instance_noise": 0.5}
    found = TwoPlayer(OBJECTIVES["rp"], pack=2).loss("generator", nets, one, shown)
    cost = transport_cost(one.latent, nets["generator"](one.latent)).item()
    assert_close(found.record["transport"].item(), cost, **TOLERANCE)


@pytest.mark.parametrize("weight", [0.5, 50.0, 5000.0])
def test_the_heavier_the_cost_the_nearer_the_best_map_is_to_the_identity(weight):
    """A slope s everywhere pulls by s: minimising −E s G(z) + w E (G(z) − z)² gives z + s / 2w."""
    slope = 3.0
    torch.manual_seed(0)
    generator = MLPGenerator(latent=1, event_shape=(1,), width=1, depth=0).double()
    nets = {"generator": generator, "discriminator": lambda x, *_: slope * x[:, 0]}
    latent = torch.tensor([[-1.5], [-0.2], [0.4], [2.0]], dtype=torch.float64)
    one = Draw(torch.zeros_like(latent), latent, None, torch.tensor(1))
    game = TwoPlayer(OBJECTIVES["wgan"])

    def loss(gain, shift):
        with torch.no_grad():
            generator.out.weight.fill_(gain)
            generator.out.bias.fill_(shift)
        return game.loss("generator", nets, one, {"transport": weight})

    best = loss(1.0, slope / (2 * weight))
    for slope_at in gradients(best.loss, generator).values():
        # two terms of size s and w cancel: what is left is their rounding
        assert_close(
            slope_at, torch.zeros_like(slope_at), rtol=0, atol=1e-15 * (slope + weight) * 10
        )
    for gain, shift in ((0.99, 0.0), (1.01, 0.0), (1.0, -0.01), (1.0, 0.01)):
        other = loss(gain, slope / (2 * weight) + shift)
        assert other.loss.item() > best.loss.item()
