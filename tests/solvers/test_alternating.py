"""How players take turns, measured on games whose motion is known in closed form."""

from __future__ import annotations

import pytest
import torch
from torch.testing import assert_close

from zerosum.solvers.alternating import alternating


def played(turns, step, gradient_of, point):
    """One round from `point` = (x, y), each player descending its own loss by `step`."""
    at, found = dict(zip("xy", point, strict=True)), {}

    def differentiate(player, turn):
        found[player] = gradient_of(player, at)

    def move(player):
        at[player] = at[player] - step * found[player]

    alternating(turns, differentiate, move)
    return torch.tensor([at["x"], at["y"]], dtype=torch.float64)


def matrix(turns, step, gradient_of):
    """The round as a linear map: its columns are where the two unit points go."""
    return torch.stack([played(turns, step, gradient_of, p) for p in ((1.0, 0.0), (0.0, 1.0))], 1)


def bilinear(player, at):
    """f = x y: x descends it, y climbs it."""
    return at["y"] if player == "x" else -at["x"]


@pytest.mark.parametrize("step", [0.1, 0.5, 1.0, 1.9])
def test_on_xy_the_round_is_a_rotation_of_modulus_one(step):
    found = matrix(("x", "y"), step, bilinear)
    # x' = x - s y;  y' = y + s x' = s x + (1 - s^2) y
    expected = torch.tensor([[1, -step], [step, 1 - step**2]], dtype=torch.float64)
    assert_close(found, expected)
    moduli = torch.linalg.eigvals(found).abs()
    assert_close(moduli, torch.ones(2, dtype=torch.float64))


def test_beyond_a_step_of_two_it_diverges():
    assert torch.linalg.eigvals(matrix(("x", "y"), 2.1, bilinear)).abs().max() > 1.3


def test_it_circles_and_neither_reaches_nor_leaves_the_equilibrium():
    step, point, radii = 0.5, torch.tensor([1.0, 0.5], dtype=torch.float64), []
    for _ in range(1000):
        point = played(("x", "y"), step, bilinear, point.tolist())
        radii.append(float(point.norm()))
    # x^2 - s x y + y^2 is kept, so the radius stays between two bounds for ever
    kept = 1.0 - step * 0.5 + 0.25
    low, high = (kept / (1 + step / 2)) ** 0.5, (kept / (1 - step / 2)) ** 0.5
    assert low - 1e-9 < min(radii) and max(radii) < high + 1e-9
    assert max(radii) - min(radii) > 0.1


def test_on_a_convex_concave_game_it_converges():
    def saddle(player, at):  # f = x^2 - y^2 + x y
        return 2 * at["x"] + at["y"] if player == "x" else 2 * at["y"] - at["x"]

    assert torch.linalg.eigvals(matrix(("x", "y"), 0.1, saddle)).abs().max() < 0.9


def test_each_player_sees_the_others_newest_point_in_the_order_told():
    seen = []

    def differentiate(player, turn):
        seen.append(("differentiate", player, turn))

    alternating(("d", "d", "g"), differentiate, lambda player: seen.append(("move", player)))
    assert seen == [
        ("differentiate", "d", 0), ("move", "d"),
        ("differentiate", "d", 1), ("move", "d"),
        ("differentiate", "g", 2), ("move", "g"),
    ]  # fmt: skip


def test_a_failed_turn_stops_the_round_before_its_move():
    moved = []

    def differentiate(player, turn):
        if player == "g":
            raise FloatingPointError

    with pytest.raises(FloatingPointError):
        alternating(("d", "g", "d"), differentiate, moved.append)
    assert moved == ["d"]
