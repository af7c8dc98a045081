"""What may differ between members, and which of them share a lock step."""

from __future__ import annotations

import numpy as np
import pytest

from zerosum.recipes.config import from_mapping
from zerosum.runs.vary import check_vary, structure, varied

BASE = {
    "game": {"objective": "ns", "penalties": [{"name": "r1", "weight": 1.0}]},
    "generator_optimizer": {"lr": 1e-3},
}


def of(path, value):
    return structure(from_mapping(varied(BASE, {path: [value]}, 0)))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("generator_optimizer.lr", 1e-4),
        ("generator_optimizer.lr", {"start": 1e-3, "end": 0.0, "over": 10}),
        ("discriminator_optimizer.beta1", 0.5),
        ("game.penalties.0.weight", 3.0),
        ("run.ema_half_life", 100.0),
        ("seed", 7),
        ("data.seed", 7),
    ],
)
def test_numbers_share_a_step(path, value):
    assert of(path, value) == of("seed", 0)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("game.objective", "lsgan"),
        ("game.penalties.0.name", "r2"),
        ("game.clip", 0.1),
        ("game.instance_noise", 0.1),
        ("game.auxiliary", 0.5),
        ("game.pack", 2),
        ("game.consensus", 0.3),
        ("generator.width", 8),
        ("generator_optimizer.name", "sgd"),
        ("run.batch", 8),
        ("run.steps", 8),
        ("data.holdout", 0.0),
    ],
)
def test_structure_does_not(path, value):
    assert of(path, value) != of("seed", 0)


def test_the_numbers_of_began_share_a_step_but_its_system_does_not():
    alone = {"game": {"system": "began", "objective": "none"}}

    def under(path, value):
        return structure(from_mapping(varied(alone, {path: [value]}, 0)))

    first = under("game.began.gamma", 0.3)
    assert first == under("game.began.gamma", {"start": 0.3, "end": 0.7, "over": 10})
    assert first == under("game.began.lambda_k", 0.02)
    assert first != under("game.system", "two-player")


def test_two_clips_or_noises_or_weights_of_classes_share_a_step():
    assert of("game.clip", 0.1) == of("game.clip", 0.2)
    assert of("game.instance_noise", 0.1) == of("game.instance_noise", 0.2)
    assert of("game.auxiliary", 0.1) == of("game.auxiliary", 0.2)


def test_values_become_plain_ones():
    found = check_vary({"latent": np.array([2, 3]), "seed": (np.int64(5), 6)}, 2)
    assert found == {"latent": [2, 3], "seed": [5, 6]}
    assert {type(v) for values in found.values() for v in values} == {int}
    assert check_vary(None, 2) == {}


def test_numbers_of_augmentation_share_a_step_but_whether_there_is_any_does_not():
    assert of("game.augment.p", 0.2) == of("game.augment.p", {"start": 0.0, "end": 0.3, "over": 10})
    assert of("game.augment.target", 0.6) == of("game.augment.target", -0.2)
    assert of("game.augment.speed", 1e3) == of("seed", 0)  # which nobody looks at
    found = {of("game.augment.p", 0.2), of("game.augment.target", 0.6), of("seed", 0)}
    assert len(found) == 3
    assert of("game.augment.cutout", 1.0) not in found
