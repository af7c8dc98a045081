"""A game at a point of its course: it goes on by rounds or single moves, and can be changed in place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from zerosum.errors import InputError
from zerosum.games.protocol import Draw
from zerosum.runs.job import Job, prepare
from zerosum.studio.game.choice import Choice, settings
from zerosum.training.field import Record, RoundField
from zerosum.training.step import play_round, set_schedules, update_averages


class Arena:
    """One game that a visitor plays.

    Attributes:
        choice: what it is played with. job: the parts of its training. record: of the last moves.
    """

    def __init__(self, choice: Choice) -> None:
        self.choice, self.job = choice, _prepared(choice)
        self.record: dict[str, float] = {}
        self._turn = 0  # the next turn of a round that is played move by move

    @property
    def step(self) -> int:
        """Rounds played."""
        return self.job.state.step

    def round(self) -> None:
        """Play a round, or what is left of one that was begun move by move.

        Raises:
            Diverged: a loss or gradient is not finite; the player has not moved.
        """
        if self._turn:
            while self._turn:
                self.move()
            return
        job = self.job
        self._keep(play_round(job.game, job.state, job.plan, job.draws.step(job.state.step)))

    def move(self) -> str:
        """Let the player whose turn it is move, as alternating players do; return its name."""
        job = self.job
        turns, draws = job.game.turns, job.draws.step(job.state.step)
        player = turns[self._turn]
        set_schedules(job.state, job.plan)
        field = RoundField(job.game, job.state, job.plan, draws)
        field.differentiate(player, self._turn)
        field.move(player)
        self._keep(field.record)
        self._turn = (self._turn + 1) % len(turns)
        if self._turn == 0:
            self._end_round(draws)
        return player

    def move_of(self, player: str) -> None:
        """Play moves until this player has made one."""
        while self.move() != player:
            pass

    def change(self, choice: Choice) -> None:
        """Go on with another choice: with the same weights, if its networks are the same.

        Raises:
            InputError: a combination that cannot work; the game goes on as it was.
        """
        old, new = self.job, _prepared(choice)
        if choice.networks == self.choice.networks and choice.seed == self.choice.seed:
            for name, network in new.state.networks.items():
                network.load_state_dict(old.state.networks[name].state_dict())
            for name, average in new.state.averages.items():
                average.load_state_dict(old.state.averages[name].state_dict())
            for name, optimizer in new.state.optimizers.items():
                state = old.state.optimizers[name].state_dict()["state"]
                groups = optimizer.state_dict()["param_groups"]
                optimizer.load_state_dict({"state": state, "param_groups": groups})
            new.state.step, new.state.seen = old.state.step, old.state.seen
        self.choice, self.job, self._turn = choice, new, 0

    def _end_round(self, draws: Sequence[Sequence[Draw]]) -> None:
        state, plan = self.job.state, self.job.plan
        rows = len(draws[-1][0].real)
        update_averages(state, plan.ema_half_life.at(state.seen), rows)
        state.step += 1
        state.seen += rows

    def _keep(self, record: Record) -> None:
        self.record.update({name: float(value) for name, value in record.items()})


def _prepared(choice: Choice) -> Job:
    torch.set_num_threads(1)  # small products: a second thread costs more than it brings
    data: object = choice.data
    if choice.data == "drawn":
        if choice.points is None:
            raise InputError("nothing was drawn: draw some points first")
        data = np.asarray(choice.points, dtype=np.float32).reshape(-1, 2)
    return prepare(data, recipe="custom", settings=settings(choice))
