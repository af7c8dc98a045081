"""What tells generated rows from held-out ones, each asked of real training rows too.

A kernel, a classifier that has not seen the rows, bins of k-means, and nested supports. All are capped at
the rows beyond which they cost more than they tell; the cap stands in the label.
"""

from __future__ import annotations

import numpy as np

from zerosum.metrics import cells, ndb
from zerosum.metrics.alpha_precision import LevelCurve, alpha_precision, beta_recall
from zerosum.metrics.evidence import Measurement
from zerosum.metrics.kernels import Kernel, Polynomial, half_median
from zerosum.metrics.mmd import mmd
from zerosum.metrics.panels import Trial, summarise
from zerosum.metrics.two_sample import MakeClassifier, linear, trees, two_sample_test

__all__ = ["bins_panel", "kernel_panel", "linear", "supports_panel", "trees", "two_sample_panel"]

_KERNEL_ROWS, _TESTED_ROWS, _BIN_ROWS, _SUPPORT_ROWS = 2000, 1000, 2000, 2000
_TESTS = 10  # real subsets that a classifier is tried on: each is five trainings
_PER_BIN, _BINS = 10, 100  # held-out rows a bin should have, and most bins
_NULL = 3.0  # standard errors by which real rows may miss 1/2


def kernel_panel(trial: Trial, space: str, *, gaussian: bool = False) -> list[Measurement]:
    """Return the squared kernel distance: KD with the cubic kernel of features, MMD with a Gaussian one.

    Args:
        trial: rows of a space. space: its short name.
        gaussian: for points, whose moments a cubic kernel would only compare; bandwidth: half the median
            distance of training rows, for with the whole one a ring is hardly told from a blob.
    """
    few = trial.first(_KERNEL_ROWS)
    kernel: Kernel = Polynomial()
    if gaussian:
        kernel = half_median(*few.pool[few.draws[[0, -1]]], key=trial.key)
    mine = mmd(few.held, few.fake, kernel=kernel, key=trial.key)
    real = [mmd(few.held, few.pool[d], kernel=kernel, permutations=0).value for d in few.draws]
    name = f"{'MMD' if gaussian else 'KD'} {space}"
    return [
        Measurement(
            name,
            mine.value,
            mine.error,
            summarise(real),
            few.label("MMD²", f"all pairs, {mine.kernel}"),
            "lower",
            f"{name}: p {mine.p:.2g} that the same rows dealt at random are as far apart",
        )
    ]


def two_sample_panel(trial: Trial, space: str, classifier: MakeClassifier) -> list[Measurement]:
    """Return the area under the curve of a classifier that looks for the difference; 1/2: none seen.

    Blank when the classifier tells real rows from real rows.
    """
    few = trial.first(_TESTED_ROWS).fewer(_TESTS)
    mine = two_sample_test(few.held, few.fake, classifier=classifier, key=trial.key)
    real = [
        two_sample_test(few.held, few.pool[d], classifier=classifier, key=trial.key)
        for d in few.draws
    ]
    right = mine.accuracy
    found = Measurement(
        f"C2ST {space}",
        mine.value,
        mine.error,
        summarise([r.value for r in real]),
        few.label("AUC", f"{classifier.__name__}, {mine.folds} folds, error by DeLong for folds"),
        "lower",
        f"C2ST {space}: {100 * right.value:.1f} % of rows named rightly "
        f"(95 %: {100 * right.low:.1f} to {100 * right.high:.1f})",
    )
    usual = float(np.mean([r.value for r in real]))
    # all tests share the held-out rows, so that their mean is hardly surer than one of them
    unsure = float(np.mean([r.error for r in real]))
    if abs(usual - 0.5) > _NULL * unsure:
        return [found.blank(f"real rows are told from real rows with an AUC of {usual:.3f}")]
    return [found]


def bins_panel(trial: Trial, space: str) -> list[Measurement]:
    """Return the share of k-means bins with another share of generated rows than of held-out ones."""
    few = trial.first(_BIN_ROWS)
    bins = min(_BINS, len(few.held) // _PER_BIN)
    if bins < 2:
        return []
    train = few.pool[few.draws.ravel()[: 2 * _BIN_ROWS]]
    parts = cells.partition(train, bins, key=trial.key)
    mine = ndb.different_bins(few.fake, train, few.held, parts=parts)
    real = [ndb.different_bins(few.pool[d], train, few.held, parts=parts) for d in few.draws]
    return [
        Measurement(
            f"NDB {space}",
            mine.value,
            mine.error,
            summarise([r.value for r in real]),
            few.label("NDB/K", f"{bins} k-means bins of training rows, level 0.05"),
            "lower",
            f"NDB {space}: {mine.different} of {mine.tested} bins differ, {mine.corrected} after Holm's "
            f"correction; a perfect model has {0.05 * mine.tested:.1f} and 0",
        )
    ]


def supports_panel(trial: Trial, space: str) -> list[Measurement]:
    """Return alpha-precision and beta-recall, each 1 less twice the area between shares and levels."""
    few = trial.first(_SUPPORT_ROWS)
    centre = few.pool.mean(axis=0)

    def precision(rows: np.ndarray, splits: int = 0) -> LevelCurve:
        return alpha_precision(few.held, rows, centre=centre, splits=splits, key=trial.key)

    def recall(rows: np.ndarray, splits: int = 0) -> LevelCurve:
        return beta_recall(few.held, rows, splits=splits, key=trial.key)

    return [
        Measurement(
            f"{name} {space}",
            mine.value,
            mine.error,
            summarise([of(few.pool[d]).value for d in few.draws]),
            few.label(name, method),
            "higher",
        )
        for name, of, method in (
            ("alpha-precision", precision, "balls round the training mean, half-sample errors"),
            ("beta-recall", recall, "k=5 balls, half-sample errors"),
        )
        for mine in [of(few.fake, 20)]
    ]
