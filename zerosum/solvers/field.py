"""What a solver moves: named players, each with parameters and the gradient of its own loss.

Two scalars and two networks look the same from here, which is why one solver serves both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

from torch import Tensor

from zerosum.errors import InputError


@runtime_checkable
class Field(Protocol):
    """The players of one round, and how to differentiate and move them."""

    @property
    def turns(self) -> Sequence[str]:
        """The players in the order they move; a name may stand there several times."""

    def differentiate(self, player: str, turn: int) -> None:
        """Make the gradient of the player's loss in this turn and give it to `accept`."""

    def loss(self, player: str, turn: int) -> Tensor:
        """Return the player's loss, shape (), with its graph on every player's parameters."""

    def accept(self, player: str, loss: Tensor, gradients: Sequence[Tensor] | None = None) -> None:
        """Take these gradients (None: those already in `.grad`) for the next move, if finite.

        Raises:
            Diverged: the loss or a gradient is not finite.
        """

    def parameters(self, player: str) -> list[Tensor]:
        """Return the tensors that the player moves."""

    def move(self, player: str) -> None:
        """Let the player's optimiser use the accepted gradients, and drop them."""

    def recall(self, player: str) -> list[Tensor]:
        """Return what the solver kept of the last round, one tensor a parameter, or nothing."""

    def keep(self, player: str, tensors: list[Tensor]) -> None:
        """Keep these tensors until the next round; they are part of the run's state."""


Solver = Callable[[Field], None]


def each_once(field: Field, solver: str) -> list[tuple[int, str]]:
    """Return the turns with their numbers.

    Raises:
        InputError: a player moves more than once in a round, which only alternating players can.
    """
    turns = list(field.turns)
    if len(set(turns)) < len(turns):
        raise InputError(
            f"solver {solver} moves every player once a round, but the turns are "
            f"{', '.join(turns)}: use discriminator_steps 1, or solver alternating"
        )
    return list(enumerate(turns))
