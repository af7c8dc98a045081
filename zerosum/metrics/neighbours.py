"""Distances in chunks, k-nearest radii, and nearest training rows.

Squared Euclidean distances by one matrix product, ‖a‖² + ‖b‖² - 2 a·b, in float64 on centred rows.

The one tie rule of this room: balls are *closed* (a point at exactly the radius is inside), with
the squared radius widened by 1e-10 so that rounding cannot decide a tie; squared distances below
rounding are exactly 0, so a copy is at distance 0; a row is never its own neighbour, which is
decided by index and not by distance.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from zerosum.errors import InputError
from zerosum.metrics import checks

CHUNK = 1024  # base rows searched at once by `nearest`
_BLOCK = 1 << 18  # distances at once: 2 MB, which a core's cache holds; 80 MB take 3 times as long
_FEWEST = 16  # rows of a block, however many columns it has: a product of fewer is slow
_GROUP = 32  # distances of which `kth_smallest` first takes the least
WIDEN = 1.0 + 1e-10
_NUMBERS = 1 << 18  # differences measured again at once: 2 MB, which a core's cache holds
_SPARE = 8  # extra candidates kept by the fast pass of `nearest` before the exact one
_EPS = float(torch.finfo(torch.float64).eps)


@dataclass(frozen=True)
class Neighbours:
    """The k nearest base rows of each query row, nearest first: indices and distances (n, k)."""

    indices: Int[np.ndarray, "n k"]
    distances: Float[np.ndarray, "n k"]


def centred(
    x: Float[np.ndarray, "n d"], y: Float[np.ndarray, "m d"]
) -> tuple[Float[Tensor, "n d"], Float[Tensor, "m d"]]:
    """Return both sets as tensors less the mean of the first, which keeps the products small."""
    shift = x.mean(axis=0)
    return torch.from_numpy(x - shift), torch.from_numpy(y - shift)


def distance_chunks(
    x: Float[Tensor, "n d"], y: Float[Tensor, "m d"], *, chunk: int | None = None
) -> Iterator[tuple[slice, Float[Tensor, "rows m"]]]:
    """Yield squared distances of rows of x to all of y, a block of rows at a time.

    Values below the rounding error of the product are set to exactly 0. Without `chunk` a block has
    as many rows as a core's cache holds.
    """
    norms = y.square().sum(dim=1)
    rounding = 4.0 * (y.shape[1] + 8) * _EPS
    chunk = chunk or max(_FEWEST, _BLOCK // len(y))
    for start in range(0, len(x), chunk):
        rows = slice(start, min(start + chunk, len(x)))
        scale = x[rows].square().sum(dim=1, keepdim=True) + norms
        squared = torch.addmm(scale, x[rows], y.T, alpha=-2.0)
        yield rows, squared.masked_fill_(squared <= scale.mul_(rounding), 0.0)


def exclude_self(rows: slice, squared: Float[Tensor, "rows n"]) -> Float[Tensor, "rows n"]:
    """Return the block with each row's distance to itself made infinite, by index."""
    own = torch.arange(rows.start, rows.stop)
    squared[torch.arange(len(own)), own] = torch.inf
    return squared


def kth_smallest(squared: Float[Tensor, "rows n"], k: int) -> Float[Tensor, " rows"]:
    """Return the k-th smallest value of each row, k from 1.

    The k smallest lie in the k groups of columns whose least values are smallest, so that only those
    groups and the columns left over are sorted.
    """
    width = squared.shape[1] // _GROUP
    if width < 4 * k:
        return squared.topk(k, dim=1, largest=False).values[:, -1]
    grouped, rest = squared[:, : width * _GROUP], squared[:, width * _GROUP :]
    groups = grouped.unflatten(1, (_GROUP, width))
    best = groups.amin(dim=1).topk(k, dim=1, largest=False).indices
    few = groups.gather(2, best.unsqueeze(1).expand(-1, _GROUP, -1)).flatten(1)
    return torch.cat((few, rest), dim=1).topk(k, dim=1, largest=False).values[:, -1]


def radii(x: Float[Tensor, "n d"], k: int, *, chunk: int | None = None) -> Float[Tensor, " n"]:
    """Return the squared distance of each row to its k-th nearest other row."""
    if len(x) <= k:
        raise InputError(f"k = {k} neighbours need more than {k} rows, got {len(x)}: lower k")
    found = torch.empty(
        len(x), dtype=x.dtype
    )  # made once: small results between blocks cut up the heap
    for rows, squared in distance_chunks(x, x, chunk=chunk):
        found[rows] = kth_smallest(exclude_self(rows, squared), k)
    return found


def nearest(query: np.ndarray, base: np.ndarray, k: int = 1) -> Neighbours:
    """Return the k nearest base rows of each query row, with exact float64 distances.

    A fast pass in float32 keeps k + 8 candidates; these are measured again as ‖q - b‖ in float64,
    so an exact copy has distance exactly 0. Equal distances are ordered by index.

    Args:
        query: (n, ...) rows, for example generated ones.
        base: (m, ...) rows, for example the training set.
        k: neighbours of each row.

    Raises:
        InputError: fewer than k base rows, different widths, or numbers that are not finite.
    """
    query, base = checks.pair(query, base, names=("the query", "the base"), least=1)
    if not 1 <= k <= len(base):
        raise InputError(f"k = {k} neighbours were asked of {len(base)} rows: use 1 to {len(base)}")
    candidates = _candidates(query, base, min(k + _SPARE, len(base)))
    indices = np.empty((len(query), k), dtype=np.int64)
    distances = np.empty((len(query), k))
    step = max(1, _NUMBERS // (candidates.shape[1] * query.shape[1]))
    for start in range(0, len(query), step):
        part = slice(start, start + step)
        rows = np.sort(candidates[part], axis=1)
        exact = np.sqrt(np.square(base[rows] - query[part, None]).sum(axis=2))
        order = np.argsort(exact, axis=1, kind="stable")[:, :k]
        indices[part] = np.take_along_axis(rows, order, axis=1)
        distances[part] = np.take_along_axis(exact, order, axis=1)
    return Neighbours(indices, distances)


def _candidates(query: np.ndarray, base: np.ndarray, k: int) -> np.ndarray:
    b, q = (v.float() for v in centred(base, query))
    best = torch.full((len(q), k), torch.inf)
    index = torch.zeros((len(q), k), dtype=torch.int64)
    norms = q.square().sum(dim=1, keepdim=True)
    for start in range(0, len(b), CHUNK):
        part = b[start : start + CHUNK]
        squared = torch.addmm(norms + part.square().sum(dim=1), q, part.T, alpha=-2.0)
        own = torch.arange(start, start + len(part)).expand(len(q), -1)
        both = torch.cat((best, squared), dim=1)
        best, where = both.topk(k, dim=1, largest=False)
        index = torch.cat((index, own), dim=1).gather(1, where)
    return index.numpy()
