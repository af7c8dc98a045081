"""Train on synthetic, test on real: exact copies, McNemar by hand, spread over seeds, coverage."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import norm

from zerosum.errors import InputError
from zerosum.metrics import downstream as module
from zerosum.metrics.downstream import Labelled, augmentation, downstream


def two_classes(seed: int, n: int, *, apart: float = 2.0, flipped: float = 0.0) -> Labelled:
    """Two Gaussians in the plane, `apart` in the first column; some labels may be wrong."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(2, size=n)
    rows = rng.normal(size=(n, 2))
    rows[:, 0] += apart * labels
    return Labelled(rows, np.where(rng.uniform(size=n) < flipped, 1 - labels, labels))


class Cut:
    """Cuts the first column in the middle of the two class means."""

    def fit(self, rows: np.ndarray, labels: np.ndarray) -> None:
        low, high = (rows[labels == c, 0].mean() for c in (0, 1))
        self.cut, self.up = (low + high) / 2, int(high > low)

    def predict(self, rows: np.ndarray) -> np.ndarray:
        return np.where(rows[:, 0] > self.cut, self.up, 1 - self.up)


def cut(seed: int) -> Cut:
    return Cut()


@pytest.mark.parametrize("seeds", [1, 3])
def test_a_copy_of_the_real_table_teaches_exactly_as_much(seeds: int) -> None:
    train, test = two_classes(0, 150), two_classes(1, 120)
    copy = Labelled(train.rows.copy(), train.labels.copy())
    got = downstream(train, copy, test, seeds=seeds)
    assert got.tstr == got.trtr
    assert (got.value, got.error) == (0.0, 0.0)
    assert got.trts.value == 1.0  # the forest knows its own training rows
    assert got.guess == (test.labels == np.bincount(train.labels).argmax()).mean()


def test_the_difference_has_mcnemars_error() -> None:
    # 10 rows at 0 ... 9, label 1 from 5 on. Cuts: real at 5.5 (row 5 wrong), synthetic at 2.5 (rows 3, 4)
    rows, labels = np.arange(10.0)[:, None], (np.arange(10) >= 5).astype(int)
    real = Labelled(np.array([[5.0], [6.0]]), np.array([0, 1]))
    made = Labelled(np.array([[2.0], [3.0]]), np.array([0, 1]))
    got = downstream(real, made, Labelled(rows, labels), classifier=cut, seeds=1)
    assert_allclose((got.trtr.value, got.tstr.value, got.value), (0.9, 0.8, -0.1))
    b, c, n = 1, 2, 10  # only synthetic right: row 5; only real right: rows 3 and 4
    assert_allclose(got.error, np.sqrt((b + c - (b - c) ** 2 / n) / (n * (n - 1))))
    assert_allclose(got.tstr.error, np.sqrt(0.8 * 0.2 / 9))
    assert got.trts.value == 0.5  # both synthetic rows lie below 5.5, one is labelled 1


def test_accuracy_of_the_best_cut_is_the_bayes_accuracy() -> None:
    train, made, test = (two_classes(s, 4000) for s in (2, 3, 4))
    got = downstream(train, made, test, classifier=cut, seeds=1)
    for mean in (got.tstr, got.trtr, got.trts):
        assert abs(mean.value - norm.cdf(1.0)) < 3 * mean.error
    assert abs(got.value) < 3 * got.error and got.error < got.tstr.error / 3  # pairing pays


def test_wrong_labels_teach_the_opposite() -> None:
    train, test = two_classes(5, 400, apart=6.0), two_classes(6, 400, apart=6.0)
    got = downstream(train, two_classes(7, 400, apart=6.0, flipped=1.0), test, seeds=2)
    assert got.tstr.value < 0.02 and got.trts.value < 0.02 and got.value < -0.95


def test_the_error_covers_over_test_sets() -> None:
    # given the classifiers, the truth is a difference of normal probabilities; 3 binomial errors
    train, made = two_classes(8, 60), two_classes(9, 60, flipped=0.3)
    made = Labelled(made.rows + 0.4, made.labels)
    cuts = [Cut(), Cut()]
    for model, data in zip(cuts, (made, train), strict=True):
        model.fit(data.rows, data.labels)
    accuracy = [(norm.cdf(c.cut) + norm.cdf(2 - c.cut)) / 2 for c in cuts]
    inside = 0
    for i in range(400):
        got = downstream(train, made, two_classes(100 + i, 500), classifier=cut, seeds=1)
        inside += abs(got.value - (accuracy[0] - accuracy[1])) < 1.96 * got.error
    assert abs(inside / 400 - 0.95) < 3 * np.sqrt(0.95 * 0.05 / 400)


def test_the_error_holds_rows_and_seeds() -> None:
    # values row + seed + both: Var(mean) = σr²/n + σs²/S + σb²/nS, and the error's square has the last
    # term twice; each within 4 of its own standard errors over 2000 replicates
    rng = np.random.default_rng(10)
    n, seeds, both = 20, 5, 1.5
    rows, classifiers = rng.normal(size=(2000, 1, n)), rng.normal(size=(2000, seeds, 1))
    values = rows + classifiers + both * rng.normal(size=(2000, seeds, n))
    means = [module._mean(v) for v in values]
    squared = np.array([m.error**2 for m in means])
    true = 1 / n + 1 / seeds + both**2 / (n * seeds)
    extra = both**2 / (n * seeds)
    assert abs(squared.mean() - true - extra) < 4 * squared.std() / np.sqrt(2000)
    assert abs(np.var([m.value for m in means]) - true) < 4 * true * np.sqrt(2 / 2000)


def test_seeds_change_the_classifiers_and_the_key_decides() -> None:
    train, made, test = (two_classes(s, 120, apart=1.0) for s in (11, 12, 13))
    first = downstream(train, made, test, seeds=2, key=1)
    np.random.rand(3)
    assert downstream(train, made, test, seeds=2, key=1) == first
    assert downstream(train, made, test, seeds=2, key=2).tstr != first.tstr


def test_a_generator_of_one_class_is_measured_and_not_refused() -> None:
    train, test = two_classes(14, 100), two_classes(15, 100)
    from sklearn.linear_model import LogisticRegression

    one = Labelled(train.rows, np.ones(100, dtype=int))
    got = downstream(train, one, test, classifier=lambda s: LogisticRegression(), seeds=1)
    assert got.tstr.value == (test.labels == 1).mean()


def test_labels_may_be_text() -> None:
    def named(data: Labelled) -> Labelled:
        return Labelled(data.rows, np.array(["ant", "bee"])[data.labels])

    numbers = [two_classes(s, 100) for s in (16, 17, 18)]
    assert downstream(*numbers, seeds=1) == downstream(*map(named, numbers), seeds=1)


def test_what_cannot_work_is_refused() -> None:
    data = two_classes(19, 20)
    with pytest.raises(InputError, match=r"20 rows came with labels of shape \(19,\)"):
        Labelled(data.rows, data.labels[:19])
    with pytest.raises(InputError, match="NaN"):
        Labelled(data.rows * np.nan, data.labels)
    with pytest.raises(InputError, match="synthetic has the label 7"):
        downstream(data, Labelled(data.rows, np.full(20, 7)), data)
    with pytest.raises(InputError, match="test has 1"):
        downstream(data, data, Labelled(data.rows[:, :1], data.labels))
    with pytest.raises(InputError, match="seeds is 0"):
        downstream(data, data, data, seeds=0)


def test_augmentation_adds_nothing_by_copies_of_a_cut_and_spoils_by_wrong_labels() -> None:
    train, test = two_classes(1, 60), two_classes(2, 500)
    copied = augmentation(train, train, test, classifier=cut, seeds=1)
    assert copied.value == 0.0 and copied.with_synthetic == copied.without  # means do not move
    wrong = Labelled(np.tile(train.rows, (9, 1)), np.tile(1 - train.labels, 9))
    spoilt = augmentation(train, wrong, test, classifier=cut, seeds=1)
    assert spoilt.synthetic == 540 and spoilt.value < -0.3
    assert spoilt.value == pytest.approx(spoilt.with_synthetic.value - spoilt.without.value)


def test_augmentation_by_fresh_rows_is_teaching_with_all_of_them() -> None:
    train, more, test = two_classes(1, 20), two_classes(3, 200), two_classes(2, 500)
    both = Labelled(np.vstack((train.rows, more.rows)), np.r_[train.labels, more.labels])
    found = augmentation(train, more, test, seeds=2, key=4)
    same = downstream(train, both, test, seeds=2, key=4)
    assert found.with_synthetic == same.tstr and found.without == same.trtr
    assert (found.value, found.error) == (same.value, same.error)
    with pytest.raises(InputError, match="seeds is 0"):
        augmentation(train, more, test, seeds=0)
