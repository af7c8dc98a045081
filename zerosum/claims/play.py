"""Small games played by the project's own rounds, where every position is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from zerosum.games.payoff import Payoff, Point, no_draw
from zerosum.games.protocol import Draw, Game
from zerosum.games.two_player import TwoPlayer
from zerosum.objectives.objective import Objective
from zerosum.penalties.penalty import Penalty
from zerosum.solvers.alternating import alternating
from zerosum.solvers.field import Solver
from zerosum.training.plan import Plan
from zerosum.training.schedule import Schedule
from zerosum.training.state import TrainState
from zerosum.training.step import play_round


class Dirac(nn.Module):
    """The Dirac-GAN's discriminator a(x) = psi x; data are the point 0, samples the point theta."""

    def __init__(self, value: Float[Tensor, " 1"]) -> None:
        super().__init__()
        self.value = nn.Parameter(value.clone())

    def forward(
        self, x: Float[Tensor, "batch 1"], label: Tensor | None = None, key: Tensor | None = None
    ) -> Float[Tensor, " batch"]:
        """Return psi x for each row."""
        return self.value * x[:, 0]


class Theta(nn.Module):
    """The Dirac-GAN's generator: its only sample is the point theta."""

    def __init__(self, value: Float[Tensor, " 1"]) -> None:
        super().__init__()
        self.value = nn.Parameter(value.clone())

    def forward(
        self, latent: Float[Tensor, "batch latent"], label: Tensor | None = None
    ) -> Float[Tensor, "batch 1"]:
        """Return theta for each row."""
        return self.value.expand(len(latent), 1)


@dataclass(frozen=True)
class Toy:
    """A game of two numbers: first who pays (or the generator), then who is paid (the discriminator).

    Attributes:
        game: players, turns and losses.
        modules: a class for each player, made from its one number.
        draw: what every turn looks at.
        weights: of the game's penalties.
    """

    game: Game
    modules: Mapping[str, Callable[[Tensor], nn.Module]]
    draw: Draw
    weights: Mapping[str, float]


def payoff_toy(payoff: Callable[[Tensor, Tensor], Tensor]) -> Toy:
    """Return the game in which x pays f(x, y) to y."""
    game = Payoff(lambda x, y: payoff(x, y).sum())
    return Toy(game, {"x": Point, "y": Point}, no_draw(), {})


def dirac_toy(objective: Objective, penalties: Sequence[tuple[Penalty, float]] = ()) -> Toy:
    """Return the Dirac-GAN (Mescheder et al. 2018, arXiv 1801.04406) of an objective with penalties."""
    real, key = torch.zeros(1, 1, dtype=torch.float64), torch.tensor(0)
    return Toy(
        game=TwoPlayer(objective, tuple(penalty for penalty, _ in penalties)),
        modules={"generator": Theta, "discriminator": Dirac},
        draw=Draw(real, torch.zeros(1, 1, dtype=torch.float64), None, key),
        weights={penalty.name: weight for penalty, weight in penalties},
    )


def play(
    toy: Toy,
    start: tuple[float, float],
    step: float,
    rounds: int,
    solver: Solver = alternating,
    adam: bool = False,
) -> Float[np.ndarray, "points 2"]:
    """Return where both players are at the start and after each round, shape (rounds + 1, 2).

    Args:
        toy: the game.
        start: both players' numbers.
        step: learning rate of both.
        rounds: how many.
        solver: how they move.
        adam: move by Adam (beta 0, 0.9) instead of plain descent.
    """
    return np.array(list(walk(toy, start, step, rounds, solver, adam)))


def walk(
    toy: Toy,
    start: tuple[float, float],
    step: float,
    rounds: int,
    solver: Solver = alternating,
    adam: bool = False,
) -> Iterator[tuple[float, ...]]:
    """Yield what `play` returns, point by point: so what came before a game diverged is known."""
    state = _state(toy, start, step, adam)
    plan = _plan(toy, step, rounds, solver)
    yield _where(toy, state)
    for _ in range(rounds):
        play_round(toy.game, state, plan, [[toy.draw]] * len(toy.game.turns))
        yield _where(toy, state)


def modulus(
    toy: Toy,
    step: float,
    solver: Solver = alternating,
    remembers: bool = False,
    probe: float = 1e-5,
) -> float:
    """Return |lambda| of one round at the saddle (0, 0): the eigenvalue furthest from 0, measured.

    The round is played from points `probe` away along each axis, both ways, and also from each memory of
    such a size if the solver `remembers`; the differences are the columns of its matrix, exact to probe².
    """
    size = 4 if remembers else 2
    columns = []
    for axis in range(size):
        ends = [
            _round(toy, sign * probe * np.eye(size)[axis], step, solver) for sign in (1.0, -1.0)
        ]
        columns.append((ends[0] - ends[1])[:size] / (2 * probe))
    return float(np.abs(np.linalg.eigvals(np.array(columns).T)).max())


def _round(toy: Toy, at: np.ndarray, step: float, solver: Solver) -> np.ndarray:
    """Return where one round leads from (point, memory), as (point, memory)."""
    names = list(toy.modules)
    state = _state(toy, (float(at[0]), float(at[1])), step, adam=False)
    if len(at) == 4:
        for name, value in zip(names, at[2:], strict=True):
            state.memory[name] = [torch.tensor([value], dtype=torch.float64)]
    plan = _plan(toy, step, 1, solver)
    play_round(toy.game, state, plan, [[toy.draw]] * len(toy.game.turns))
    kept = [float(state.memory[n][0]) if n in state.memory else 0.0 for n in names]
    return np.array([*_where(toy, state), *kept])


def _state(toy: Toy, start: tuple[float, float], step: float, adam: bool) -> TrainState:
    networks, optimizers = {}, {}
    for (name, module), value in zip(toy.modules.items(), start, strict=True):
        networks[name] = module(torch.tensor([value], dtype=torch.float64))
        optimizers[name] = _optimizer(list(networks[name].parameters()), step, adam)
    return TrainState(networks=networks, averages={}, optimizers=optimizers)


def _optimizer(parameters: list[nn.Parameter], step: float, adam: bool) -> Optimizer:
    if adam:
        return Adam(parameters, lr=step, betas=(0.0, 0.9), fused=True)
    return torch.optim.SGD(parameters, lr=step)


def _plan(toy: Toy, step: float, rounds: int, solver: Solver) -> Plan:
    return Plan(
        steps=rounds,
        batch=1,
        latent=1,
        seed=0,
        learning_rates={name: Schedule(step) for name in toy.modules},
        coefficients={name: Schedule(weight) for name, weight in toy.weights.items()},
        solver=solver,
    )


def _where(toy: Toy, state: TrainState) -> tuple[float, ...]:
    return tuple(p.item() for name in toy.modules for p in state.networks[name].parameters())
