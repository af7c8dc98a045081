"""Rows and masks in the data's own units, made ready for a generator's latents, or why they cannot be."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from zerosum.data.codec import Codec, ImageCodec
from zerosum.errors import InputError


def own_shape(codec: Codec) -> tuple[int, ...]:
    """Return the shape of one row in the data's own layout; () for a bare number."""
    return codec.decode(torch.zeros(1, *codec.event_shape)).shape[1:]


def encoded_rows(codec: Codec, rows: np.ndarray) -> Tensor:
    """Return rows (n, ...) of the data's units as encoded rows (n, *event); NaN stays NaN.

    Raises:
        InputError: no row, rows of another size or number of channels or columns, or no numbers.
    """
    rows, wanted = np.asarray(rows), own_shape(codec)
    if rows.ndim == 0 or rows.shape[1:] != wanted or not len(rows):
        raise InputError(
            f"rows have shape {rows.shape}, but this generator makes {_rows_of(codec)}: give "
            f"{_written(('n', *wanted))}"
        )
    if rows.dtype.kind not in "biuf":
        raise InputError(f"rows hold {rows.dtype}, which are no numbers: give numbers")
    return codec.encode(rows)


def encoded_mask(codec: Codec, mask: np.ndarray | None, n: int) -> Tensor | None:
    """Return a mask of n rows as weights (n, *event), those of a picture the same in each channel.

    Args:
        mask: weights of 0 or more (true and false, or 0 and 1): of one row for all, or of each row;
            of pictures also (height, width) or (n, height, width).

    Raises:
        InputError: a mask of another shape, or of no numbers.
    """
    if mask is None:
        return None
    mask, wanted = np.asarray(mask), own_shape(codec)
    if mask.dtype.kind not in "biuf":
        raise InputError(f"mask holds {mask.dtype}, which are no numbers: give 1 where it counts")
    plane = codec.event_shape[1:] if isinstance(codec, ImageCodec) else wanted
    for shape in (wanted, plane):
        if mask.shape in (shape, (n, *shape)):
            weights = torch.from_numpy(mask.astype(np.float32)).expand(n, *shape)
            return _as_event(codec, weights)
    raise InputError(
        f"mask has shape {mask.shape}, but {n} rows of shape {_written(wanted)} are to be masked: give "
        f"{_written(plane)}, or {_written((n, *plane))} for one mask each"
    )


def _as_event(codec: Codec, weights: Tensor) -> Tensor:
    """Return weights of rows, or of the pixels of pictures, in the layout of encoded rows."""
    if not isinstance(codec, ImageCodec):
        return weights.reshape(len(weights), *codec.event_shape)
    if weights.shape[1:] == codec.event_shape[1:]:
        return weights[:, None].expand(-1, codec.event_shape[0], -1, -1)
    return weights.movedim(-1, 1) if codec.layout == "nhwc" else weights


def _rows_of(codec: Codec) -> str:
    if not isinstance(codec, ImageCodec):
        return f"rows of {codec.event_shape[0]} numbers"
    channels, height, width = codec.event_shape
    return f"pictures of {height} x {width} pixels and {channels} channel{'s' * (channels > 1)}"


def _written(shape: tuple[int | str, ...]) -> str:
    return f"({', '.join(map(str, shape))}{',' * (len(shape) == 1)})"
