"""Rows to be translated, from a folder of pictures, one picture, or an array file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from zerosum.data.array_files import read_array
from zerosum.data.codec import Codec, ImageCodec
from zerosum.data.image_decode import read_header, read_pixels
from zerosum.data.image_files import SUFFIXES, find_images
from zerosum.errors import InputError

ARRAYS = (".npy", ".npz")


@dataclass(frozen=True)
class Given:
    """Rows (n, ...), and what they are in: pictures of 8 bits, or the translator's own units."""

    rows: np.ndarray
    codec: Codec


def read_given(path: Path, codec: Codec, key: str | None = None) -> Given:
    """Return the rows that a path holds, to be read by a translator of this codec.

    Args:
        path: a folder of pictures, a picture, an .npy or .npz. codec: of the translator's first domain.
        key: which array of an .npz.

    Raises:
        InputError: nothing there, nothing readable, or pictures of another number of channels.
    """
    if not path.exists():
        raise InputError(f"there is no file or folder {path}: check the path")
    if path.suffix.lower() in ARRAYS and path.is_file():
        return Given(read_array(path, key), codec)
    if key is not None:
        raise InputError(f"key {key!r} names an array of an .npz, and {path} is none: leave it out")
    if not isinstance(codec, ImageCodec):
        raise InputError(f"{path} cannot be read: this translator reads numbers: give .npy or .npz")
    pictures = [path / name for name in find_images(path).paths] if path.is_dir() else [path]
    if not pictures or (path.is_file() and path.suffix.lower() not in SUFFIXES):
        raise InputError(
            f"{path} holds no picture: give a folder of pictures, a picture, an .npy or an .npz"
        )
    channels, *size = codec.event_shape
    for picture in pictures:
        _require_channels(picture, channels)
    rows = [read_pixels(picture, (size[0], size[1]), channels) for picture in pictures]
    eight_bits = ImageCodec(codec.event_shape, "nhwc", "|u1", 0.0, 255.0)
    return Given(np.stack(rows), eight_bits)


def _require_channels(picture: Path, channels: int) -> None:
    """Refuse colour where grey is read, which would be lost; grey in colour and alpha on white are read."""
    try:
        colour = read_header(picture).colour
    except InputError as error:
        raise InputError(f"{picture} cannot be translated: {error}") from None
    if colour and channels < 3:
        raise InputError(
            f"{picture} is in colour, but this translator reads grey pictures (channels {channels}): give "
            "grey ones"
        )
