"""Samples to files a person can open: a picture, an array, a table, a folder of pictures."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from torch import Tensor

from zerosum.data.codec import Codec, NumericCodec
from zerosum.errors import InputError
from zerosum.records import atomic
from zerosum.reports.pictures import save_animation, save_grid, scatter_png

SUFFIXES = (".png", ".npy", ".csv")
FILM = ".gif"  # for the eye alone: 256 colours, so samples are never kept as one


def display(encoded: Tensor) -> np.ndarray:
    """Return encoded pictures (n, channels, height, width) in [-1, 1] as uint8 (n, H, W[, C])."""
    shown = encoded.clamp(-1, 1).add(1).mul(127.5).round().byte().permute(0, 2, 3, 1).numpy()
    return shown[..., 0] if shown.shape[-1] == 1 else shown


def save_picture(
    path: Path,
    rows: np.ndarray,
    codec: Codec,
    real: np.ndarray | None = None,
    columns: int | None = None,
) -> Path:
    """Write rows as one PNG: a grid of pictures, or a scatter of points.

    Args:
        path: the file to write.
        rows: in the user's units.
        codec: which says what the rows are.
        real: real points to lay under them, which also give the frame.
        columns: pictures in a row of the grid; about as many as rows when None.
    """
    if isinstance(codec, NumericCodec):
        return scatter_png(np.asarray(rows, dtype=np.float64), path, real=real)
    return save_grid(display(codec.encode(rows)), path, columns=columns)


def save_samples(out: Path, rows: np.ndarray, codec: Codec, *, columns: int | None = None) -> Path:
    """Write rows where and how `out` says: grid.png, x.npy, x.csv, or a folder (of pictures).

    A file that stands there is replaced at once when the new one is whole.

    Args:
        out: the file or folder. rows: in the user's units. codec: of the rows.
        columns: pictures in a row of a grid.

    Raises:
        InputError: a suffix nothing is known of, pictures as .csv, numbers as a folder, a folder that
            is there and not empty, or a place that cannot be written.
        ZerosumError: the disk is full or failing; what stood there before still does.
    """
    check_target(out, codec)
    suffix = out.suffix.lower()
    if not suffix:
        return _save_folder(out, rows, codec)
    with whole(out) as partial:
        if suffix == ".png":
            save_picture(partial, rows, codec, columns=columns)
        elif suffix == ".npy":
            np.save(partial, rows, allow_pickle=False)
        else:
            _save_csv(partial, rows, codec)
    return out


def save_film(out: Path, rows: np.ndarray, codec: Codec) -> Path:
    """Write pictures as a film that shows them one after the other; as `save_samples` otherwise."""
    check_film(out, codec)
    with whole(out) as partial:
        save_animation(display(codec.encode(rows)), partial)
    return out


@contextmanager
def whole(out: Path) -> Iterator[Path]:
    """Give a place to write at, whose content stands at `out` once it is whole."""
    # the suffix in small letters: np.save adds one of its own to any other
    partial = out.with_name(f".{os.getpid()}-{out.stem}{out.suffix.lower()}")
    try:
        with atomic.opening(out):
            yield partial
            os.replace(partial, out)
    finally:
        atomic.discard(partial)


def check_film(out: Path, codec: Codec) -> None:
    """Raise InputError when a film cannot be written to `out`."""
    if isinstance(codec, NumericCodec):
        raise InputError(f"{out}: numbers do not make a film: use .png, .npy or .csv")
    if not out.parent.is_dir():
        raise InputError(f"{out} cannot be written: the folder {out.parent} does not exist")


def check_target(out: Path, codec: Codec) -> None:
    """Raise InputError when samples cannot be written to `out`; done before any are drawn."""
    suffix = out.suffix.lower()
    numeric = isinstance(codec, NumericCodec)
    if suffix and suffix not in SUFFIXES:
        raise InputError(f"{out} ends in {suffix!r}: use one of {', '.join(SUFFIXES)}, or a folder")
    if suffix == ".csv" and not numeric:
        raise InputError(f"{out}: pictures do not fit into a .csv: use .png, .npy or a folder")
    if not suffix and numeric:
        raise InputError(f"{out}: numbers need a file: use .csv, .npy or .png")
    if not suffix and out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError(f"{out} exists already: give a new or an empty folder")
    if suffix and not out.parent.is_dir():
        raise InputError(f"{out} cannot be written: the folder {out.parent} does not exist")


def _save_csv(path: Path, rows: np.ndarray, codec: Codec) -> None:
    columns = codec.columns if isinstance(codec, NumericCodec) else ()
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns or [f"x{i}" for i in range(rows.shape[1])])
        writer.writerows(rows.tolist())


def _save_folder(out: Path, rows: np.ndarray, codec: Codec) -> Path:
    made = [] if out.exists() else [out]
    try:
        with atomic.opening(out):
            out.mkdir(parents=True, exist_ok=True)
            for i, picture in enumerate(display(codec.encode(rows))):
                made.append(out / f"{i:05d}.png")
                save_grid(picture[None], made[-1], columns=1, scale=1)
    except BaseException:  # an interruption too: half a folder looks like a whole one
        for path in reversed(made):
            atomic.discard(path)
        raise
    return out
