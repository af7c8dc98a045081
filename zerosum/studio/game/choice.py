"""What a visitor chose for a game, within bounds."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Annotated, get_type_hints

from zerosum.data.toys import TOYS
from zerosum.errors import InputError, unknown
from zerosum.recipes.config import from_mapping
from zerosum.studio.endpoint import within

MAX_POINTS = 2000  # drawn by hand
DRAWN = {"drawn": 2, "drawn-line": 1}  # data drawn by hand, and their dimensions
FURTHEST = 100.0  # a drawn coordinate


def _from(least: float, most: float) -> dict[str, float]:
    return {"minimum": least, "maximum": most}


@dataclass(frozen=True)
class Choice:
    """A game on points."""

    data: Annotated[str, "a toy density, `drawn` in the plane, or `drawn-line`"] = "ring"
    points: Annotated[
        tuple[float, ...] | None,
        "what was drawn: x, y, x, y, ... in the plane, x, x, ... on the line",
    ] = None
    objective: Annotated[str, "what the players want: a name of `zerosum list objectives`"] = "rp"
    divergence: Annotated[str, "of the f-GANs: a name of `zerosum list divergences`"] = "gan"
    penalty: Annotated[str, "on D's slope: a name of `zerosum list penalties`, or none"] = "r1+r2"
    weight: Annotated[float, "of the penalty", _from(0, 1e4)] = 0.1
    k: Annotated[int, "discriminator moves a round", _from(1, 20)] = 1
    solver: Annotated[str, "how they move: a name of `zerosum list solvers`"] = "alternating"
    consensus: Annotated[float, "of half the squared field, solver consensus", _from(0, 100)] = 0.1
    optimizer: Annotated[str, "of both players: adam, rmsprop or sgd"] = "adam"
    lr_g: Annotated[float, "the generator's step size", _from(0, 1)] = 1e-3
    lr_d: Annotated[float, "the discriminator's step size", _from(0, 1)] = 1e-3
    width_g: Annotated[int, "the generator's units a hidden layer", _from(1, 256)] = 64
    width_d: Annotated[int, "the discriminator's units a hidden layer", _from(1, 256)] = 64
    depth_g: Annotated[int, "the generator's hidden layers", _from(1, 5)] = 2
    depth_d: Annotated[int, "the discriminator's hidden layers", _from(1, 5)] = 2
    latent: Annotated[int, "dimensions of the noise", _from(1, 16)] = 2
    clip: Annotated[float, "bound on D's weights after each move; 0: none", _from(0, 10)] = 0.0
    spectral: Annotated[bool, "divide D's weights by their largest singular values"] = False
    noise: Annotated[float, "standard deviation added to what D sees", _from(0, 10)] = 0.0
    seed: Annotated[int, "of everything random", _from(0, 2**31)] = 0

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
    found: Choice = from_mapping(values, Choice)
    if found.data not in TOYS and found.data not in DRAWN:
        raise unknown("data", found.data, [*TOYS, *DRAWN])
    hints = get_type_hints(Choice, include_extras=True)
    for field in fields(Choice):
        bounds = hints[field.name].__metadata__[1:]
        if bounds:
            value = getattr(found, field.name)
            within(field.name, value, bounds[0]["minimum"], bounds[0]["maximum"])
    _check_drawn(found)
    return found


def _check_drawn(choice: Choice) -> None:
    if choice.data not in DRAWN:
        return
    numbers, size = choice.points or (), DRAWN[choice.data]
    if len(numbers) % size or not 10 * size <= len(numbers) <= MAX_POINTS * size:
        raise InputError(f"{len(numbers) // size:,} points were drawn: draw 10 to {MAX_POINTS:,}")
    for number in numbers:
        within("a drawn coordinate", number, -FURTHEST, FURTHEST)
    for axis in range(size):
        if max(numbers[axis::size]) - min(numbers[axis::size]) < 1e-3:
            raise InputError("the points lie on one line along an axis: draw them further apart")
