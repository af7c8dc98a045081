"""Two numbers that play against each other, under each solver: paths, and the field that they follow.

The games are played by the very rounds and solvers that train networks (`claims/play.py`).
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Annotated, Any

import numpy as np
import torch
from torch import Tensor

from zerosum.claims.play import Toy, dirac_toy, modulus, payoff_toy, walk
from zerosum.errors import Diverged
from zerosum.games.bound import Bound
from zerosum.recipes import tables
from zerosum.solvers.alternating import alternating
from zerosum.solvers.consensus import consensus
from zerosum.solvers.extragradient import extragradient
from zerosum.solvers.field import Solver
from zerosum.solvers.optimistic import optimistic
from zerosum.solvers.simultaneous import simultaneous
from zerosum.studio.bounds import between, count, each, one_of
from zerosum.studio.openapi import schema_of
from zerosum.theory import games

PAYOFFS = {
    "saddle": (games.saddle, "x² − y² + xy", "convex in x, concave in y: one saddle at (0, 0)"),
    "bilinear": (games.bilinear, "xy", "no pull to the saddle at (0, 0), only rotation around it"),
    "pursuit": (games.pursuit, "(x − y)²", "x chases, y flees: no equilibrium; (x, x) for ever"),
}
DIRAC = "dirac"
PENALTIES = ("none", *tables.PENALTIES)
SOLVERS = ("simultaneous", "alternating", "extragradient", "optimistic", "consensus")
FIELD = 19  # arrows along each side
REACH = 2.5  # what is shown of the plane, from -REACH to REACH
FAR = 1e6  # a path that has gone further is cut there
_PLAIN = {
    "simultaneous": simultaneous,
    "alternating": alternating,
    "extragradient": extragradient,
    "optimistic": optimistic,
}


@dataclass(frozen=True)
class ToyAsked:
    """A small game, where it starts, and how long it is played."""

    game: Annotated[str, "saddle, bilinear, pursuit or dirac", one_of([*PAYOFFS, DIRAC])] = (
        "bilinear"
    )
    objective: Annotated[
        str, "dirac: a name of `zerosum list objectives`", one_of(tables.OBJECTIVES)
    ] = "ns"
    penalty: Annotated[
        str, "dirac: a name of `zerosum list penalties`, or none", one_of(PENALTIES)
    ] = "none"
    weight: Annotated[float, "dirac: of the penalty", between(0, 100)] = 1.0
    x: Annotated[float, "where x (or θ) starts", between(-100, 100)] = 1.0
    y: Annotated[float, "where y (or ψ) starts", between(-100, 100)] = 0.6
    step: Annotated[float, "both players' step size", between(1e-4, 2)] = 0.3
    rounds: Annotated[int, "how many", between(1, 400)] = 50
    consensus: Annotated[float, "solver consensus: its weight", between(0, 100)] = 0.4
    adam: Annotated[bool, "move by Adam (betas 0, 0.9) instead of plain descent"] = False
    solvers: Annotated[
        tuple[str, ...], "which; none: all", count(0, len(SOLVERS)) | each(one_of(SOLVERS))
    ] = ()


def choices() -> dict[str, Any]:
    """Return the games, the solvers and the fields with their meaning."""
    return {
        "games": {
            **{name: {"formula": f, "text": text} for name, (_, f, text) in PAYOFFS.items()},
            DIRAC: {
                "formula": "data: the point 0, G: the point θ, D(x) = ψx",
                "text": "the Dirac-GAN of Mescheder et al. 2018: the smallest GAN there is",
            },
        },
        "objectives": list(tables.OBJECTIVES),
        "penalties": list(PENALTIES),
        "solvers": list(SOLVERS),
        "fields": schema_of(ToyAsked)["properties"],
        "first": dataclasses.asdict(ToyAsked()),
    }


def played(asked: ToyAsked) -> dict[str, Any]:
    """Return each solver's path and factor, and the field behind them.

    Returns: paths: solver -> {"points": [[x, y], ...], "far": whether it left and was cut there,
        "factor": |λ| of a round near (0, 0) by plain descent, or null}; field: {"at": (FIELD², 2),
        "move": (FIELD², 2)}: where plain descent would go, v = -(slope of each one's loss); reach.
    """
    torch.set_num_threads(1)
    toy = _toy(asked.game, asked.objective, asked.penalty, asked.weight)
    names = asked.solvers or SOLVERS
    return {
        "paths": {name: _path(toy, name, asked) for name in names},
        "field": _field(asked.game, asked.objective, asked.penalty, asked.weight),
        "reach": REACH,
    }


def _toy(game: str, objective: str, penalty: str, weight: float) -> Toy:
    if game in PAYOFFS:
        return payoff_toy(PAYOFFS[game][0])
    penalties = () if penalty == "none" else ((tables.PENALTIES[penalty], weight),)
    return dirac_toy(tables.OBJECTIVES[objective], penalties)


def _path(toy: Toy, name: str, asked: ToyAsked) -> dict[str, Any]:
    solver: Solver = _PLAIN.get(name) or partial(consensus, weight=asked.consensus)
    points, far = _points(toy, solver, asked)
    factor = None if asked.adam else _factor(toy, name, solver, asked.step)
    return {"points": points.tolist(), "far": far, "factor": factor}


def _points(toy: Toy, solver: Solver, asked: ToyAsked) -> tuple[np.ndarray, bool]:
    """Return the path up to where it left, and whether it did."""
    points: list[tuple[float, ...]] = []
    try:
        for point in walk(toy, (asked.x, asked.y), asked.step, asked.rounds, solver, asked.adam):
            if not all(abs(each) < FAR for each in point):
                return np.array(points), True
            points.append(point)
    except Diverged:
        return np.array(points), True
    return np.array(points), False


def _factor(toy: Toy, name: str, solver: Solver, step: float) -> float | None:
    try:
        found = modulus(toy, step, solver, name == "optimistic")
    except Diverged:
        return None
    return found if math.isfinite(found) else None


@lru_cache(maxsize=32)
def _field(game: str, objective: str, penalty: str, weight: float) -> dict[str, Any]:
    toy = _toy(game, objective, penalty, weight)
    side = np.linspace(-REACH, REACH, FIELD)
    at = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    move = np.stack([_slope(toy, point) for point in at])
    return {"at": at.tolist(), "move": np.where(np.isfinite(move), move, 0.0).tolist()}


def _slope(toy: Toy, point: np.ndarray) -> np.ndarray:
    """Return minus the slope of each player's own loss in its own number."""
    modules = {
        name: module(torch.tensor([value], dtype=torch.float64))
        for (name, module), value in zip(toy.modules.items(), point, strict=True)
    }
    networks = {name: _bound(module) for name, module in modules.items()}
    slopes = []
    for name, module in modules.items():
        loss = toy.game.loss(name, networks, toy.draw, toy.weights).loss
        (slope,) = torch.autograd.grad(loss, list(module.parameters()), allow_unused=True)
        slopes.append(0.0 if slope is None else -float(slope))
    return np.array(slopes)


def _bound(module: torch.nn.Module) -> Bound:
    def call(parameters: Any, *arguments: Tensor | None) -> Tensor:
        return torch.func.functional_call(module, dict(parameters), arguments)

    return Bound(module, lambda: dict(module.named_parameters()), call)
