"""Where samples and latents have no distance, a cost of it is refused with the reason."""

from __future__ import annotations

import math
from collections.abc import Iterator

from zerosum.recipes.config import Config, as_schedule
from zerosum.recipes.growth import growth_of
from zerosum.recipes.preset_parts import DataShape
from zerosum.training.schedule import Schedule


def bad_transport(config: Config, shape: DataShape) -> Iterator[str]:
    """Yield a sentence for everything that the transport cost cannot work with, if it has a weight."""
    if as_schedule(config.game.transport) == Schedule(0.0):
        return
    values, system = math.prod(shape.event), config.game.system
    if system != "two-player":
        yield (
            f"game.transport is a term of the two-player game, and system {system!r} has losses of its "
            "own: leave one of the two out"
        )
    elif growth_of(config) is not None:
        yield (
            "game.transport compares each sample with its latent, but samples of growing networks are "
            "smaller at first: set growth.stabilise and growth.fade to 0, or leave game.transport out"
        )
    elif config.latent != values:
        yield (
            f"game.transport compares each sample with its latent, but a latent has {config.latent} "
            f"values and a row of the data {values}: use latent {values}, or leave game.transport out"
        )
