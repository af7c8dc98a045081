"""Players in turns: on xy they circle, and each sees where the others already are."""

from __future__ import annotations

import pytest
import torch
from torch.testing import assert_close

from tests.solvers.fields import Noting, matrix, path
from zerosum.solvers.alternating import alternating


@pytest.mark.parametrize("step", [0.1, 0.5, 1.0, 1.9])
def test_on_xy_the_round_is_a_rotation_of_modulus_one(step):
    found = matrix(alternating, "xy", step)
    # x' = x - s y;  y' = y + s x' = s x + (1 - s^2) y
    expected = torch.tensor([[1, -step], [step, 1 - step**2]], dtype=torch.float64)
    assert_close(found, expected)
    assert_close(torch.linalg.eigvals(found).abs(), torch.ones(2, dtype=torch.float64))


def test_beyond_a_step_of_two_it_diverges():
    assert torch.linalg.eigvals(matrix(alternating, "xy", 2.1)).abs().max() > 1.3


def test_it_circles_and_neither_reaches_nor_leaves_the_equilibrium():
    step = 0.5
    radii = path(alternating, "xy", step, (1.0, 0.5), 1000)[1:].norm(dim=1)
    # x^2 - s x y + y^2 is kept, so the radius stays between two bounds for ever
    kept = 1.0 - step * 0.5 + 0.25
    low, high = (kept / (1 + step / 2)) ** 0.5, (kept / (1 - step / 2)) ** 0.5
    assert low - 1e-9 < float(radii.min()) and float(radii.max()) < high + 1e-9
    assert float(radii.max() - radii.min()) > 0.1


def test_on_a_convex_concave_game_it_converges():
    assert torch.linalg.eigvals(matrix(alternating, "saddle", 0.1)).abs().max() < 0.9


def test_each_player_sees_the_others_newest_point_in_the_order_told():
    field = Noting(("d", "d", "g"))
    alternating(field)
    assert field.seen == [
        ("differentiate", "d", 0), ("move", "d"),
        ("differentiate", "d", 1), ("move", "d"),
        ("differentiate", "g", 2), ("move", "g"),
    ]  # fmt: skip


def test_a_failed_turn_stops_the_round_before_its_move():
    field = Noting(("d", "g", "d"), failing="g")
    with pytest.raises(FloatingPointError):
        alternating(field)
    assert field.seen == [("differentiate", "d", 0), ("move", "d"), ("differentiate", "g", 1)]
