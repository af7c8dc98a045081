"""Wasserstein distances between samples: one column, sliced, and exact by assignment.

    W_p(P, Q)^p = inf over couplings of E ‖X - Y‖^p

The exact plans are made in `theory/transport.py`; here they are numbers about samples, with limits.
References: Peyré and Cuturi 2019, arXiv:1803.00567;
sliced: Bonneel et al. 2015, doi:10.1007/s10851-014-0506-3.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from jaxtyping import Float

from zerosum import noise
from zerosum.errors import InputError
from zerosum.metrics import checks
from zerosum.theory.transport import ASSIGNMENT_LIMIT as EXACT_LIMIT
from zerosum.theory.transport import northwest_corner, require_order, transport

_AXES = 64  # directions projected and sorted at once: 64 x 10,000 float64 are 5 MB
Costs = Callable[[np.ndarray, np.ndarray], np.ndarray]


def wasserstein_1d(x: np.ndarray, y: np.ndarray, *, p: int = 1) -> float:
    """Return W_p of two samples of one column, in the units of the column.

    (∫₀¹ |F⁻¹(u) - G⁻¹(u)|^p du)^(1/p), exactly, for equal and unequal sizes.

    Args:
        x: (n,) sample. y: (m,) sample.
        p: 1 or more.
    """
    a, b = checks.column("the first sample", x), checks.column("the second sample", y)
    return transport(a, b, p=p).distance


def sliced_wasserstein(
    x: np.ndarray, y: np.ndarray, *, p: int = 1, projections: int = 64, key: int = 0
) -> float:
    """Return the sliced distance (mean over unit directions of W_p^p of the projections)^(1/p).

    In 2-D the directions are equally spaced over the half circle, so nothing is random; in other
    dimensions they are drawn with `key`. A shift by δ has p = 2 value ‖δ‖/√d.

    Args:
        x: (n, d) rows. y: (m, d) rows.
        projections: number of directions.
    """
    a, b = checks.pair(x, y, names=("the first sample", "the second sample"), least=1)
    axes = directions(a.shape[1], projections, key=key)
    order = require_order(p)
    between = _sorted_costs(len(a), len(b), order)
    parts = [axes[start : start + _AXES] for start in range(0, projections, _AXES)]
    # a direction's projections lie in one row: sorting contiguous numbers is several times faster
    costs = [between(np.sort(u @ a.T, axis=1), np.sort(u @ b.T, axis=1)) for u in parts]
    return float(np.concatenate(costs).mean() ** (1.0 / order))


def directions(d: int, n: int, *, key: int = 0) -> Float[np.ndarray, "n d"]:
    """Return n unit vectors: equally spaced over the half circle for d = 2, random otherwise."""
    if n < 1:
        raise InputError(f"{n} projections cannot be averaged: use 1 or more")
    if d == 2:
        angle = np.pi * (np.arange(n) + 0.5) / n
        return np.stack((np.cos(angle), np.sin(angle)), axis=1)
    raw = noise.normal(noise.fold(key, "directions", d), (n, d), dtype=torch.float64).numpy()
    return np.asarray(raw / np.linalg.norm(raw, axis=1, keepdims=True))


def wasserstein_exact(x: np.ndarray, y: np.ndarray) -> float:
    """Return the exact W_1 (Euclidean) of two samples of the same size by optimal assignment.

    The value of two samples of one distribution is not 0 and shrinks only as n^(-1/d), so read it
    beside the same number for real data.

    Args:
        x: (n, d) rows. y: (n, d) rows, n at most 2000.

    Raises:
        InputError: different sizes or more than 2000 rows.
    """
    a, b = checks.pair(x, y, names=("the first sample", "the second sample"), least=1)
    if len(a) != len(b) or len(a) > EXACT_LIMIT:
        raise InputError(
            f"exact transport got {len(a)} and {len(b)} rows, but needs equal sizes up to "
            f"{EXACT_LIMIT}: pass equal subsets or use sliced_wasserstein"
        )
    return transport(a, b).distance


def _sorted_costs(n: int, m: int, order: float) -> Costs:
    # W_p^p of each row of n sorted numbers and the same row of m
    if n == m:
        return lambda one, other: _powers(one - other, order).mean(axis=1)
    # equal masses: the plan between sorted numbers is the same for every direction
    source, target, mass = northwest_corner(np.full(n, 1.0 / n), np.full(m, 1.0 / m))
    return lambda one, other: _powers(one[:, source] - other[:, target], order) @ mass


def _powers(gaps: Float[np.ndarray, "rows moves"], order: float) -> np.ndarray:
    # in place; a general power takes ten times as long as these two
    if order == 1.0:
        return np.asarray(np.abs(gaps, out=gaps))
    if order == 2.0:
        return np.asarray(np.square(gaps, out=gaps))
    return np.asarray(np.abs(gaps) ** order)
