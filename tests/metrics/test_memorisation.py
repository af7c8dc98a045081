"""The share closer to training: one half for unseen real rows, one for copies."""

from __future__ import annotations

import numpy as np
import pytest

from zerosum.errors import InputError
from zerosum.metrics.memorisation import closer_to_train


def rows(seed: int, n: int = 400) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, 6))


def test_copies_score_one_unseen_rows_a_half_and_ties_a_half() -> None:
    train, held_out = rows(1), rows(2)
    assert closer_to_train(train, train, held_out).value == 1.0
    assert closer_to_train(held_out, train, held_out).value == 0.0
    assert closer_to_train(rows(3), train, train).value == 0.5
    # 2.5 % is one binomial standard error of 400 rows: three of them
    assert abs(closer_to_train(rows(3), train, held_out).value - 0.5) < 0.075


def test_unequal_sides_are_refused() -> None:
    with pytest.raises(InputError, match="equally many"):
        closer_to_train(rows(3), rows(1), rows(2, 100))
