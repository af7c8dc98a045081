"""What a visitor chose for a game, within bounds, and the settings of a training that it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from zerosum.data.toys import TOYS
from zerosum.errors import InputError, unknown
from zerosum.recipes.config import from_mapping
from zerosum.recipes.presets import DataShape
from zerosum.studio.endpoint import within

MAX_POINTS = 2000  # drawn by hand
POINTS = 10_000  # of a toy density that a game is trained on
BATCH = 256


@dataclass(frozen=True)
class Choice:
    """A game on points."""

    data: Annotated[str, "a toy density, or `drawn`"] = "ring"
    points: Annotated[tuple[float, ...] | None, "x, y, x, y, ... of what was drawn by hand"] = None
    objective: Annotated[str, "a name of `zerosum list objectives`"] = "rp"
    penalty: Annotated[str, "a name of `zerosum list penalties`, or none"] = "r1+r2"
    weight: Annotated[float, "of the penalty"] = 0.1
    k: Annotated[int, "discriminator turns a round"] = 1
    solver: Annotated[str, "a name of `zerosum list solvers`"] = "alternating"
    lr_g: Annotated[float, "the generator's step size"] = 1e-3
    lr_d: Annotated[float, "the discriminator's step size"] = 1e-3
    width: Annotated[int, "units a hidden layer"] = 64
    depth: Annotated[int, "hidden layers"] = 2
    latent: Annotated[int, "dimensions of the noise"] = 2
    seed: Annotated[int, "of everything random"] = 0

    @property
    def networks(self) -> tuple[object, ...]:
        """What the networks are made from: games that share it can share weights."""
        return (self.width, self.depth, self.latent, self.dimensions)

    @property
    def dimensions(self) -> int:
        """1 on the line, 2 in the plane."""
        return 2 if self.data == "drawn" else TOYS[self.data].dimensions


def read(values: Mapping[str, Any]) -> Choice:
    """Return a visitor's choice.

    Raises:
        InputError: an unknown name or a number outside its bounds.
    """
    found: Choice = from_mapping(values, Choice)
    if found.data != "drawn" and found.data not in TOYS:
        raise unknown("data", found.data, [*TOYS, "drawn"])
    within("weight", found.weight, 0, 1e4)
    within("k", found.k, 1, 20)
    within("lr_g", found.lr_g, 0, 1)
    within("lr_d", found.lr_d, 0, 1)
    within("width", found.width, 1, 256)
    within("depth", found.depth, 1, 5)
    within("latent", found.latent, 1, 16)
    within("seed", found.seed, 0, 2**31)
    _check_drawn(found)
    return found


def settings(choice: Choice) -> dict[str, Any]:
    """Return the settings of a training that plays this choice; it never ends by itself."""
    network = {"name": "mlp", "width": choice.width, "depth": choice.depth}
    names = () if choice.penalty == "none" else choice.penalty.split("+")
    adam = {"name": "adam", "beta1": 0.0, "beta2": 0.99}
    return {
        "seed": choice.seed,
        "latent": choice.latent,
        "data": {"n": POINTS, "holdout": 0.2} if choice.data != "drawn" else {"holdout": 0.2},
        "generator": network,
        "discriminator": network,
        "game": {
            "objective": choice.objective,
            "penalties": [{"name": name, "weight": choice.weight} for name in names],
            "discriminator_steps": choice.k,
            "solver": choice.solver,
        },
        "generator_optimizer": {**adam, "lr": choice.lr_g},
        "discriminator_optimizer": {**adam, "lr": choice.lr_d},
        "run": {"steps": 10**9, "batch": BATCH, "device": "cpu", "threads": 1},
    }


def shape(choice: Choice) -> DataShape:
    """Return the shape of a choice's data."""
    return DataShape("points", (choice.dimensions,), POINTS)


def _check_drawn(choice: Choice) -> None:
    if choice.data != "drawn":
        return
    numbers = choice.points or ()
    if len(numbers) % 2 or not 20 <= len(numbers) <= 2 * MAX_POINTS:
        raise InputError(
            f"{len(numbers) // 2} points were drawn: draw 10 to {MAX_POINTS}, as x, y, x, y, ..."
        )
    for number in numbers:
        within("a drawn coordinate", number, -100, 100)
