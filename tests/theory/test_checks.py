"""Every refusal names the argument, says what is wrong with it, and what to do."""

import numpy as np
import pytest
import torch

from zerosum.errors import InputError
from zerosum.theory import checks


@pytest.mark.parametrize(
    "good", [[0.25, 0.75], (1.0,), np.array([0.5, 0.5, 0.0]), torch.tensor([0.5, 0.5])], ids=str
)
def test_distributions_become_float64(good):
    found = checks.probabilities("p", good)
    assert found.dtype == np.float64 and found.shape == (len(good),)
    np.testing.assert_array_equal(found, np.asarray(good, dtype=np.float64))


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ([], "one-dimensional array with at least one entry"),
        ([[0.5, 0.5]], r"shape \(1, 2\)"),
        ([0.5, float("nan"), 0.5], "nan at position 1"),
        ([0.5, float("inf")], "inf at position 1"),
        ([1.5, -0.5], r"weights\[1\] is -0.5, and a probability is never negative"),
        ([0.5, 0.4], "add up to 0.9 and not to 1"),
        (["a", "b"], "no array of numbers"),
        (None, "None|nan"),
    ],
    ids=str,
)
def test_what_is_no_distribution_is_refused_by_name(bad, says):
    with pytest.raises(InputError, match=says) as caught:
        checks.probabilities("weights", bad)
    assert "weights" in str(caught.value)


def test_a_sum_may_be_off_by_rounding_only():
    checks.probabilities("p", [0.5, 0.5 + 0.9e-6])
    with pytest.raises(InputError, match="add up to"):
        checks.probabilities("p", [0.5, 0.5 + 1.2e-6])


def test_two_alphabets_are_refused_with_both_sizes():
    with pytest.raises(InputError, match="p has 2 symbols and q has 3"):
        checks.same_alphabet("p", np.ones(2), "q", np.ones(3))


@pytest.mark.parametrize("bad", [0.0, -1.0, float("nan"), float("inf")])
def test_positive_numbers(bad):
    with pytest.raises(InputError, match="sd"):
        checks.positive("sd", bad)
    assert checks.positive("sd", 2) == 2.0


def test_one_number_is_not_an_array():
    with pytest.raises(InputError, match=r"mean has shape \(2,\)"):
        checks.finite("mean", [1.0, 2.0])


@pytest.mark.parametrize(("low", "high"), [(1.0, 1.0), (2.0, 1.0), (float("nan"), 1.0)])
def test_intervals_hold_something(low, high):
    with pytest.raises(InputError, match=r"low is .* and high is"):
        checks.interval(low, high)
