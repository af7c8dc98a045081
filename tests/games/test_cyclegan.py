"""Loss terms by hand, with translators and judges that multiply by numbers."""

from __future__ import annotations

import pytest
import torch
from torch.testing import assert_close

from zerosum.games.carrying import Carrying, first_carried
from zerosum.games.cyclegan import CycleGAN
from zerosum.games.protocol import Draw, Game
from zerosum.objectives.least_squares import LEAST_SQUARES
from zerosum.objectives.relativistic import RELATIVISTIC_PAIRING
from zerosum.penalties.gradient_penalty import WGAN_GP
from zerosum.penalties.zero_centred import R1, R2

A = torch.tensor([[1.0, -2.0], [3.0, 0.5]], dtype=torch.float64)
B = torch.tensor([[0.5, 4.0], [-1.0, 2.0]], dtype=torch.float64)
F, G, D, C = 2.0, 0.25, 1.5, -0.5  # F: A -> B, G: B -> A; D judges B, C judges A


def networks(f=F, g=G, d=D, c=C):
    return {
        "generator": lambda x, y: torch.stack((f * x, g * y)),
        "discriminator": lambda x, y: torch.stack(
            (d * x, c * y)
        ),  # a logit for each of two patches
    }


def draw(key=7):
    return Draw(A, torch.zeros(2, 1), None, torch.tensor(key), B)


def coefficients(game, **more):
    carried = first_carried(game, torch.device("cpu"), (2,))
    carried["pool"] = carried["pool"].double()
    return {"cycle": 5.0, "identity": 0.5, **carried, **more}


def test_it_is_a_game_that_carries_its_pools():
    game = CycleGAN(LEAST_SQUARES, pool=3)
    assert isinstance(game, Game) and isinstance(game, Carrying)
    carried = first_carried(game, torch.device("cpu"), (3, 4, 5))
    assert carried["pool"].shape == (2, 3, 3, 4, 5) and float(carried["pool.filled"]) == 0
    assert game.turns == ("discriminator", "generator")
    assert CycleGAN(LEAST_SQUARES, discriminator_steps=3).turns == ("discriminator",) * 3 + (
        "generator",
    )
    assert game.constants("discriminator") == ("generator",) and game.constants("generator") == ()


def test_the_translators_loss_term_by_term():
    game = CycleGAN(LEAST_SQUARES)
    outcome = game.loss("generator", networks(), draw(), coefficients(game))
    wanted = 0.5 * (D * F * A - 1).square().mean() + 0.5 * (C * G * B - 1).square().mean()
    cycle = (G * F * A - A).abs().mean(), (F * G * B - B).abs().mean()
    same = (F * B - B).abs().mean(), (G * A - A).abs().mean()
    assert_close(outcome.loss, wanted + 5 * sum(cycle) + 2.5 * sum(same))
    record = outcome.record
    assert_close(record["adversarial/both"], wanted)
    assert_close((record["cycle/there"], record["cycle/back"]), cycle)
    assert_close((record["identity/there"], record["identity/back"]), same)
    assert outcome.left == {}


def test_the_published_weights_are_ours_twice():
    """λ = 10 beside squares without ½ is λ = 5 beside half squares, in all but the scale."""
    game = CycleGAN(LEAST_SQUARES)
    ours = game.loss("generator", networks(), draw(), coefficients(game)).loss
    adversarial = (D * F * A - 1).square().mean() + (C * G * B - 1).square().mean()
    cycle = (G * F * A - A).abs().mean() + (F * G * B - B).abs().mean()
    same = (F * B - B).abs().mean() + (G * A - A).abs().mean()
    assert_close(2 * ours, adversarial + 10 * cycle + 10 * 0.5 * same)


def test_without_identity_nothing_is_asked_of_rows_that_are_there_already():
    game = CycleGAN(LEAST_SQUARES)
    weights = {k: v for k, v in coefficients(game).items() if k != "identity"}
    outcome = game.loss("generator", networks(), draw(), weights)
    cycle = (G * F * A - A).abs().mean() + (F * G * B - B).abs().mean()
    assert_close(outcome.loss, outcome.record["adversarial/both"] + 5 * cycle)
    assert not [name for name in outcome.record if "identity" in name]


def test_the_discriminators_loss_with_an_empty_pool():
    game = CycleGAN(LEAST_SQUARES, pool=3)
    outcome = game.loss("discriminator", networks(), draw(), coefficients(game))
    of_b = 0.5 * (D * B - 1).square().mean() + 0.5 * (D * F * A).square().mean()
    of_a = 0.5 * (C * A - 1).square().mean() + 0.5 * (C * G * B).square().mean()
    assert_close(outcome.loss, of_b + of_a)
    assert_close(outcome.left["pool"][:, :2], torch.stack((F * A, G * B)))
    assert float(outcome.left["pool.filled"]) == 2


def test_the_discriminators_see_what_is_in_a_full_pool():
    game = CycleGAN(LEAST_SQUARES, pool=2)
    old = torch.full((2, 2, 2), 9.0, dtype=torch.float64)
    full = coefficients(game, **{"pool": old, "pool.filled": torch.tensor(2.0)})
    fresh = game.loss("discriminator", networks(), draw(), coefficients(game)).loss
    losses = {float(game.loss("discriminator", networks(), draw(k), full).loss) for k in range(60)}
    assert len(losses) > 2 and float(fresh) in losses  # none, one or more of the four are old
    for key in range(20):
        left = game.loss("discriminator", networks(), draw(key), full).left["pool"]
        new = torch.stack((F * A, G * B))
        kept = (left == 9.0).all(2)
        assert all(
            bool(kept[p, i]) or any(torch.equal(left[p, i], n) for n in new[p])
            for p in range(2) for i in range(2)
        )  # fmt: skip


def test_an_objective_that_pairs_sees_real_logits_too():
    game = CycleGAN(RELATIVISTIC_PAIRING)
    outcome = game.loss("generator", networks(), draw(), coefficients(game))
    b = torch.nn.functional.softplus(D * B - D * F * A).mean()
    a = torch.nn.functional.softplus(C * A - C * G * B).mean()
    assert_close(outcome.record["adversarial/both"], a + b)


def test_one_domain_is_not_enough():
    game = CycleGAN(LEAST_SQUARES)
    with pytest.raises(ValueError, match="two domains"):
        game.loss("generator", networks(), Draw(A, torch.zeros(2, 1), None, torch.tensor(0)), {})


def test_a_penalty_is_of_the_mean_logit_of_each_picture():
    """D multiplies by 1.5, so the mean logit of two patches has the slope 0.75 in each number."""
    slopes = {"D": 2 * (D / 2) ** 2, "C": 2 * (C / 2) ** 2}  # squared norms
    for penalty, wanted in (
        (R1, sum(slopes.values())),
        (R2, sum(slopes.values())),
        (WGAN_GP, sum((slope**0.5 - 1) ** 2 for slope in slopes.values())),
    ):
        free, held = CycleGAN(LEAST_SQUARES), CycleGAN(LEAST_SQUARES, (penalty,))
        weight = {penalty.name: 3.0}
        base = free.loss("discriminator", networks(), draw(), coefficients(free))
        more = held.loss("discriminator", networks(), draw(), coefficients(held, **weight))
        scale = {"r1": 0.5, "r2": 0.5}.get(penalty.name, 1.0)
        assert_close(more.loss - base.loss, torch.tensor(3.0 * scale * wanted).double())
        assert_close(2 * more.record[f"penalty/{penalty.name}"], (more.loss - base.loss) / 3)
        assert_close(more.left, base.left)


def test_a_penalty_sees_each_domains_own_judge():
    """R1 of a bent judge: at b the slope of D, at a that of C, neither mixed nor swapped."""
    bent = networks() | {"discriminator": lambda x, y: torch.stack((D * x**2, C * y**2))}
    game = CycleGAN(LEAST_SQUARES, (R1,))
    outcome = game.loss("discriminator", bent, draw(), coefficients(game, r1=1.0))
    wanted = (D * B).square().sum(1).mean() + (C * A).square().sum(1).mean()
    assert_close(2 * outcome.record["penalty/r1"], 0.5 * wanted)
    rows = networks() | {
        "discriminator": lambda x, y: torch.stack((D * x.sum(1), C * y.sum(1)))
    }  # one logit a row, as of points
    whole = game.loss("discriminator", rows, draw(), coefficients(game, r1=1.0))
    assert_close(2 * whole.record["penalty/r1"], torch.tensor(0.5 * 2 * (D**2 + C**2)).double())
