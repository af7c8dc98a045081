"""One pass over the rows in blocks of bounded size, in memory or in a mapped file."""

from __future__ import annotations

import hashlib
import mmap
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64, Shaped

BLOCK_BYTES = 4 << 20
GATHERED = 16  # rows of a mapped file between two releases: Linux may map 2 MB around each of them


@dataclass(frozen=True)
class Extent:
    """Smallest and largest value; `bad` is the first sample holding a value that is no number."""

    low: float
    high: float
    bad: int | None


@dataclass(frozen=True)
class Moments:
    """Mean, standard deviation (divisor n), smallest and largest value of every column."""

    mean: Float64[np.ndarray, " columns"]
    std: Float64[np.ndarray, " columns"]
    low: Float64[np.ndarray, " columns"]
    high: Float64[np.ndarray, " columns"]


def blocks(
    rows: Shaped[np.ndarray, "n ..."], index: Int64[np.ndarray, " m"] | None = None
) -> Iterator[tuple[int, Shaped[np.ndarray, "k ..."]]]:
    """Yield (start, rows[start : start + k]) with at most BLOCK_BYTES at a time."""
    n = len(rows) if index is None else len(index)
    row_bytes = max(1, rows.nbytes // max(1, len(rows)))
    step = max(1, BLOCK_BYTES // row_bytes)
    for start in range(0, n, step):
        part = slice(start, start + step)
        yield start, np.asarray(rows[part]) if index is None else gather(rows, index[part])
        release(rows)


def release(rows: np.ndarray) -> None:
    """Let the kernel take back the pages of a read-only mapped file that were looked at."""
    mapped = getattr(rows, "_mmap", None)
    # only mode "r": a copy-on-write mapping would lose its private changes
    if mapped is not None and getattr(rows, "mode", "") == "r" and hasattr(mmap, "MADV_DONTNEED"):
        mapped.madvise(mmap.MADV_DONTNEED)


def gather(
    rows: Shaped[np.ndarray, "n ..."], index: Int64[np.ndarray, " m"]
) -> Shaped[np.ndarray, "m ..."]:
    """Return a copy of rows[index], the pages of a mapped file given back on the way."""
    out = np.empty((len(index), *rows.shape[1:]), dtype=rows.dtype)
    for start in range(0, len(index), GATHERED):
        out[start : start + GATHERED] = rows[index[start : start + GATHERED]]
        release(rows)
    return out


def extent(rows: Shaped[np.ndarray, "n ..."]) -> Extent:
    """Return the range of all values, stopping at the first that is not finite."""
    low, high = np.inf, -np.inf
    for start, block in blocks(rows):
        finite = np.isfinite(block)
        if not finite.all():
            whole = finite.reshape(len(block), -1).all(axis=1)
            return Extent(low, high, start + int(np.argmin(whole)))
        low, high = min(low, float(block.min())), max(high, float(block.max()))
    return Extent(low, high, None)


def moments(
    rows: Shaped[np.ndarray, "n ..."], index: Int64[np.ndarray, " m"] | None = None
) -> Moments:
    """Return the moments of every column; blocks merge as in Chan, Golub and LeVeque (1983)."""
    count, columns = 0, int(np.prod(rows.shape[1:], dtype=int))
    mean, square = np.zeros(columns), np.zeros(columns)
    low, high = np.full(columns, np.inf), np.full(columns, -np.inf)
    for _, block in blocks(rows, index):
        v = block.reshape(len(block), columns).astype(np.float64)
        total = count + len(v)
        with np.errstate(over="ignore", invalid="ignore"):  # the caller looks for infinities
            delta = v.mean(axis=0) - mean
            square += v.var(axis=0) * len(v) + delta**2 * (count * len(v) / total)
            mean += delta * (len(v) / total)
        count, low, high = total, np.minimum(low, v.min(axis=0)), np.maximum(high, v.max(axis=0))
    return Moments(mean, np.sqrt(square / max(1, count)), low, high)


def all_equal(rows: Shaped[np.ndarray, "n ..."]) -> bool:
    """Return whether every sample is the first one again; stops at the first difference."""
    first = np.array(rows[0])
    return all(bool((block == first).all()) for _, block in blocks(rows))


def fingerprint(rows: Shaped[np.ndarray, "n ..."], labels: np.ndarray | None) -> str:
    """Return the SHA-256, in hex, of dtype, shape, content, and labels if there are any."""
    digest = hashlib.sha256(f"{rows.dtype.str} {rows.shape}".encode())
    for _, block in blocks(rows):
        digest.update(np.ascontiguousarray(block).data.cast("B"))
    if labels is not None:
        digest.update(b"labels" + np.ascontiguousarray(labels).tobytes())
    return digest.hexdigest()
