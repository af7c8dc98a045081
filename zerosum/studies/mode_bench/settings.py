"""Settings under which a small relativistic GAN keeps every mode of the grid.

Laid over the recipe r3gan: 128 units a layer, step size 2e-3 falling to 5e-5 and both penalties' weight
0.01 falling to 1e-4, by cosines that end with the run. Found on seeds from 100 on, so that seeds 0 to 9 were
never looked at; three of them had all of the grid's modes at 88 to 93 %, still short of 90 % in every one.

Reference: Huang et al. 2024, arXiv:2501.05441 (the game, and schedules of this kind for pictures).
"""

from __future__ import annotations

from typing import Any

RECIPE = "r3gan"
STEPS, BATCH = 8000, 256


def sharp(steps: int = STEPS, batch: int = BATCH) -> dict[str, Any]:
    """Return the settings for a run of so many rounds, for `zs.GAN(RECIPE, settings=...)`.

    >>> sharp()["run"]["steps"]
    8000
    """
    seen = steps * batch
    weight = {"start": 1e-2, "end": 1e-4, "over": seen}
    moves = {"lr": {"start": 2e-3, "end": 5e-5, "over": seen}}
    network = {"width": 128, "depth": 3}
    return {
        "game": {"penalties": [{"name": name, "weight": weight} for name in ("r1", "r2")]},
        "generator": network,
        "discriminator": network,
        "generator_optimizer": moves,
        "discriminator_optimizer": moves,
        "run": {"steps": steps, "batch": batch, "ema_half_life": 20_000},
    }
