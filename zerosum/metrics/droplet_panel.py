"""The measurement of an evaluation that looks for artefacts at one place of many pictures."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from jaxtyping import Int
from torch import Tensor

from zerosum.metrics.droplets import LEAST, Maps, droplets, stands_out
from zerosum.metrics.evidence import Measurement
from zerosum.metrics.panels import summarise

_ROWS = 500  # of each set: seconds on one core, and the maps of so many are 30 MB


def droplet_panel(
    held: np.ndarray,
    fake: np.ndarray,
    pool: np.ndarray,
    draws: Int[np.ndarray, "splits n"],
    encode: Callable[[np.ndarray], Tensor],
    story: str,
    key: int,
) -> list[Measurement]:
    """Return how far a place stands out, with what real subsets get; nothing for pictures below 8 pixels.

    Args:
        held, fake: held-out and generated pictures, in the user's units. pool: training pictures.
        draws: rows of the pool, one real subset each, in place of the generated ones.
        encode: pictures to (n, C, H, W) in [-1, 1]. story: how rows were chosen. key: of noise.
    """
    real = encode(held[:_ROWS])
    if min(real.shape[2:]) < LEAST:
        return []
    found = droplets(real.numpy(), encode(fake[:_ROWS]).numpy(), key=key)
    maps = Maps((int(real.shape[1]), int(real.shape[2]), int(real.shape[3])))
    mine = maps.of(real)
    again = [float(stands_out(maps, mine, maps.of(encode(pool[d[:_ROWS]]))).max()) for d in draws]
    where = "; ".join(f"row {p.row:.0f}, column {p.column:.0f} ({p.map})" for p in found.places)
    kept = story if len(held) <= _ROWS else f"first {_ROWS} of {story}"
    return [
        Measurement(
            "droplet",
            found.value,
            found.error,
            summarise(again),
            f"droplet[{maps.id} | largest excess over the map, half-sample error | {kept} | f64]",
            "lower",
            f"droplet: p {found.p_value:.3f} that two sets of one law stand out so; "
            + (f"look at {where}" if where else "no place stands out"),
        )
    ]
