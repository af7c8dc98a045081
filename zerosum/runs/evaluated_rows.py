"""Which rows `evaluate` looks at in Python: those that were held out, or somebody's own."""

from __future__ import annotations

from typing import Any

import numpy as np

from zerosum.data.codec import Codec, ImageCodec
from zerosum.data.load import load
from zerosum.data.options import DataOptions
from zerosum.data.split import split
from zerosum.errors import InputError
from zerosum.runs.rows import Rows


def evaluated_rows(
    data: Any, labels: Any, codec: Codec, train: Rows | None, held_out: Rows | None, seed: int
) -> tuple[Rows, Rows]:
    """Return training rows for the references, and the rows to judge by.

    Args:
        data: real rows never trained on, or None for `held_out`. labels: theirs, if any.
        codec: the generator's, in whose units pictures of another range or layout are put.
        train, held_out: of the fit; None for a loaded GAN.
        seed: of the half of the data that stands in for the training rows of a loaded GAN.

    Raises:
        InputError: no data and nothing held out, or data that cannot be read.
    """
    if data is not None:
        given = load(data, options=DataOptions(), labels=labels)
        units = _units(given.codec, codec)
        half, other = split(given.n, 0.5, seed)
        index = other if train is None else np.arange(given.n)
        return train or Rows(given, half, units), Rows(given, index, units)
    if held_out is not None and not len(held_out):
        raise InputError("this GAN was fitted with holdout 0: give evaluate some real data")
    if train is None or held_out is None:
        raise InputError("a loaded GAN has no held-out rows: give evaluate some real data")
    return train, held_out


def _units(own: Codec, wanted: Codec) -> Codec | None:
    """Return the codec into whose units pictures are put, None where nothing is to be done."""
    pictures = isinstance(own, ImageCodec) and isinstance(wanted, ImageCodec)
    if not pictures or own == wanted:
        return None
    if own.event_shape != wanted.event_shape:
        raise InputError(
            f"the pictures are {own.event_shape} and the generator makes {wanted.event_shape} (channels, "
            "height, width): give pictures of its size and channels"
        )
    return wanted
