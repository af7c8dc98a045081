"""Exact optimal transport between weighted point sets: the cheapest way to move earth.

    W_p(P, Q)^p = min over plans π of Σ_ij π_ij ‖x_i − y_j‖^p,    Σ_j π_ij = a_i,  Σ_i π_ij = b_j

In one dimension the plan that sorts both sets is optimal; sets of one size and equal weights need a
permutation (assignment); anything else is a linear program. Its dual, for p = 1, is Kantorovich and
Rubinstein's: W_1 = max over 1-Lipschitz f of Σ a_i f(x_i) − Σ b_j f(y_j), what a critic estimates.

Peyré and Cuturi 2019, arXiv:1803.00567. Not to be confused with entropic (Sinkhorn) transport, which
is biased, nor with the sliced distance, which is another one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int
from scipy.optimize import linear_sum_assignment, linprog
from scipy.sparse import eye_array, kron, vstack
from scipy.spatial.distance import cdist

from zerosum.errors import InputError
from zerosum.theory import checks
from zerosum.theory.checks import Numbers

ASSIGNMENT_LIMIT = 2000  # rows; the time grows as n³ and is about 2 s at this size
PROGRAM_LIMIT = 250_000  # pairs of points in a linear program: about 10 s

Points = Numbers | Sequence[Sequence[float]]
Moves = tuple[np.ndarray, np.ndarray, np.ndarray]  # source, target, mass


@dataclass(frozen=True, eq=False)
class Transport:
    """The cheapest plan between two weighted point sets, and what it costs.

    Attributes:
        x, y: the points, shapes (n, d) and (m, d).
        source, target, mass: the moves, each of shape (moves,): mass[k] goes from x[source[k]] to
            y[target[k]]; at most n + m − 1 of them.
        p: the power of the distance that a move costs.
        cost: W_p^p, what all moves cost together.
    """

    x: Float64[np.ndarray, "n d"]
    y: Float64[np.ndarray, "m d"]
    source: Int[np.ndarray, " moves"]
    target: Int[np.ndarray, " moves"]
    mass: Float64[np.ndarray, " moves"]
    p: float
    cost: float

    @property
    def distance(self) -> float:
        """W_p, in the units of the points."""
        return float(self.cost ** (1.0 / self.p))

    @property
    def plan(self) -> Float64[np.ndarray, "n m"]:
        """The plan π as a matrix: rows sum to the weights of x, columns to those of y."""
        plan = np.zeros((len(self.x), len(self.y)))
        np.add.at(plan, (self.source, self.target), self.mass)
        return plan


@dataclass(frozen=True, eq=False)
class Potential:
    """A 1-Lipschitz function that attains Kantorovich and Rubinstein's supremum, on the whole space.

        f(z) = min_j ‖z − y_j‖ − v_j

    Attributes:
        y: points, shape (m, d).
        offsets: v, shape (m,).
        dual: Σ a_i f(x_i) − Σ b_j f(y_j), equal to W_1.
    """

    y: Float64[np.ndarray, "m d"]
    offsets: Float64[np.ndarray, " m"]
    dual: float

    def __call__(self, z: Points) -> Float64[np.ndarray, " k"]:
        """Return f at points z, shape (k,) or (k, d) -> (k,)."""
        return np.asarray((cdist(_points("z", z), self.y) - self.offsets).min(axis=1))


def transport(
    x: Points,
    y: Points,
    x_weights: Numbers | None = None,
    y_weights: Numbers | None = None,
    *,
    p: float | int = 1,
) -> Transport:
    """Return the optimal plan between two point sets and W_p, exactly.

    W_p^p = min over plans π of Σ_ij π_ij ‖x_i − y_j‖^p

    Args:
        x: (n,) or (n, d) points. y: (m,) or (m, d) points.
        x_weights: (n,) masses that sum to 1; None gives each point the same.
        y_weights: (m,) masses that sum to 1; None gives each point the same.
        p: 1 or more.

    Returns: the plan, its cost and the distance.

    Raises:
        InputError: points or weights that are none, or too many of them for an exact answer.

    Source: Peyré and Cuturi 2019, arXiv:1803.00567, sections 2.3, 2.6 and 3.1.

    >>> earth = transport([0.0, 1.0], [1.0, 2.0])  # not 0 -> 2: every grain moves by 1
    >>> earth.distance, earth.plan.tolist()
    (1.0, [[0.5, 0.0], [0.0, 0.5]])
    """
    points, others = _points("x", x), _points("y", y)
    if points.shape[1] != others.shape[1]:
        raise InputError(
            f"x has points of {points.shape[1]} coordinates and y of {others.shape[1]}, between which "
            "there is no distance: give both in the same space"
        )
    a, b = (
        _weights("x_weights", x_weights, len(points)),
        _weights("y_weights", y_weights, len(others)),
    )
    order = require_order(p)
    if points.shape[1] == 1:
        source, target, mass = _sorted_plan(points[:, 0], others[:, 0], a, b)
    elif len(a) == len(b) and _is_uniform(a) and _is_uniform(b):
        source, target, mass = _assignment(points, others, order)
    else:
        source, target, mass = _program(points, others, a, b, order)
    lengths = np.sqrt(((points[source] - others[target]) ** 2).sum(axis=1))
    cost = float(mass @ lengths**order)
    return Transport(points, others, source, target, mass, order, cost)


def require_order(p: float | int) -> float:
    """Return p, or raise InputError unless W_p is a distance."""
    if not 1 <= p < np.inf:
        raise InputError(f"W_p is a distance only for p >= 1, got p = {p}: use 1 or 2")
    return float(p)


def northwest_corner(
    a: Float64[np.ndarray, " n"], b: Float64[np.ndarray, " m"]
) -> tuple[Int[np.ndarray, " moves"], Int[np.ndarray, " moves"], Float64[np.ndarray, " moves"]]:
    """Return the plan that fills b from a in the order given, which is optimal for sorted points.

    Both quantile functions are constant between two neighbouring values of either's cumulative
    mass, so each such interval is one move, of the interval's width.

    Args:
        a: (n,) masses, b: (m,) masses, each in the order of its sorted points and summing to 1.

    Returns: source, target and mass of at most n + m − 1 moves.
    """
    filled, emptied = _cumulative(a), _cumulative(b)
    edges = np.union1d(filled, emptied)
    width, middle = np.diff(edges, prepend=0.0), edges - np.diff(edges, prepend=0.0) / 2
    moves = width > 0  # a first point without mass has an interval of no width
    source = np.searchsorted(filled, middle[moves])
    return source, np.searchsorted(emptied, middle[moves]), width[moves]


def potential(plan: Transport) -> Potential:
    """Return a 1-Lipschitz f with Σ a_i f(x_i) − Σ b_j f(y_j) = W_1, the best critic there is.

    Where earth goes from x_i to y_j, f falls by all of ‖x_i − y_j‖. So v_j = −f(y_j) solves
    v_j ≤ v_j' + ‖x_i − y_j‖ − ‖x_i − y_j'‖ for each move (i, j'): shortest paths, found by Bellman
    and Ford's relaxation. If the plan were not optimal the paths would have a cycle of negative
    length, and the dual would stay below the cost.

    Args:
        plan: an optimal plan for p = 1.

    Raises:
        InputError: a plan for another p, whose dual is not over 1-Lipschitz functions.

    Source: Kantorovich and Rubinstein 1958; Villani 2009, Optimal Transport, theorem 5.10.

    >>> f = potential(transport([0.0, 1.0], [3.0, 4.0]))
    >>> f.dual, (f([0.0]) - f([3.0])).item()
    (3.0, 3.0)
    """
    if plan.p != 1:
        raise InputError(
            f"plan is for p = {plan.p:g}, but only W_1 is a supremum over 1-Lipschitz functions: "
            "use transport(..., p=1)"
        )
    x, y = plan.x[plan.source], plan.y
    slack = cdist(x, y) - np.sqrt(((x - y[plan.target]) ** 2).sum(axis=1))[:, None]
    offsets = np.zeros(len(y))
    for _ in range(len(y)):
        shorter = np.minimum(offsets, (offsets[plan.target][:, None] + slack).min(axis=0))
        settled = np.array_equal(shorter, offsets)
        offsets = shorter
        if settled:
            break
    function = Potential(y, offsets, 0.0)
    dual = float(plan.mass @ (function(x) - function(y[plan.target])))
    return Potential(y, offsets, dual)


def _sorted_plan(x: np.ndarray, y: np.ndarray, a: np.ndarray, b: np.ndarray) -> Moves:
    by_x, by_y = np.argsort(x, kind="stable"), np.argsort(y, kind="stable")
    source, target, mass = northwest_corner(a[by_x], b[by_y])
    return by_x[source], by_y[target], mass


def _assignment(x: np.ndarray, y: np.ndarray, p: float) -> Moves:
    if len(x) > ASSIGNMENT_LIMIT:
        raise InputError(
            f"x and y have {len(x)} points each, and an exact assignment takes minutes beyond "
            f"{ASSIGNMENT_LIMIT}: give subsets, or project to one dimension, where there is no limit"
        )
    source, target = linear_sum_assignment(cdist(x, y) ** p)
    return source, target, np.full(len(x), 1.0 / len(x))


def _program(x: np.ndarray, y: np.ndarray, a: np.ndarray, b: np.ndarray, p: float) -> Moves:
    from_, to = np.flatnonzero(a), np.flatnonzero(b)  # what holds no earth sends and takes none
    n, m = len(from_), len(to)
    if n * m > PROGRAM_LIMIT:
        raise InputError(
            f"x and y make {n} · {m} pairs, too many for an exact linear program (at most "
            f"{PROGRAM_LIMIT}): give subsets, or sets of one size with equal weights"
        )
    cost = cdist(x[from_], y[to]) ** p
    # The solver's tolerances are absolute: masses are brought to order one, and costs to that of the
    # answer, of which each grain's way to its nearest hole is a lower bound. A factor of 1e4 between
    # the largest cost and the unit is left to the solver.
    scale = float(max(n, m))
    unit = max(float(a[from_] @ cost.min(axis=1)), 1e-4 * float(cost.max())) or 1.0
    solved = linprog(
        cost.ravel() / unit,
        A_eq=vstack((kron(eye_array(n), np.ones((1, m))), kron(np.ones((1, n)), eye_array(m)))),
        b_eq=np.concatenate((a[from_], b[to])) * scale,
        method="highs-ds",
        options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
    )
    if solved.x is None:  # a plan always exists (a ⊗ b is one), so this is the solver's failure
        raise InputError(
            f"x and y gave a linear program that was not solved ({solved.message}): rescale the "
            "points so that their distances are of order one"
        )
    used = np.flatnonzero(solved.x > 0)
    return from_[used // m], to[used % m], solved.x[used] / scale


def _cumulative(weights: np.ndarray) -> np.ndarray:
    if _is_uniform(weights):  # k/n is rounded once: equal fractions of two sets are equal numbers
        return np.arange(1, len(weights) + 1) / len(weights)
    total = np.cumsum(weights)
    return total / total[-1]


def _is_uniform(weights: np.ndarray) -> bool:
    return bool((weights == weights[0]).all())


def _points(name: str, x: Points) -> Float64[np.ndarray, "n d"]:
    array = checks.numbers(name, np.asarray(x) if isinstance(x, Sequence) else x)
    array = array[:, None] if array.ndim == 1 else array
    if array.ndim != 2 or array.size == 0:
        raise InputError(
            f"{name} has shape {array.shape}, which holds no points: give (n,) numbers or (n, d) rows"
        )
    return array


def _weights(name: str, weights: Numbers | None, n: int) -> Float64[np.ndarray, " n"]:
    if weights is None:
        return np.full(n, 1.0 / n)
    array = checks.probabilities(name, weights)
    if len(array) != n:
        raise InputError(f"{name} has {len(array)} entries for {n} points: give one mass a point")
    return array / array.sum()
