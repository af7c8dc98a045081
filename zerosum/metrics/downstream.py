"""Is generated data as good to learn from as real data? Train on one, test on the other.

    TSTR: train synthetic, test real      TRTR: train real, test real      TRTS: train real, test synthetic

TSTR alone says how hard the task is; what counts is TSTR - TRTR on the same test rows, from the same
classifiers (equal seeds). TRTS is high when labels fit the rows, also when only easy rows are made.
Accuracies are means over classifier seeds, and their errors hold both what other test rows and what
other seeds would change:

    error² = var_rows(share of seeds that are right)/n + var_seeds(share of rows that are right)/S

(the second term is left out for one seed). For a difference the same is done with the differences of each
row and seed. For one seed that is McNemar's error,

    error² = (b + c - (b - c)²/n) / (n (n - 1)),     b, c: rows that only the one, only the other gets right

Source: Esteban, Hyland and Rätsch 2017, arXiv:1706.02633; McNemar 1947, doi:10.1007/BF02295996.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from zerosum import noise
from zerosum.errors import InputError
from zerosum.metrics import checks

MakeClassifier = Callable[[int], Any]  # seed -> object with fit(rows, labels) and predict(rows)


@dataclass(frozen=True)
class Mean:
    """A mean over test rows and classifier seeds with its standard error."""

    value: float
    error: float


@dataclass(frozen=True)
class Downstream:
    """What a classifier learns from generated rows.

    Fields:
        tstr, trtr, trts: accuracies; the error of trts is over the synthetic rows.
        value: TSTR - TRTR, 0 when synthetic rows teach as much as real ones.
        error: its standard error, paired over test rows and seeds.
        guess: accuracy on the test rows of always saying the real training rows' most frequent label.
        n: test rows. train: real training rows. synthetic: synthetic rows. seeds: classifiers.
    """

    tstr: Mean
    trtr: Mean
    trts: Mean
    value: float
    error: float
    guess: float
    n: int
    train: int
    synthetic: int
    seeds: int


def forest(seed: int) -> Any:
    """Return a random forest: it needs no scaling and no tuning, and is good on most tables."""
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(n_estimators=100, random_state=seed)


@dataclass(frozen=True)
class Labelled:
    """Rows (n, d) with a label each (n,), numbers or text.

    Raises InputError when a label is missing, or a row is not finite.
    """

    rows: np.ndarray
    labels: np.ndarray

    def __post_init__(self) -> None:
        """Make finite float64 rows and check the labels' shape."""
        rows = checks.matrix("labelled rows", self.rows)
        labels = np.asarray(self.labels)
        if labels.shape != (len(rows),):
            raise InputError(
                f"{len(rows)} rows came with labels of shape {labels.shape}: give one for each row"
            )
        object.__setattr__(self, "rows", rows)
        object.__setattr__(self, "labels", labels)


def downstream(
    train: Labelled,
    synthetic: Labelled,
    test: Labelled,
    *,
    classifier: MakeClassifier = forest,
    seeds: int = 5,
    key: int = 0,
) -> Downstream:
    """Return what classifiers learn from synthetic rows, beside what they learn from real ones.

    Args:
        train: real rows that the generator was trained on. synthetic: generated rows; give as many
            as there are training rows, or more rows are part of what is measured.
        test: real rows that neither generator nor classifier has seen.
        classifier: makes a scikit-learn classifier from a seed.
        seeds: classifiers of each kind; both kinds get the same seeds. key: noise key of the seeds.

    Raises:
        InputError: fewer than 2 rows, different widths, or a label that the training rows lack.
    """
    if seeds < 1:
        raise InputError(f"seeds is {seeds}, and at least one classifier must be trained: use 5")
    _check(train, synthetic, test)
    numbers = noise.integers(noise.fold(key, "downstream"), (seeds,), 2**31 - 1).tolist()
    real = [_fitted(classifier, s, train) for s in numbers]
    made = [_fitted(classifier, s, synthetic) for s in numbers]
    tstr, trtr, trts = _right(made, test), _right(real, test), _right(real, synthetic)
    difference = _mean(tstr - trtr)
    return Downstream(
        tstr=_mean(tstr),
        trtr=_mean(trtr),
        trts=_mean(trts),
        value=difference.value,
        error=difference.error,
        guess=float((test.labels == _most_frequent(train.labels)).mean()),
        n=len(test.rows),
        train=len(train.rows),
        synthetic=len(synthetic.rows),
        seeds=seeds,
    )


@dataclass(frozen=True)
class Augmented:
    """What generated rows add to real ones.

    Fields:
        with_synthetic, without: accuracies on the test rows of classifiers taught with and without them.
        value: their difference; error: its standard error, paired over test rows and seeds.
        n: test rows. train: real training rows. synthetic: synthetic rows. seeds: classifiers of each kind.
    """

    with_synthetic: Mean
    without: Mean
    value: float
    error: float
    n: int
    train: int
    synthetic: int
    seeds: int


def augmentation(
    train: Labelled,
    synthetic: Labelled,
    test: Labelled,
    *,
    classifier: MakeClassifier = forest,
    seeds: int = 5,
    key: int = 0,
) -> Augmented:
    """Return what classifiers gain when synthetic rows are added to the real ones.

    The generator and its data are held fixed: the error is of test rows and classifiers alone, and another
    generator of the same data may gain or lose otherwise. Repeat it over data and generators.

    Args: as `downstream`.
    Raises: as `downstream`.
    """
    if seeds < 1:
        raise InputError(f"seeds is {seeds}, and at least one classifier must be trained: use 5")
    _check(train, synthetic, test)
    rows = np.concatenate((train.rows, synthetic.rows))
    both = Labelled(rows, np.concatenate((train.labels, synthetic.labels)))
    numbers = noise.integers(noise.fold(key, "downstream"), (seeds,), 2**31 - 1).tolist()
    more, plain = (
        _right([_fitted(classifier, s, data) for s in numbers], test) for data in (both, train)
    )
    gain = _mean(more - plain)
    return Augmented(
        with_synthetic=_mean(more),
        without=_mean(plain),
        value=gain.value,
        error=gain.error,
        n=len(test.rows),
        train=len(train.rows),
        synthetic=len(synthetic.rows),
        seeds=seeds,
    )


def _fitted(classifier: MakeClassifier, seed: int, data: Labelled) -> Callable[[np.ndarray], Any]:
    only = data.labels[0]
    if (data.labels == only).all():  # a collapsed generator; many classifiers refuse one class
        return lambda rows: np.full(len(rows), only)
    model = classifier(seed)
    model.fit(data.rows, data.labels)
    return lambda rows: model.predict(rows)


def _right(
    models: list[Callable[[np.ndarray], Any]], data: Labelled
) -> Float[np.ndarray, "seeds n"]:
    return np.stack([(m(data.rows) == data.labels).astype(np.float64) for m in models])


def _mean(right: Float[np.ndarray, "seeds n"]) -> Mean:
    seeds, n = right.shape
    squared = float(right.mean(axis=0).var(ddof=1)) / n
    if seeds > 1:
        squared += float(right.mean(axis=1).var(ddof=1)) / seeds
    return Mean(float(right.mean()), float(np.sqrt(squared)))


def _most_frequent(labels: np.ndarray) -> Any:
    names, counts = np.unique(labels, return_counts=True)
    return names[counts.argmax()]


def _check(train: Labelled, synthetic: Labelled, test: Labelled) -> None:
    known = set(train.labels.tolist())
    for name, data in (("synthetic", synthetic), ("test", test)):
        checks.pair(train.rows, data.rows, names=("train", name))
        foreign = set(data.labels.tolist()) - known
        if foreign:
            raise InputError(
                f"{name} has the label {min(foreign, key=str)!r}, which no training row has, so no "
                "classifier can say it: use the same labels in all three"
            )
