"""Rounds of a game until done, interrupted or diverged; observers look on and can change nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

from zerosum.errors import Diverged
from zerosum.games.protocol import Game
from zerosum.training.draws import Draws
from zerosum.training.plan import Plan
from zerosum.training.state import TrainState
from zerosum.training.step import Record, play_round

PlayRound = Callable[[Game, TrainState, Plan, Sequence], Record]


@runtime_checkable
class Observer(Protocol):
    """Somebody who is told of every step: a recorder, a progress line, a person's own hook."""

    def after_step(self, state: TrainState, record: Record) -> None:
        """Look at the state after a round. Must not change it, nor draw from any random stream."""

    def at_end(self, state: TrainState, reason: str) -> None:
        """Be told that training stopped: "done", "interrupted" or "diverged"."""


def train(
    game: Game,
    state: TrainState,
    plan: Plan,
    draws: Draws,
    *,
    observers: Sequence[Observer] = (),
    stop: Callable[[], bool] = lambda: False,
    play: PlayRound = play_round,
) -> str:
    """Play rounds until `plan.steps` or until `stop()` says so; return "done" or "interrupted".

    Args:
        game: players, turns and losses.
        state: changed in place; a state loaded from a checkpoint goes on from there.
        plan: lengths and schedules.
        draws: the data and noise of every step.
        observers: told after every step.
        stop: asked after every step.
        play: the round itself (the compiled one has the same face).

    Raises:
        Diverged: after observers were told "diverged".
    """
    try:
        while state.step < plan.steps:
            _one_step(game, state, plan, draws, observers, play)
            if stop():
                break
        reason = "done" if state.step >= plan.steps else "interrupted"
        _tell(observers, state, reason)  # which may be when a weight is found not to be finite
    except Diverged:
        _tell(observers, state, "diverged")
        raise
    return reason


def _tell(observers: Sequence[Observer], state: TrainState, reason: str) -> None:
    for observer in observers:
        observer.at_end(state, reason)


def _one_step(
    game: Game,
    state: TrainState,
    plan: Plan,
    draws: Draws,
    observers: Sequence[Observer],
    play: PlayRound,
) -> None:
    start = time.perf_counter()
    record = play(game, state, plan, draws.step(state.step))
    state.seconds += time.perf_counter() - start
    for observer in observers:
        observer.after_step(state, record)
