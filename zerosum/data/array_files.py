"""`.npy` and `.npz` files, read without pickle, every size checked before it is allocated."""

from __future__ import annotations

import math
import tokenize
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy

from zerosum.data.arrays import from_array, with_labels
from zerosum.data.options import DataOptions
from zerosum.data.source import Source
from zerosum.data.text import listed, shown, size_in_words
from zerosum.errors import InputError

PICTURES = ("images", "data", "x", "X")  # these mean the samples when there are several arrays
LABELS = ("labels", "label", "y")
MEMBER_LIMIT = 4 << 30  # bytes that one array of an .npz may take in memory; an .npy has no limit
RATIO_LIMIT = 100  # times that an array may inflate once it is larger than RATIO_FREE
RATIO_FREE = 64 << 20

# what damaged headers and streams raise; NumPy reads headers with Python's own tokeniser and parser
_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, tokenize.TokenError, SyntaxError, EOFError, OSError),
    *(ValueError, TypeError, KeyError, IndexError, RuntimeError, NotImplementedError),
)


def read_npy(path: Path, options: DataOptions) -> Source:
    """Return the source of an `.npy`, mapped and not read: only what a batch needs enters memory.

    Raises:
        InputError: no .npy, objects that need pickle, a file shorter than its header claims, or
            anything `from_array` refuses.
    """
    rows = _mapped(path)
    return replace(from_array(shown(path.name), rows, options), name=shown(path.stem))


def read_array(path: Path, key: str | None = None) -> np.ndarray:
    """Return the array of an `.npy` (mapped), or the one of an `.npz` that `key` names or that is meant.

    Raises: InputError: as `read_npy` and `read_npz`, but for what only data to be learnt must be.
    """
    if path.suffix.lower() == ".npy" and key is not None:
        raise InputError(f"key {key!r} names an array of an .npz, and {shown(path.name)} is none")
    if path.suffix.lower() == ".npy":
        return _mapped(path)
    name = shown(path.name)
    with _opened(name, path) as archive:
        return _chosen_array(name, archive, key)[2]


def _mapped(path: Path) -> np.ndarray:
    name = shown(path.name)
    with path.open("rb") as file:
        shape, dtype = _header(name, file)
        wanted, have = math.prod(shape) * dtype.itemsize, path.stat().st_size - file.tell()
    if wanted > have:
        raise InputError(
            f"{name} is truncated: its header announces {shape} {dtype}, {size_in_words(wanted)}, "
            f"and {size_in_words(have)} follow; copy or write it again"
        )
    # an empty array cannot be mapped
    with _whole(name, "no .npy array"):
        return np.load(path, allow_pickle=False, mmap_mode="r" if wanted and shape else None)


@contextmanager
def _whole(name: str, what: str) -> Iterator[None]:
    """Turn what zipfile, zlib and NumPy raise on damaged content into one sentence."""
    try:
        yield
    except (InputError, FileNotFoundError, PermissionError):
        raise
    except _DAMAGE as error:
        raise InputError(
            f"{name} is {what}, or it is truncated or damaged ({shown(error)[:80]}); copy or write "
            "it again"
        ) from None


def _header(name: str, file: Any) -> tuple[tuple[int, ...], np.dtype]:
    """Return shape and dtype from the head of an .npy stream, left at the first byte of data."""
    with _whole(name, "no .npy array"):
        version = npy.read_magic(file)
        read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, _, dtype = read(file)
    if any(axis < 0 for axis in shape):
        raise InputError(f"{name} is damaged: its header announces the shape {shape}")
    if dtype.hasobject:
        raise InputError(
            f"{name} holds Python objects, which only pickle can read and pickle can run any code; "
            "save plain numbers with np.save(..., allow_pickle=False)"
        )
    return shape, dtype


def read_npz(path: Path, options: DataOptions) -> Source:
    """Return the source of an `.npz`: its array of samples and, where there are any, its labels.

    Raises:
        InputError: a damaged archive, no array or several without `key`, one that inflates beyond
            the limits, labels that do not fit, or anything `from_array` refuses.
    """
    name = shown(path.name)
    with _opened(name, path) as archive:
        return replace(_read_archive(name, archive, options), name=shown(path.stem))


def _opened(name: str, path: Path) -> zipfile.ZipFile:
    with _whole(name, "no .npz archive"):
        return zipfile.ZipFile(path)


def _chosen_array(
    name: str, archive: zipfile.ZipFile, given: str | None
) -> tuple[dict[str, zipfile.ZipInfo], dict[str, Head], np.ndarray, str]:
    """Return an archive's members with their headers, and the samples with their key."""
    members = {i.filename[:-4]: i for i in archive.infolist() if i.filename.endswith(".npy")}
    if not members:
        raise InputError(f"{name} holds no array; write it with np.savez(path, images=...)")
    heads = {key: _member_header(name, archive, info) for key, info in members.items()}
    key = _choose(name, heads, given)
    return members, heads, _member(name, archive, members[key], heads[key]), key


def _read_archive(name: str, archive: zipfile.ZipFile, options: DataOptions) -> Source:
    members, heads, rows, key = _chosen_array(name, archive, options.key)
    source = from_array(f"{name}:{shown(key)}", rows, options)
    label_key = _label_key(name, list(heads), key, options.labels)
    if label_key is None:
        return source
    labels = _member(name, archive, members[label_key], heads[label_key])
    names = _class_names(name, archive, members, heads, label_key, labels)
    return with_labels(source, labels, names)


Head = tuple[tuple[int, ...], np.dtype] | None


def _member_header(name: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Head:
    """Return shape and dtype of a member, or None for one that cannot be used."""
    where = f"{name}:{shown(info.filename)}"
    try:
        with _whole(where, "no array"), archive.open(info) as file:
            return _header(where, file)
    except InputError:
        return None


def _choose(name: str, heads: dict[str, Head], given: str | None) -> str:
    keys = list(heads)
    if given is not None and given not in heads:
        raise InputError(
            f"{name} has no array {given!r}; it holds {listed(keys, 12)}; choose one with --key"
        )
    if given is not None:
        return given
    if len(keys) == 1:
        return keys[0]
    samples = [k for k, head in heads.items() if head is not None and len(head[0]) >= 2]
    expected = [k for k in keys if k in PICTURES]
    if len(expected) == 1 and samples in ([], expected):
        return expected[0]
    described = [f"{k} {head[0]} {head[1]}" if head else k for k, head in heads.items()]
    raise InputError(
        f"{name} does not say which of its arrays are the samples: {listed(described, 12)}; choose "
        f"one with --key ({', '.join(PICTURES)} is taken if it alone has two axes or more)"
    )


def _member(name: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo, head: Head) -> np.ndarray:
    where = f"{name}:{shown(info.filename[:-4])}"
    if head is None:
        with _whole(where, "no array"), archive.open(info) as file:
            _header(where, file)
        raise InputError(f"{where} cannot be read; write it again")
    need = math.prod(head[0]) * head[1].itemsize
    _check_inflation(where, info, need)
    with _whole(where, "no array"), archive.open(info) as file:
        # reads piece by piece into the array: one copy in memory, not two
        return npy.read_array(file, allow_pickle=False)


def _check_inflation(where: str, info: zipfile.ZipInfo, need: int) -> None:
    if need > info.file_size:
        raise InputError(
            f"{where} is damaged: its header announces {size_in_words(need)} and the archive holds "
            f"{size_in_words(info.file_size)}; write it again"
        )
    ratio = info.file_size / max(1, info.compress_size)
    if info.file_size > MEMBER_LIMIT or (info.file_size > RATIO_FREE and ratio > RATIO_LIMIT):
        raise InputError(
            f"{where} would inflate from {size_in_words(info.compress_size)} to "
            f"{size_in_words(info.file_size)} in memory ({ratio:,.0f} times); the limits are "
            f"{size_in_words(MEMBER_LIMIT)}, and {RATIO_LIMIT} times above "
            f"{size_in_words(RATIO_FREE)}; save it as .npy, which is mapped and not loaded"
        )


def _label_key(name: str, keys: list[str], chosen: str, given: str | None) -> str | None:
    if given == "none":
        return None
    if given is not None and given not in keys:
        raise InputError(f"{name} has no array {given!r} for labels; it holds {listed(keys, 12)}")
    if given is not None:
        return given
    return next((k for k in LABELS if k in keys and k != chosen), None)


def _class_names(
    name: str,
    archive: zipfile.ZipFile,
    members: dict[str, zipfile.ZipInfo],
    heads: dict[str, Head],
    label_key: str,
    labels: np.ndarray,
) -> tuple[str, ...] | None:
    """Return the names stored beside integer labels: char -> char_names, labels -> label_names."""
    stems = (label_key, label_key.removesuffix("s"))
    found = [k for k in (f"{s}_names" for s in stems) if k in members]
    if not found or labels.dtype.kind not in "iu":
        return None
    names = _member(name, archive, members[found[0]], heads[found[0]])
    return tuple(shown(v) for v in names.reshape(-1).tolist()) if names.dtype.kind in "US" else None
