"""What of a mixture of GANs cannot work, refused with the reason."""

from __future__ import annotations

from collections.abc import Iterator

from zerosum.data.split import held_out_rows
from zerosum.errors import unknown
from zerosum.recipes.config import Config
from zerosum.recipes.preset_parts import DataShape

METHODS = {"adagan": "each on what the others lack", "ensemble": "all alike", "best": "one is kept"}
BETAS = {"uniform": "1/t", "search": "what the mixture lacks"}

_MOST = 1000  # components: each is a training of its own
_FEWEST_ROWS = 8  # of which either half shows a classifier something


def bad_boost(config: Config, shape: DataShape) -> Iterator[str]:
    """Yield a sentence for everything in the boost section that cannot work on such data."""
    boost = config.boost
    if not 1 <= boost.components <= _MOST:
        yield (
            f"boost.components is {boost.components}, but a mixture of T GANs needs a T from 1 (a single "
            f"GAN) to {_MOST}"
        )
    for field, value, known in (
        ("boost.method", boost.method, METHODS),
        ("boost.beta", boost.beta, BETAS),
    ):
        if value not in known:
            yield str(unknown(field, value, known))
    for field, number in (("rounds", boost.rounds), ("width", boost.width)):
        if number < 1:
            yield f"boost.{field} is {number}: at least 1 is needed"
    if boost.components > 1 and config.game.system == "cyclegan":
        yield (
            "boost.components is above 1, but a mixture chooses its component by the latent, and the "
            "translators of system 'cyclegan' have none: leave the boost section out"
        )
    trained = shape.rows - held_out_rows(shape.rows, config.data.holdout)
    if boost.components > 1 and boost.method == "adagan" and trained < _FEWEST_ROWS:
        yield (
            f"boost.method adagan trains a classifier on either half of the {trained} rows, and needs "
            f"{_FEWEST_ROWS}: give more rows, or use boost.method ensemble"
        )
