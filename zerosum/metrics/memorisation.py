"""Whether generated rows lie closer to the training rows than unseen real rows do.

Two questions, both answered with held-out rows as the measure of what is near by chance: are more rows
very near to training rows (`copies`), and which ones look most copied (`closest_pairs`)? Whether more are
nearer to training than to held-out rows at all is asked by `nearness`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.stats import betabinom

from zerosum.errors import InputError
from zerosum.metrics import checks, intervals, neighbours


@dataclass(frozen=True)
class Pairs:
    """The k generated rows that look most copied, worst first; every field has shape (k,).

    Fields:
        rows: numbers of the generated rows. train, held_out: of the nearest row in each set.
        to_train, to_held_out: the distances to these.
        ratio: to_train / to_held_out, 1 where both are 0.
        p: share of held-out rows whose ratio is as small, this row counted among them; not
            corrected for having looked at all rows.
    """

    rows: Int[np.ndarray, " k"]
    train: Int[np.ndarray, " k"]
    held_out: Int[np.ndarray, " k"]
    to_train: Float[np.ndarray, " k"]
    to_held_out: Float[np.ndarray, " k"]
    ratio: Float[np.ndarray, " k"]
    p: Float[np.ndarray, " k"]


@dataclass(frozen=True)
class Copies:
    """Generated rows that lie nearer to training rows than nearly all held-out rows do.

    Fields:
        count: generated rows below `threshold`. expected: their mean number without copying.
        share: count of the generated rows with Wilson's interval, the threshold held fixed.
        p: exact probability of that count or a larger one without copying (beta-binomial).
        threshold: the distance. flagged: (n,) which rows.
    """

    count: int
    expected: float
    share: intervals.Share
    p: float
    threshold: float
    flagged: Bool[np.ndarray, " n"]


def closest_pairs(
    rows: np.ndarray, train: np.ndarray, held_out: np.ndarray, *, k: int = 8
) -> Pairs:
    """Return the k generated rows that look most copied, each beside its training row.

    Rows are ordered by

        ratio = d(row, nearest training row) / d(row, nearest held-out row)

    and not by distance alone, for a plain row, such as an empty picture, is near to everything. A
    copy has a ratio near 0. A held-out row's own ratio, with its nearest OTHER held-out row below,
    tells what is usual: p is exact when training and held-out rows are equally many. The order is
    right with any numbers.

    Args:
        rows: (n, d) generated rows. train: (t, d). held_out: (m, d), m at least 2.
        k: pairs, 1 to n.

    Raises:
        InputError: k out of range, or rows that are unusable.
    """
    rows = checks.matrix("the sample", rows, least=1)
    held_out = checks.matrix("the held-out set", held_out, least=2)
    if not 1 <= k <= len(rows):
        raise InputError(f"k = {k} pairs were asked of {len(rows)} rows: use 1 to {len(rows)}")
    seen, unseen = (neighbours.nearest(rows, base, 1) for base in (train, held_out))
    a, b = seen.distances[:, 0], unseen.distances[:, 0]
    ratio = copy_ratio(a, b)
    # a row's distance to itself is the smallest of its distances to its set, so the second
    # smallest belongs to another row, whatever duplicates there are
    other = neighbours.nearest(held_out, held_out, 2).distances[:, 1]
    usual = np.sort(copy_ratio(neighbours.nearest(held_out, train, 1).distances[:, 0], other))
    worst = np.lexsort((a, ratio))[:k]
    below = np.searchsorted(usual, ratio[worst], side="right")
    return Pairs(
        rows=worst,
        train=seen.indices[worst, 0],
        held_out=unseen.indices[worst, 0],
        to_train=a[worst],
        to_held_out=b[worst],
        ratio=ratio[worst],
        p=(1 + below) / (1 + len(usual)),
    )


def copy_ratio(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return a / b, distances to the nearest training and held-out rows; 1 where both are 0."""
    # a row that lies on rows of both sets tells nothing about copying: its ratio is 1
    apart = np.where(b > 0.0, b, 1.0)
    return np.where(b > 0.0, a / apart, np.where(a > 0.0, np.inf, 1.0))


def copies(
    rows: np.ndarray, train: np.ndarray, held_out: np.ndarray, *, quantile: float = 0.01
) -> Copies:
    """Return how many generated rows lie below the 1 % quantile of held-out -> train distances.

    The threshold is the j-th smallest of the m held-out distances, j = ⌊quantile (m + 1)⌋. It is
    itself an estimate: a fraction Beta(j, m + 1 - j) of new real rows lies below it, so that the
    count of n rows that copy nothing is beta-binomial,

        count ~ BetaBinomial(n, j, m + 1 - j),    mean n j / (m + 1)

    A binomial law with the quantile as its probability would take the threshold for exact, and
    would raise far more false alarms than it says.

    Args:
        rows: (n, d) generated rows. train: (t, d). held_out: (m, d), m at least 1/quantile - 1.
        quantile: share of held-out rows below the threshold, between 0 and 1.

    Raises:
        InputError: too few held-out rows for the quantile, or rows that are unusable.
    """
    rows = checks.matrix("the sample", rows, least=1)
    held_out = checks.matrix("the held-out set", held_out, least=1)
    m = len(held_out)
    # the product of 0.01 and 100 rows must not fall short of 1 by rounding
    j = int(np.floor(quantile * (m + 1) + 1e-9)) if 0.0 < quantile < 1.0 else 0
    if j < 1:
        raise InputError(
            f"the quantile {quantile} of {m} held-out distances is not one of them: it must lie "
            f"between 0 and 1 and be at least {1 / (m + 1):.2g}, so give more held-out rows or a "
            "larger quantile"
        )
    unseen = neighbours.nearest(held_out, train, 1).distances[:, 0]
    threshold = float(np.partition(unseen, j - 1)[j - 1])
    flagged = neighbours.nearest(rows, train, 1).distances[:, 0] < threshold
    count = int(flagged.sum())
    return Copies(
        count=count,
        expected=len(rows) * j / (m + 1),
        share=intervals.wilson(count, len(rows)),
        p=float(betabinom.sf(count - 1, len(rows), j, m + 1 - j)),
        threshold=threshold,
        flagged=flagged,
    )
