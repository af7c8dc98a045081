"""What a translation between two domains does not look at, or cannot work with, refused with the reason."""

from __future__ import annotations

import math
from collections.abc import Iterator

from zerosum.recipes.config import Config, as_schedule
from zerosum.recipes.config_cycle import CycleConfig
from zerosum.training.schedule import Schedule

SYSTEM = "cyclegan"


def bad_translation(config: Config) -> Iterator[str]:
    """Yield a sentence for everything in `config` that CycleGAN cannot work with, or only it looks at."""
    game = config.game
    if game.system != SYSTEM:
        if game.cycle != CycleConfig():
            yield (
                f"game.cycle has numbers, which system {game.system!r} does not look at: use recipe "
                "cyclegan, or leave them out"
            )
        return
    yield from _foreign(config)
    for name in ("weight", "identity"):
        schedule = as_schedule(getattr(game.cycle, name))
        for end in (schedule.start, schedule.end):
            if end is not None and not 0 <= end < math.inf:
                yield f"game.cycle.{name} is {end:g}: it must be finite and 0 or more"
    if game.cycle.pool < 0:
        yield f"game.cycle.pool is {game.cycle.pool}: a number of pictures, 0 or more, is needed"
    if game.solver != "alternating":
        yield (
            f"solver {game.solver!r} looks at a turn more than once, and each look of system 'cyclegan' "
            "draws from its pool: use alternating"
        )


def _foreign(config: Config) -> Iterator[str]:
    game = config.game
    given = {
        "game.auxiliary": game.auxiliary != 0,
        "game.pack": game.pack != 1,
        "game.instance_noise": as_schedule(game.instance_noise) != Schedule(0.0),
        "conditional": config.conditional,
        "run.compile": config.run.compile,
        "boost": config.boost.components > 1,
    }
    for name, there in given.items():
        if there:
            yield f"{name} belongs to a game of one domain, and system 'cyclegan' has two: leave it out"
