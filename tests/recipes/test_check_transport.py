"""Recipe adversarial-flow fits latents to rows, and a cost of what has no distance is refused."""

from __future__ import annotations

import pytest

from zerosum.errors import InputError
from zerosum.recipes.build import build_plan, resolve
from zerosum.recipes.presets import DataShape
from zerosum.training.schedule import Schedule

POINTS = DataShape("points", (2,), 1000)
DIGITS = DataShape("image", (1, 8, 8), 1000)
FACES = DataShape("image", (3, 32, 32), 1000)
COST = {"transport": 0.1}


@pytest.mark.parametrize(("shape", "values"), [(POINTS, 2), (DIGITS, 64), (FACES, 3072)])
def test_the_recipe_has_latents_as_large_as_rows(shape, values):
    config = resolve(shape, "adversarial-flow", {})
    assert config.latent == values
    weight = build_plan(config).coefficients["transport"]
    assert weight.start == 0.2 and weight.end < 0.01
    assert weight.at(0) > weight.at(500_000) > weight.at(1_000_000) == weight.at(9_000_000) > 0


def test_a_weight_of_nothing_is_no_coefficient():
    plan = build_plan(resolve(POINTS, "adversarial-flow", {"game": {"transport": 0.0}}))
    assert plan.coefficients.keys() == {"r1", "r2"}


def test_a_schedule_that_starts_at_nothing_is_one():
    rising = {"start": 0.0, "end": 0.1, "over": 100}
    config = resolve(POINTS, "custom", {"latent": 2, "game": {"transport": rising}})
    assert build_plan(config).coefficients["transport"] == Schedule(0.0, 0.1, 100)


REFUSED = [
    (POINTS, {"latent": 5}, "a latent has 5 values and a row of the data 2: use latent 2, or leave"),
    (DIGITS, {"latent": 8}, "a latent has 8 values and a row of the data 64: use latent 64"),
    (POINTS, {"game": {**COST, "system": "began"}}, "system 'began' has losses of its own: leave"),
    (POINTS, {"game": {**COST, "system": "veegan"}}, "system 'veegan' has losses of its own: leave"),
    (
        FACES,
        {"latent": 3072, "generator": {"name": "progressive"}, "discriminator": {"name": "progressive"}},
        "samples of growing networks are smaller at first: set growth.stabilise",
    ),
    (POINTS, {"game": {"transport": -1.0}}, "game.transport is -1: it must be finite and 0 or more"),
    (POINTS, {"game": {"transport": {"start": 0.1, "end": float("inf"), "over": 9}}}, "is inf"),
    (POINTS, {"game": {"transport": "much"}}, "game.transport is 'much'"),
]  # fmt: skip


@pytest.mark.parametrize(("shape", "over", "words"), REFUSED, ids=[r[2] for r in REFUSED])
def test_what_a_cost_cannot_work_with(shape, over, words):
    over = {"latent": 2, **over}
    over = {**over, "game": {**COST, **over.get("game", {})}}
    with pytest.raises(InputError, match=words) as caught:
        resolve(shape, "custom", over)
    assert "\n" not in str(caught.value)
