"""Solvers move as their equations say: eigenvalues of a round in closed form, on a field by hand."""

from __future__ import annotations

import math
from functools import partial

import pytest
import torch
from torch.testing import assert_close

from tests.solvers.fields import Noting, Pair, matrix, path
from zerosum.errors import InputError
from zerosum.solvers.consensus import consensus
from zerosum.solvers.extragradient import extragradient
from zerosum.solvers.optimistic import optimistic
from zerosum.solvers.simultaneous import simultaneous

STEPS = [0.05, 0.2, 0.45]
ROTATION = torch.tensor([[0.0, 1.0], [-1.0, 0.0]], dtype=torch.float64)  # v(w) = R w on f = xy
SADDLE = torch.tensor([[2.0, 1.0], [-1.0, 2.0]], dtype=torch.float64)  # and on x^2 - y^2 + xy
FIELDS = {"xy": ROTATION, "saddle": SADDLE}
EYE = torch.eye(2, dtype=torch.float64)


def radius(round_matrix):
    return float(torch.linalg.eigvals(round_matrix).abs().max())


@pytest.mark.parametrize("payoff", FIELDS)
@pytest.mark.parametrize("step", STEPS)
def test_simultaneous_is_one_euler_step_of_the_field(payoff, step):
    assert_close(matrix(simultaneous, payoff, step), EYE - step * FIELDS[payoff])


@pytest.mark.parametrize("step", STEPS)
def test_simultaneous_spirals_out_on_xy(step):
    assert radius(matrix(simultaneous, "xy", step)) == pytest.approx(math.sqrt(1 + step**2))


@pytest.mark.parametrize("payoff", FIELDS)
@pytest.mark.parametrize("step", STEPS)
def test_extragradient_is_the_second_order_step(payoff, step):
    v = step * FIELDS[payoff]
    assert_close(matrix(extragradient, payoff, step), EYE - v + v @ v)


@pytest.mark.parametrize("step", STEPS)
def test_extragradient_spirals_in_on_xy(step):
    squared = radius(matrix(extragradient, "xy", step)) ** 2
    assert squared == pytest.approx(1 - step**2 + step**4)


@pytest.mark.parametrize("payoff", FIELDS)
def test_optimistic_takes_twice_this_gradient_less_the_last(payoff):
    step, v = 0.3, FIELDS[payoff]
    points = path(optimistic, payoff, step, (1.0, -0.5), 6)
    assert_close(points[1], points[0] - step * v @ points[0])  # the first round is a plain one
    for before, now, after in zip(points, points[1:], points[2:], strict=False):
        assert_close(after, now - 2 * step * v @ now + step * v @ before)


@pytest.mark.parametrize("step", STEPS)
def test_optimistic_rate_on_xy(step):
    # w" = w' - 2 s R w' + s R w has |lambda|^2 = (1 + sqrt(1 - 4 s^2)) / 2 for s <= 1/2
    radii = path(optimistic, "xy", step, (1.0, 0.0), 400).norm(dim=1)
    rate = float((radii[-1] / radii[-301]) ** (1 / 150))  # squared, over 300 rounds
    assert rate == pytest.approx((1 + math.sqrt(1 - 4 * step**2)) / 2, abs=1e-9)


@pytest.mark.parametrize("payoff", FIELDS)
@pytest.mark.parametrize("weight", [0.0, 0.3, 1.0])
def test_consensus_adds_the_slope_of_half_the_squared_field(payoff, weight):
    step, v = 0.2, FIELDS[payoff]
    found = matrix(partial(consensus, weight=weight), payoff, step)
    assert_close(found, EYE - step * (v + weight * v.T @ v))


def test_consensus_converges_on_xy_exactly_where_the_formula_says():
    weight = 0.5
    edge = 2 * weight / (1 + weight**2)
    inside, outside = (
        matrix(partial(consensus, weight=weight), "xy", edge * f) for f in (0.99, 1.01)
    )
    assert radius(inside) < 1 < radius(outside)


def test_consensus_reaches_through_a_weight_that_a_loss_does_not_depend_on():
    field = Pair(lambda x, y: x**2 / 2 + 0 * y, 0.1, (1.0, 1.0))
    consensus(field, 1.0)
    assert_close(field.where(), torch.tensor([0.8, 1.0], dtype=torch.float64))


SOLVERS = [simultaneous, extragradient, optimistic, partial(consensus, weight=0.1)]
NAMES = ["simultaneous", "extragradient", "optimistic", "consensus"]


@pytest.mark.parametrize(("solver", "name"), list(zip(SOLVERS, NAMES, strict=True)), ids=NAMES)
def test_a_player_with_two_turns_is_refused(solver, name):
    with pytest.raises(InputError, match=f"solver {name} moves every player once a round"):
        solver(Noting(("d", "d", "g")))


def test_simultaneous_moves_nobody_when_a_gradient_fails():
    field = Noting(("d", "g"), failing="g")
    with pytest.raises(FloatingPointError):
        simultaneous(field)
    assert [entry[0] for entry in field.seen] == ["differentiate", "differentiate"]


def test_extragradient_goes_back_when_the_gradient_ahead_fails():
    class Cliff(Pair):
        looks = 0

        def differentiate(self, player, turn):
            self.looks += 1
            if self.looks == 3:  # x's second look, when both are one step ahead
                raise FloatingPointError
            super().differentiate(player, turn)

    field = Cliff(lambda x, y: x * y, 0.5, (1.0, 2.0))
    with pytest.raises(FloatingPointError):
        extragradient(field)
    assert_close(field.where(), torch.tensor([1.0, 2.0], dtype=torch.float64))
