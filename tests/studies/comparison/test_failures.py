"""What failures count as, by hand; and how many there are."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.studies.comparison.comparisons import trials
from zerosum.errors import InputError
from zerosum.metrics.intervals import wilson
from zerosum.studies.comparison.failures import costs, failures

NAN = math.nan
SEARCH = [[[1, 2], [NAN, 4]], [[7, NAN], [NAN, NAN]]]  # two objectives, two draws, two seeds
FINAL = [[1, NAN, 3], [9, 2, NAN]]


def test_a_failure_counts_as_the_worst_finite_score():
    found = costs(trials(SEARCH, FINAL))
    np.testing.assert_array_equal(found.search, [[[1, 2], [7, 4]], [[7, 7], [7, 7]]])
    np.testing.assert_array_equal(found.final, [[1, 9, 3], [9, 2, 9]])
    assert (found.worst_search, found.worst_final, found.sign) == (7.0, 9.0, 1.0)


def test_where_higher_is_better_the_worst_is_the_lowest():
    found = costs(trials(SEARCH, FINAL, better="higher"))
    np.testing.assert_array_equal(found.search, [[[-1, -2], [-1, -4]], [[-7, -1], [-1, -1]]])
    assert (found.worst_search, found.worst_final, found.sign) == (-1.0, -1.0, -1.0)


def test_a_final_failure_is_no_better_than_the_worst_of_the_search():
    assert costs(trials(SEARCH, [[1, NAN], [2, 3]])).final[0, 1] == 7.0


def test_infinity_is_a_failure_and_so_is_a_score_of_a_failed_training():
    study = trials([[[1, math.inf], [5, 3]]], [[1, 2]], failed=np.array([[[0, 0], [1, 0]]]) > 0)
    np.testing.assert_array_equal(costs(study).search, [[[1, 3], [3, 3]]])
    assert failures(study)[0].trainings == 2


def test_counts_by_hand_with_simultaneous_intervals():
    first, second = failures(trials(SEARCH, FINAL))
    assert (first.objective, first.trainings, first.tried) == ("a", 1, 4)
    assert (second.trainings, second.draws.value, second.draws.n) == (3, 1.0, 2)
    assert first.draws == wilson(1, 2, level=0.975)  # 1 − 0.05/2 objectives
    assert second.final == wilson(1, 3, level=0.975)


def test_nothing_to_compare_is_one_sentence():
    with pytest.raises(InputError, match="finite score"):
        costs(trials([[[NAN]]], [[NAN]]))
    with pytest.raises(InputError, match="at least one of each"):
        costs(trials([[[1.0]]], np.zeros((1, 0))))
    with pytest.raises(InputError, match="unknown score 'other'"):
        costs(trials([[[1.0]]], [[1.0]], score="other"))
