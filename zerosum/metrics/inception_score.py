"""Inception Score: are single pictures recognised, and all classes made?

    IS = exp(E_x KL(p(y|x) ‖ p(y))) = exp(H(y) - H(y|x)) = exp(I(x; y)),    from 1 to the number of classes

It looks at no real row. A generator that makes one picture of each class scores highest, so it sees neither
copying nor what happens within a class, and means nothing for classes that the data do not have. "IS" in
papers is the mean over 10 splits with the standard deviation over splits, which is no error of
anything: a mean over more splits is lower (fewer rows in each p(y)), whatever the generator. Both
numbers are returned, none with a ±. With another classifier than Inception-v3 the label must say so.

Source: Salimans et al. 2016, arXiv:1606.03498; what not to do: Barratt and Sharma 2018, arXiv:1801.01973.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.special import entr

from zerosum import noise
from zerosum.errors import InputError
from zerosum.metrics import checks

_SUM = 1e-3  # half-precision softmax rows add up to 1 within this


@dataclass(frozen=True)
class InceptionScore:
    """An Inception Score.

    Fields:
        value: over the whole set. mean_of_splits: what papers quote.
        spread_of_splits: standard deviation over splits (divisor: their number); not an error.
        splits: their number. n: rows. classes: the largest possible value.
    """

    value: float
    mean_of_splits: float
    spread_of_splits: float
    splits: int
    n: int
    classes: int


def inception_score(probabilities: np.ndarray, *, splits: int = 10, key: int = 0) -> InceptionScore:
    """Return the Inception Score of class probabilities.

    Splits are random, since generated rows may come sorted by class, and a split of one class scores 1.

    Args:
        probabilities: p(y|x), (n, k), rows that add up to 1. splits: of the published mean, at most n.
        key: noise key of the splits.

    Raises:
        InputError: negative entries, rows that do not add up to 1, one class, more splits than rows.

    >>> inception_score(np.eye(4), splits=1).value
    4.0
    """
    p = _distributions(probabilities)
    if not 1 <= splits <= len(p):
        raise InputError(f"splits is {splits} for {len(p)} rows: use 1 to {len(p)}")
    order = noise.permutation(noise.fold(key, "inception-splits"), len(p)).numpy()
    scores = np.array([_score(p[part]) for part in np.array_split(order, splits)])
    return InceptionScore(
        value=_score(p),
        mean_of_splits=float(scores.mean()),
        spread_of_splits=float(scores.std()),
        splits=splits,
        n=len(p),
        classes=p.shape[1],
    )


def _score(p: Float[np.ndarray, "n k"]) -> float:
    information = entr(p.mean(axis=0)).sum() - entr(p).sum(axis=1).mean()
    return float(np.exp(max(0.0, information)))  # never negative but by rounding


def _distributions(probabilities: np.ndarray) -> Float[np.ndarray, "n k"]:
    p = checks.matrix("probabilities", probabilities)
    if p.shape[1] < 2:
        raise InputError(f"probabilities has shape {p.shape}: give (n, k) with k >= 2 classes")
    totals = p.sum(axis=1)
    wrong = (p < 0).any(axis=1) | (np.abs(totals - 1.0) > _SUM)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise InputError(
            f"row {row} of probabilities is no distribution (least {p[row].min():.4g}, sum "
            f"{totals[row]:.4g}): pass softmax outputs, not logits"
        )
    return p / totals[:, None]
