"""BEGAN's losses, its k and its M, against the formulas written out."""

from __future__ import annotations

import pytest
import torch
from torch.testing import assert_close

from tests.games.small import draw
from zerosum.games.began import BEGAN
from zerosum.games.carrying import Carry, Carrying, carry_on, first_carried
from zerosum.games.protocol import Game
from zerosum.games.two_player import TwoPlayer
from zerosum.objectives.nonsaturating import NONSATURATING

CPU = torch.device("cpu")
NUMBERS = {"gamma": 0.5, "lambda_k": 0.1}


def networks():
    """D gives half of a row back and G makes rows of threes, so that L(v) = mean |v|/2 and L(G) = 1.5."""
    scale = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
    level = torch.tensor(3.0, dtype=torch.float64, requires_grad=True)
    made = {
        "discriminator": lambda x, label=None, key=None: scale * x,
        "generator": lambda z, label=None: level * torch.ones(len(z), 2, 2, dtype=torch.float64),
    }
    return made, scale, level


def turns(coefficients, eta=1.0):
    game, (nets, scale, level) = BEGAN(eta=eta), networks()
    return {p: game.loss(p, nets, draw(), coefficients) for p in game.players}, scale, level


def test_it_is_a_game_that_carries_one_number():
    assert isinstance(BEGAN(), Game) and isinstance(BEGAN(), Carrying)
    assert first_carried(BEGAN(), CPU) == {"k": torch.tensor(0.0)}
    assert BEGAN(discriminator_steps=3).turns == ("discriminator",) * 3 + ("generator",)


def test_another_game_carries_nothing():
    game = TwoPlayer(NONSATURATING)
    assert not isinstance(game, Carrying)
    assert first_carried(game, CPU) == {} and carry_on(game, {}, {}) == Carry()


@pytest.mark.parametrize("eta", [1.0, 2.0])
def test_the_losses_are_the_equations(eta):
    found, *_ = turns({"k": torch.tensor(0.25), **NUMBERS}, eta)
    real = ((draw().real / 2).abs() ** eta).mean()
    fake = torch.tensor(1.5**eta, dtype=torch.float64)
    assert_close(found["discriminator"].loss, real - 0.25 * fake)
    assert_close(found["generator"].loss, fake)
    assert_close(found["discriminator"].record["error/real"], real)
    assert_close(found["discriminator"].record["error/fake"], fake)


def test_the_generators_slope_goes_through_both_sides_of_the_error():
    """d/dlevel of |level − level/2| is 1/2: a target that were a constant would give 1 or −1/2."""
    found, _, level = turns({"k": torch.tensor(0.0)})
    (slope,) = torch.autograd.grad(found["generator"].loss, level)
    assert_close(slope, torch.tensor(0.5, dtype=torch.float64))


def test_the_discriminator_gives_real_rows_back_and_pushes_generated_ones_away():
    """d/dscale of mean |v − scale v| is −mean |v|, and k times as much the other way on generated rows."""
    found, scale, _ = turns({"k": torch.tensor(0.25)})
    (slope,) = torch.autograd.grad(found["discriminator"].loss, scale)
    assert_close(slope, -draw().real.abs().mean() + 0.25 * 3.0)


def record(real, fake):
    return {"discriminator/error/real": torch.tensor(real), "generator/loss": torch.tensor(fake)}


def test_k_and_m_by_hand():
    carry = BEGAN().carry({"k": torch.tensor(0.25), **NUMBERS}, record(0.8, 0.1))
    assert_close(carry.values["k"], torch.tensor(0.25 + 0.1 * (0.5 * 0.8 - 0.1)))
    assert_close(carry.record["balance/k"], torch.tensor(0.25))  # what this round was played with
    assert_close(carry.record["balance/M"], torch.tensor(0.8 + 0.3))


def test_m_is_the_same_on_both_sides_of_the_balance():
    above, below = (
        BEGAN().carry({"k": torch.tensor(0.0), **NUMBERS}, record(0.8, fake)).record["balance/M"]
        for fake in (0.4 + 0.3, 0.4 - 0.3)
    )
    assert_close(above, below)


def test_k_is_followed_member_by_member():
    numbers = {
        "k": torch.tensor([0.1, 0.9]),
        "gamma": torch.tensor([0.3, 0.7]),
        "lambda_k": torch.tensor([0.1, 0.2]),
    }
    one = BEGAN().carry(numbers, record([0.8, 0.6], [0.1, 0.2]))
    for i in range(2):
        at = {name: value[i] for name, value in numbers.items()}
        real, fake = [0.8, 0.6][i], [0.1, 0.2][i]
        assert_close(one.values["k"][i], BEGAN().carry(at, record(real, fake)).values["k"])


@pytest.mark.parametrize(
    ("k", "real", "fake", "wanted"),
    [(0.99, 1.0, 0.0, 1.0), (0.01, 0.0, 1.0, 0.0), (1.0, 50.0, 0.0, 1.0), (0.0, 0.0, 50.0, 0.0)],
)
def test_bug_12_k_stays_between_0_and_1(k, real, fake, wanted):
    """Beyond 1 the discriminator would gain by giving everything back badly; below 0 it would help G."""
    found = BEGAN().carry({"k": torch.tensor(k), **NUMBERS}, record(real, fake)).values["k"]
    assert float(found) == wanted
