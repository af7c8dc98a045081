"""Anything a person calls data -> a Source."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from zerosum import noise
from zerosum.data.array_files import read_npy, read_npz
from zerosum.data.arrays import from_array, with_labels
from zerosum.data.codec import ImageCodec
from zerosum.data.csv_file import read_csv
from zerosum.data.digits import digits
from zerosum.data.frames import from_frame, is_frame, read_parquet
from zerosum.data.hub import from_hub
from zerosum.data.image_files import SUFFIXES
from zerosum.data.image_folder import read_folder
from zerosum.data.manifolds import manifolds_source
from zerosum.data.names import NAMES
from zerosum.data.options import DataOptions
from zerosum.data.passes import gather
from zerosum.data.source import Source, numeric_codec
from zerosum.data.stacked import stacked_digits
from zerosum.data.text import short, shown
from zerosum.data.toys import TOYS
from zerosum.data.triangles import Triangles
from zerosum.errors import InputError, unknown

TOY_DRAWS = 10_000
# pixels: least, unless told otherwise, most; below, a black picture is half a pixel from a triangle
TRIANGLE_SIDES = (16, 28, 128)
DEFAULTS = DataOptions()


def load(spec: Any, *, options: DataOptions = DEFAULTS, labels: np.ndarray | None = None) -> Source:
    """Return the data set that `spec` names, points to or is.

    Args:
        spec: a name from `names.NAMES`, a path (folder of pictures, .npy, .npz, .csv, .parquet),
            "hub:NAME", an array, a tensor, a DataFrame, or a Source.
        options: answers to what the data leave open.
        labels: (n,) class numbers or names for data given in Python.

    Raises:
        InputError: one sentence saying what was given, why it cannot be used, and what to do.
    """
    if isinstance(spec, Source):
        return spec
    named = isinstance(spec, (str, os.PathLike))
    source = _named(spec, options) if named else _given(spec, options)
    if labels is not None:
        source = with_labels(source, np.asarray(labels), None)
    return source if source.toy is not None else _capped(source, options)


def _named(spec: str | os.PathLike[str], options: DataOptions) -> Source:
    if isinstance(spec, str) and spec == "digits":
        return digits()
    if isinstance(spec, str) and spec in TOYS:
        return toy_source(spec, options)
    drawn = {
        "triangles": triangles,
        "manifolds-1200": manifolds_source,
        "stacked-digits": stacked_digits,
    }
    if isinstance(spec, str) and spec in drawn:
        return drawn[spec](options)
    if isinstance(spec, str) and spec.startswith("hub:"):
        return from_hub(spec.removeprefix("hub:"), options)
    return _path(spec, options)


def _path(spec: str | os.PathLike[str], options: DataOptions) -> Source:
    path = Path(spec).expanduser()
    readers: dict[str, Callable[[Path, DataOptions], Source]] = {
        ".npy": read_npy,
        ".npz": read_npz,
        ".csv": read_csv,
        ".parquet": read_parquet,
    }
    if not os.path.exists(path):  # unlike Path.exists, answers impossible names too
        raise _absent(spec, path)
    if path.is_dir():
        return read_folder(path, options)
    suffix = path.suffix.lower()
    if suffix in SUFFIXES:
        raise InputError(
            f"{shown(path.name)} is one picture; give the folder that holds the pictures"
        )
    if not path.is_file() or suffix not in readers:
        raise InputError(
            f"{shown(path.name)} is no data that can be read; give a folder of pictures or a file "
            f"ending in {', '.join(sorted(readers))}"
        )
    try:
        return readers[suffix](path, options)
    except OSError as error:
        reason = error.strerror or shown(error)
        raise InputError(f"{shown(path)} cannot be read: {reason}") from None


def _absent(spec: str | os.PathLike[str], path: Path) -> InputError:
    looks_like_path = isinstance(spec, os.PathLike) or path.suffix or len(path.parts) != 1
    if looks_like_path:
        return InputError(
            f"there is no file or folder {short(path, 200)}; check the path, or give a data set's name"
        )
    error = unknown("data set", str(spec)[:60], NAMES)
    return InputError(f"{error}, or a path (no file or folder has this name)")


def _given(spec: Any, options: DataOptions) -> Source:
    if isinstance(spec, torch.Tensor):
        return from_array("the tensor", _from_tensor(spec), options)
    if is_frame(spec):
        return from_frame("the DataFrame", "frame", spec, options)
    if isinstance(spec, np.ndarray):
        return from_array("the array", spec, options)
    raise InputError(
        f"data cannot be read from a {type(spec).__name__}; give a NumPy array, a tensor, a "
        "DataFrame, a path or a data set's name"
    )


def _from_tensor(x: torch.Tensor) -> np.ndarray:
    # NumPy has no bfloat16; float32 holds every bfloat16 exactly
    x = x.detach().cpu()
    return (x.float() if x.dtype == torch.bfloat16 else x).numpy()


def toy_source(name: str, options: DataOptions) -> Source:
    """Return n draws from a toy density, the same ones for the same seed."""
    toy, n = TOYS[name], TOY_DRAWS if options.n is None else options.n
    rows = toy.sample(noise.fold(options.seed, "toy", name), n)
    codec = numeric_codec(rows, ("x", "y")[: toy.dimensions])
    note = f"{name}: {n:,} draws from a known density ({toy.source})"
    return Source(name=name, kind="points", rows=rows, codec=codec, toy=toy, notes=(note,))


def triangles(options: DataOptions) -> Source:
    """Return n pictures of triangles, the same ones for the same seed; white on black, in [0, 1].

    Raises:
        InputError: a size that is not square, or at which the triangles cannot be drawn.
    """
    least, usual, most = TRIANGLE_SIDES
    height, across = options.size or (usual, usual)
    if height != across or not least <= height <= most:
        raise InputError(
            f"triangles of {height} x {across} pixels cannot be drawn; give a square size from "
            f"{least} x {least} to {most} x {most}"
        )
    law, n = Triangles(height), TOY_DRAWS if options.n is None else options.n
    points = law.draw(noise.fold(options.seed, "triangles"), n)
    rows = law.render(points.float()).clamp_(0, 1).reshape(n, height, height).numpy()
    codec = ImageCodec((1, height, height), "nhw", np.dtype(np.float32).str, 0.0, 1.0)
    note = f"triangles: {n:,} draws from a known law (after Lucic et al. 2018, arXiv:1711.10337)"
    return Source("triangles", "image", rows, codec, manifold=law, notes=(note,))


def _capped(source: Source, options: DataOptions) -> Source:
    """Return at most options.n samples, chosen at random and kept in their order."""
    if options.n is None or options.n >= source.n:
        return source
    order = noise.permutation(noise.fold(options.seed, "cap"), source.n).numpy()
    index = np.sort(order[: options.n])
    labels = None if source.labels is None else source.labels[index]
    note = f"{source.name}: {options.n:,} of its {source.n:,} samples are used, chosen at random"
    fewer = replace(
        source, rows=gather(source.rows, index), labels=labels, notes=(*source.notes, note)
    )
    return fewer.fitted(np.arange(fewer.n))
