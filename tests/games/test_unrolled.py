"""Unrolling against derivatives taken by hand, finite differences and the plain game."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import pytest
import torch
from torch.func import functional_call
from torch.testing import assert_close

from tests.games.small import Recording, draw, gradients, networks
from zerosum.games.bound import Bound
from zerosum.games.protocol import Game, Outcome
from zerosum.games.two_player import TwoPlayer
from zerosum.games.unrolled import Unrolled
from zerosum.recipes.tables import OBJECTIVES, PENALTIES

RATE = 0.3
NUMBERS = {"unrolled": RATE}


def bound(module):
    return Bound(
        module,
        lambda: dict(module.named_parameters()),
        lambda parameters, *arguments: functional_call(module, dict(parameters), arguments),
    )


def number(value):
    return torch.tensor(value, dtype=torch.float64, requires_grad=True)


@dataclass(frozen=True)
class Scalars:
    """L_D = d²/2 - g d and L_G = g d + g²/2, where the discriminator says d and the generator g."""

    players = ("discriminator", "generator")
    turns = ("discriminator", "generator")

    def constants(self, player):
        return ()

    def loss(self, player, networks, draw, coefficients):
        g, d = networks["generator"](None, None), networks["discriminator"]()
        loss = d**2 / 2 - g * d if player == "discriminator" else g * d + g**2 / 2
        return Outcome(loss, {})


def scalars(d, g):
    judge = Bound(lambda: d, lambda: {"d": d}, lambda parameters: parameters["d"])
    return {"discriminator": judge, "generator": lambda z, label=None: g}


@pytest.mark.parametrize("steps", [0, 1, 2, 5])
def test_the_slope_is_the_closed_form(steps):
    """d_k = g + (1 - η)^k (d - g): L_G's own slope is d_k + g; dL_D/dd at d_k is d_k - g, and dd_k/dg is
    1 - (1 - η)^k."""
    d, g = number(0.7), number(-0.4)
    outcome = Unrolled(Scalars(), steps).loss("generator", scalars(d, g), draw(), NUMBERS)
    shrunk = (1 - RATE) ** steps
    ahead = -0.4 + shrunk * (0.7 + 0.4)
    assert_close(float(outcome.loss.detach()), -0.4 * ahead + 0.08)
    (slope,) = torch.autograd.grad(outcome.loss, g)
    assert_close(float(slope), ahead - 0.4 - (ahead + 0.4) * (1 - shrunk))


def test_in_a_zero_sum_game_it_is_the_slope_of_one_function():
    """L_G = -L_D = g d - d²/2, so that the whole is d/dg of g d_k(g) - d_k(g)²/2."""

    class ZeroSum(Scalars):
        def loss(self, player, networks, draw, coefficients):
            found = super().loss("discriminator", networks, draw, coefficients).loss
            return Outcome(found if player == "discriminator" else -found, {})

    d, g = number(0.7), number(-0.4)
    found = Unrolled(ZeroSum(), 3).loss("generator", scalars(d, g), draw(), NUMBERS).loss
    ahead = g + (1 - RATE) ** 3 * (d.detach() - g)
    wanted = g * ahead - ahead**2 / 2
    assert_close(found, wanted)
    assert_close(*(torch.autograd.grad(v, g)[0] for v in (found, wanted)))


def test_it_is_a_game_with_the_inner_games_turns():
    inner = TwoPlayer(OBJECTIVES["ns"], discriminator_steps=3)
    game = Unrolled(inner, 5)
    assert isinstance(game, Game)
    assert (game.players, game.turns) == (inner.players, inner.turns)
    assert game.constants("discriminator") == ("generator",) and game.constants("generator") == ()


GAMES = {
    "ns": (TwoPlayer(OBJECTIVES["ns"]), {}),
    "mm": (TwoPlayer(OBJECTIVES["mm"]), {}),
    "rp + R1 + R2": (
        TwoPlayer(OBJECTIVES["rp"], (PENALTIES["r1"], PENALTIES["r2"]), joint_pass=True),
        {"r1": 0.3, "r2": 0.2},
    ),
}


def made(name):
    nets = networks()
    return {"generator": nets["generator"], "discriminator": bound(nets["discriminator"])}, nets


@pytest.mark.parametrize("name", GAMES)
@pytest.mark.parametrize("player", ["discriminator", "generator"])
def test_no_steps_are_the_game_itself(name, player):
    game, numbers = GAMES[name]
    nets, modules = made(name)
    plain = game.loss(player, modules, draw(), numbers)
    found = Unrolled(game, 0).loss(player, nets, draw(), {**numbers, **NUMBERS})
    assert torch.equal(found.loss, plain.loss) and found.record == plain.record


def test_the_discriminators_turn_is_the_inner_games():
    game, numbers = GAMES["rp + R1 + R2"]
    nets, modules = made("rp + R1 + R2")
    plain = game.loss("discriminator", modules, draw(), numbers).loss
    found = Unrolled(game, 3).loss("discriminator", nets, draw(), {**numbers, **NUMBERS}).loss
    assert torch.equal(found, plain)


def ahead_of(game, numbers, modules, steps):
    """Weights w_k, their virtual steps taken by torch.autograd on weights named one by one."""
    weights = dict(modules["discriminator"].named_parameters())
    seen = dict(modules)
    for _ in range(steps):
        seen["discriminator"] = partial(_call, modules["discriminator"], weights)
        loss = game.loss("discriminator", seen, draw(), numbers).loss
        slopes = torch.autograd.grad(
            loss, list(weights.values()), create_graph=True, allow_unused=True
        )
        weights = {
            k: w if s is None else w - RATE * s
            for (k, w), s in zip(weights.items(), slopes, strict=True)
        }
    return weights


def replayed(game, numbers, modules, steps):
    """The generator's loss and slopes, their two terms added by hand."""
    weights = ahead_of(game, numbers, modules, steps)
    fixed = {k: w.detach().requires_grad_() for k, w in weights.items()}
    judge = partial(_call, modules["discriminator"], fixed)
    seen = {**modules, "discriminator": judge}
    loss = game.loss("generator", seen, draw(), numbers).loss
    own = gradients(loss, modules["generator"])
    theirs = game.loss("discriminator", seen, draw(), numbers).loss
    pull = torch.autograd.grad(theirs, list(fixed.values()), allow_unused=True)
    pairs = [(w, p) for w, p in zip(weights.values(), pull, strict=True) if p is not None]
    answer = gradients(sum((w * p).sum() for w, p in pairs), modules["generator"])
    return loss, {k: own[k] - answer[k] for k in own}


def _call(module, weights, *arguments):
    return functional_call(module, weights, arguments)


@pytest.mark.parametrize("steps", [1, 3])
@pytest.mark.parametrize("name", GAMES)
def test_virtual_steps_are_gradient_descent(name, steps):
    game, numbers = GAMES[name]
    nets, modules = made(name)
    found = Unrolled(game, steps).loss("generator", nets, draw(), {**numbers, **NUMBERS}).loss
    wanted, slopes = replayed(game, numbers, modules, steps)
    # the same float64 sums, written twice
    assert_close(found, wanted, rtol=1e-11, atol=1e-13)
    assert_close(gradients(found, modules["generator"]), slopes, rtol=1e-10, atol=1e-12)


def test_the_slope_is_that_of_finite_differences():
    """Of minimax, where it is the slope of -L_D(w_k(w_G), w_G). Central differences: an error of h²/6
    times a third derivative of order 1, and rounding 1e-16 / h."""
    game, numbers = GAMES["mm"]
    nets, modules = made("mm")
    generator, h = modules["generator"], 1e-4

    def value():
        judge = partial(_call, modules["discriminator"], ahead_of(game, numbers, modules, 2))
        seen = {**modules, "discriminator": judge}
        return -float(game.loss("discriminator", seen, draw(), numbers).loss.detach())

    found = gradients(Unrolled(game, 2).loss("generator", nets, draw(), NUMBERS).loss, generator)
    for key, parameter in generator.named_parameters():
        flat, ends = parameter.data.view(-1), []
        before = float(flat[0])
        for sign in (1, -1):
            flat[0] = before + sign * h
            ends.append(value())
        flat[0] = before
        slope = (ends[0] - ends[1]) / (2 * h)
        assert_close(float(found[key].view(-1)[0]), slope, rtol=1e-6, atol=1e-7)


def test_a_constant_answer_would_have_another_slope():
    """What is lost if the virtual steps are taken without their graph: the second term."""
    game, numbers = GAMES["ns"]
    nets, modules = made("ns")
    found = Unrolled(game, 3).loss("generator", nets, draw(), NUMBERS).loss
    weights = {k: w.detach() for k, w in ahead_of(game, numbers, modules, 3).items()}
    seen = {**modules, "discriminator": partial(_call, modules["discriminator"], weights)}
    first = game.loss("generator", seen, draw(), numbers).loss
    assert_close(found, first)
    whole, part = (gradients(v, modules["generator"])["out.weight"] for v in (found, first))
    assert float((whole - part).abs().max()) > 1e-4


def test_a_generator_is_not_paid_for_making_everything_look_real():
    """The trap of putting L_G itself through the steps: where L_G sees generated rows only, and a
    discriminator is one constant b, the generator would gain by whatever raises b."""
    b, g = number(0.0), number(0.3)
    judge = Bound(
        lambda x, *_: b.expand(len(x)),
        lambda: {"b": b},
        lambda p, x, *_: p["b"] * (1 + 0 * x.flatten(1).sum(1)) + p["b"] * x.flatten(1).mean(1),
    )
    nets = {
        "generator": lambda z, label=None: g * torch.ones(len(z), 2, 2, dtype=torch.float64),
        "discriminator": judge,
    }
    found = Unrolled(TwoPlayer(OBJECTIVES["ns"]), 1).loss("generator", nets, draw(), NUMBERS).loss
    (slope,) = torch.autograd.grad(found, g)
    real = draw().real.flatten(1).mean(1)

    def loss_d(w, level):
        both = torch.nn.functional.softplus
        return both(-w * (1 + real)).mean() + both(w * (1 + level))

    w, level = number(0.0), number(0.3)
    (s,) = torch.autograd.grad(loss_d(w, level), w, create_graph=True)
    (ds,) = torch.autograd.grad(s, level)
    ahead = float((w - RATE * s).detach())
    at = number(ahead)
    (pull,) = torch.autograd.grad(loss_d(at, number(0.3)), at)
    own = -torch.sigmoid(torch.tensor(-ahead * 1.3, dtype=torch.float64)) * ahead
    assert_close(slope, own + pull * RATE * ds)


def test_samples_are_made_once_whatever_the_steps():
    nets, _ = made("ns")
    nets["generator"] = Recording(nets["generator"])
    Unrolled(GAMES["ns"][0], 4).loss("generator", nets, draw(), NUMBERS)
    assert len(nets["generator"].calls) == 1


def test_nothing_is_left_behind():
    nets, modules = made("ns")
    before = {k: v.detach().clone() for k, v in modules["discriminator"].named_parameters()}
    Unrolled(GAMES["ns"][0], 4).loss("generator", nets, draw(), NUMBERS).loss.backward()
    assert all(torch.equal(v, before[k]) for k, v in modules["discriminator"].named_parameters())


def test_packs_are_judged_ahead_too():
    """A game of packs of 2 sees other logits than one of rows, and the steps are taken on those."""
    game, generator = TwoPlayer(OBJECTIVES["ns"], pack=2), networks()["generator"]
    flat, linear = torch.nn.Flatten(), torch.nn.Linear(8, 1)
    judge = torch.nn.Sequential(flat, linear, torch.nn.Flatten(0)).double()
    takes = Bound(
        lambda x, *_: judge(x),
        lambda: dict(judge.named_parameters()),
        lambda p, x, *_: functional_call(judge, dict(p), (x,)),
    )
    nets = {"generator": generator, "discriminator": takes}
    found = Unrolled(game, 1).loss("generator", nets, draw(), NUMBERS).loss
    weights = dict(judge.named_parameters())
    plain = {"generator": generator, "discriminator": lambda x, *_: judge(x)}
    slopes = torch.autograd.grad(
        game.loss("discriminator", plain, draw(), {}).loss, list(weights.values())
    )
    ahead = {k: w - RATE * s for (k, w), s in zip(weights.items(), slopes, strict=True)}
    plain["discriminator"] = lambda x, *_: functional_call(judge, ahead, (x,))
    assert_close(found, game.loss("generator", plain, draw(), {}).loss)


def test_an_unbound_discriminator_cannot_be_unrolled():
    with pytest.raises(TypeError, match="bound to its parameters"):
        Unrolled(GAMES["ns"][0], 1).loss("generator", networks(), draw(), NUMBERS)
