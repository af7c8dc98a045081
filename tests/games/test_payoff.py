"""A payoff is a game like any other: two points, one function, and the project's own rounds."""

from __future__ import annotations

import pytest
import torch
from torch.testing import assert_close

from zerosum.claims.play import dirac_toy, modulus, payoff_toy, play
from zerosum.games.payoff import Payoff, Point, no_draw
from zerosum.games.protocol import Game
from zerosum.objectives.nonsaturating import NONSATURATING
from zerosum.penalties.zero_centred import R1
from zerosum.solvers.optimistic import optimistic
from zerosum.solvers.simultaneous import simultaneous
from zerosum.theory import motion
from zerosum.theory.games import bilinear, saddle


def points(x, y):
    return {"x": Point(torch.tensor([x])), "y": Point(torch.tensor([y]))}


def test_it_is_a_game():
    assert isinstance(Payoff(bilinear), Game)


def test_what_one_pays_the_other_gets():
    game, networks = Payoff(lambda x, y: saddle(x, y).sum()), points(2.0, 3.0)
    losses = [game.loss(player, networks, no_draw(), {}).loss for player in game.players]
    assert_close(torch.stack(losses), torch.tensor([4.0 - 9 + 6, -1.0]))


@pytest.mark.parametrize("adam", [False, True])
def test_a_play_keeps_every_point(adam):
    path = play(payoff_toy(saddle), (1.0, -1.0), 0.1, 50, adam=adam)
    assert path.shape == (51, 2) and path[0].tolist() == [1.0, -1.0]
    assert abs(path[-1]).max() < 0.2 < abs(path[5]).max()


def test_one_round_by_hand():
    # x first: 2 - 0.1 * 3 = 1.7, then y climbs: 3 + 0.1 * 1.7
    path = play(payoff_toy(bilinear), (2.0, 3.0), 0.1, 1)
    assert path[1] == pytest.approx([1.7, 3.17])


def test_the_dirac_gan_by_hand():
    # theta = 1, psi = 2: D's slope sigma(2) * 1 + gamma psi, G's slope -(1 - sigma(2)) * 2
    path = play(dirac_toy(NONSATURATING, ((R1, 0.5),)), (1.0, 2.0), 0.1, 1, simultaneous)
    s = float(torch.sigmoid(torch.tensor(2.0, dtype=torch.float64)))
    assert path[1] == pytest.approx([1 + 0.1 * (1 - s) * 2, 2 - 0.1 * (s + 0.5 * 2)])


def test_a_measured_modulus_can_be_wrong():
    found = modulus(payoff_toy(bilinear), 0.3, simultaneous)
    assert found == pytest.approx(motion.simultaneous_on_bilinear(0.3), abs=1e-9)
    assert abs(found - motion.extragradient_on_bilinear(0.3)) > 0.05


def test_a_solver_with_a_memory_is_measured_with_it():
    found = modulus(payoff_toy(bilinear), 0.3, optimistic, remembers=True)
    assert found == pytest.approx(motion.optimistic_on_bilinear(0.3), abs=1e-9)
