"""Growing in the settings: equal shares where nobody names phases, and what is refused."""

from __future__ import annotations

import pytest

from zerosum.errors import InputError
from zerosum.networks.progressive import ProgressiveDiscriminator, ProgressiveGenerator
from zerosum.recipes.build import build_game, build_generator, build_plan, resolve
from zerosum.recipes.preset_progressive import doublings
from zerosum.recipes.presets import DataShape
from zerosum.recipes.tables import Sizes
from zerosum.training.growing import Growth

POINTS = DataShape("points", (2,), 5000)


def pictures(*sides):
    return DataShape("image", (3, *sides), 5000)


def resolved(*sides, **over):
    return resolve(pictures(*sides), "progressive", over)


@pytest.mark.parametrize(
    ("sides", "depth", "base"),
    [((8, 8), 1, 4), ((28, 28), 2, 7), ((32, 32), 3, 4), ((48, 48), 3, 6), ((32, 64), 3, 4),
     ((256, 256), 6, 4)],
)  # fmt: skip
def test_the_recipe_starts_at_4_to_7_pixels(sides, depth, base):
    config = resolved(*sides)
    assert config.generator.depth == config.discriminator.depth == depth
    network = build_generator(config.generator, Sizes(8, (3, *sides)))
    assert isinstance(network, ProgressiveGenerator) and min(network.base) == base


def test_phases_are_equal_shares_and_the_last_resolution_has_two():
    config = resolved(32, 32, run={"steps": 8000, "batch": 16})
    assert build_plan(config).growth == Growth(depth=3, stabilise=16_000, fade=16_000)
    # what is resolved is what is kept: a longer run does not move the phases of a folder
    again = resolve(pictures(32, 32), "progressive", {"growth": vars(config.growth)})
    assert again.growth == config.growth


def test_a_named_phase_is_kept_and_both_at_0_are_no_growth():
    config = resolved(16, 16, growth={"fade": 100}, run={"steps": 600, "batch": 10})
    assert build_plan(config).growth == Growth(depth=2, stabilise=1000, fade=100)
    assert build_plan(resolved(16, 16, growth={"stabilise": 0, "fade": 0})).growth is None
    assert build_plan(resolve(POINTS, "progressive", {})).growth is None


def test_the_recipe_has_the_papers_numbers():
    config = resolved(64, 64)
    game, move = config.game, config.generator_optimizer
    assert (move.lr, move.beta1, move.beta2) == (1e-3, 0.0, 0.99)
    assert config.discriminator_optimizer == move
    assert (game.drift, game.discriminator_steps, config.latent, config.run.batch) == (
        0.001,
        1,
        512,
        16,
    )
    assert build_game(config).objective.name == "wgan-drift-0.001"
    # their average's decay of 0.999 a step of 16 pictures: half in 11,000
    assert 0.5 ** (16 / config.run.ema_half_life) == pytest.approx(0.999, abs=1e-5)


@pytest.mark.parametrize(
    ("sides", "over", "said"),
    [
        ((30, 30), {}, r"30 x 30 .*--data\.size 28 or --data\.size 32"),
        ((32, 50), {}, r"32 x 50 .*--data\.size 32x48 or --data\.size 32x56"),
        ((6, 6), {"generator": {"depth": 2}}, r"6 x 6 .*--data\.size 8"),
        (
            (32, 32),
            {"discriminator": {"depth": 2}},
            "generator.depth is 3 and discriminator.depth 2",
        ),
        ((32, 32), {"growth": {"fade": -1}}, "growth.fade is -1"),
        ((32, 32), {"generator": {"name": "dcgan"}, "growth": {"fade": 9}}, "growth has numbers"),
        (
            (8, 8),
            {"growth": {"stabilise": 900, "fade": 0}, "run": {"steps": 50}},
            "run.steps 58 or",
        ),
        ((8, 8), {"game": {"solver": "optimistic"}}, "solver 'optimistic'"),
        ((8, 8), {"run": {"compile": True}}, "run.compile traces one form"),
        ((8, 8), {"game": {"drift": -1.0}}, "game.drift is -1"),
    ],
)
def test_what_cannot_grow_is_said(sides, over, said):
    with pytest.raises(InputError, match=said):
        resolved(*sides, **over)


def test_points_have_no_pictures_to_grow():
    with pytest.raises(InputError, match="convolutional, but the data are points"):
        resolve(POINTS, "progressive", {"generator": {"name": "progressive"}})
    assert resolve(POINTS, "progressive", {}).generator.name == "mlp"


def test_one_growing_network_is_a_plain_one():
    config = resolved(16, 16, discriminator={"name": "dcgan"})
    assert build_plan(config).growth is None and config.growth.fade is None


def test_doublings_of_small_and_of_long_pictures():
    assert [doublings(pictures(*s)) for s in ((2, 2), (7, 7), (8, 99), (63, 64), (64, 64))] == [
        1, 1, 1, 3, 4,
    ]  # fmt: skip


def test_both_networks_take_their_settings():
    from zerosum.recipes.networks import DISCRIMINATORS

    config = resolved(16, 16, discriminator={"width": 5})
    network = DISCRIMINATORS["progressive"](config.discriminator, Sizes(8, (3, 16, 16)))
    assert isinstance(network, ProgressiveDiscriminator)
    assert network.rgb[-1].weight.shape[0] == 5 and network.rgb[0].weight.shape[0] == 20
