"""Games that carry numbers or tensors from round to round: state of a run beside networks and optimisers.

A game stays a pure description. What it carries lies in the training's state, where checkpoints find them;
it reaches the losses among the coefficients, under its names. Numbers are followed by `carry` once a
round, after the last turn; a tensor that one turn changes, such as a pool of former samples, is left by that
turn's outcome (`Outcome.left`). `carry` is element-wise, so that the same line serves one game (each number
a 0-d tensor) and a population (each with a first axis of members).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import torch
from torch import Tensor

from zerosum.games.protocol import Coefficients, Game

FirstValue = Callable[[tuple[int, ...]], Tensor]


@dataclass(frozen=True)
class Carry:
    """What a game takes to the next round.

    Attributes:
        values: every carried number by name.
        record: what a person may want to plot of the round just played (detached), keyed `group/what`.
    """

    values: dict[str, Tensor] = field(default_factory=dict)
    record: dict[str, Tensor] = field(default_factory=dict)


@runtime_checkable
class Carrying(Protocol):
    """A game that carries something."""

    @property
    def carried(self) -> Mapping[str, float | FirstValue]:
        """Names and first values; a tensor's is a function of the shape of an encoded row."""

    def carry(self, coefficients: Coefficients, record: Mapping[str, Tensor]) -> Carry:
        """Return the numbers for the next round, element by element.

        Args:
            coefficients: of the round just played, the carried numbers among them.
            record: what its turns reported, detached, keyed `player/what`.
        """


def first_carried(
    game: Game, device: torch.device, event: tuple[int, ...] = ()
) -> dict[str, Tensor]:
    """Return what a game carries into its first round, each number a 0-d float32 tensor.

    Args: event: shape of an encoded row, from which a game makes its tensors.
    """
    if not isinstance(game, Carrying):
        return {}
    return {
        name: (value(event) if callable(value) else torch.tensor(float(value))).to(device)
        for name, value in game.carried.items()
    }


def carry_on(game: Game, coefficients: Coefficients, record: Mapping[str, Tensor]) -> Carry:
    """Return what a game takes to its next round: nothing, if it carries nothing."""
    return game.carry(coefficients, record) if isinstance(game, Carrying) else Carry()
