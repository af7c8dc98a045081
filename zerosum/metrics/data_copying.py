"""Data-copying C_T: whether generated rows lie nearer to the training rows than held-out rows do.

In each k-means cell of the training rows, every generated and every held-out row has a distance to
the nearest training row of that cell. With U the number of pairs (generated, held-out) in which the
generated row is the farther one, ties one half, n generated and m held-out rows in the cell:

    Z = (U - nm/2 + 1/2) / σ,    σ² = nm/12 · ((n + m + 1) - Σ (t³ - t)/((n + m)(n + m - 1)))
    C_T = Σ p Z,                 p = share of the held-out rows, over the cells that are tested

t are the sizes of groups of equal distances; without ties σ² = nm(n + m + 1)/12. The 1/2 is the
continuity correction of the one-sided test for copying and is added whatever the side, as published,
so that exchanging the two sets gives -Z + 1/σ.

C_T far below 0: copying. Far above: generated rows are farther than unseen real ones, underfitting.
Without either, C_T has standard deviation √Σp², not 1: about 0.58 for three cells. So `z` divides
by it; "-3" read off C_T itself would be far too strict.

What is done differently: a cell without held-out rows is left out and counted (published code
stops), ties narrow σ, and the space is the one that was given (the paper projects to 64 dimensions).

References: Meehan, Chaudhuri and Dasgupta 2020, arXiv:2004.05675; Mann and Whitney 1947,
doi:10.1214/aoms/1177730491; error: DeLong, DeLong and Clarke-Pearson 1988, doi:10.2307/2531595.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.stats import rankdata

from zerosum import noise
from zerosum.errors import InputError
from zerosum.metrics import cells as partitions
from zerosum.metrics import checks, neighbours

_NUMBERS = 1 << 21  # shuffled ranks held at once: 16 MB


@dataclass(frozen=True)
class Cell:
    """One cell: rows of each set in it, its Z, and Z's standard error; None when not tested."""

    train: int
    held_out: int
    generated: int
    z: float | None
    error: float | None


@dataclass(frozen=True)
class DataCopying:
    """The data-copying statistic.

    Fields:
        value: C_T, the mean of Z weighted by held-out shares.
        error: its standard error given training set and cells, from the placements of rows in each
            cell (DeLong); 0 where a cell is separated completely.
        null_sd: √Σp², the standard deviation of C_T when nothing is copied.
        z: value / null_sd, to be read as a standard normal number.
        p: share of shuffles of the labels inside cells with a C_T as low or lower, the observed one
            counted among them: small for copying, near 1 for underfitting.
        cells: one for each cell. left_out: cells that were not tested.
    """

    value: float
    error: float
    null_sd: float
    z: float
    p: float
    cells: tuple[Cell, ...]
    left_out: int


@dataclass(frozen=True)
class _Ranks:
    """Ranks of the pooled distances of a cell, the n generated first; σ is U's null deviation."""

    ranks: Float[np.ndarray, " N"]
    n: int
    sigma: float
    error: float

    def z(self, generated: Float[np.ndarray, "... n"]) -> np.ndarray:
        """Z when the generated rows have these ranks."""
        if self.sigma == 0.0:  # all distances are equal, so no order is against chance
            return np.zeros(generated.shape[:-1])
        n, m = self.n, len(self.ranks) - self.n
        u = generated.sum(axis=-1) - n * (n + 1) / 2.0
        return np.asarray((u - n * m / 2.0 + 0.5) / self.sigma)


def data_copying(
    rows: np.ndarray,
    train: np.ndarray,
    held_out: np.ndarray,
    *,
    cells: int = 3,
    least: int = 20,
    shuffles: int = 499,
    key: int = 0,
    parts: partitions.Cells | None = None,
) -> DataCopying:
    """Return C_T of generated rows against held-out rows, both relative to the training rows.

    Args:
        rows: (n, d) generated rows. train: (t, d). held_out: (m, d), never seen in training.
        cells: number of k-means cells.
        least: a cell with fewer generated rows is not tested.
        shuffles: shuffles of the labels inside cells for the p-value.
        key: noise key of cells and shuffles. parts: the cells, where they are made already.

    Raises:
        InputError: no cell can be tested, or rows are unusable.
    """
    rows, train = checks.pair(rows, train, names=("the sample", "the training set"), least=1)
    held_out, _ = checks.pair(
        held_out, train, names=("the held-out set", "the training set"), least=1
    )
    if least < 1 or shuffles < 1:
        raise InputError(
            f"least = {least} generated rows and {shuffles} shuffles were asked for: use at least 1"
        )
    parts = parts or partitions.partition(train, cells, key=key)
    sets = [(x, parts.of(x)) for x in (rows, train, held_out)]
    inside = [[x[own == c] for x, own in sets] for c in range(len(parts.centres))]
    tested = [_rank(r, t, h) if _usable(r, t, h, least) else None for r, t, h in inside]
    weights = _weights(inside, tested, least)
    z = np.array([0.0 if t is None else float(t.z(t.ranks[: t.n])) for t in tested])
    errors = np.array([0.0 if t is None else t.error for t in tested])
    value, null_sd = float(weights @ z), float(np.sqrt(weights @ weights))
    return DataCopying(
        value=value,
        error=float(np.sqrt(np.square(weights * errors).sum())),
        null_sd=null_sd,
        z=value / null_sd,
        p=_permutation_p(tested, weights, shuffles, key),
        cells=tuple(
            Cell(len(t), len(h), len(r), *((None, None) if k is None else (float(a), float(e))))
            for (r, t, h), k, a, e in zip(inside, tested, z, errors, strict=True)
        ),
        left_out=tested.count(None),
    )


def _usable(rows: np.ndarray, train: np.ndarray, held_out: np.ndarray, least: int) -> bool:
    return len(rows) >= least and len(train) > 0 and len(held_out) > 0


def _weights(
    inside: list[list[np.ndarray]], tested: list[_Ranks | None], least: int
) -> Float[np.ndarray, " K"]:
    held = [0 if t is None else len(h) for (_, _, h), t in zip(inside, tested, strict=True)]
    if not any(held):
        counts = [(len(r), len(h)) for r, _, h in inside]
        raise InputError(
            f"no cell has both {least} generated rows and a held-out row (generated, held-out by "
            f"cell: {counts}): give more rows, fewer cells or a smaller `least`"
        )
    return np.asarray(held) / sum(held)


def _rank(rows: np.ndarray, train: np.ndarray, held_out: np.ndarray) -> _Ranks:
    generated, unseen = (neighbours.nearest(x, train, 1).distances[:, 0] for x in (rows, held_out))
    both = np.concatenate((generated, unseen))
    ranks, total = rankdata(both), len(both)
    n, m = len(generated), len(unseen)
    ties = np.unique(both, return_counts=True)[1].astype(np.float64)
    lost = float((ties**3 - ties).sum()) / (total * (total - 1.0))
    sigma = float(np.sqrt(max(0.0, n * m / 12.0 * (total + 1.0 - lost))))
    # the share of the other set that is nearer than a row is (its rank - its rank in its own set)
    # over their number; U/nm is the mean of these shares on either side
    first, second = (ranks[:n] - rankdata(generated)) / m, (ranks[n:] - rankdata(unseen)) / n
    spread = float(np.sqrt(_mean_variance(first) + _mean_variance(second)))
    return _Ranks(ranks, n, sigma, spread * n * m / sigma if sigma else 0.0)


def _mean_variance(shares: Float[np.ndarray, " n"]) -> float:
    # one row has no spread of its own: that of a uniform number, which it has without copying
    return float(shares.var(ddof=1)) / len(shares) if len(shares) > 1 else 1.0 / 12.0


def _permutation_p(
    tested: list[_Ranks | None], weights: np.ndarray, shuffles: int, key: int
) -> float:
    observed, shuffled = 0.0, np.zeros(shuffles)
    for c, (cell, weight) in enumerate(zip(tested, weights, strict=True)):
        if cell is not None:
            observed += weight * float(cell.z(cell.ranks[: cell.n]))
            shuffled += weight * _shuffled(cell, shuffles, noise.fold(key, "shuffle", c))
    # equal sums in another order may differ in the last digit: 1e-9 is far below one step of U
    return (1 + int((shuffled <= observed + 1e-9).sum())) / (1 + shuffles)


def _shuffled(cell: _Ranks, shuffles: int, key: int) -> Float[np.ndarray, " shuffles"]:
    keys = noise.bits(key, shuffles)
    step = max(1, _NUMBERS // len(cell.ranks))
    parts = [
        cell.z(cell.ranks[noise.permutation(part, len(cell.ranks))[:, : cell.n].numpy()])
        for part in keys.split(step)
    ]
    return np.concatenate(parts)
