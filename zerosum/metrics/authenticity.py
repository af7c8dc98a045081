"""Authenticity: the share of generated rows that are not crowded onto a training row.

With r the real row nearest to a generated row a, and r' the real row nearest to r among the OTHERS,

    a is authentic when d(a, r) > d(r, r')

Copies are not, rows far from everything are. A perfect model does not score 1/2 and not 1: with
many rows it scores `expected_authenticity(d)` whatever its smooth density, and in more than a few
dimensions no realistic number of rows is many (a Gaussian with 600 rows: 0.70 at d = 16, where the
limit is 0.49). So it is read beside the value of real rows.

The trap: published code takes, for each real row with its nearest generated row j, the distance
d(r_j, r_j') of real row NUMBER j, which has nothing to do with it, and compares this with
d(r, nearest generated row). A perfect model then reads 1/2 in every dimension.

Reference: Alaa, van Breugel, Saveliev and van der Schaar 2022, arXiv:2102.08921.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool
from scipy.special import betainc
from torch import Tensor

from zerosum import noise
from zerosum.errors import InputError
from zerosum.metrics import checks, intervals, neighbours

CACHED = 4000  # rows up to which distances are kept for the half samples


@dataclass(frozen=True)
class Authenticity:
    """The share of authentic generated rows.

    Fields:
        value: the share.
        error: standard error from half samples of both sets, measured 1.03 times the true spread.
            None above 4000 rows, where distances are not kept.
        error_given_real: binomial error with the real rows held fixed; too narrow for a statement
            about the generator, since rows near one real row stand or fall together.
        limit: what a perfect model scores with infinitely many rows.
        authentic: (m,) which generated rows are. n_real, n_fake: rows.
    """

    value: float
    error: float | None
    error_given_real: float
    limit: float
    authentic: Bool[np.ndarray, " m"]
    n_real: int
    n_fake: int


def expected_authenticity(d: int) -> float:
    """Return the authenticity of a perfect model with infinitely many rows in d dimensions.

    Round a, let V be the expected number of real rows in the ball that reaches to r: exponential
    with mean 1. r' is nearer to r than a is when any of V (1 - c) expected rows is there, c being
    the part of a ball that it shares with an equal one centred on its edge:

        E[1 - exp(-V (1 - c))] = (1 - c)/(2 - c),    c = I_{3/4}((d + 1)/2, 1/2)

    Derived here; 1/3 on a line, and towards 1/2 in high dimensions, slowly in n.

    >>> round(expected_authenticity(1), 4), round(expected_authenticity(2), 4)
    (0.3333, 0.3785)
    """
    shared = float(betainc((d + 1) / 2.0, 0.5, 0.75))
    return (1.0 - shared) / (2.0 - shared)


def authenticity(
    real: np.ndarray, fake: np.ndarray, *, splits: int = 20, key: int = 0
) -> Authenticity:
    """Return the share of generated rows farther from their real row than its own neighbour is.

    Args:
        real: (n, d) training features. fake: (m, d) generated features.
        splits: splits into halves for the error; 0 for none. key: noise key of them.

    Raises:
        InputError: fewer than 4 rows, widths that differ, or numbers that are not finite.
    """
    real, fake = checks.pair(real, fake, least=4)
    if splits < 0:
        raise InputError(f"splits is {splits}, but halves cannot be counted below 0: use 0 or more")
    x, y = neighbours.centred(real, fake)
    kept = splits > 0 and max(len(x), len(y)) <= CACHED
    radii = neighbours.radii(x, 1)
    nearest = [sq.min(dim=1) for _, sq in neighbours.distance_chunks(y, x)]
    authentic = torch.cat([_farther(part.values, radii[part.indices]) for part in nearest])
    share = float(authentic.double().mean())
    return Authenticity(
        value=share,
        error=_half_sample_error(x, y, splits, key) if kept else None,
        error_given_real=intervals.binomial_error(share, len(y)),
        limit=expected_authenticity(x.shape[1]),
        authentic=authentic.numpy(),
        n_real=len(x),
        n_fake=len(y),
    )


def _farther(distance: Tensor, radius: Tensor) -> Tensor:
    # balls are closed, as everywhere in this room: a row at exactly the radius is not authentic
    return distance > radius * neighbours.WIDEN


def _half_sample_error(x: Tensor, y: Tensor, splits: int, key: int) -> float:
    within = torch.cat(
        [neighbours.exclude_self(r, sq) for r, sq in neighbours.distance_chunks(x, x)]
    )
    between = torch.cat([sq for _, sq in neighbours.distance_chunks(y, x)])
    reals = intervals.half_samples(noise.fold(key, "x"), len(x), splits)
    fakes = intervals.half_samples(noise.fold(key, "y"), len(y), splits)
    values = []
    for i, j in zip(reals, fakes, strict=True):
        nearest = between[j][:, i].min(dim=1)
        radii = within[i][:, i].amin(dim=1)
        values.append(float(_farther(nearest.values, radii[nearest.indices]).double().mean()))
    return float(intervals.spread(np.asarray(values)))
