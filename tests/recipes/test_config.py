"""A configuration is read strictly: what nobody knows is refused, what is given comes back."""

from __future__ import annotations

import dataclasses

import pytest

from zerosum.errors import InputError
from zerosum.recipes.build import resolve
from zerosum.recipes.config import (
    Config,
    GameConfig,
    PenaltyConfig,
    as_schedule,
    from_mapping,
    merge,
    to_mapping,
)
from zerosum.recipes.presets import PRESETS, DataShape
from zerosum.records.text import parse_yaml
from zerosum.records.yaml_text import dump
from zerosum.training.schedule import Schedule

SHAPES = {
    "points": DataShape("points", (2,), 1000, labelled=True),
    "table": DataShape("table", (7,), 50, labelled=True),
    "small pictures": DataShape("image", (1, 8, 8), 1797, labelled=True),
    "pictures": DataShape("image", (3, 64, 48), 5000, labelled=True),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("recipe", PRESETS)
def test_every_resolved_recipe_comes_back_equal_through_a_file(recipe, shape):
    config = resolve(SHAPES[shape], recipe, {"seed": 5})
    assert config.recipe == recipe and config.seed == 5
    mapping = to_mapping(config)
    assert from_mapping(mapping) == config
    assert from_mapping(parse_yaml(dump(mapping).encode(), "config.yaml")) == config
    again = dict(mapping)
    assert resolve(SHAPES[shape], again.pop("recipe"), again) == config


UNKNOWN = [
    ({"sede": 1}, "'sede'; did you mean 'seed'"),
    ({"run": {"stepps": 1}}, "'run.stepps'; did you mean 'run.steps'"),
    ({"game": {"objectiv": "mm"}}, "did you mean 'game.objective'"),
    ({"generator_optimizer": {"learning_rate": 1}}, "'generator_optimizer.learning_rate'"),
    ({"game": {"penalties": [{"name": "r1", "wieght": 1}]}}, r"penalties\[0\]\.wieght.*\.weight'"),
    ({"run": {"ema_half_life": {"start": 1, "stop": 2}}}, "'run.ema_half_life.stop'"),
    ({"": 1}, "unknown setting ''"),
]


@pytest.mark.parametrize(("values", "words"), UNKNOWN, ids=[u[1] for u in UNKNOWN])
def test_an_unknown_key_is_refused_with_the_nearest(values, words):
    with pytest.raises(InputError, match=words):
        from_mapping(values)


WRONG = [
    ({"seed": "seven"}, "seed is 'seven': a whole number is needed"),
    ({"seed": 1.5}, "seed is 1.5: a whole number is needed"),
    ({"seed": True}, "seed is True: a whole number is needed"),
    ({"seed": None}, "seed is None: a whole number is needed"),
    ({"latent": [3]}, r"latent is \[3\]: a whole number is needed"),
    ({"conditional": 1}, "conditional is 1: true or false is needed"),
    ({"conditional": "maybe"}, "conditional is 'maybe': true or false is needed"),
    ({"recipe": 7}, "recipe is 7: a text is needed"),
    ({"generator": {"norm": None}}, "generator.norm is None: a text is needed"),
    ({"data": {"holdout": "some"}}, "data.holdout is 'some': a number is needed"),
    ({"data": {"holdout": True}}, "data.holdout is True: a number is needed"),
    ({"data": {"size": "28 high"}}, r"data.size\[0\] is '28 high': a whole number is needed"),
    ({"data": {"size": {"height": 28}}}, "a list is needed"),
    ({"data": {"size": [28, "x"]}}, r"data.size\[1\] is 'x': a whole number is needed"),
    ({"data": "digits"}, "data must be a mapping of settings"),
    ({"run": [1]}, "run must be a mapping of settings"),
    ({"game": {"penalties": "r1"}}, "game.penalties is 'r1': a list is needed"),
    ({"game": {"penalties": ["r1"]}}, r"game.penalties\[0\] must be a mapping"),
    ({"game": {"penalties": [{"weight": 1}]}}, r"game.penalties\[0\].*name"),
    ({"game": {"instance_noise": None}}, "game.instance_noise is empty: a value is needed"),
    ({"game": {"instance_noise": {"end": 1}}}, "game.instance_noise.*start"),
    ({"game": {"instance_noise": {"start": "x"}}}, "game.instance_noise.start is 'x'"),
    ({"game": {"clip": [1]}}, r"game.clip is \[1\]: a number is needed"),
]


@pytest.mark.parametrize(("values", "words"), WRONG, ids=[w[1] for w in WRONG])
def test_a_value_of_the_wrong_type_says_where_it_stands(values, words):
    with pytest.raises(InputError, match=words):
        from_mapping(values)


@pytest.mark.parametrize("values", [[], "seed: 1", None, 3])
def test_the_whole_must_be_a_mapping(values):
    with pytest.raises(InputError, match="the configuration must be a mapping of settings"):
        from_mapping(values)


RIGHT = [
    ({"seed": "7"}, "seed", 7),
    ({"seed": 7.0}, "seed", 7),
    ({"conditional": "Yes"}, "conditional", True),
    ({"conditional": "off"}, "conditional", False),
    ({"data": {"holdout": "1e-1"}}, "data.holdout", 0.1),
    ({"data": {"size": [28, 32]}}, "data.size", (28, 32)),
    ({"data": {"size": ["28", 32.0]}}, "data.size", (28, 32)),
    ({"data": {"size": None}}, "data.size", None),
    ({"data": {"size": "none"}}, "data.size", None),
    ({"data": {"header": "false"}}, "data.header", False),
    ({"data": {"labels": "none"}}, "data.labels", "none"),  # the word for "use no classes"
    ({"game": {"clip": "0.01"}}, "game.clip", 0.01),
    ({"game": {"clip": None}}, "game.clip", None),
    ({"game": {"clip": "None"}}, "game.clip", None),
    ({"discriminator": {"norm": "none"}}, "discriminator.norm", "none"),
    ({"game": {"instance_noise": 1}}, "game.instance_noise", 1.0),
    ({"game": {"instance_noise": {"start": 1}}}, "game.instance_noise", Schedule(1.0)),
    (
        {"run": {"ema_half_life": {"start": 1, "end": "2", "over": 3.0, "shape": "linear"}}},
        "run.ema_half_life",
        Schedule(1.0, 2.0, 3, "linear"),
    ),
    (
        {"game": {"penalties": [{"name": "r1"}, {"name": "r2", "weight": {"start": 2}}]}},
        "game.penalties",
        (PenaltyConfig("r1", 1.0), PenaltyConfig("r2", Schedule(2.0))),
    ),
]


@pytest.mark.parametrize(("values", "path", "expected"), RIGHT, ids=[str(r[0]) for r in RIGHT])
def test_a_value_that_means_one_thing_is_taken(values, path, expected):
    found = from_mapping(values)
    for name in path.split("."):
        found = getattr(found, name)
    assert found == expected and type(found) is type(expected)


def test_what_is_left_out_takes_its_default():
    assert from_mapping({}) == Config()
    assert from_mapping({"game": {"objective": "mm"}}).game == GameConfig(objective="mm")


def test_objects_are_taken_as_they_are():
    game = GameConfig(penalties=(PenaltyConfig("r1", Schedule(1.0, 0.1, 9)),))
    assert from_mapping({"game": game}).game is game


def test_merging_goes_mapping_by_mapping_and_replaces_lists():
    base = {"a": {"x": 1, "y": {"p": 1}}, "l": [1, 2], "k": 1}
    over = {"a": {"y": {"q": 2}}, "l": [3], "n": {"m": 1}}
    expected = {"a": {"x": 1, "y": {"p": 1, "q": 2}}, "l": [3], "k": 1, "n": {"m": 1}}
    assert merge(base, over) == expected
    assert base == {"a": {"x": 1, "y": {"p": 1}}, "l": [1, 2], "k": 1}
    assert merge({"k": {"x": 1}}, {"k": 2}) == {"k": 2} and merge({"k": 2}, {"k": {}}) == {"k": {}}


def test_a_plain_number_is_a_schedule_that_never_changes():
    assert as_schedule(0.5) == Schedule(0.5)
    schedule = Schedule(1.0, 0.0, 10)
    assert as_schedule(schedule) is schedule


def test_nothing_can_be_changed_after_it_was_built():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Config().seed = 3


@pytest.mark.parametrize(
    ("written", "size"),
    [(28, (28,)), ("28", (28,)), ("32x48", (32, 48)), ("32, 48", (32, 48)), ([32, 48], (32, 48))],
)
def test_sizes_are_read_as_a_person_writes_them(written, size):
    assert from_mapping({"data": {"size": written}}).data.size == size
