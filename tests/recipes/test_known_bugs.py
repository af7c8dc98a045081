"""Combinations that other GAN code ran and should not have; each test fails if they run here.

The numbers are those of the project's list of known bugs (docs/known-bugs.md).
"""

from __future__ import annotations

import pytest
import torch

from zerosum.errors import InputError
from zerosum.games.two_player import TwoPlayer
from zerosum.recipes.build import build_game, resolve
from zerosum.recipes.presets import PRESETS, DataShape
from zerosum.recipes.tables import OBJECTIVES, PENALTIES

PICTURES = DataShape("image", (3, 32, 32), 5000, labelled=True)
POINTS = DataShape("points", (2,), 5000, labelled=True)
COUPLED = {"batch": {"name": "dcgan", "norm": "batch"}, "dropout": {"name": "maxout"}}


@pytest.mark.parametrize("coupling", COUPLED)
@pytest.mark.parametrize("name", PENALTIES)
def test_bug_06_no_batchnorm_and_no_dropout_under_a_gradient_penalty(name, coupling):
    over = {
        "discriminator": COUPLED[coupling],
        "game": {"objective": "ns", "penalties": [{"name": name}]},
    }
    with pytest.raises(InputError, match=f"penalty '{name}'"):
        resolve(PICTURES, "custom", over)


def test_bug_06_no_batchnorm_under_a_relativistic_loss():
    over = {"discriminator": COUPLED["batch"], "game": {"objective": "rp", "penalties": []}}
    with pytest.raises(InputError, match="normalisation couples each batch's rows"):
        resolve(PICTURES, "custom", over)


@pytest.mark.parametrize("shape", [PICTURES, POINTS], ids=lambda s: s.kind)
@pytest.mark.parametrize("recipe", PRESETS)
def test_bug_06_no_recipe_couples_rows_where_each_must_stand_alone(recipe, shape):
    config = resolve(shape, recipe, {})
    game = build_game(config)
    alone = config.game.penalties or not isinstance(game, TwoPlayer) or game.objective.pairs
    critic = config.discriminator
    assert not alone or (critic.norm == "none" and critic.name != "maxout")


def test_bug_13_the_two_dragans_have_names_and_the_recipe_says_which():
    assert {"dragan-paper", "dragan-code"} <= PENALTIES.keys() and "dragan" not in PENALTIES
    game = build_game(resolve(POINTS, "dragan", {}))
    assert [p.name for p in game.penalties] == ["dragan-paper"]
    assert game.objective.name == "ns"  # not the Wasserstein loss under DRAGAN's name


def test_bug_16_mm_is_the_saturating_loss_and_ns_is_not():
    sure = torch.full((1,), -20.0, requires_grad=True)
    slopes = {}
    for name in ("mm", "ns"):
        loss = OBJECTIVES[name].generator(torch.zeros(1), sure)
        slopes[name] = torch.autograd.grad(loss.sum(), sure)[0].abs().item()
    assert slopes["mm"] < 1e-8 and slopes["ns"] > 0.99
    for recipe in PRESETS:
        assert resolve(POINTS, recipe, {}).game.objective != "mm"


@pytest.mark.parametrize("precision", ["fp16", "float16", "amp"])
def test_bug_20_half_precision_that_needs_a_scaler_is_not_offered(precision):
    with pytest.raises(InputError, match=r"run\.precision.*fp32"):
        resolve(POINTS, None, {"run": {"precision": precision}})


@pytest.mark.parametrize("recipe", ["wgan", "wgan-gp"])
def test_bug_27_a_critic_has_five_turns(recipe):
    turns = build_game(resolve(POINTS, recipe, {})).turns
    assert turns == ("discriminator",) * 5 + ("generator",)
