"""The split into rows to train on and rows held out."""

import numpy as np
import pytest

from zerosum.data.split import split
from zerosum.errors import InputError


@pytest.mark.parametrize(("n", "holdout", "held"), [(1797, 0.2, 359), (10, 0.01, 1), (10, 0, 0)])
def test_every_row_is_on_one_side_and_in_order(n, holdout, held):
    train, out = split(n, float(holdout), 0)
    assert len(out) == held
    assert sorted([*train, *out]) == list(range(n))
    assert (np.diff(train) > 0).all() and (np.diff(out) > 0).all()


def test_the_seed_decides():
    np.testing.assert_array_equal(split(100, 0.3, 5)[1], split(100, 0.3, 5)[1])
    assert split(100, 0.3, 5)[1].tolist() != split(100, 0.3, 6)[1].tolist()


def test_held_out_rows_are_spread_evenly():
    counts = np.zeros(20)
    for seed in range(500):
        counts[split(20, 0.5, seed)[1]] += 1
    # binomial(500, 1/2) for each row: 5 standard deviations
    assert np.abs(counts - 250).max() < 5 * np.sqrt(125)


@pytest.mark.parametrize(("n", "holdout"), [(10, 1.0), (10, -0.1), (10, float("nan")), (2, 0.5)])
def test_what_cannot_be_split(n, holdout):
    with pytest.raises(InputError):
        split(n, holdout, 0)
