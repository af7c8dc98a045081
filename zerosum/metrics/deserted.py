"""Whether kinds of rows that real rows are of are hardly made: exact.

Rows are put into cells (`cells`), and cells that lie together count as one kind. Real rows have share d_i of
kind i. A look at a generator chooses the kinds

    S = {i: c_i / n < d_i / 4}

of which it makes less than a quarter of what is due, and a later look at it, with rows of its own, tests them
together. With d(S) the sum of their shares and C of the n later rows in S,

    p = P(B ≤ C),    B ~ Binomial(n, d(S)/4)

bounds the probability of so few rows if the generator then gives S a quarter of its due or more. S is fixed
before the later rows are drawn, so that nothing is lost to having chosen it, and kinds that are too rare to
be judged one by one are judged together. It asks that the rows of one look are independent, which batch
statistics impair a little.

K cells that are laid evenly along a line over rows of standard deviation s are √12 s/K apart, and in more
dimensions farther. Those nearer than that are parts of one mode: a generator that misses a sharp mode by a
hair, or makes it too narrow, fills some of them and has lost none.

Source: Clopper and Pearson 1934, doi:10.1093/biomet/26.4.404 (limits from the binomial's own tail).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import cdist
from scipy.stats import binom

from zerosum.errors import InputError

DUE = 0.25  # of its share: a kind that gets less is hardly made


@dataclass(frozen=True)
class Deserted:
    """Kinds that are hardly made.

    Fields:
        kinds: how many. of: how many there are. due: share of real rows that are of them. made: share of the
            later look's rows. p: bound on the probability of so few, if they got a quarter of their due.
    """

    kinds: int
    of: int
    due: float
    made: float
    p: float


def deserted(due: np.ndarray, before: np.ndarray, now: np.ndarray) -> Deserted:
    """Return the kinds that the earlier rows are hardly of, tested on the later ones.

    Args: due: (K,) shares of real rows. before, now: (K,) rows of each kind at two looks.

    Raises: InputError: other numbers of kinds, negative numbers, or no rows.

    >>> deserted(np.array([0.5, 0.5]), np.array([100, 0]), np.array([99, 1])).kinds
    1
    """
    d, first, second = (np.asarray(x, dtype=np.float64) for x in (due, before, now))
    alike = d.ndim == 1 and d.shape == first.shape == second.shape
    if not alike or not all(x.sum() > 0 and x.min() >= 0 for x in (d, first, second)):
        raise InputError(
            f"shares of shape {d.shape} and counts of shapes {first.shape} and {second.shape} are not of the "
            "same kinds of rows: give one number, not negative, for each kind, and some rows"
        )
    chosen = first / first.sum() < DUE * d
    share, few, n = float(d[chosen].sum()), float(second[chosen].sum()), float(second.sum())
    p = float(binom.cdf(few, n, DUE * min(1.0, share)))
    return Deserted(int(chosen.sum()), len(d), share, few / n, p)


def joined(
    centres: Float[np.ndarray, "K d"], rows: Float[np.ndarray, "n d"]
) -> Int[np.ndarray, " K"]:
    """Return the number of each cell's kind: cells joined by steps shorter than √12 s/K are of one.

    Args: centres: of the cells. rows: that the cells were made of; s² is their mean squared distance from
        their mean.

    >>> joined(np.array([[0.0], [0.01], [9.0]]), np.array([[0.0], [0.01], [9.0]])).tolist()
    [0, 0, 1]
    """
    s = float(np.sqrt(np.square(rows - rows.mean(axis=0)).sum(axis=1).mean()))
    near = cdist(centres, centres) < np.sqrt(12.0) * s / len(centres)
    return np.asarray(connected_components(near, directed=False)[1], dtype=np.int64)
