"""Games that carry numbers from round to round: state of a run beside networks and optimisers.

A game stays a pure description. Its numbers lie in the training's state, where checkpoints find them;
they reach the losses among the coefficients, under their names, and are followed by `carry` once a
round, after the last turn. `carry` is element-wise, so that the same line serves one game (each number
a 0-d tensor) and a population (each with a first axis of members).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import torch
from torch import Tensor

from zerosum.games.protocol import Coefficients, Game


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
    """A game that carries numbers."""

    @property
    def carried(self) -> Mapping[str, float]:
        """Names and first values."""

    def carry(self, coefficients: Coefficients, record: Mapping[str, Tensor]) -> Carry:
        """Return the numbers for the next round, element by element.

        Args:
            coefficients: of the round just played, the carried numbers among them.
            record: what its turns reported, detached, keyed `player/what`.
        """


def first_carried(game: Game, device: torch.device) -> dict[str, Tensor]:
    """Return what a game carries into its first round, each number a 0-d float32 tensor."""
    if not isinstance(game, Carrying):
        return {}
    return {name: torch.tensor(float(value), device=device) for name, value in game.carried.items()}


def carry_on(game: Game, coefficients: Coefficients, record: Mapping[str, Tensor]) -> Carry:
    """Return what a game takes to its next round: nothing, if it carries nothing."""
    return game.carry(coefficients, record) if isinstance(game, Carrying) else Carry()
