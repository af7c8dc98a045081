"""What a visitor chose for a game, within bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from zerosum.data.toys import TOYS
from zerosum.errors import InputError
from zerosum.studio import bounds
from zerosum.studio.bounds import between, each, one_of

MAX_POINTS = 2000  # drawn by hand
DRAWN = {"drawn": 2, "drawn-line": 1}  # data drawn by hand, and their dimensions
DATA = (*TOYS, *DRAWN)
FURTHEST = 100.0  # a drawn coordinate


@dataclass(frozen=True)
class Choice:
    """A game on points."""

    data: Annotated[str, "a toy density, `drawn` in the plane, or `drawn-line`", one_of(DATA)] = (
        "ring"
    )
    points: Annotated[
        tuple[float, ...] | None,
        "what was drawn: x, y, x, y, ... in the plane, x, x, ... on the line",
        each(between(-FURTHEST, FURTHEST)),
    ] = None
    objective: Annotated[str, "what the players want: a name of `zerosum list objectives`"] = "rp"
    divergence: Annotated[str, "of the f-GANs: a name of `zerosum list divergences`"] = "gan"
    penalty: Annotated[str, "on D's slope: a name of `zerosum list penalties`, or none"] = "r1+r2"
    weight: Annotated[float, "of the penalty", between(0, 1e4)] = 0.1
    k: Annotated[int, "discriminator moves a round", between(1, 20)] = 1
    solver: Annotated[str, "how they move: a name of `zerosum list solvers`"] = "alternating"
    consensus: Annotated[float, "of half the squared field, solver consensus", between(0, 100)] = (
        0.1
    )
    optimizer: Annotated[str, "of both players: adam, rmsprop or sgd"] = "adam"
    lr_g: Annotated[float, "the generator's step size", between(0, 1)] = 1e-3
    lr_d: Annotated[float, "the discriminator's step size", between(0, 1)] = 1e-3
    width_g: Annotated[int, "the generator's units a hidden layer", between(1, 256)] = 64
    width_d: Annotated[int, "the discriminator's units a hidden layer", between(1, 256)] = 64
    depth_g: Annotated[int, "the generator's hidden layers", between(1, 5)] = 2
    depth_d: Annotated[int, "the discriminator's hidden layers", between(1, 5)] = 2
    latent: Annotated[int, "dimensions of the noise", between(1, 16)] = 2
    clip: Annotated[float, "bound on D's weights after each move; 0: none", between(0, 10)] = 0.0
    spectral: Annotated[bool, "divide D's weights by their largest singular values"] = False
    noise: Annotated[float, "standard deviation added to what D sees", between(0, 10)] = 0.0
    seed: Annotated[int, "of everything random", between(0, 2**31)] = 0

    @property
    def dimensions(self) -> int:
        """1 on the line, 2 in the plane."""
        return DRAWN.get(self.data) or TOYS[self.data].dimensions

    def network(self, player: str) -> tuple[object, ...]:
        """What a player's first weights are made from: games that share it can share the weights."""
        if player == "generator":
            return (self.width_g, self.depth_g, self.latent, self.dimensions, self.seed)
        return (self.width_d, self.depth_d, self.dimensions, self.seed)


def read(values: object) -> Choice:
    """Return a visitor's choice.

    Raises:
        InputError: an unknown name or a number outside its bounds.
    """
    found: Choice = bounds.read(values, Choice)
    _check_drawn(found)
    return found


def _check_drawn(choice: Choice) -> None:
    if choice.data not in DRAWN:
        return
    numbers, size = choice.points or (), DRAWN[choice.data]
    if len(numbers) % size or not 10 * size <= len(numbers) <= MAX_POINTS * size:
        raise InputError(f"{len(numbers) // size:,} points were drawn: draw 10 to {MAX_POINTS:,}")
    for axis in range(size):
        if max(numbers[axis::size]) - min(numbers[axis::size]) < 1e-3:
            raise InputError("the points lie on one line along an axis: draw them further apart")
