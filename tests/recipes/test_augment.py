"""Settings of augmentation: what they become, and what is refused in one sentence."""

from __future__ import annotations

import pytest

from zerosum.errors import InputError
from zerosum.games.adaptive import AdaptiveAugmentation
from zerosum.penalties.augmentation import Shares
from zerosum.recipes.build import build_game, build_plan, resolve
from zerosum.recipes.presets import DataShape
from zerosum.training.schedule import Schedule

POINTS = DataShape("points", (2,), 1000)
FACES = DataShape("image", (3, 32, 32), 1000, labelled=True)


def settings(**augment):
    return {"game": {"augment": augment}}


def test_p_is_a_coefficient_with_a_schedule():
    p = {"start": 0.0, "end": 0.3, "over": 900}
    config = resolve(FACES, "r3gan", settings(p=p, cutout=1.0))
    assert build_plan(config).coefficients["augment"] == Schedule(0.0, 0.3, 900)
    assert build_game(config).shares == Shares(1.0, 1.0, 1.0, 1.0)


def test_a_target_makes_p_a_carried_number_moved_by_rows_over_speed():
    over = settings(p=0.2, target=0.5, speed=1000) | {"run": {"batch": 32, "accumulate": 3}}
    config = resolve(FACES, "ns-r1", over)
    game, numbers = build_game(config), build_plan(config).coefficients
    assert isinstance(game, AdaptiveAugmentation) and game.carried == {"augment": 0.2}
    assert numbers["augment.target"] == Schedule(0.5)
    assert numbers["augment.step"] == Schedule(0.096)
    assert "augment" not in numbers


def test_without_it_nothing_is_there():
    config = resolve(FACES, "r3gan", {})
    assert not any(name.startswith("augment") for name in build_plan(config).coefficients)
    assert resolve(FACES, "r3gan", settings(p=0.0)) == config


def test_small_networks_judge_the_sides_apart_so_that_throws_do_not_depend_on_passes():
    digits = DataShape("image", (1, 8, 8), 1000)
    assert build_game(resolve(digits, "r3gan", {})).joint_pass
    assert not build_game(resolve(digits, "r3gan", settings(p=0.5))).joint_pass


BEGAN = {"game": {"system": "began", "augment": {"p": 0.2}}}
REFUSED = [
    (POINTS, settings(p=0.3), "the data are points of 2 columns: leave game.augment out"),
    (POINTS, settings(target=0.6), "the data are points of 2 columns"),
    (FACES, settings(p=1.2), "game.augment.p is 1.2: a probability from 0 to 1"),
    (FACES, settings(p={"start": 0.0, "end": 3.0, "over": 9}), "game.augment.p.end is 3"),
    (FACES, settings(p=0.1, colour=-0.5), "game.augment.colour is -0.5: a probability"),
    (FACES, settings(target=1.5), "game.augment.target is 1.5: a mean sign between -1 and 1"),
    (FACES, settings(target=0.6, speed=0), "game.augment.speed is 0: a positive number of images"),
    (
        FACES,
        settings(target=0.6, p={"start": 0.0, "end": 0.3, "over": 9}),
        "has a target, .* and a schedule",
    ),
    (FACES, settings(p=0.2, blit=0, geometry=0, colour=0), "has share 0 for every category"),
    (FACES, settings(cutout=1.0), "has settings but changes nothing: give game.augment.p"),
    (
        FACES,
        settings(p=0.2) | {"run": {"compile": True}},
        "run.compile does not cover game.augment",
    ),
    (FACES, BEGAN, "which system 'began' does not have: leave game.augment out"),
    (FACES, settings(p=0.1, size=3), "unknown setting 'game.augment.size'"),
]


@pytest.mark.parametrize(("data", "over", "words"), REFUSED, ids=[r[2] for r in REFUSED])
def test_what_augmentation_cannot_work_with(data, over, words):
    with pytest.raises(InputError, match=words) as caught:
        resolve(data, "custom", over)
    assert "\n" not in str(caught.value)
