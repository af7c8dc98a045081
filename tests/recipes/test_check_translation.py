from __future__ import annotations

import pytest

from zerosum.errors import InputError
from zerosum.penalties.gradient_penalty import WGAN_GP
from zerosum.recipes.build import build_game, build_plan, build_state, choose_device, resolve
from zerosum.recipes.presets import DataShape
from zerosum.recipes.tables import Sizes

PICTURES = DataShape("image", (3, 32, 32), 200, labelled=True)
REFUSED = [
    ({"game": {"objective": "wgan"}}, "objective 'wgan' has no minimum .* add penalty wgan-gp"),
    ({"game": {"instance_noise": 0.1}}, "game.instance_noise belongs to a game of one domain"),
    ({"run": {"compile": True}}, "run.compile belongs to a game of one domain"),
    ({"run": {"batch": 2}, "game": {"pack": 2}}, "game.pack belongs to a game of one domain"),
    ({"conditional": True}, "conditional belongs to a game of one domain"),
    ({"game": {"cycle": {"weight": -1.0}}}, "game.cycle.weight is -1: it must be finite"),
    ({"game": {"cycle": {"identity": {"start": 1, "end": -2}}}}, "game.cycle.identity is -2"),
    ({"game": {"cycle": {"pool": -1}}}, "game.cycle.pool is -1: a number of pictures"),
    ({"game": {"solver": "extragradient"}}, "draws from its pool: use alternating"),
    ({"generator": {"name": "dcgan"}}, "generator 'dcgan' cannot play in system 'cyclegan'"),
    (
        {"discriminator": {"name": "dcgan"}},
        "discriminator 'dcgan' cannot play in system 'cyclegan'",
    ),
    ({"run": {"batch": 0}}, "run.batch is 0: at least 1"),
]


@pytest.mark.parametrize(("over", "words"), REFUSED, ids=[r[1][:30] for r in REFUSED])
def test_what_a_translation_cannot_work_with(over, words):
    with pytest.raises(InputError, match=words):
        resolve(PICTURES, "cyclegan", over)


def test_numbers_of_a_translation_are_refused_elsewhere():
    with pytest.raises(InputError, match=r"game\.cycle has numbers, which system 'two-player'"):
        resolve(PICTURES, "ns-r1", {"game": {"cycle": {"weight": 3.0}}})
    with pytest.raises(
        InputError, match="generator 'translator' cannot play in system 'two-player'"
    ):
        resolve(PICTURES, "r3gan", {"generator": {"name": "translator"}})
    with pytest.raises(InputError, match=r"run\.batch is 1: at least 2"):
        resolve(PICTURES, "ns-r1", {"run": {"batch": 1}})


@pytest.mark.parametrize(
    ("side", "width", "blocks", "patches"),
    [(8, 16, 6, 1), (32, 16, 6, 1), (64, 32, 6, 2), (128, 64, 6, 3), (256, 64, 9, 3)],
)
def test_networks_follow_the_size_of_the_pictures(side, width, blocks, patches):
    config = resolve(DataShape("image", (3, side, side), 500), "cyclegan", {})
    assert (config.generator.width, config.generator.depth) == (width, blocks)
    assert (config.discriminator.width, config.discriminator.depth) == (max(32, width), patches)
    assert config.run.batch == 1 and config.game.cycle.pool == build_game(config).pool == 50


def test_the_judges_of_a_translation_can_be_restrained():
    over = {"game": {"objective": "wgan", "penalties": [{"name": "wgan-gp", "weight": 10.0}]}}
    config = resolve(PICTURES, "cyclegan", over)
    assert build_game(config).penalties == (WGAN_GP,)
    plan = build_plan(config)
    assert plan.coefficients["wgan-gp"].start == 10.0
    assert plan.coefficients["wgan-gp.centre"].start == 1.0


def test_the_plan_has_the_papers_numbers():
    plan = build_plan(resolve(PICTURES, "cyclegan", {"run": {"steps": 100}}))
    assert {k: s.start for k, s in plan.coefficients.items()} == {"cycle": 5.0, "identity": 0.5}
    for rate in plan.learning_rates.values():
        assert (rate.at(0), rate.at(50), rate.at(100)) == (2e-4, 2e-4, 0.0)
    none = resolve(PICTURES, "cyclegan", {"game": {"cycle": {"identity": 0.0}}})
    assert build_plan(none).coefficients.keys() == {"cycle"}


def test_the_two_directions_begin_unlike():
    small = {"generator": {"width": 2, "depth": 1}, "discriminator": {"width": 2}}
    config = resolve(PICTURES, "cyclegan", small)
    state = build_state(config, Sizes(1, (3, 32, 32)), choose_device("cpu"))
    for pair in state.networks.values():
        there, back = (next(side.parameters()) for side in (pair.there, pair.back))
        assert there.shape == back.shape and bool((there != back).any())
