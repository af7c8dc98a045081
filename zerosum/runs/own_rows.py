"""Rows in a generator's own units: pictures of its very size, data as `fit` reads them, or held-out ones."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from zerosum import noise
from zerosum.data.array_files import read_array
from zerosum.data.codec import Codec, ImageCodec
from zerosum.data.image_decode import read_header, read_pixels
from zerosum.data.image_files import SUFFIXES
from zerosum.data.load import load
from zerosum.errors import InputError
from zerosum.explore.rows import own_shape
from zerosum.runs import session
from zerosum.runs.rows import Rows


@dataclass(frozen=True, eq=False)
class OwnRows:
    """Rows (n, ...) in a generator's units, their class names or (), and a word on where they are from."""

    rows: np.ndarray
    labels: tuple[str, ...]
    story: str


def read_rows(
    words: Sequence[str | os.PathLike[str]],
    codec: Codec,
    run: Path,
    *,
    most: int | None = None,
    seed: int = 0,
) -> OwnRows:
    """Return the rows that some words mean.

    Args:
        words: picture files of the size and channels that the codec has; one name, file or folder of
            data; or nothing, for the rows that a run held out.
        codec: of the generator. run: its run folder, looked at when there are no words.
        most: rows of data at most, drawn by `seed` and kept in their order.

    Raises:
        InputError: nothing there, nothing readable, another size or number of channels or columns.
    """
    if not words:
        return _some(session.rows_of(run)[1], most, seed, f"held-out rows of {run}")
    paths = [Path(word) for word in words]
    if any(path.suffix.lower() in SUFFIXES for path in paths):
        rows = np.stack([read_picture(path, codec) for path in paths])
        return OwnRows(rows, (), f"{len(rows)} picture{'s' * (len(rows) > 1)}")
    if len(words) > 1:
        raise InputError(
            f"{words[0]} is no picture, and of data only one can be given: name pictures ending in "
            f"{', '.join(SUFFIXES)}, or one file, folder or data set"
        )
    if paths[0].suffix.lower() == ".npy" and paths[0].is_file():
        rows = read_array(paths[0])
        return _drawn(rows, np.arange(len(rows) if rows.ndim else 0), (), most, seed, str(words[0]))
    source = load(words[0])
    if source.event_shape != codec.event_shape:
        raise InputError(
            f"{source.name} holds rows of shape {source.event_shape}, but this generator makes "
            f"{codec.event_shape} (channels, height, width, or columns): give rows like its training data"
        )
    found = _some(Rows(source, np.arange(source.n)), most, seed, source.name)
    if paths[0].is_dir():  # pictures of 8 bits, whatever the generator's units are
        for note in source.notes[1:]:  # what was resized or skipped; the first says what there is
            warnings.warn(note, stacklevel=2)
        return OwnRows(codec.decode(source.codec.encode(found.rows)), found.labels, found.story)
    return found


def labelled_rows(
    data: str | None, codec: Codec, run: Path, *, most: int | None = None, seed: int = 0
) -> OwnRows:
    """Return the rows a run was trained on, or those of named data, with their classes.

    Raises: InputError: as `read_rows`.
    """
    if data is not None:
        return read_rows([data], codec, run, most=most, seed=seed)
    return _some(session.rows_of(run)[0], most, seed, f"training rows of {run}")


def given_rows(data: Any, codec: Codec, held_out: Rows | None, *, most: int, seed: int) -> OwnRows:
    """Return the rows that somebody gave in Python: an array, a path or name, or None for held-out ones.

    Raises: InputError: as `read_rows`, or None for a generator that was loaded.
    """
    if data is None and held_out is None:
        raise InputError("a loaded GAN has no held-out rows: give it rows")
    if data is None and held_out is not None:
        return _some(held_out, most, seed, "held-out rows")
    if isinstance(data, str | os.PathLike):
        return read_rows([data], codec, Path(), most=most, seed=seed)
    return OwnRows(np.asarray(data), (), "given rows")


def read_picture(path: Path, codec: Codec) -> np.ndarray:
    """Return a picture file in the generator's units.

    Raises: InputError: no picture, a generator of numbers, another size, or colour where it is grey.
    """
    if not isinstance(codec, ImageCodec):
        raise InputError(
            f"{path} is a picture, but this generator makes numbers: give .npy or .csv"
        )
    channels, height, width = codec.event_shape
    pixels = read_plane(path, (height, width), channels)
    eight_bits = ImageCodec(codec.event_shape, "nhwc", "|u1", 0.0, 255.0)
    return codec.decode(eight_bits.encode(pixels[None]))[0]


def read_plane(path: Path, size: tuple[int, int], channels: int) -> np.ndarray:
    """Return the 8-bit pixels (height, width, channels) of a file, which must be of that size.

    Raises: InputError: nothing there, no picture, another size, or colour where grey is wanted.
    """
    if not path.is_file():
        raise InputError(f"there is no file {path}: check the path")
    try:
        header = read_header(path)
    except InputError as error:
        raise InputError(f"{path} cannot be read: {error}") from None
    if (header.height, header.width) != size:
        raise InputError(
            f"{path} has {header.height} x {header.width} pixels (height x width), but {size[0]} x "
            f"{size[1]} are needed: resize or crop it first"
        )
    if header.colour and channels < 3:
        raise InputError(
            f"{path} is in colour, but grey (channels {channels}) is needed: convert it first"
        )
    return read_pixels(path, size, channels)


def read_mask(path: Path, codec: Codec) -> np.ndarray:
    """Return a mask of rows: an .npy or .npz as it is; a grey picture as weights, white 1 and black 0.

    Raises: InputError: nothing readable, or a picture of another size than the generator's.
    """
    if path.suffix.lower() in (".npy", ".npz"):
        if not path.is_file():
            raise InputError(f"there is no file {path}: check the path")
        return np.asarray(read_array(path))
    if not isinstance(codec, ImageCodec):
        raise InputError(f"{path} is no mask of numbers: give an .npy of {own_shape(codec)}")
    return read_plane(path, codec.event_shape[1:], 1)[..., 0] / 255.0


def _some(rows: Rows, most: int | None, seed: int, story: str) -> OwnRows:
    labels, classes = rows.source.labels, rows.source.classes
    names = () if labels is None or not classes else tuple(classes[i] for i in labels.tolist())
    return _drawn(rows.source.rows, rows.index, names, most, seed, story)


def _drawn(
    rows: np.ndarray,
    index: np.ndarray,
    names: tuple[str, ...],
    most: int | None,
    seed: int,
    story: str,
) -> OwnRows:
    """Return at most so many of the rows, drawn by the seed, in their order."""
    if most is not None and most < 1:
        raise InputError(f"{most} rows cannot be looked at: ask for 1 or more")
    chosen, total = index, len(index)
    if most is not None and total > most:
        order = noise.permutation(noise.fold(seed, "rows"), total)[:most]
        chosen = index[order.sort().values.numpy()]
        story = f"{most:,} of {total:,} rows, {story}"
    else:
        story = f"{total:,} rows, {story}"
    return OwnRows(
        np.asarray(rows[chosen]), tuple(names[i] for i in chosen.tolist()) if names else (), story
    )
