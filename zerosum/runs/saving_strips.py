"""Strips of pictures with what they belong to: samples along directions, sums, neighbours, doubts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from torch import Tensor

from zerosum.data.codec import Codec, ImageCodec
from zerosum.errors import InputError
from zerosum.explore.adding import Sum
from zerosum.explore.directing import Strips
from zerosum.explore.doubting import Doubted
from zerosum.explore.nearing import Near
from zerosum.runs.blocks import save_strips
from zerosum.runs.saving import save_picture, whole

SUFFIXES = (".png", ".npz")


def check_strips_target(out: Path, codec: Codec) -> None:
    """Raise InputError when strips cannot be written to `out`; done before anything is looked for."""
    suffix = out.suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError(f"{out} ends in {suffix!r}: use one of {', '.join(SUFFIXES)}")
    if suffix == ".png" and not isinstance(codec, ImageCodec):
        raise InputError(f"{out}: numbers make no strips of pictures: use .npz")
    if not out.parent.is_dir():
        raise InputError(f"{out} cannot be written: the folder {out.parent} does not exist")


def save_moved(out: Path, moved: Strips, vectors: np.ndarray, codec: Codec) -> Path:
    """Write samples along directions: a line for each sample of each direction, or the arrays."""
    arrays = {"rows": moved.rows, "amounts": moved.amounts, "vectors": vectors}
    lines = moved.rows.reshape(-1, *moved.rows.shape[2:])
    return _saved(out, lines, arrays, codec)


def save_sum(out: Path, found: Sum, codec: Codec) -> Path:
    """Write a line for each result: a row of each term's class, the base, the base moved."""
    lines = np.concatenate((found.parts, found.results[None])).swapaxes(0, 1)
    arrays = {"parts": found.parts, "results": found.results, "latents": found.latents.numpy()}
    return _saved(out, lines, arrays, codec)


def save_near(out: Path, found: Near, codec: Codec) -> Path:
    """Write a line for each sample: itself, then its neighbours, the nearest first."""
    lines = np.concatenate((found.samples[:, None], found.rows), axis=1)
    names = ("samples", "rows", "index", "distances", "reference")
    return _saved(out, lines, {name: getattr(found, name) for name in names}, codec)


def save_doubted(out: Path, found: Doubted, codec: Codec) -> Path:
    """Write samples that a judge is unsure of, a tile each, or the arrays."""
    names = ("rows", "latents", "between", "probabilities", "margin", "entropy", "usual")
    arrays = {name: np.asarray(getattr(found, name)) for name in names}
    with whole(out) as partial:
        if out.suffix.lower() == ".npz":
            np.savez_compressed(partial, **arrays)  # type: ignore[arg-type]
        else:
            save_picture(partial, found.rows, codec)
    return out


def _saved(out: Path, lines: np.ndarray, arrays: dict[str, np.ndarray], codec: Codec) -> Path:
    with whole(out) as partial:
        if out.suffix.lower() == ".npz":
            np.savez_compressed(partial, **arrays)  # type: ignore[arg-type]
        else:
            columns: list[Tensor] = [codec.encode(lines[:, i]) for i in range(lines.shape[1])]
            save_strips(partial, columns, across=1)
    return out
