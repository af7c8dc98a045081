"""r3gan-paper has the columns of the published table; ada is ns-r1 with a target."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch

from zerosum.games.adaptive import AdaptiveAugmentation
from zerosum.games.two_player import TwoPlayer
from zerosum.penalties.augmentation import Shares
from zerosum.recipes.build import build_game, build_plan, resolve
from zerosum.recipes.presets import DataShape
from zerosum.recipes.tables import DISCRIMINATORS, GENERATORS, Sizes
from zerosum.training.schedule import Schedule

W = 768
# event, classes; run and burn-in in Mimg, batch, lr from and to, gamma, half-life in Mimg, p; G and D in M
TABLE = {
    "stacked mnist": ((3, 28, 28), 0, 10, 2, 512, (2e-4, 2e-4), 1.0, 0.5, 0.0, (20.7, 20.7)),
    "cifar-10": ((3, 32, 32), 10, 250, 20, 512, (2e-4, 5e-5), 0.05, 5, 0.55, (20.8, 21.3)),
    "ffhq-64": ((3, 64, 64), 0, 100, 20, 256, (2e-4, 5e-5), 2.0, 0.5, 0.3, (22.4, 22.4)),
    "ffhq-256": ((3, 256, 256), 0, 200, 20, 256, (2e-4, 5e-5), 150.0, 0.5, 0.3, (23.1, 23.0)),
}


def shape(event, labelled=False, rows=60_000):
    return DataShape("image", event, rows, labelled)


def resolved(event, labelled=False):
    return resolve(shape(event, labelled), "r3gan-paper", {})


@pytest.mark.parametrize("name", TABLE)
def test_a_column_of_the_paper(name):
    event, classes, length, burn_in, batch, lr, gamma, half_life, p, _ = TABLE[name]
    config, over = resolved(event, bool(classes)), burn_in * 1_000_000
    plan = build_plan(config)
    for player in ("generator", "discriminator"):
        assert plan.learning_rates[player] == Schedule(*lr, over)
        assert plan.beta2[player] == Schedule(0.9, 0.99, over)
    assert config.generator_optimizer.beta1 == 0.0 and config.latent == 64
    wanted = {"r1": Schedule(gamma, gamma / 10, over), "r2": Schedule(gamma, gamma / 10, over)}
    wanted |= {"augment": Schedule(0.0, p, over)} if p else {}
    assert plan.coefficients == wanted
    assert plan.ema_half_life == Schedule(0.0, half_life * 1e6, over)
    assert (plan.batch, plan.steps) == (batch, math.ceil(length * 1e6 / batch))
    assert config.conditional is bool(classes)
    game = build_game(config)
    assert game.shares == (Shares(1.0, 1.0, 0.5, 1.0) if p else Shares())
    assert isinstance(game, TwoPlayer) and game.objective.name == "rp"


@pytest.mark.parametrize("name", TABLE)
def test_the_recipes_networks_have_the_published_number_of_parameters(name):
    event, classes, *_, millions = TABLE[name]
    config = resolved(event, bool(classes))
    sizes = Sizes(config.latent, event, classes if config.conditional else 0)
    with torch.device("meta"):
        built = (
            GENERATORS[config.generator.name](config.generator, sizes),
            DISCRIMINATORS[config.discriminator.name](config.discriminator, sizes),
        )
    assert tuple(round(sum(p.numel() for p in n.parameters()) / 1e6, 1) for n in built) == millions


def test_other_sizes_lie_between_the_columns():
    def found(side):
        config = resolved((3, side, side))
        return config.game.penalties[0].weight.start, config.generator.channels

    assert found(48) == (
        pytest.approx(0.05 * 40 ** (math.log(1.5) / math.log(2)), rel=5e-3),
        (W,) * 4 + (512,),
    )
    assert found(128) == (
        pytest.approx(math.sqrt(2.0 * 150), rel=5e-3),
        (W,) * 4 + (W // 2, W // 4),
    )
    assert found(512)[0] == pytest.approx(150 * math.sqrt(75), rel=5e-3)  # on along the last line
    assert found(512)[1] == (W,) * 4 + (W // 2, W // 4, W // 8, W // 16)
    assert found(20)[0] == 0.05 and found(33)[0] > 0.05
    wide = resolved((1, 40, 200))  # by the longer side
    # stages of 6.25, 12.5, 25, 50, 100 and 200 pixels above the base; 24576/side, in eights
    assert wide.generator.channels == (W,) * 4 + (488, 248, 120)


def test_labels_are_used_where_there_are_any():
    assert resolved((3, 64, 64), labelled=True).conditional
    assert not resolved(
        (3, 28, 28), labelled=True
    ).conditional  # stacked MNIST's are its thousand modes
    assert resolved((3, 32, 32), labelled=True).discriminator.embedding == W


def test_small_data_have_r3gans_networks_on_the_papers_schedules():
    for small in (DataShape("points", (2,), 9999), shape((1, 8, 8), rows=9999)):
        paper, plain = (resolve(small, name, {}) for name in ("r3gan-paper", "r3gan"))
        assert (paper.generator, paper.discriminator) == (plain.generator, plain.discriminator)
        assert (paper.latent, paper.run.batch) == (plain.latent, 256)
        assert paper.run.steps == plain.run.steps
        over, gamma = 256 * plain.run.steps // 5, build_plan(plain).coefficients["r1"].start
        assert build_plan(paper).coefficients["r1"] == Schedule(gamma, gamma / 10, over)
        assert build_plan(paper).learning_rates["generator"] == Schedule(1e-3, 2.5e-4, over)


def test_precision_follows_the_device_and_is_written_down():
    """bf16 where there is a GPU; a CPU gets fp32, and bf16 only when asked by its name."""
    config = resolved((3, 64, 64))
    assert config.run.precision == ("bf16" if torch.cuda.is_available() else "fp32")
    small = {"run": {"precision": "auto", "device": "cpu"}}
    assert resolve(shape((3, 64, 64)), "r3gan-paper", small).run.precision == "fp32"
    asked = {"run": {"precision": "bf16", "device": "cpu"}}
    assert resolve(shape((3, 64, 64)), "r3gan-paper", asked).run.precision == "bf16"


def test_ada_is_ns_r1_whose_p_is_steered_to_the_papers_target():
    for event in ((3, 64, 64), (1, 8, 8)):
        config, plain = (resolve(shape(event), name, {}) for name in ("ada", "ns-r1"))
        assert isinstance(build_game(config), AdaptiveAugmentation)
        numbers = build_plan(config).coefficients
        assert numbers["augment.target"] == Schedule(0.6)
        assert numbers["augment.step"] == Schedule(config.run.batch / 500_000)
        calm = replace(config.game, augment=plain.game.augment)
        assert replace(config, recipe="ns-r1", game=calm) == plain
    points = DataShape("points", (2,), 1000)
    assert resolve(points, "ada", {}).game == resolve(points, "ns-r1", {}).game
