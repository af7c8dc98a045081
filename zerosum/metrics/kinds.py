"""How many kinds of rows are made, how widely they spread, and whether two looks saw the same kinds.

Rows are put into cells (`cells`: k-means of the training rows), c_i of n rows into cell i. With p_i the
true shares, the probability that two rows fall into one cell is Σp², and without bias (Simpson 1949)

    λ = Σ c_i (c_i - 1) / (n (n - 1)),        1/λ: the number of kinds, if all were as common
    Var λ = (4 (n - 2) (Σp³ - (Σp²)²) + 2 (Σp² - (Σp²)²)) / (n (n - 1))

    kinds(generated over real) = λ_real / λ_generated     1: as many kinds; 1/K: one kind of K
    overlap(a, b) = 2 Σ p_i q_i / (λ_a + λ_b)             1: the same shares; 0: no cell in common

The overlap is Morisita's index; unlike the plug-in of Horn it does not fall when fewer rows are looked at.

    spread = mean |f - mean of its group| of generated rows / that of real rows

in which a group is a class, or all rows. The first power: a few extreme rows do not make a spread.

Errors are of first order in every share (delta method), with Simpson's second-order term. All of them
look at which kinds are made and how far apart, not at how well: a poor picture has a nearest cell too.

Sources: Simpson 1949, doi:10.1038/163688a0; Morisita 1959, Mem. Fac. Sci. Kyushu Univ. E 3;
Horn 1966, doi:10.1086/282436.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from zerosum.errors import InputError
from zerosum.metrics import checks


@dataclass(frozen=True)
class Ratio:
    """A number with its standard error."""

    value: float
    error: float


def same_cell(counts: np.ndarray) -> Ratio:
    """Return λ, the probability that two rows fall into one cell, with Simpson's error.

    Args: counts: (K,) rows in each cell, at least 2 in all.

    >>> same_cell(np.array([5, 5])).value
    0.4444444444444444
    """
    c = _counts(counts)
    n = float(c.sum())
    p = c / n
    squares, cubes = float((p**2).sum()), float((p**3).sum())
    first, second = cubes - squares**2, squares - squares**2
    variance = (4.0 * (n - 2.0) * first + 2.0 * second) / (n * (n - 1.0))
    value = float((c * (c - 1.0)).sum()) / (n * (n - 1.0))
    return Ratio(value, float(np.sqrt(max(0.0, variance))))


def kinds(real: np.ndarray, fake: np.ndarray) -> Ratio:
    """Return λ_real / λ_generated: how many kinds of rows are made for each kind of real ones.

    Args: real, fake: (K,) rows of each set in the same cells.

    Raises: InputError: other numbers of cells, fewer than 2 rows, or no two rows in one cell.
    """
    a, b = same_cell(real), same_cell(fake)
    if len(real) != len(fake) or not a.value or not b.value:
        raise InputError(
            f"kinds need the same cells and two rows in one of them, got {len(real)} and {len(fake)} "
            "cells: give more rows or fewer cells"
        )
    value = a.value / b.value
    return Ratio(value, value * float(np.hypot(a.error / a.value, b.error / b.value)))


def overlap(first: np.ndarray, second: np.ndarray) -> Ratio:
    """Return Morisita's index of two sets of rows in the same cells.

    Args: first, second: (K,) rows of each set in each cell, at least 2 in all.

    >>> overlap(np.array([10, 0]), np.array([0, 10])).value
    0.0
    """
    a, b = _counts(first), _counts(second)
    if len(a) != len(b):
        raise InputError(f"{len(a)} and {len(b)} cells were given: count both sets in the same")
    p, q = a / a.sum(), b / b.sum()
    together = same_cell(first).value + same_cell(second).value
    if not together:
        raise InputError("no two rows fall into one cell: give more rows or fewer cells")
    value = 2.0 * float(p @ q) / together
    variances = [
        _mean_variance(x, 2.0 * (y - value * x) / together, n)
        + 2.0 * float(x @ x) * (value / together) ** 2 / n**2
        for x, y, n in ((p, q, a.sum()), (q, p, b.sum()))
    ]
    return Ratio(value, float(np.sqrt(sum(variances))))


def spread(
    real: np.ndarray,
    fake: np.ndarray,
    groups: tuple[np.ndarray, np.ndarray] | None = None,
) -> Ratio:
    """Return the mean distance of generated rows from their group's mean, over that of real rows.

    Args:
        real: (n, d) features. fake: (m, d) features.
        groups: (n,) and (m,) class numbers; None: all rows are one group.

    Raises: InputError: rows that are unusable, or real ones that do not spread.
    """
    real, fake = checks.pair(real, fake)
    of_real, of_fake = groups or (np.zeros(len(real), int), np.zeros(len(fake), int))
    a, b = _distances(real, of_real), _distances(fake, of_fake)
    if min(len(a), len(b)) < 2 or not a.mean() > 0.0:
        raise InputError(
            "the real rows of each group are all alike, or there are no two in one, so that no spread can be "
            "compared with theirs: give more rows, or one group"
        )
    value = float(b.mean() / a.mean())
    errors = [float(x.std(ddof=1)) / np.sqrt(len(x)) for x in (a, b)]
    return Ratio(value, float(np.hypot(value * errors[0], errors[1]) / a.mean()))


def _distances(
    rows: Float[np.ndarray, "n d"], groups: Int[np.ndarray, " n"]
) -> Float[np.ndarray, " _kept"]:
    """Return each row's distance to the mean of its group, freed of the row's own part in that mean."""
    _, own, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    sums = np.zeros((len(sizes), rows.shape[1]))
    np.add.at(sums, own, rows)
    distance = np.linalg.norm(rows - (sums / sizes[:, None])[own], axis=1)
    size = sizes[own]
    # a row alone in its group says nothing about spread: it counts as not being there
    return (distance * np.sqrt(size / np.maximum(1, size - 1)))[size > 1]


def _mean_variance(p: Float[np.ndarray, " K"], slope: Float[np.ndarray, " K"], n: float) -> float:
    """Return the variance of Σ slope_i p̂_i, of shares of n rows."""
    return float((p @ slope**2 - (p @ slope) ** 2) / n)


def _counts(counts: np.ndarray) -> Float[np.ndarray, " K"]:
    c = np.asarray(counts, dtype=np.float64)
    if c.ndim != 1 or np.any(c < 0.0) or not c.sum() >= 2.0:
        raise InputError(
            f"counts of shape {c.shape} that sum to {c.sum():g} describe no two rows: give one number, "
            "not negative, for each cell"
        )
    return c
