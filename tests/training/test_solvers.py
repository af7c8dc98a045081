"""Solvers move two networks as they move two numbers: rounds replayed by hand on small games."""

from __future__ import annotations

import copy

import pytest
import torch
from torch.nn.functional import softplus
from torch.testing import assert_close

from tests.games import by_hand
from tests.training.rounds import make, weights
from zerosum.errors import Diverged

EXACT = {"rtol": 1e-10, "atol": 1e-12}
SOLVERS = ("simultaneous", "extragradient", "optimistic", "consensus")
RATE = 0.05
SGD = {"name": "sgd", "lr": RATE, "beta1": 0.0}
ADAM = {"name": "adam", "lr": 1e-3, "beta1": 0.5, "beta2": 0.9}


def game(solver, optimizer=SGD, **over):
    settings = {"objective": "ns", "solver": solver, **over}
    return make(game=settings, generator_optimizer=optimizer, discriminator_optimizer=optimizer)


def losses(generator, discriminator, draw):
    return (
        by_hand.generator_loss("ns", generator, discriminator, draw),
        by_hand.discriminator_loss("ns", generator, discriminator, draw),
    )


def slopes(modules, draw):
    """Each player's gradient of its own loss, all at the same point."""
    own = [list(m.parameters()) for m in modules]
    return [
        torch.autograd.grad(loss, p) for loss, p in zip(losses(*modules, draw), own, strict=True)
    ]


@torch.no_grad()
def shift(modules, field, rate):
    for module, gradients in zip(modules, field, strict=True):
        for p, g in zip(module.parameters(), gradients, strict=True):
            p -= rate * g


def assert_same(some, modules):
    for name, module in zip(("generator", "discriminator"), modules, strict=True):
        assert_close(weights(some.state.networks[name]), weights(module), **EXACT)


def draws_of(some, rounds):
    found = [some.draw(step) for step in range(rounds)]
    assert all(turns[0][0].latent is turns[1][0].latent for turns in found)  # one draw a round
    return [turns[0][0] for turns in found]


def test_simultaneous_takes_both_gradients_at_one_point():
    some = game("simultaneous")
    modules = some.copies()
    for draw in draws_of(some, 3):
        shift(modules, slopes(modules, draw), RATE)
    some.play(3)
    assert_same(some, modules)


def test_extragradient_moves_by_the_gradient_one_step_ahead():
    some = game("extragradient")
    modules = some.copies()
    for draw in draws_of(some, 3):
        ahead = copy.deepcopy(modules)
        shift(ahead, slopes(ahead, draw), RATE)
        shift(modules, slopes(ahead, draw), RATE)
    some.play(3)
    assert_same(some, modules)


def test_optimistic_extrapolates_the_gradient():
    some = game("optimistic")
    modules, last = some.copies(), None
    for draw in draws_of(some, 4):
        now = slopes(modules, draw)
        shift(modules, now, 2 * RATE if last else RATE)
        if last:
            shift(modules, last, -RATE)
        last = now
    some.play(4)
    assert_same(some, modules)


def test_optimistic_adam_extrapolates_adams_step():
    some = game("optimistic", ADAM)
    plain = game("simultaneous", ADAM)
    modules = some.copies()
    before = [weights(m) for m in modules]
    plain.play()  # the first round is a plain one
    some.play()
    first = [weights(plain.state.networks[n]) for n in ("generator", "discriminator")]
    assert_same(some, [plain.state.networks[n] for n in ("generator", "discriminator")])
    plain.play()
    some.play()
    for name, start, one in zip(("generator", "discriminator"), before, first, strict=True):
        two = weights(plain.state.networks[name])
        expected = {k: one[k] + 2 * (two[k] - one[k]) - (one[k] - start[k]) for k in two}
        assert_close(weights(some.state.networks[name]), expected, **EXACT)


def test_extra_adam_feeds_both_gradients_to_the_moments():
    some = game("extragradient", ADAM)
    modules = some.copies()
    make_adam = lambda m: torch.optim.Adam(m.parameters(), lr=1e-3, betas=(0.5, 0.9))  # noqa: E731
    movers = [make_adam(m) for m in modules]
    for draw in draws_of(some, 3):
        start = [weights(m) for m in modules]
        for look in (True, False):
            field = slopes(modules, draw)
            if not look:  # back to where the round began
                for module, values in zip(modules, start, strict=True):
                    module.load_state_dict(values)
            for module, gradients, mover in zip(modules, field, movers, strict=True):
                for p, g in zip(module.parameters(), gradients, strict=True):
                    p.grad = g
                mover.step()
    some.play(3)
    assert_same(some, modules)


@pytest.mark.parametrize("weight", [0.0, 0.7])
def test_consensus_descends_half_the_squared_field(weight):
    some = game("consensus", consensus=weight)
    modules = some.copies()
    every = [p for m in modules for p in m.parameters()]
    for draw in draws_of(some, 2):
        generator, discriminator = modules
        real, fake = discriminator(draw.real), discriminator(generator(draw.latent))
        both = (softplus(-fake).mean(), (softplus(-real) + softplus(fake)).mean())
        field = [
            g
            for loss, m in zip(both, modules, strict=True)
            for g in torch.autograd.grad(loss, list(m.parameters()), create_graph=True)
        ]
        half = 0.5 * sum(g.square().sum() for g in field)
        pull = torch.autograd.grad(half, every, materialize_grads=True)
        with torch.no_grad():
            for p, g, q in zip(every, field, pull, strict=True):
                p -= RATE * (g + weight * q)
    some.play(2)
    assert_same(some, modules)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("recipe", ["r3gan", "ns-r1", "lsgan", "sngan"])
def test_every_solver_trains_every_kind_of_game(solver, recipe):
    some = make(recipe, game={"solver": solver, "discriminator_steps": 1})
    before = some.copies()
    record = some.play(3)
    assert all(bool(torch.isfinite(value)) for value in record.values())
    assert {"generator/loss", "discriminator/loss"} <= record.keys()
    for name, module in zip(("generator", "discriminator"), before, strict=True):
        now, then = weights(some.state.networks[name]), weights(module)
        assert any(not torch.equal(now[k], then[k]) for k in now)


def test_extragradient_that_finds_no_gradient_ahead_leaves_everybody_where_they_were():
    some = game("extragradient", {**SGD, "lr": 1e200})
    before = some.copies()
    with pytest.raises(Diverged, match="is not finite at step 0"):
        some.play()
    assert_same(some, before)


@pytest.mark.parametrize("solver", ["simultaneous", "optimistic", "consensus"])
def test_a_gradient_that_is_not_finite_moves_nobody(solver):
    some = game(solver, {**SGD, "lr": 1e200})
    some.play()  # leads to where no gradient is finite
    before = some.copies()
    with pytest.raises(Diverged, match="is not finite at step 1"):
        some.play()
    assert_same(some, before)
