"""The game's losses and gradients are those of a loop written out by hand, in every combination."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch.testing import assert_close

from tests.games import by_hand
from tests.games.small import (
    CLASSES,
    TOLERANCE,
    WEIGHT,
    draw,
    gradients,
    networks,
    recorded,
)
from zerosum.games.protocol import Draw, Game
from zerosum.games.two_player import TwoPlayer
from zerosum.networks.mlp import MLPDiscriminator, MLPGenerator
from zerosum.objectives.minimax import MINIMAX
from zerosum.objectives.nonsaturating import NONSATURATING
from zerosum.objectives.relativistic import RELATIVISTIC_PAIRING
from zerosum.objectives.wasserstein import WASSERSTEIN
from zerosum.penalties.gradient_penalty import WGAN_GP
from zerosum.penalties.zero_centred import R1, R2
from zerosum.recipes.tables import OBJECTIVES, PENALTIES


def assert_same_turn(game, player, nets, at, coefficients, expected):
    outcome = game.loss(player, nets, at, coefficients)
    assert_close(outcome.loss, expected, **TOLERANCE)
    assert outcome.loss.dtype == torch.float64
    mine, theirs = gradients(outcome.loss, nets[player]), gradients(expected, nets[player])
    assert_close(mine, theirs, **TOLERANCE)
    assert sum(g.abs().sum() for g in theirs.values()) > 1e-3


def test_is_a_game():
    game = TwoPlayer(MINIMAX, discriminator_steps=3)
    assert isinstance(game, Game)
    assert game.players == ("discriminator", "generator")
    assert game.turns == ("discriminator",) * 3 + ("generator",)


@pytest.mark.parametrize("classes", [0, CLASSES])
@pytest.mark.parametrize("name", OBJECTIVES)
def test_losses_and_gradients_are_those_written_by_hand(name, classes):
    nets, at = networks(classes), draw(classes)
    game = TwoPlayer(OBJECTIVES[name])
    expected = by_hand.discriminator_loss(name, *nets.values(), at)
    assert_same_turn(game, "discriminator", nets, at, {}, expected)
    expected = by_hand.generator_loss(name, *nets.values(), at)
    assert_same_turn(game, "generator", nets, at, {}, expected)


@pytest.mark.parametrize("joint", [False, True], ids=["apart", "jointly"])
@pytest.mark.parametrize("name", PENALTIES)
def test_penalties_are_those_of_double_backward(name, joint):
    nets, at = networks(CLASSES), draw(CLASSES)
    seen = []

    def points(real, fake, key):
        seen.append(PENALTIES[name].points(real, fake, key))
        return seen[-1]

    penalty = PENALTIES[name]
    penalty = replace(penalty, points=points) if penalty.points else penalty
    game = TwoPlayer(NONSATURATING, penalties=(penalty,), joint_pass=joint)
    outcome = game.loss("discriminator", nets, at, {name: WEIGHT})

    fake = nets["generator"](at.latent, at.label).detach()
    where = {"real": at.real, "fake": fake}.get(penalty.at, seen[0] if seen else None)
    terms = ((name, WEIGHT, where),)
    expected = by_hand.discriminator_loss("ns", *nets.values(), at, terms)
    assert_close(outcome.loss, expected, **TOLERANCE)
    mine = gradients(outcome.loss, nets["discriminator"])
    theirs = gradients(expected, nets["discriminator"])
    assert_close(mine, theirs, **TOLERANCE)
    plain = by_hand.discriminator_loss("ns", *nets.values(), at)
    term = outcome.record[f"penalty/{name}"]
    assert_close(plain + WEIGHT * term, outcome.loss, **TOLERANCE)
    assert term > 1e-4  # or the comparison would say nothing of the penalty


def test_several_penalties_add_up_and_have_points_of_their_own():
    nets, at = networks(), draw()
    seen = {}

    def spying(name):
        def points(real, fake, key):
            seen[name] = PENALTIES["wgan-gp"].points(real, fake, key)
            return seen[name]

        return replace(WGAN_GP, name=name, points=points)

    game = TwoPlayer(RELATIVISTIC_PAIRING, (R1, spying("a"), R2, spying("b")))
    weights = {"r1": 0.3, "a": 0.5, "r2": 0.7, "b": 1.1}
    fake = nets["generator"](at.latent).detach()
    outcome = game.loss("discriminator", nets, at, weights)
    terms = (("r1", 0.3, at.real), ("a", 0.5, seen["a"]), ("r2", 0.7, fake), ("b", 1.1, seen["b"]))
    expected = by_hand.discriminator_loss("rp", *nets.values(), at, terms)
    assert_close(outcome.loss, expected, **TOLERANCE)
    assert (seen["a"] - seen["b"]).abs().max() > 0.01


@pytest.mark.parametrize("name", OBJECTIVES)
def test_a_joint_pass_gives_the_numbers_of_two(name):
    nets, at = networks(CLASSES), draw(CLASSES)
    weights, gammas = {"r1": 0.4, "r2": 1.6, "wgan-gp": 2.0}, (R1, WGAN_GP, R2)
    apart = TwoPlayer(OBJECTIVES[name], gammas).loss("discriminator", nets, at, weights)
    game = TwoPlayer(OBJECTIVES[name], gammas, joint_pass=True)
    jointly = game.loss("discriminator", nets, at, weights)
    assert_close(jointly.loss, apart.loss, **TOLERANCE)
    assert_close(jointly.record, apart.record, **TOLERANCE)
    assert_close(
        gradients(jointly.loss, nets["discriminator"]),
        gradients(apart.loss, nets["discriminator"]),
        **TOLERANCE,
    )


def test_a_joint_pass_is_one_call():
    nets, at = recorded(), draw()
    game = TwoPlayer(RELATIVISTIC_PAIRING, (R1, R2), joint_pass=True)
    game.loss("discriminator", nets, at, {"r1": 1.0, "r2": 1.0})
    assert len(nets["discriminator"].calls) == 1
    nets = recorded()
    TwoPlayer(RELATIVISTIC_PAIRING, (R1, R2)).loss(
        "discriminator", nets, at, {"r1": 1.0, "r2": 1.0}
    )
    assert len(nets["discriminator"].calls) == 2  # R1 and R2 share the loss's own passes


@pytest.mark.parametrize("joint", [False, True])
def test_the_generator_is_a_constant_to_the_discriminator(joint):
    nets, at = networks(), draw()
    game = TwoPlayer(RELATIVISTIC_PAIRING, (R1, R2, WGAN_GP), joint_pass=joint)
    weights = {"r1": 1.0, "r2": 1.0, "wgan-gp": 1.0}
    assert (game.constants("discriminator"), game.constants("generator")) == (("generator",), ())
    own = list(nets["discriminator"].parameters())
    whole = torch.autograd.grad(game.loss("discriminator", nets, at, weights).loss, own)
    frozen = nets | {"generator": lambda *a: nets["generator"](*a).detach()}
    assert_close(
        torch.autograd.grad(game.loss("discriminator", frozen, at, weights).loss, own), whole
    )


def test_each_loss_keeps_its_slope_in_the_other_player():
    # what a solver that looks at the whole field needs: d/dG of the discriminator's loss on f = xy
    nets, at = networks(), draw()
    for objective in (WASSERSTEIN, RELATIVISTIC_PAIRING):
        for player, other in (("discriminator", "generator"), ("generator", "discriminator")):
            loss = TwoPlayer(objective).loss(player, nets, at, {}).loss
            slopes = torch.autograd.grad(loss, list(nets[other].parameters()), allow_unused=True)
            assert any(s is not None and bool((s != 0).any()) for s in slopes)


def test_only_a_pairing_objective_judges_real_rows_in_the_generators_turn():
    for objective, passes in ((RELATIVISTIC_PAIRING, 2), (NONSATURATING, 1)):
        nets = recorded()
        TwoPlayer(objective).loss("generator", nets, draw(), {})
        assert len(nets["discriminator"].calls) == passes


def test_the_generators_relativistic_loss_moves_with_the_real_logits():
    nets, at = networks(), draw()
    far = replace(at, real=at.real + 3)
    game = TwoPlayer(RELATIVISTIC_PAIRING)
    losses = [game.loss("generator", nets, d, {}).loss for d in (at, far)]
    expected = [by_hand.generator_loss("rp", *nets.values(), d) for d in (at, far)]
    assert_close(losses, expected, **TOLERANCE)
    assert (losses[0] - losses[1]).abs() > 1e-3


def linear_networks():
    """a(x) = w x + b and G(z) = u z + v on the line, with their four numbers."""
    generator = MLPGenerator(latent=1, event_shape=(1,), width=1, depth=0).double()
    discriminator = MLPDiscriminator(event_shape=(1,), width=1, depth=0).double()
    numbers = {"u": 0.6, "v": -0.4, "w": 1.3, "b": 0.2}
    values = torch.tensor(list(numbers.values()), dtype=torch.float64)
    with torch.no_grad():
        for p, v in zip(
            (*generator.parameters(), *discriminator.parameters()), values, strict=True
        ):
            p.fill_(v)
    return {"generator": generator, "discriminator": discriminator}, numbers


def test_minimax_gradients_of_linear_players_are_the_derived_ones():
    nets, n = linear_networks()
    x, z = torch.tensor([[1.0, -0.5, 2.0], [0.3, -1.2, 0.8]], dtype=torch.float64)
    at = Draw(x[:, None], z[:, None], None, torch.tensor(1))
    fake = n["u"] * z + n["v"]
    d_real, d_fake = (1 / (1 + torch.exp(-(n["w"] * t + n["b"]))) for t in (x, fake))
    game = TwoPlayer(MINIMAX)
    found = gradients(game.loss("discriminator", nets, at, {}).loss, nets["discriminator"])
    by_w = (-(1 - d_real) * x + d_fake * fake).mean()
    by_b = (-(1 - d_real) + d_fake).mean()
    assert_close([g.reshape(()) for g in found.values()], [by_w, by_b], **TOLERANCE)
    found = gradients(game.loss("generator", nets, at, {}).loss, nets["generator"])
    by_u, by_v = (-d_fake * n["w"] * z).mean(), (-d_fake * n["w"]).mean()
    assert_close([g.reshape(()) for g in found.values()], [by_u, by_v], **TOLERANCE)


def test_wgan_gp_gradients_of_a_linear_critic_are_the_derived_ones():
    nets, n = linear_networks()
    x, z = torch.tensor([[1.0, -0.5, 2.0], [0.3, -1.2, 0.8]], dtype=torch.float64)
    at = Draw(x[:, None], z[:, None], None, torch.tensor(1))
    outcome = TwoPlayer(WASSERSTEIN, (WGAN_GP,)).loss("discriminator", nets, at, {"wgan-gp": 10.0})
    fake = n["u"] * z + n["v"]
    # the slope is w wherever it is measured: the penalty is (|w| - 1)^2
    assert_close(
        outcome.record["penalty/wgan-gp"], torch.tensor(0.09, dtype=torch.float64), **TOLERANCE
    )
    by_w, by_b = gradients(outcome.loss, nets["discriminator"]).values()
    assert_close(by_w.reshape(()), (fake - x).mean() + 10 * 2 * (1.3 - 1), **TOLERANCE)
    assert by_b.item() == 0  # a constant added to a critic changes nothing
