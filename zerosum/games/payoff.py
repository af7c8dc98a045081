"""Two players who each choose a point: x minimises f(x, y), y maximises it.

    x:  min over x of f(x, y),        y:  min over y of -f(x, y)

The smallest zero-sum game there is, and a game like any other to the code that trains it: its
networks answer with their point, its draws are not looked at.

Source: von Neumann 1928, Math. Annalen 100; as a model of GANs: Mescheder et al. 2017, arXiv 1705.10461.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from zerosum.games.protocol import Coefficients, Draw, Networks, Outcome

PayoffFunction = Callable[[Tensor, Tensor], Tensor]


class Point(nn.Module):
    """A player that is a point: called with anything, it answers where it is."""

    def __init__(self, value: Float[Tensor, " n"]) -> None:
        super().__init__()
        self.value = nn.Parameter(value.clone())

    def forward(self) -> Float[Tensor, " n"]:
        """Return the point, shape (n,)."""
        return self.value


@dataclass(frozen=True)
class Payoff:
    """The zero-sum game of a payoff f(x, y), which x pays to y.

    Attributes:
        payoff: two points (n,) and (m,) -> ().
    """

    payoff: PayoffFunction

    @property
    def players(self) -> tuple[str, ...]:
        """The one who pays, and the one who is paid."""
        return ("x", "y")

    @property
    def turns(self) -> tuple[str, ...]:
        """x moves first."""
        return ("x", "y")

    def constants(self, player: str) -> tuple[str, ...]:
        """A point costs nothing to keep."""
        return ()

    def loss(
        self, player: str, networks: Networks, draw: Draw, coefficients: Coefficients
    ) -> Outcome:
        """Return f(x, y) for x and -f(x, y) for y.

        Args:
            player: "x" or "y".
            networks: the two points.
            draw: not looked at. coefficients: not looked at.
        """
        value = self.payoff(networks["x"](), networks["y"]())
        return Outcome(value if player == "x" else -value, {"payoff": value.detach()})


def no_draw() -> Draw:
    """Return the draw of a game that looks at none: one row, so that a round counts as one."""
    return Draw(torch.zeros(1, 1), torch.zeros(1, 1), None, torch.tensor(0))
