"""Rows at latents as a page shows them: pixels of pictures, numbers of points and tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from jaxtyping import UInt8
from torch import Tensor

from zerosum.data.codec import NumericCodec
from zerosum.errors import InputError
from zerosum.generator import Generator
from zerosum.reports.pictures import fitted, stack
from zerosum.runs.saving import display
from zerosum.studio.explore import classes
from zerosum.studio.explore.classes import Weights

MAX_NUMBERS = 1 << 24  # of all rows that are made at once


def made(
    generator: Generator, latents: Tensor, weights: Sequence[Weights], *, exact: bool = True
) -> np.ndarray:
    """Return rows in the data's units, those that `Generator.sample` gives at these latents.

    Args:
        latents: (n, latent). weights: of classes, for each row.
        exact: otherwise in one batch of n, which rounds the last bits in another way and is faster.

    Raises:
        InputError: so much at once, or numbers that are not finite.
    """
    size = len(latents) * int(np.prod(generator.sizes.event))
    if size > MAX_NUMBERS:
        raise InputError(
            f"{size:,} numbers were asked for at once: ask for {MAX_NUMBERS:,} or less"
        )
    bound, labels = classes.bound(generator, weights)
    if exact:
        encoded = bound.encoded(latents, labels)
    else:
        with torch.no_grad():
            encoded = bound.network(latents, labels).float()
    if not bool(torch.isfinite(encoded).all()):
        raise InputError("what this generator makes there is not finite: go nearer to its samples")
    return bound.codec.decode(encoded)


def pixels(
    generator: Generator, rows: np.ndarray, side: int = 0
) -> UInt8[np.ndarray, "n height width channels"]:
    """Return pictures as 8-bit pixels, shrunk to a longer side of at most `side`; 0 leaves them."""
    images = stack(display(generator.codec.encode(rows)))
    return fitted(images, side) if side else images


def framed(
    generator: Generator, rows: np.ndarray, side: int = 0
) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return what a frame holds of rows: pixels as an array, numbers in the header with all digits."""
    if not isinstance(generator.codec, NumericCodec):
        return {}, {"pixels": pixels(generator, rows, side)}
    return {"values": np.asarray(rows, dtype=np.float64).reshape(len(rows), -1).tolist()}, {}
