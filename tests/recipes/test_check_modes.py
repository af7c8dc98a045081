"""What VEEGAN and unrolling cannot work with is refused in one sentence; what they can is taken."""

from __future__ import annotations

import math

import pytest
import torch

from zerosum.errors import InputError
from zerosum.games.two_player import TwoPlayer
from zerosum.games.unrolled import Unrolled
from zerosum.games.veegan import VEEGAN
from zerosum.recipes.build import build_game, build_plan, build_state, resolve
from zerosum.recipes.presets import DataShape
from zerosum.recipes.tables import Sizes
from zerosum.training.schedule import Schedule

POINTS = DataShape("points", (2,), 1000)
FACES = DataShape("image", (3, 32, 32), 1000)
LABELLED = DataShape("image", (1, 8, 8), 1000, labelled=True)
VEE = {"system": "veegan"}
AHEAD = {"unrolled": {"steps": 5}}

REFUSED = [
    (
        {**VEE, "penalties": [{"name": "r1"}]},
        {},
        "^game.penalties is given, .* without a penalty: ",
    ),
    ({**VEE, "label_smoothing": 0.1}, {}, "^game.label_smoothing is given, but system 'veegan'"),
    ({**VEE, "instance_noise": 0.1}, {}, "^game.instance_noise is given, but system 'veegan'"),
    ({**VEE, "pack": 2}, {}, "^game.pack is given, .* one row with one latent"),
    (
        {**VEE, "auxiliary": 1.0},
        {"conditional": True},
        "^game.auxiliary is given, but system 'veegan'",
    ),
    (VEE, {"conditional": True}, "^conditional is given, .* no players that see a class"),
    (VEE, {"run": {"compile": True}}, "^run.compile is given, .* three players"),
    ({**VEE, "objective": "ns"}, {}, "^objective 'ns' is given, .* losses of its own"),
    ({**VEE, "augment": {"p": 0.5}}, {}, "^game.augment .* system 'veegan' does not have"),
    (VEE, {"discriminator": {"name": "mlp"}}, "'mlp' cannot play in system 'veegan', .* mlp-pair"),
    ({}, {"discriminator": {"name": "mlp-pair"}}, "cannot play in system 'two-player'"),
    (VEE, {"reconstructor": {"name": "mlp-encodr"}}, "did you mean 'mlp-encoder'"),
    (VEE, {"reconstructor": {"activation": "rely"}}, "did you mean 'relu'"),
    (VEE, {"reconstructor": {"width": 0}}, "^reconstructor.width is 0: at least 1"),
    (VEE, {"reconstructor": {"norm": "batch"}}, "^reconstructor.norm is 'batch', which only dcgan"),
    (VEE, {"discriminator": {"norm": "batch"}}, "^discriminator.norm is 'batch', which only dcgan"),
    ({**VEE, "veegan": {"reconstruction": -1.0}}, {}, "^game.veegan.reconstruction is -1: "),
    ({**VEE, "veegan": {"reconstruction": math.nan}}, {}, "^game.veegan.reconstruction is nan: "),
    ({**VEE, "veegan": {"spread": -0.5}}, {}, "^game.veegan.spread is -0.5: "),
    ({"veegan": {"reconstruction": 2.0}}, {}, "^game.veegan is set, but system 'two-player'"),
    ({}, {"reconstructor": {"width": 9}}, "^reconstructor is set, but system 'two-player'"),
    ({"unrolled": {"steps": -1}}, {}, "^game.unrolled.steps is -1: 0 or more"),
    ({"unrolled": {"steps": 2, "rate": -0.1}}, {}, "^game.unrolled.rate is -0.1: "),
    ({"unrolled": {"steps": 2, "rate": math.inf}}, {}, "^game.unrolled.rate is inf: "),
    ({"unrolled": {"rate": 3.0}}, {}, "^game.unrolled.rate is given without steps"),
    (
        {**AHEAD, "solver": "consensus"},
        {},
        "is 5, but solver 'consensus' takes two more derivatives",
    ),
    (AHEAD, {"run": {"compile": True}}, "is 5, but run.compile traces no virtual steps"),
    (AHEAD, {"run": {"precision": "bf16"}}, "is 5, but run.precision bf16 rounds"),
    ({**AHEAD, **VEE}, {}, "is 5, but system 'veegan' has losses that nobody has unrolled"),
    ({**AHEAD, "system": "began"}, {}, "is 5, but system 'began' has losses"),
    (AHEAD | {"objective": "ns"}, {"discriminator": {"norm": "batch"}}, "norm batch keeps state"),
]


@pytest.mark.parametrize(("game", "over", "words"), REFUSED, ids=[r[2] for r in REFUSED])
def test_what_cannot_work(game, over, words):
    with pytest.raises(InputError, match=words) as caught:
        resolve(LABELLED, "custom", {"game": game, **over})
    assert "\n" not in str(caught.value)


def test_convolutions_of_pairs_are_not_for_points():
    with pytest.raises(InputError, match="discriminator 'conv-pair' is convolutional"):
        resolve(POINTS, "custom", {"game": VEE, "discriminator": {"name": "conv-pair"}})
    with pytest.raises(InputError, match="reconstructor 'conv-encoder' is convolutional"):
        resolve(POINTS, "custom", {"game": VEE, "reconstructor": {"name": "conv-encoder"}})


@pytest.mark.parametrize(
    ("shape", "names"),
    [(POINTS, ("mlp", "mlp-pair", "mlp-encoder")), (FACES, ("dcgan", "conv-pair", "conv-encoder"))],
)
def test_veegan_chooses_its_networks_by_the_data(shape, names):
    config = resolve(shape, "custom", {"game": VEE, "latent": 5})
    players = ("generator", "discriminator", "reconstructor")
    assert tuple(getattr(config, p).name for p in players) == names
    assert config.game.objective == "none" and build_game(config) == VEEGAN()
    state = build_state(config, Sizes(5, shape.event), torch.device("cpu"))
    assert state.networks.keys() == state.optimizers.keys() == set(players)
    x, z = torch.zeros(2, *shape.event), torch.zeros(2, 5)
    assert state.networks["reconstructor"](x).shape == (2, 5)
    assert state.networks["discriminator"](x, z).shape == (2,)


def test_the_reconstructor_moves_as_the_generator_and_has_an_average():
    rates = {"generator_optimizer": {"lr": 3e-3}, "discriminator_optimizer": {"lr": 5e-3}}
    config = resolve(POINTS, "custom", {"game": VEE, **rates})
    assert build_plan(config).learning_rates["reconstructor"] == Schedule(3e-3)
    state = build_state(config, Sizes(config.latent, (2,)), torch.device("cpu"))
    assert state.averages.keys() == {"generator", "reconstructor"}


def test_numbers_are_coefficients_with_schedules():
    falling = {"start": 0.5, "end": 0.1, "over": 100}
    config = resolve(POINTS, "custom", {"game": {**VEE, "veegan": {"reconstruction": falling}}})
    assert build_plan(config).coefficients == {
        "reconstruction": Schedule(0.5, 0.1, 100), "spread": Schedule(1.0),
    }  # fmt: skip
    config = resolve(POINTS, "custom", {"game": {"unrolled": {"steps": 2, "rate": falling}}})
    assert build_plan(config).coefficients == {"unrolled": Schedule(0.5, 0.1, 100)}
    assert "unrolled" not in build_plan(resolve(POINTS, "custom", {})).coefficients


def test_unrolling_wraps_the_two_player_game():
    config = resolve(POINTS, "custom", {"game": {**AHEAD, "objective": "ns", "pack": 2}})
    game = build_game(config)
    assert isinstance(game, Unrolled) and game.steps == 5
    assert isinstance(game.game, TwoPlayer) and game.game.pack == 2
    assert isinstance(build_game(resolve(POINTS, "custom", {})), TwoPlayer)


def test_what_only_looks_odd_is_taken():
    for game in (
        {"clip": 0.1},
        {"spectral": True},
        {"discriminator_steps": 3},
        {"solver": "optimistic"},
    ):
        if game.get("solver"):
            resolve(POINTS, "veegan", {"game": game})
            resolve(POINTS, "unrolled", {"game": game})
            continue
        resolve(POINTS, "veegan", {"game": game})
        resolve(POINTS, "unrolled", {"game": game})
    resolve(POINTS, "veegan", {"game": {"veegan": {"reconstruction": 0.0}}})
    resolve(POINTS, "unrolled", {"game": {"objective": "rp", "penalties": [{"name": "r1"}]}})
    resolve(
        POINTS,
        "custom",
        {"game": {**AHEAD, "objective": "ns"}, "discriminator": {"name": "maxout"}},
    )
