"""A round's players as a solver sees them: gradients, graphs kept or saved, samples made once."""

from __future__ import annotations

import pytest
import torch
from torch.testing import assert_close

from tests.training.rounds import make, weights
from zerosum.solvers.field import Field
from zerosum.training.field import RoundField

PLAYERS = ("discriminator", "generator")


class Counting(torch.nn.Module):
    """A network that counts its calls, and whether each was made with a graph."""

    def __init__(self, module):
        super().__init__()
        self.module, self.graphs = module, []

    def forward(self, *arguments):
        self.graphs.append(torch.is_grad_enabled())
        return self.module(*arguments)


def field_of(some, step=0):
    return RoundField(some.game, some.state, some.plan, some.draw(step))


def grads(some, player):
    return [p.grad for p in some.state.networks[player].parameters()]


def test_it_is_a_field():
    assert isinstance(field_of(make("r3gan")), Field)


@pytest.mark.parametrize("recipe", ["r3gan", "wgan-gp", "goodfellow"])
def test_a_players_turn_leaves_the_other_without_a_gradient(recipe):
    some = make(recipe)
    field = field_of(some)
    field.differentiate("discriminator", 0)
    assert all(g is None for g in grads(some, "generator"))
    assert all(g is not None for g in grads(some, "discriminator"))
    for p in some.state.networks["discriminator"].parameters():
        p.grad = None
    field.differentiate("generator", len(field.turns) - 1)
    assert all(g is None for g in grads(some, "discriminator"))
    assert all(g is not None for g in grads(some, "generator"))


@pytest.mark.parametrize("player", PLAYERS)
def test_the_whole_loss_has_the_gradient_of_the_turn(player):
    some = make("r3gan")
    field = field_of(some)
    turn = field.turns.index(player)
    field.differentiate(player, turn)
    own = field.parameters(player)
    whole = torch.autograd.grad(field_of(some).loss(player, turn), own)
    assert_close([p.grad for p in own], list(whole), rtol=1e-12, atol=1e-14)


def counted(some, name):
    counter = Counting(some.state.networks[name])
    some.state.networks = {**some.state.networks, name: counter}
    return counter


def test_samples_are_made_once_where_two_turns_share_a_draw():
    some = make("r3gan")
    counter = counted(some, "generator")
    field = field_of(some)
    for turn, player in enumerate(field.turns):
        field.differentiate(player, turn)
    assert counter.graphs == [True]
    field.move("generator")
    field.differentiate("discriminator", 0)
    assert (
        len(counter.graphs) == 2
    )  # the generator has moved: its old samples are no longer its own


def test_samples_of_their_own_are_made_without_a_graph_in_the_discriminators_turn():
    some = make("goodfellow")
    counter = counted(some, "generator")
    field = field_of(some)
    field.differentiate("discriminator", 0)
    field.differentiate("generator", 1)
    assert counter.graphs == [False, True]


def test_what_is_accepted_is_what_moves_the_player():
    some = make("goodfellow")
    field, before = field_of(some), weights(some.state.networks["generator"])
    gradients = [torch.ones_like(p) for p in field.parameters("generator")]
    field.accept("generator", torch.zeros(()), gradients)
    field.move("generator")
    rate = some.plan.learning_rates["generator"].at(0)
    after = weights(some.state.networks["generator"])
    assert_close(after, {k: v - rate for k, v in before.items()})
