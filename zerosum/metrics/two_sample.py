"""Classifier two-sample test: can a classifier that has not seen a row say whether it is real?

    AUC = P(score of a real row > score of a generated one) + ½ P(equal),        1/2: cannot be told apart

The rows are dealt into K folds. Each fold is judged by the classifier trained on the others, so each
row is judged once, and scores are compared within a fold only: pooling the scores of K different
classifiers reads below 1/2 for equal laws (measured .4955 for .5). AUC is never clamped at 1/2: a clamp
makes equal laws read above it, and hides that below 1/2 means rows copied from the other set.

Error. DeLong's variance takes the classifiers as given. Fold j's classifier learnt from fold k's
rows and the other way round, so what chance puts into the classifiers is counted in both folds and its
share of the variance, ρ, must count twice. K classifiers of which each two share (K-2)/(K-1) of their
rows have scores correlated by r = 1 - ρ/(K-1), which is seen:

    error² = (1 + ρ) Σ_k w_k² DeLong_k,        ρ = (K-1) (1-r) between 0 and 1

ρ is near 1 for equal laws, where DeLong alone covers 82 % in place of 95, and near 0 for laws far apart.

Source: Lopez-Paz and Oquab 2017, arXiv:1610.06545; DeLong et al. 1988, doi:10.2307/2531595; by ranks:
Sun and Xu 2014, doi:10.1109/LSP.2014.2337313.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
from jaxtyping import Float, Int
from scipy.stats import norm, rankdata

from zerosum import noise
from zerosum.errors import InputError
from zerosum.metrics import checks, intervals

MakeClassifier = Callable[[int], Any]  # seed -> scikit-learn classifier with decision_function


@dataclass(frozen=True)
class Auc:
    """An area under the ROC curve with DeLong's standard error for given scores."""

    value: float
    error: float


@dataclass(frozen=True)
class TwoSampleTest:
    """What a classifier can still see.

    Fields:
        value: AUC, mean over folds; 1/2 when the laws are equal, below it when rows were copied.
        error: its standard error, 0 when all rows are told apart (read the accuracy then).
        accuracy: share of right verdicts with Wilson's interval at n / (1 + doubled) verdicts.
        doubled: ρ, the share of the variance that counts twice.
        n: rows taken of each set. folds: K.
    """

    value: float
    error: float
    accuracy: intervals.Share
    doubled: float
    n: int
    folds: int

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the normal interval around the AUC, cut at 0 and 1."""
        half = float(norm.ppf(0.5 + level / 2.0)) * self.error
        return max(0.0, self.value - half), min(1.0, self.value + half)


def linear(seed: int) -> Any:
    """Return logistic regression on standardised columns.

    For features of pictures, where columns are many and smooth: it is quick, and best when means
    differ. It is blind to laws that differ in spread only.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000, random_state=seed))


def trees(seed: int) -> Any:
    """Return small boosted trees.

    For tables and points, where columns are few, of any scale, and interact: trees see spread, gaps
    and rounding. Eight leaves and 50 rounds, since a test needs a classifier that does not overfit.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(
        max_iter=50, max_leaf_nodes=8, early_stopping=False, random_state=seed
    )


def two_sample_test(
    real: np.ndarray,
    fake: np.ndarray,
    *,
    classifier: MakeClassifier = trees,
    folds: int = 5,
    key: int = 0,
) -> TwoSampleTest:
    """Return how well a classifier tells fakes from reals that it has not seen.

    Of the larger set a random subset is taken: with unequal numbers accuracy would not be 1/2 for
    equal laws. No classifier beats the Bayes accuracy ½ + ½ TV(p, q).

    Args:
        real: (n, d) rows. fake: (m, d) rows.
        classifier: `trees` for tables and points, `linear` for features of pictures, or your own.
        folds: K, at least 2. key: noise key of subset, folds and the classifiers' seeds.

    Raises:
        InputError: fewer than 2 K rows in a set, K < 2, different widths, numbers that are not finite.
    """
    if folds < 2:
        raise InputError(f"folds is {folds}, so no row is left out of training: use 2 or more")
    real, fake = checks.pair(real, fake, least=2 * folds)
    n = min(len(real), len(fake))
    x, y = (_some(v, n, noise.fold(key, s)) for v, s in ((real, "real"), (fake, "fake")))
    fold = np.arange(n) % folds  # the rows are in random order
    seeds = noise.integers(noise.fold(key, "classifiers"), (folds,), 2**31 - 1).tolist()
    scores = np.stack([_scores(classifier(s), x, y, fold != k) for k, s in enumerate(seeds)])
    return _judged(scores, fold)


def delong(real: Float[np.ndarray, " n"], fake: Float[np.ndarray, " m"]) -> Auc:
    """Return the AUC of given scores with DeLong's standard error, by ranks in O(n log n).

    With V_i the share of fakes below real i and U_j the share of reals above fake j (ties half):
    AUC = mean V, error² = var(V)/n + var(U)/m.

    Args: real, fake: scores, at least 2 of each; real ones should be higher.

    >>> delong(np.array([1.0, 3.0]), np.array([0.0, 2.0])).value
    0.75
    """
    n, m = len(real), len(fake)
    ranks = rankdata(np.concatenate((real, fake)))
    above = (ranks[:n] - rankdata(real)) / m
    below = 1.0 - (ranks[n:] - rankdata(fake)) / n
    variance = float(above.var(ddof=1)) / n + float(below.var(ddof=1)) / m
    return Auc(float(above.mean()), float(np.sqrt(variance)))


def _some(rows: np.ndarray, n: int, key: int) -> np.ndarray:
    return rows[noise.permutation(key, len(rows)).numpy()[:n]]


def _scores(model: Any, x: np.ndarray, y: np.ndarray, train: np.ndarray) -> np.ndarray:
    """Return scores (2, n) of all reals and all fakes, after training on some of each."""
    labels = np.repeat([1, 0], int(train.sum()))
    model.fit(np.concatenate((x[train], y[train])), labels)
    return np.stack([np.asarray(model.decision_function(v), dtype=np.float64) for v in (x, y)])


def _judged(scores: Float[np.ndarray, "folds 2 n"], fold: Int[np.ndarray, " n"]) -> TwoSampleTest:
    folds, n = len(scores), len(fold)
    parts = [delong(*scores[k][:, fold == k]) for k in range(folds)]
    weights = np.bincount(fold) / n
    doubled = _doubled(scores, fold)
    errors = weights * [p.error for p in parts]
    real, fake = scores[fold, 0, np.arange(n)], scores[fold, 1, np.arange(n)]
    right = float(np.mean([_half_right(real), _half_right(-fake)]))
    return TwoSampleTest(
        value=float(weights @ [p.value for p in parts]),
        error=float(np.sqrt((1.0 + doubled) * np.square(errors).sum())),
        accuracy=_share(right, 2 * n, doubled),
        doubled=doubled,
        n=n,
        folds=folds,
    )


def _half_right(margin: Float[np.ndarray, " n"]) -> float:
    # a score of exactly 0 is no verdict: it counts half, as a tie does in the AUC
    return float(np.mean((margin > 0) + 0.5 * (margin == 0)))


def _doubled(scores: Float[np.ndarray, "folds 2 n"], fold: Int[np.ndarray, " n"]) -> float:
    """Return ρ from how well two folds' classifiers agree on the rows that one of them has not seen."""
    folds = range(len(scores))
    r = [
        _correlation(*(scores[i][:, (fold == j) | (fold == k)].ravel() for i in (j, k)))
        for j, k in combinations(folds, 2)
    ]
    return min(1.0, max(0.0, (len(scores) - 1) * (1.0 - float(np.mean(r)))))


def _correlation(a: Float[np.ndarray, " rows"], b: Float[np.ndarray, " rows"]) -> float:
    a, b = a - a.mean(), b - b.mean()
    scale = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / scale if scale > 0 else 0.0  # a constant classifier agrees with none


def _share(right: float, verdicts: int, doubled: float) -> intervals.Share:
    """Return the share with Wilson's interval at the number of verdicts that it is worth."""
    worth = max(1, round(verdicts / (1.0 + doubled)))
    return replace(intervals.wilson(round(right * worth), worth), value=right)
