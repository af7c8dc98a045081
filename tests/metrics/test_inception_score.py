"""Inception Score: its extremes, hand-computed values, splits, and refusals."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from zerosum.errors import InputError
from zerosum.metrics.inception_score import inception_score


def softmax(seed: int, n: int, k: int) -> np.ndarray:
    logits = np.exp(2 * np.random.default_rng(seed).normal(size=(n, k)))
    return logits / logits.sum(axis=1, keepdims=True)


def test_sure_and_even_is_the_number_of_classes() -> None:
    got = inception_score(np.tile(np.eye(10), (50, 1)))
    assert_allclose(got.value, 10.0, rtol=1e-12)
    assert got.classes == 10 and got.n == 500


@pytest.mark.parametrize("row", [[1.0, 0.0, 0.0], [0.2, 0.3, 0.5]])
def test_one_answer_for_every_row_is_one(row: list[float]) -> None:
    got = inception_score(np.tile(row, (40, 1)))
    assert_allclose((got.value, got.mean_of_splits), (1.0, 1.0), rtol=1e-12)
    assert_allclose(got.spread_of_splits, 0.0, atol=1e-12)


def test_by_hand_and_by_the_definition() -> None:
    # rows (.5, .5) and (1, 0): p(y) = (.75, .25); KLs ½ ln(.5/.75) + ½ ln(.5/.25) and ln(1/.75)
    p = np.array([[0.5, 0.5], [1.0, 0.0]])
    mean = (0.5 * np.log(2 / 3) + 0.5 * np.log(2) + np.log(4 / 3)) / 2
    assert_allclose(inception_score(p, splits=1).value, np.exp(mean), rtol=1e-12)
    q = softmax(0, 200, 7)
    divergence = (q * np.log(q / q.mean(axis=0))).sum(axis=1)
    got = inception_score(q, splits=1)
    assert_allclose(got.value, np.exp(divergence.mean()), rtol=1e-12)
    # not the mean of exponentials, which Jensen puts above
    assert got.value < np.exp(divergence).mean()
    assert_allclose(got.mean_of_splits, got.value, rtol=1e-12)


def test_splits_are_scored_each_by_its_own_marginal() -> None:
    # every row its own split: p(y) is the row, so each split scores 1, whatever the set scores
    p = softmax(1, 30, 4)
    got = inception_score(p, splits=30)
    assert_allclose((got.mean_of_splits, got.spread_of_splits), (1.0, 0.0), atol=1e-12)
    assert got.value > 1.2
    # three classes, one row each, in two splits: one scores 2 and one 1, whichever rows they get
    three = inception_score(np.eye(3), splits=2)
    assert_allclose((three.mean_of_splits, three.spread_of_splits), (1.5, 0.5), rtol=1e-12)
    # two rows of two classes in two splits score 1; together they score 2
    assert inception_score(np.eye(2), splits=2).mean_of_splits == pytest.approx(1.0)


def test_the_mean_and_spread_are_those_of_random_splits() -> None:
    # 1000 sure rows of two classes: a split of 100 scores exp H(share), lower than 2 by about 1/100
    p = np.eye(2)[np.random.default_rng(2).integers(2, size=1000)]
    got = inception_score(p)
    assert_allclose(got.value - got.mean_of_splits, 0.01, atol=0.012)  # spread 0.014/√10, 3 of it
    assert 0 < got.spread_of_splits < 0.06
    # sorted by class, ten splits in order would hold one class each and score 1
    assert inception_score(p[p[:, 0].argsort()]).mean_of_splits > 1.9


def test_half_precision_rows_are_brought_to_sum_one() -> None:
    p = softmax(3, 100, 10)
    got = inception_score(p.astype(np.float16)).value
    assert_allclose(got, inception_score(p).value, rtol=1e-2)


def test_what_is_no_distribution_is_refused() -> None:
    p = softmax(4, 10, 3)
    with pytest.raises(InputError, match=r"row 0 .* not logits"):
        inception_score(np.log(p))
    with pytest.raises(InputError, match="row 0"):
        inception_score(p * 1.1)
    with pytest.raises(InputError, match="splits is 11 for 10 rows"):
        inception_score(p, splits=11)
    with pytest.raises(InputError, match="k >= 2"):
        inception_score(np.ones((10, 1)))
    with pytest.raises(InputError, match="at least 2"):
        inception_score(p[:1])
    with pytest.raises(InputError, match="NaN"):
        inception_score(p * np.nan)
