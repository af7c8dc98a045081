"""Alpha-precision and beta-recall: shares of rows in nested supports, level by level.

The support of a set at level α is the ball round its centre that holds a share α of its own rows:

    P(α) = share of generated rows in the α-support of the real rows
    R(β) = share of real rows whose k-nearest-neighbour ball (radius: the k-th nearest other real
           row) holds a generated row that lies in the β-support of the generated rows
    value = 1 - 2 ∫₀¹ |α - P(α)| dα, and the same of R(β); 1 at best, 0 at worst

The integral is exact: P is a step function. A sum over a grid of levels differs (30 levels, as
published code takes, can make it negative).

What is done differently: the paper learns a one-class embedding of the real rows first, whose noise
is in no error; here the balls are round the mean in the space that was given. So P sees how far
rows are from that mean and nothing else: a generator that makes one of eight modes on a ring
still scores as well as real rows. Read it beside recall, and in features rather than in such data.

A perfect model does not score 1. Its precision is `perfect` on average; its R(1) is the coverage
that `prdc.expected_coverage` gives, and balls of rows outside the β-support reach into it, so R(β)
is no diagonal either. Both need the value of real rows beside them.

Reference: Alaa, van Breugel, Saveliev and van der Schaar 2022, arXiv:2102.08921.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from zerosum import noise
from zerosum.errors import InputError
from zerosum.metrics import checks, intervals, neighbours

LEVELS = 100  # steps of the curve that is returned; the integral takes every step there is
CACHED = 4000  # rows up to which distances are kept for the error of recall


@dataclass(frozen=True)
class LevelCurve:
    """Shares at levels, and how far they are from the levels.

    Fields:
        levels: (101,) from 0 to 1. shares: (101,) P(α) or R(β) there.
        value: 1 - 2 ∫ |level - share|.
        error: standard error from half samples of both sets, measured 0.88 (recall of 120 rows) to
            1.04 times the true spread; None when it was not taken.
        perfect: mean value of a perfect model where a formula is known (precision), else None.
        n_real, n_fake: rows.
    """

    levels: Float[np.ndarray, " levels"]
    shares: Float[np.ndarray, " levels"]
    value: float
    error: float | None
    perfect: float | None
    n_real: int
    n_fake: int


def perfect_precision(n_real: int, n_fake: int) -> float:
    """Return the mean alpha-precision of a perfect model, to first order in 1/√n.

    √n (P - α) tends to a Brownian bridge B, and E ∫ |B| = √(2/π) ∫ √(α (1 - α)) dα = √(2π)/8, so

        1 - (√(2π)/4) √(1/n + 1/m)

    >>> round(perfect_precision(600, 600), 4)
    0.9638
    """
    return 1.0 - float(np.sqrt(2.0 * np.pi * (1.0 / n_real + 1.0 / n_fake))) / 4.0


def alpha_precision(
    real: np.ndarray,
    fake: np.ndarray,
    *,
    centre: np.ndarray | None = None,
    splits: int = 20,
    key: int = 0,
) -> LevelCurve:
    """Return the share of generated rows in the α-support of the real rows, for all α.

    Args:
        real: (n, d) features. fake: (m, d) features.
        centre: (d,) where the balls are, for example the mean of the training rows; None: the mean
            of `real`, to which its own rows are a little nearer than new ones are.
        splits: splits into halves for the error; 0 for none. key: noise key of them.

    Raises:
        InputError: fewer than 4 rows, widths that differ, numbers that are not finite, or real rows
            that all lie equally far from the centre.
    """
    real, fake = checks.pair(real, fake, least=4)
    if centre is not None:
        centre = checks.matrix("the centre", np.reshape(centre, (1, -1)), least=1)[0]
        checks.pair(real, centre[None], names=("real", "the centre"), least=1)

    def entries(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        middle = x.mean(axis=0) if centre is None else centre
        return _entry_levels(_radius(x, middle), _radius(y, middle))

    middle = real.mean(axis=0) if centre is None else centre
    if np.ptp(_radius(real, middle)) == 0.0:
        raise InputError(
            "all real rows are equally far from the centre, so no level can be told from another: "
            "give real rows that differ, or another feature space"
        )
    error = None
    if splits:
        error = intervals.half_sample_error(
            lambda x, y: _closeness(entries(x, y)), real, fake, key=key, splits=splits
        )
    perfect = perfect_precision(len(real), len(fake))
    return _curve(entries(real, fake), error, perfect, (len(real), len(fake)))


def beta_recall(
    real: np.ndarray, fake: np.ndarray, *, k: int = 5, splits: int = 20, key: int = 0
) -> LevelCurve:
    """Return the share of real rows with a neighbour in the β-support of the generated rows.

    Args:
        real: (n, d) features. fake: (m, d) features.
        k: neighbours that set the radius of a real ball; closed balls, see `neighbours`.
        splits: splits into halves for the error; 0 for none. None is taken above 4000 rows, since
            the distances are then not kept. key: noise key of the halves.

    Raises:
        InputError: too few rows for k, widths that differ, or numbers that are not finite.
    """
    real, fake = checks.pair(real, fake, least=4)
    splits = splits if max(len(real), len(fake)) <= CACHED else 0
    least = 2 * (k + 1) if splits else k + 1
    if k < 1 or len(real) < least:
        raise InputError(
            f"k = {k} needs k >= 1 and at least {least} real rows, got {len(real)}: give more real "
            "rows or another k"
        )
    x, y = neighbours.centred(real, fake)
    radii = neighbours.radii(x, k)
    entries = _reached(neighbours.distance_chunks(x, y), radii, _own_levels(fake))
    error = _recall_error(x, y, k, splits, key) if splits else None
    return _curve(entries, error, None, (len(real), len(fake)))


def _radius(x: np.ndarray, centre: np.ndarray) -> Float[np.ndarray, " n"]:
    return np.asarray(np.linalg.norm(x - centre, axis=1))


def _entry_levels(own: np.ndarray, other: np.ndarray) -> Float[np.ndarray, " m"]:
    # the α-support's radius is the smallest that holds a share α of the own rows, so a row is in it
    # for every α above the share of own rows that lie strictly nearer
    return np.searchsorted(np.sort(own), other, side="left") / len(own)


def _own_levels(fake: np.ndarray) -> Float[Tensor, " m"]:
    radius = _radius(fake, fake.mean(axis=0))
    return torch.from_numpy(_entry_levels(radius, radius))


def _reached(
    blocks: Iterable[tuple[slice, Tensor]], radii: Float[Tensor, " n"], levels: Float[Tensor, " m"]
) -> Float[np.ndarray, " n"]:
    """The level at which a generated row enters each real ball; infinite where none ever does."""
    never = torch.tensor(torch.inf, dtype=levels.dtype)
    parts = [
        torch.where(squared <= radii[rows, None] * neighbours.WIDEN, levels, never).amin(dim=1)
        for rows, squared in blocks
    ]
    return torch.cat(parts).numpy()


def _recall_error(x: Tensor, y: Tensor, k: int, splits: int, key: int) -> float:
    within = torch.cat(
        [neighbours.exclude_self(r, sq) for r, sq in neighbours.distance_chunks(x, x)]
    )
    between = torch.cat([sq for _, sq in neighbours.distance_chunks(x, y)])
    halves = zip(
        intervals.half_samples(noise.fold(key, "x"), len(x), splits),
        intervals.half_samples(noise.fold(key, "y"), len(y), splits),
        strict=True,
    )
    values = []
    for i, j in halves:
        radii = neighbours.kth_smallest(within[i][:, i], k)
        part = [(slice(0, len(i)), between[i][:, j])]
        values.append(_closeness(_reached(part, radii, _own_levels(y[j].numpy()))))
    return float(intervals.spread(np.asarray(values)))


def _closeness(entries: Float[np.ndarray, " n"]) -> float:
    """1 - 2 ∫ |α - F(α)| of the step function F(α) = share of entries below α."""
    knots = np.concatenate(([0.0], np.sort(np.minimum(entries, 1.0)), [1.0]))
    heights = np.arange(len(entries) + 1) / len(entries)
    after, before = knots[1:] - heights, knots[:-1] - heights
    # ∫ |α - c| dα = (α - c)|α - c| / 2 between two steps
    return 1.0 - float((after * np.abs(after) - before * np.abs(before)).sum())


def _curve(
    entries: np.ndarray, error: float | None, perfect: float | None, rows: tuple[int, int]
) -> LevelCurve:
    levels = np.arange(LEVELS + 1) / LEVELS
    shares = np.searchsorted(np.sort(entries), levels, side="left") / len(entries)
    return LevelCurve(levels, shares, _closeness(entries), error, perfect, *rows)
