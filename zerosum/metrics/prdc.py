"""Precision, recall, density and coverage from one distance pass for each pair of sets.

With r(x) the distance of x to its k-th nearest neighbour in its own set:

    precision = share of fakes inside some real ball
    recall    = share of reals inside some fake ball
    density   = mean over fakes of the number of real balls that hold it, over k
    coverage  = share of real balls that hold a fake

A perfect model does not score 1: E[density] = 1, E[coverage] is exact below, precision and recall
depend on dimension and n, so each is read beside the value of real data.

References: Kynkäänniemi et al. 2019, arXiv:1904.06991; Naeem et al. 2020, arXiv:2002.09797.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from zerosum import noise
from zerosum.errors import InputError
from zerosum.metrics import checks, intervals, neighbours

NAMES = ("precision", "recall", "density", "coverage")
CACHED = 4000  # rows up to which the three distance matrices are kept (3 x 128 MB at most)


@dataclass(frozen=True)
class Score:
    """One of the four numbers.

    Fields:
        value: the number at the given k.
        error_given_balls: standard error over the points, balls held fixed.
        error: standard error from half samples of both sets; None when it was not asked for.
        splits: how many splits into halves it came from.
    """

    value: float
    error_given_balls: float
    error: float | None
    splits: int

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the t-interval for what this score is on average at these numbers of rows.

        That is not its limit for many rows: precision and recall go on changing with n.
        """
        if self.error is None:
            raise InputError(
                "no error was taken, so there is no interval: ask for splits, of at most "
                f"{CACHED} rows in each set"
            )
        return intervals.around(self.value, self.error, self.splits, level)


@dataclass(frozen=True)
class PRDC:
    """The four scores, what coverage is expected to be for a perfect model, and the settings."""

    precision: Score
    recall: Score
    density: Score
    coverage: Score
    expected_coverage: float
    k: int
    n_real: int
    n_fake: int


@dataclass(frozen=True)
class _Hits:
    """Real balls around each fake (m,); reals in a fake ball (n,); real balls with a fake (n,)."""

    count: Float[np.ndarray, " m"]
    recalled: Float[np.ndarray, " n"]
    covered: Float[np.ndarray, " n"]

    def values(self, k: int) -> Float[np.ndarray, " 4"]:
        inside = (self.count > 0).mean()
        four = (inside, self.recalled.mean(), self.count.mean() / k, self.covered.mean())
        return np.asarray(four, dtype=np.float64)


@dataclass(frozen=True)
class _Cache:
    """Squared distances within reals and within fakes (own ones infinite), and between them."""

    rr: Float[Tensor, "n n"]
    ff: Float[Tensor, "m m"]
    rf: Float[Tensor, "n m"]

    def part(self, i: Tensor, j: Tensor) -> _Cache:
        def of(v: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
            return v.index_select(0, rows).index_select(1, columns)

        return _Cache(of(self.rr, i, i), of(self.ff, j, j), of(self.rf, i, j))

    def hits(self, k: int) -> _Hits:
        real, fake = (neighbours.kth_smallest(s, k) for s in (self.rr, self.ff))
        return _count([(slice(0, len(self.rf)), self.rf)], real, fake)


def expected_coverage(n_real: int, n_fake: int, k: int = 5) -> float:
    """Return the exact mean coverage of a perfect model, whatever the (continuous) distribution.

    1 - Π_{i=1..k} (N - i)/(N + M - i): all orders of the other N-1 reals and M fakes around a real
    are equally likely, and its ball is missed when the k nearest are all real.

    >>> round(expected_coverage(600, 600, 5), 4)
    0.9691
    """
    return 1.0 - math.prod((n_real - i) / (n_real + n_fake - i) for i in range(1, k + 1))


def prdc(real: np.ndarray, fake: np.ndarray, *, k: int = 5, splits: int = 20, key: int = 0) -> PRDC:
    """Return precision, recall, density and coverage of `fake` against `real`.

    Args:
        real: (n, d) features. fake: (m, d) features.
        k: neighbours that set a ball's radius; closed balls, see `neighbours`.
        splits: splits into halves for the standard errors; 0 for none. none above 4000 rows,
            since the distances are then not kept.
        key: noise key of the half samples.

    Raises:
        InputError: too few rows for k, different widths, or numbers that are not finite.
    """
    real, fake = checks.pair(real, fake, least=2)
    splits = splits if max(len(real), len(fake)) <= CACHED else 0
    least = 2 * (k + 1) if splits else k + 1
    if k < 1 or min(len(real), len(fake)) < least:
        raise InputError(
            f"k = {k} needs k >= 1 and at least {least} rows in each set, got {len(real)} real and "
            f"{len(fake)} fake: give more rows or another k"
        )
    x, y = neighbours.centred(real, fake)
    if not splits:
        return _assemble(_streamed(x, y, k), [None] * 4, k, splits)
    cache = _cache(x, y)
    return _assemble(cache.hits(k), _half_sample_errors(cache, k, splits, key), k, splits)


def _cache(x: Tensor, y: Tensor) -> _Cache:
    def within(v: Tensor) -> Tensor:
        blocks = neighbours.distance_chunks(v, v)
        return torch.cat([neighbours.exclude_self(rows, sq) for rows, sq in blocks])

    between = torch.cat([sq for _, sq in neighbours.distance_chunks(x, y)])
    return _Cache(within(x), within(y), between)


def _streamed(x: Tensor, y: Tensor, k: int) -> _Hits:
    real, fake = neighbours.radii(x, k), neighbours.radii(y, k)
    return _count(neighbours.distance_chunks(x, y), real, fake)


def _count(blocks: Iterable[tuple[slice, Tensor]], real: Tensor, fake: Tensor) -> _Hits:
    real, fake = real * neighbours.WIDEN, fake * neighbours.WIDEN
    count = torch.zeros(len(fake), dtype=torch.int32)
    recalled, covered = (torch.empty(len(real), dtype=torch.bool) for _ in range(2))
    for rows, squared in blocks:
        count += (squared <= real[rows].unsqueeze(1)).sum(dim=0, dtype=torch.int32)
        covered[rows] = squared.amin(dim=1) <= real[rows]
        recalled[rows] = (squared <= fake).any(dim=1)
    as_float = (v.double().numpy() for v in (recalled, covered))
    return _Hits(count.double().numpy(), *as_float)


def _half_sample_errors(cache: _Cache, k: int, splits: int, key: int) -> list[float]:
    n, m = cache.rf.shape
    first = torch.from_numpy(intervals.half_samples(noise.fold(key, "real"), n, splits))
    second = torch.from_numpy(intervals.half_samples(noise.fold(key, "fake"), m, splits))
    values = [cache.part(i, j).hits(k).values(k) for i, j in zip(first, second, strict=True)]
    return [float(error) for error in intervals.spread(np.stack(values))]


def _assemble(hits: _Hits, errors: Sequence[float | None], k: int, splits: int) -> PRDC:
    values = hits.values(k)
    n, m = len(hits.covered), len(hits.count)
    given = _given_balls(hits, values, k)
    precision, recall, density, coverage = (
        Score(float(v), g, e, splits) for v, g, e in zip(values, given, errors, strict=True)
    )
    expected = expected_coverage(n, m, k)
    return PRDC(precision, recall, density, coverage, expected, k, n, m)


def _given_balls(hits: _Hits, values: np.ndarray, k: int) -> tuple[float, float, float, float]:
    n, m = len(hits.covered), len(hits.count)
    return (
        intervals.binomial_error(values[0], m),
        intervals.binomial_error(values[1], n),
        float(hits.count.std(ddof=1) / (k * np.sqrt(m))),
        intervals.binomial_error(values[3], n),
    )
