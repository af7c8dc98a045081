"""A game at a point of its course: it goes on by rounds or single moves, and can be changed in place."""

from __future__ import annotations

from collections.abc import Sequence

from zerosum.errors import InputError
from zerosum.games.protocol import Draw
from zerosum.runs.job import Job
from zerosum.studio.game.choice import Choice
from zerosum.studio.game.rules import prepared
from zerosum.training.field import Record, RoundField
from zerosum.training.state import TrainState
from zerosum.training.step import play_round, set_schedules, update_averages


class Arena:
    """One game that a visitor plays.

    Attributes:
        choice: what it is played with. job: the parts of its training.
        record: of the last moves. moved: who moved last, or "round".
    """

    def __init__(self, choice: Choice) -> None:
        self.choice, self.job = choice, prepared(choice)
        self.record: dict[str, float] = {}
        self.moved = ""
        self._begun: RoundField | None = None  # a round that is played move by move
        self._turn = 0  # its next turn

    @property
    def step(self) -> int:
        """Rounds played."""
        return self.job.state.step

    def again(self) -> None:
        """Start anew, from the first weights of the seed."""
        self.__init__(self.choice)  # type: ignore[misc]

    def round(self) -> None:
        """Play a round, or what is left of one that was begun move by move.

        Raises:
            Diverged: a loss or gradient is not finite; the player has not moved.
        """
        if self._begun is None:
            job = self.job
            draws = job.draws.step(job.state.step)
            self._keep(play_round(job.game, job.state, job.plan, draws))
        while self._begun is not None:
            self.move()
        self.moved = "round"

    def move(self) -> str:
        """Let the player whose turn it is move; return its name. The moves of a round are the round.

        Raises:
            InputError: the solver moves both players at once.
        """
        self.require_moves()
        job = self.job
        draws = job.draws.step(job.state.step)
        if self._begun is None:
            set_schedules(job.state, job.plan)
            self._begun = RoundField(job.game, job.state, job.plan, draws)
        player = job.game.turns[self._turn]
        self._begun.differentiate(player, self._turn)
        self._begun.move(player)
        self._keep(self._begun.record)
        self.moved, self._turn = player, self._turn + 1
        if self._turn == len(job.game.turns):
            self._end_round(self._begun, draws)
        return player

    def require_moves(self) -> None:
        """Refuse single moves of a solver that has none.

        Raises:
            InputError: the solver moves both players at once.
        """
        if self.choice.solver != "alternating":
            raise InputError(
                f"solver {self.choice.solver} moves both players at once: play a whole round, or "
                "choose solver alternating"
            )

    def move_of(self, player: str) -> None:
        """Play moves until this player has made one."""
        while self.move() != player:
            pass

    def change(self, choice: Choice, new: Job) -> tuple[str, ...]:
        """Go on with another choice; return the players whose weights had to be started anew.

        A round that was begun is begun again. Rounds are counted on while one player keeps its weights.

        Args: new: the parts that `rules.prepared` made of the choice.
        """
        old = self.job
        kept = [
            player
            for player in new.state.networks
            if choice.network(player) == self.choice.network(player)
        ]
        for player in kept:
            _carry_over(player, old.state, new.state, choice.optimizer == self.choice.optimizer)
        if kept:
            new.state.step, new.state.seen = old.state.step, old.state.seen
        self.choice, self.job, self._begun, self._turn = choice, new, None, 0
        return tuple(player for player in new.state.networks if player not in kept)

    def _end_round(self, begun: RoundField, draws: Sequence[Sequence[Draw]]) -> None:
        state, plan, rows = self.job.state, self.job.plan, len(draws[-1][0].real)
        begun.carry()
        update_averages(state, plan.ema_half_life.at(state.seen), rows)
        state.step += 1
        state.seen += rows
        self._begun, self._turn = None, 0

    def _keep(self, record: Record) -> None:
        self.record.update({name: float(value) for name, value in record.items()})


def _carry_over(player: str, old: TrainState, new: TrainState, same_optimizer: bool) -> None:
    """Put a player's weights, average, singular vectors and moments where it goes on."""
    new.networks[player].load_state_dict(old.networks[player].state_dict())
    if player in new.averages:
        new.averages[player].load_state_dict(old.averages[player].state_dict())
    if player == "discriminator" and new.vectors and old.vectors:
        new.vectors = old.vectors
    if same_optimizer:
        state = old.optimizers[player].state_dict()["state"]
        groups = new.optimizers[player].state_dict()["param_groups"]
        new.optimizers[player].load_state_dict({"state": state, "param_groups": groups})
