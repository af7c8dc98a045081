"""A round is Algorithm 1 of its paper, replayed here by loops that use nothing of the library's step."""

from __future__ import annotations

import copy
from collections import Counter
from dataclasses import replace

import pytest
import torch

from tests.games import by_hand
from tests.training.rounds import Spy, assert_same_weights, make, moved
from zerosum.penalties.gradient_penalty import WGAN_GP

ROUNDS = 4


def descend(loss, module, optimizer):
    parameters = list(module.parameters())
    optimizer.zero_grad()
    for p, g in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
        p.grad = g
    optimizer.step()


@pytest.mark.parametrize("objective", ["mm", "ns"])
def test_goodfellow_is_algorithm_1_with_momentum(objective):
    some = make("goodfellow", game={"objective": objective})
    generator, discriminator = some.copies()
    start = copy.deepcopy(generator)
    by_d = torch.optim.SGD(discriminator.parameters(), lr=0.05, momentum=0.5)
    by_g = torch.optim.SGD(generator.parameters(), lr=0.05, momentum=0.5)
    for step in range(ROUNDS):
        [first], [second] = some.draw(step)
        assert not torch.equal(first.latent, second.latent)  # "sample minibatch of m noise samples"
        assert not torch.equal(first.real, second.real)
        loss = by_hand.discriminator_loss(objective, generator, discriminator, first)
        descend(loss, discriminator, by_d)
        loss = by_hand.generator_loss(objective, generator, discriminator, second)
        descend(loss, generator, by_g)
    some.play(ROUNDS)
    assert_same_weights(some, generator, discriminator)
    assert moved(some, start) > 1e-4


def test_wgan_clips_after_each_of_five_critic_turns():
    some = make("wgan")
    generator, critic = some.copies()
    by_d = torch.optim.RMSprop(critic.parameters(), lr=5e-5, alpha=0.99)
    by_g = torch.optim.RMSprop(generator.parameters(), lr=5e-5, alpha=0.99)
    for step in range(ROUNDS):
        *critics, [last] = some.draw(step)
        assert len(critics) == 5
        for [draw] in critics:
            descend(by_hand.discriminator_loss("wgan", generator, critic, draw), critic, by_d)
            with torch.no_grad():
                for p in critic.parameters():
                    p.copy_(p.clip(-0.01, 0.01))
        descend(by_hand.generator_loss("wgan", generator, critic, last), generator, by_g)
    turns = Counter()
    some.game = Spy(some.game, lambda player, draw, c: turns.update([player]))
    some.play(ROUNDS)
    assert turns == {"discriminator": 5 * ROUNDS, "generator": ROUNDS}
    assert_same_weights(some, generator, critic)
    bound = max(float(p.detach().abs().max()) for p in critic.parameters())
    assert bound == 0.01


def test_wgan_gp_has_its_penalty_in_the_critics_own_step():
    some = make("wgan-gp")
    generator, critic = some.copies()
    points = []

    def noting(real, fake, key):
        points.append(WGAN_GP.points(real, fake, key))
        return points[-1]

    some.game = replace(some.game, penalties=(replace(WGAN_GP, points=noting),))
    some.play(ROUNDS)
    assert len(points) == 5 * ROUNDS
    by_d = torch.optim.Adam(critic.parameters(), lr=1e-4, betas=(0.0, 0.9))
    by_g = torch.optim.Adam(generator.parameters(), lr=1e-4, betas=(0.0, 0.9))
    at = iter(points)
    for step in range(ROUNDS):
        *critics, [last] = some.draw(step)
        for [draw] in critics:
            terms = (("wgan-gp", 10.0, next(at)),)
            loss = by_hand.discriminator_loss("wgan", generator, critic, draw, terms)
            descend(loss, critic, by_d)
        descend(by_hand.generator_loss("wgan", generator, critic, last), generator, by_g)
    assert_same_weights(some, generator, critic)


def test_r3gan_shares_its_draw_and_changes_its_numbers_with_the_samples_seen():
    falling = {"start": 2.0, "end": 0.5, "over": 40, "shape": "linear"}
    gammas = [{"name": n, "weight": falling} for n in ("r1", "r2")]
    beta2 = {"start": 0.9, "end": 0.99, "over": 40}
    optimizer = {"lr": {"start": 1e-3, "end": 1e-4, "over": 40, "shape": "linear"}, "beta2": beta2}
    some = make(
        "r3gan", game={"penalties": gammas}, generator_optimizer=optimizer,
        discriminator_optimizer=optimizer,
    )  # fmt: skip
    generator, discriminator = some.copies()
    by_d = torch.optim.Adam(discriminator.parameters(), betas=(0.0, 0.9))
    by_g = torch.optim.Adam(generator.parameters(), betas=(0.0, 0.9))
    for step in range(7):
        t = min(1.0, 8 * step / 40)  # batches of 8
        for optimizer in (by_d, by_g):
            smooth = (1 - torch.cos(torch.tensor(torch.pi * t, dtype=torch.float64)).item()) / 2
            optimizer.param_groups[0].update(
                lr=1e-3 + (1e-4 - 1e-3) * t, betas=(0.0, 0.9 + 0.09 * smooth)
            )
        weight = 2.0 + (0.5 - 2.0) * t
        [draw], [same] = some.draw(step)
        assert draw is same
        terms = (("r1", weight, draw.real), ("r2", weight, generator(draw.latent).detach()))
        loss = by_hand.discriminator_loss("rp", generator, discriminator, draw, terms)
        descend(loss, discriminator, by_d)
        descend(by_hand.generator_loss("rp", generator, discriminator, draw), generator, by_g)
    some.play(7)
    assert_same_weights(some, generator, discriminator)
