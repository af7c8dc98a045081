"""MNIST from the files that people have: Keras's .npz, four .npy, or the four idx files (gzipped or not).

idx (LeCun et al. 1998): two zero bytes, a type (8: uint8), the number of axes, each axis as a big-endian
int32, then the numbers.
"""

from __future__ import annotations

import gzip
import math
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from zerosum.data.stacked import Scans
from zerosum.data.text import shown
from zerosum.errors import InputError

PARTS = ("x_train", "y_train", "x_test", "y_test")
_IDX = dict(zip(PARTS, ("train-images", "train-labels", "t10k-images", "t10k-labels"), strict=True))
_LIMIT = 1 << 30  # bytes that one array may take; MNIST's largest takes 47 million
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, KeyError)


def read_mnist(path: str | Path) -> Scans:
    """Return the training and test parts of MNIST, or of a set in the same files.

    Args:
        path: `mnist.npz` with x_train, y_train, x_test and y_test; or a folder with those four as
            .npy, or with the idx files train-images-idx3-ubyte and so on, plain or .gz.

    Raises:
        InputError: nothing there, a part missing or damaged, or arrays that are no labelled digits.
    """
    place = Path(path).expanduser()
    if not place.exists():
        raise InputError(f"there is no file or folder {shown(place)}; give where MNIST's files are")
    read = _from_folder if place.is_dir() else _from_archive
    arrays = {part: read(place, part) for part in PARTS}
    for of in ("train", "test"):
        _check(shown(place.name), of, arrays[f"x_{of}"], arrays[f"y_{of}"])
    if arrays["x_train"].shape[1:] != arrays["x_test"].shape[1:]:
        raise InputError(f"{shown(place.name)}: training and test pictures differ in size")
    labels = [arrays[part].astype(np.int64) for part in ("y_train", "y_test")]
    return Scans("MNIST", arrays["x_train"], labels[0], arrays["x_test"], labels[1], 255.0)


def _from_archive(path: Path, part: str) -> np.ndarray:
    if path.suffix.lower() != ".npz":
        raise InputError(
            f"{shown(path.name)} is not how MNIST comes; give Keras's mnist.npz, or the folder that "
            "holds its four .npy or idx files"
        )
    return _read(path, part, lambda: _member(path, part))


def _member(path: Path, part: str) -> np.ndarray:
    with zipfile.ZipFile(path) as archive:
        if archive.getinfo(f"{part}.npy").file_size > _LIMIT:
            raise ValueError("too large")
        with archive.open(f"{part}.npy") as file:
            return np.lib.format.read_array(file, allow_pickle=False)


def _from_folder(folder: Path, part: str) -> np.ndarray:
    if (path := folder / f"{part}.npy").is_file():
        return _read(path, part, lambda: np.load(path, allow_pickle=False))
    rank = 3 if part.startswith("x") else 1
    names = [f"{_IDX[part]}{dot}idx{rank}-ubyte{gz}" for dot in "-." for gz in ("", ".gz")]
    found = next((folder / name for name in names if (folder / name).is_file()), None)
    if found is None:
        raise InputError(
            f"{shown(folder.name)} has neither {part}.npy nor {names[0]}; give the folder of all four"
        )
    return _read(found, part, lambda: _idx(found))


def _read(path: Path, part: str, how: Callable[[], np.ndarray]) -> np.ndarray:
    try:
        return how()
    except _DAMAGE as error:
        raise InputError(
            f"{shown(path.name)} has no readable {part} ({shown(error)[:80]}); download it again"
        ) from None


def _idx(path: Path) -> np.ndarray:
    opener: Callable[..., Any] = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rb") as file:
        zero, kind, rank = struct.unpack(">HBB", file.read(4).ljust(4, b"\xff"))
        if zero or kind != 8 or not 1 <= rank <= 3:
            raise ValueError("no idx file of bytes")
        shape = struct.unpack(f">{rank}i", file.read(4 * rank).ljust(4 * rank, b"\xff"))
        size = math.prod(shape)
        if min(shape) < 0 or size > _LIMIT:
            raise ValueError(f"announces shape {shape}")
        data = file.read(size + 1)
    if len(data) != size:
        raise ValueError(f"announces {size} bytes and holds {'more' if data[size:] else len(data)}")
    return np.frombuffer(data, np.uint8).reshape(shape)


def _check(name: str, of: str, x: np.ndarray, y: np.ndarray) -> None:
    if x.ndim != 3 or x.dtype != np.uint8 or y.shape != x.shape[:1] or y.dtype.kind not in "iu":
        raise InputError(
            f"{name}: {of} pictures are {x.shape} {x.dtype} with labels {y.shape} {y.dtype}; they have to "
            "be (n, height, width) uint8 with one whole number each"
        )
    if not np.array_equal(np.unique(y), np.arange(10)):
        raise InputError(f"{name}: the {of} labels are not the digits 0 to 9, all of them present")
