"""Exact transport: closed forms, SciPy, all permutations, the dual as a linear program, bad input."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import linprog
from scipy.spatial.distance import cdist
from scipy.stats import norm, wasserstein_distance

from zerosum.errors import InputError
from zerosum.theory.transport import PROGRAM_LIMIT, northwest_corner, potential, transport

ROUNDING = 1e-12  # sums of up to 1000 terms of order 1 in float64
SOLVER = 1e-9  # the linear program's own tolerance is 1e-10 of a lower bound of the cost


def rows(seed: int, n: int, d: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, d))


def masses(seed: int, n: int) -> np.ndarray:
    weights = np.random.default_rng(seed).uniform(size=n)
    return weights / weights.sum()


@pytest.mark.parametrize("p", [1, 1.5, 2, 3])
@pytest.mark.parametrize("d", [1, 2, 5])
def test_a_shift_costs_its_length(p: float, d: int) -> None:
    x, shift = rows(1, 60, d), np.full(d, 0.7)
    moved = transport(x, (x + shift)[::-1], p=p)
    assert_allclose(moved.distance, 0.7 * math.sqrt(d), rtol=ROUNDING)
    assert_allclose(moved.cost, moved.distance**p, rtol=ROUNDING)


@pytest.mark.parametrize(("n", "m"), [(30, 30), (30, 47), (1, 9), (200, 3)])
def test_weighted_points_of_the_line_equal_scipy(n: int, m: int) -> None:
    x, y = rows(1, n, 1)[:, 0], np.round(rows(2, m, 1)[:, 0], 1)  # rounded: ties
    a, b = masses(3, n), masses(4, m)
    a[0] = 0.0
    a = a / a.sum() if n > 1 else np.ones(1)
    assert_allclose(transport(x, y, a, b).distance, wasserstein_distance(x, y, a, b), rtol=1e-11)


@pytest.mark.parametrize(("mean", "sd"), [(0.5, 1.0), (-2.0, 0.4)])
def test_gaussian_quantiles_give_the_gaussian_w2(mean: float, sd: float) -> None:
    # W_2(N(0,1), N(m,s²))² = m² + (1 − s)²; on n mid-quantiles E z² is short of 1 by about 2/n
    n = 20000
    z = norm.ppf((np.arange(n) + 0.5) / n)
    got = transport(z, (mean + sd * z)[::-1], p=2).cost
    assert_allclose(got, mean**2 + (1 - sd) ** 2 * (z @ z / n), rtol=ROUNDING)
    assert_allclose(got, mean**2 + (1 - sd) ** 2, atol=4 / n)


@pytest.mark.parametrize("p", [1, 2])
def test_assignment_is_the_best_of_all_permutations(p: int) -> None:
    x, y = rows(1, 6, 2), rows(2, 6, 2)
    cost = cdist(x, y) ** p
    best = min(cost[range(6), list(order)].mean() for order in itertools.permutations(range(6)))
    assert_allclose(transport(x, y, p=p).cost, best, rtol=ROUNDING)


@pytest.mark.parametrize("p", [1, 2])
def test_linear_program_equals_repeating_points(p: int) -> None:
    # weights in twelfths: repeat each point as often as its weight says, then assign
    x, y = rows(1, 4, 2), rows(2, 5, 2)
    a, b = np.array([5, 4, 2, 1]), np.array([1, 1, 2, 2, 6])
    want = transport(np.repeat(x, a, axis=0), np.repeat(y, b, axis=0), p=p).cost
    assert_allclose(transport(x, y, a / 12, b / 12, p=p).cost, want, rtol=SOLVER)


def test_three_ways_agree_where_all_apply() -> None:
    # points of a line: sorted as numbers, assigned as rows of a plane, programmed with unequal halves
    x, y = rows(1, 40, 1), rows(2, 40, 1) + 1
    flat = [np.hstack((z, np.zeros_like(z))) for z in (x, y)]
    want = transport(x, y, p=2).distance
    assert_allclose(transport(*flat, p=2).distance, want, rtol=ROUNDING)
    split = np.concatenate((np.full(40, 1 / 40), [0.0]))
    more = np.vstack((flat[0], [[99.0, 99.0]]))  # a point without earth changes nothing
    assert_allclose(transport(more, flat[1], split, p=2).distance, want, rtol=SOLVER)


@pytest.mark.parametrize("weight", [1e-6, 1e-3])
def test_a_point_far_off_costs_the_others_no_accuracy(weight: float) -> None:
    x, y = np.append(rows(1, 40, 1), 1000.0), rows(2, 30, 1)[:, 0]
    a = np.append(np.full(40, (1 - weight) / 40), weight)
    flat = [np.stack((z, np.zeros_like(z)), axis=1) for z in (x, y)]
    want = transport(x, y, a).cost  # sorted: no solver
    assert_allclose(transport(*flat, a).cost, want, rtol=SOLVER)


@pytest.mark.parametrize(("n", "m", "d"), [(50, 50, 2), (40, 25, 2), (40, 25, 1), (30, 30, 1)])
def test_plan_moves_exactly_the_weights(n: int, m: int, d: int) -> None:
    a, b = (masses(3, n), masses(4, m)) if n != m else (np.full(n, 1 / n), np.full(m, 1 / m))
    moved = transport(rows(1, n, d), rows(2, m, d), a, b)
    assert (moved.mass > 0).all()
    assert len(moved.mass) <= n + m - 1
    # the program's constraints hold to its tolerance of 1e-10
    assert_allclose(moved.plan.sum(axis=1), a, atol=1e-10)
    assert_allclose(moved.plan.sum(axis=0), b, atol=1e-10)
    cost = cdist(rows(1, n, d), rows(2, m, d))
    assert_allclose((moved.plan * cost).sum(), moved.cost, rtol=ROUNDING)


def test_northwest_corner_by_hand() -> None:
    source, target, mass = northwest_corner(np.array([0.5, 0.0, 0.5]), np.array([0.25, 0.75]))
    assert source.tolist() == [0, 0, 2]
    assert target.tolist() == [0, 1, 1]
    assert mass.tolist() == [0.25, 0.25, 0.5]


def test_earth_by_hand() -> None:
    # 1/2 at 0 and 1/2 at 1 onto all at 0: half of the earth moves by 1
    moved = transport([0.0, 1.0], [0.0], p=2)
    assert (moved.cost, moved.distance) == (0.5, math.sqrt(0.5))
    assert transport([[0.0, 0.0]], [[3.0, 4.0]]).distance == 5.0
    assert transport(rows(1, 20, 2), rows(1, 20, 2)).distance == 0.0


@pytest.mark.parametrize(("n", "m", "d"), [(60, 60, 2), (50, 33, 3), (40, 70, 1), (1, 5, 2)])
def test_dual_equals_primal_by_a_1_lipschitz_function(n: int, m: int, d: int) -> None:
    x, y = rows(1, n, d), rows(2, m, d) + 0.5
    a, b = masses(3, n), masses(4, m)
    moved = transport(x, y, a, b)
    f = potential(moved)
    assert_allclose(f.dual, moved.distance, rtol=SOLVER)
    assert_allclose(a @ f(x) - b @ f(y), moved.distance, rtol=SOLVER)
    everywhere = np.concatenate((x, y, 3 * rows(5, 100, d)))
    slopes = np.abs(np.subtract.outer(f(everywhere), f(everywhere)))
    # rounding of values up to 10: an absolute 1e-14 beside each distance
    assert (slopes <= cdist(everywhere, everywhere) + 1e-13).all()


def test_dual_equals_the_dual_linear_program() -> None:
    # independent of the plan: max a·u + b·v subject to u_i + v_j <= c_ij
    x, y, a, b = rows(1, 12, 2), rows(2, 9, 2), masses(3, 12), masses(4, 9)
    pairs = np.array(list(itertools.product(range(12), range(9))))
    constraint = np.zeros((len(pairs), 21))
    constraint[np.arange(len(pairs)), pairs[:, 0]] = 1
    constraint[np.arange(len(pairs)), 12 + pairs[:, 1]] = 1
    best = linprog(
        -np.concatenate((a, b)), A_ub=constraint, b_ub=cdist(x, y).ravel(), bounds=(None, None)
    )
    # the solver's default tolerance
    assert_allclose(potential(transport(x, y, a, b)).dual, -best.fun, rtol=1e-7)


def test_a_plan_that_is_not_optimal_has_a_lower_dual() -> None:
    x, y = rows(1, 20, 2), rows(2, 20, 2) + 0.5
    best = transport(x, y)
    shuffled = type(best)(x, y, best.source, np.roll(best.target, 1), best.mass, 1.0, math.nan)
    cost = float(best.mass @ np.linalg.norm(x - y[np.roll(best.target, 1)], axis=1))
    assert cost > best.cost + 0.1
    # each v is 1-Lipschitz, so whatever it is, its dual stays below the optimum
    assert potential(shuffled).dual < best.cost + ROUNDING


def test_no_1_lipschitz_function_does_better() -> None:
    x, y = rows(1, 40, 2), rows(2, 40, 2) + 1
    exact = transport(x, y).distance
    functions = (lambda z: -z[:, 0], lambda z: -np.abs(z).max(axis=1), lambda z: np.sin(z[:, 1]))
    assert all(f(x).mean() - f(y).mean() <= exact for f in functions)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (([], [1.0]), "x has shape"),
        (([[]], [1.0]), "x has shape"),
        (([0.0, math.nan], [1.0]), "x holds nan"),
        (([0.0], [math.inf]), "y holds inf"),
        (([[0.0, 1.0]], [[0.0, 1.0, 2.0]]), "x has points of 2 coordinates and y of 3"),
        ((np.zeros((2, 2, 2)), [1.0]), "x has shape"),
        (([0.0, 1.0], [1.0], [0.5, 0.6]), "x_weights add up to 1.1"),
        (([0.0, 1.0], [1.0], [1.5, -0.5]), r"x_weights\[1\] is -0.5"),
        (([0.0, 1.0], [1.0], None, [math.nan]), "y_weights holds nan"),
        (([0.0, 1.0], [1.0], [1.0]), "x_weights has 1 entries for 2 points"),
    ],
)
def test_what_is_no_earth_is_refused(arguments: tuple, said: str) -> None:
    with pytest.raises(InputError, match=said):
        transport(*arguments)


def test_what_is_too_much_or_no_distance_is_refused() -> None:
    with pytest.raises(InputError, match=r"p >= 1, got p = 0\.5"):
        transport([0.0], [1.0], p=0.5)
    with pytest.raises(InputError, match="p >= 1, got p = nan"):
        transport([0.0], [1.0], p=math.nan)
    with pytest.raises(InputError, match="2001 points each"):
        transport(np.zeros((2001, 2)), np.zeros((2001, 2)))
    with pytest.raises(InputError, match="too many for an exact linear program"):
        transport(np.zeros((PROGRAM_LIMIT, 2)), np.zeros((2, 2)))
    with pytest.raises(InputError, match="plan is for p = 2"):
        potential(transport([0.0], [1.0], p=2))
