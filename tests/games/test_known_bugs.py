"""Games that other GAN code put together wrongly; each test fails if the same slip is made here.

The numbers are those of the project's list of known bugs (docs/known-bugs.md).
"""

from __future__ import annotations

import pytest
import torch
from torch.nn.functional import softplus

from tests.training.rounds import make, weights
from zerosum.recipes.tables import PENALTIES


@pytest.mark.parametrize("name", PENALTIES)
def test_bug_08_the_loss_itself_trains_the_discriminator_beside_a_penalty(name):
    """No penalty sees the last bias, a constant added to all logits: only the loss moves it."""
    some = make(game={"objective": "ns", "penalties": [{"name": name, "weight": 1.0}]})
    network = some.state.networks["discriminator"]
    before = weights(network)["head.linear.bias"]
    some.play()
    assert (weights(network)["head.linear.bias"] - before).abs() > 1e-6


def test_bug_09_the_generators_relativistic_loss_is_the_one_it_descends():
    some = make("r3gan")
    generator, discriminator = some.copies()
    networks = {"generator": generator, "discriminator": discriminator}
    at = some.draw(0)[-1][0]
    found = some.game.loss("generator", networks, at, {"r1": 0.1, "r2": 0.1})
    logits = discriminator(at.real), discriminator(generator(at.latent))
    torch.testing.assert_close(found.loss, softplus(logits[0] - logits[1]).mean())
    torch.testing.assert_close(found.record["loss"], found.loss.detach())
    assert (found.loss - softplus(-logits[1]).mean()).abs() > 1e-3


@pytest.mark.parametrize("joint", [False, True], ids=["apart", "jointly"])
@pytest.mark.parametrize("name", PENALTIES)
def test_bug_18_a_penalty_rebuilt_from_numbers_would_have_no_gradient(name, joint):
    some = make(game={"objective": "wgan", "penalties": [{"name": name, "weight": 1.0}]})
    generator, discriminator = some.copies()
    networks = {"generator": generator, "discriminator": discriminator}
    own = list(discriminator.parameters())
    game = type(some.game)(some.game.objective, some.game.penalties, joint_pass=joint)
    slopes = [
        torch.autograd.grad(
            game.loss("discriminator", networks, some.draw(0)[0][0], {name: weight}).loss, own
        )
        for weight in (0.0, 1.0)
    ]
    by_penalty = [float((b - a).abs().max()) for a, b in zip(*slopes, strict=True)]
    assert max(by_penalty) > 1e-3
