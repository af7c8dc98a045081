"""Which rows are trained on and which are held out."""

from __future__ import annotations

import numpy as np
from jaxtyping import Int64

from zerosum import noise
from zerosum.errors import InputError


def held_out_rows(n: int, holdout: float) -> int:
    """Return how many of n rows are held out: the share, rounded, and at least one unless it is 0."""
    return max(1, round(holdout * n)) if holdout > 0 else 0


def split(
    n: int, holdout: float, seed: int
) -> tuple[Int64[np.ndarray, " train"], Int64[np.ndarray, " held"]]:
    """Return the sorted row indices to train on and to hold out.

    Args:
        n: number of rows.
        holdout: fraction to hold out, in [0, 1); above 0 at least one row is held out.
        seed: of the random choice.

    Raises:
        InputError: `holdout` outside [0, 1), or fewer than two rows left to train on.
    """
    if not 0 <= holdout < 1:
        raise InputError(f"holdout {holdout} cannot be; give a fraction from 0 up to below 1")
    held = held_out_rows(n, holdout)
    if n - held < 2:
        raise InputError(
            f"holding out {held} of {n} samples leaves {n - held} to train on, and 2 are needed; "
            "give more samples or a smaller holdout"
        )
    order = noise.permutation(noise.fold(seed, "split"), n).numpy()
    return np.sort(order[held:]), np.sort(order[:held])
