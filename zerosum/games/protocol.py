"""What a game is to the code that trains it: players, turns and one loss method.

A loss is a pure function of networks, a draw and coefficients. Networks arrive as callables with
their parameters already bound, so that the same method serves `module(x)` in a loop and
`functional_call(module, parameters, x)` under `vmap(grad(...))` in a population.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from jaxtyping import Float, Int
from torch import Tensor

Networks = Mapping[str, Callable[..., Tensor]]
Coefficients = Mapping[str, float | Tensor]


@dataclass(frozen=True)
class Draw:
    """Everything random that one turn looks at.

    Attributes:
        real: encoded data, shape (batch, *event).
        latent: standard normal noise, shape (batch, latent).
        label: class indices, shape (batch,), or None for an unconditional game.
        key: the key of the turn's other randomness (interpolation, dropout, instance noise).
        other: encoded rows of a second domain, shape (batch, *event), in a game of two.
    """

    real: Float[Tensor, " batch *event"]
    latent: Float[Tensor, "batch latent"]
    label: Int[Tensor, " batch"] | None
    key: Int[Tensor, ""]
    other: Float[Tensor, " batch *event"] | None = None


@dataclass(frozen=True)
class Outcome:
    """A turn's loss, and what comes with it.

    Attributes:
        loss: what the player minimises.
        record: what a person may want to plot of it (detached scalars).
        left: carried tensors (`games/carrying.py`) as the next turn and round will find them, by name.
    """

    loss: Float[Tensor, ""]
    record: dict[str, Tensor]
    left: dict[str, Tensor] = field(default_factory=dict)


@runtime_checkable
class Game(Protocol):
    """Named players who each minimise a loss, one turn after the other."""

    @property
    def players(self) -> tuple[str, ...]:
        """The players' names; each is also the name of a network."""

    @property
    def turns(self) -> tuple[str, ...]:
        """Who moves, in order, in one round."""

    def constants(self, player: str) -> tuple[str, ...]:
        """Return the networks that are constants to this player's gradient, to save their graphs.

        The loss itself never detaches them: a solver may want its slope in every player.
        """

    def loss(
        self, player: str, networks: Networks, draw: Draw, coefficients: Coefficients
    ) -> Outcome:
        """Return what `player` minimises at this draw."""
