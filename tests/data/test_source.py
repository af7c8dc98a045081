"""Sources: their checks, their fingerprint, and statistics from the training rows only."""

from __future__ import annotations

import numpy as np
import pytest

from zerosum.data.load import load
from zerosum.data.source import Source, numeric_codec
from zerosum.errors import InputError

ROWS = np.array([[0.0, 5.0, 0.1], [2.0, 5.0, 0.1], [4.0, 9.0, 0.1]])


def test_statistics_come_from_the_training_rows_only():
    source = load(ROWS)
    fitted = source.fitted(np.array([0, 1]))
    assert fitted.codec.mean == (1.0, 5.0, 0.1) and fitted.codec.std == (1.0, 1.0, 1.0)
    assert fitted.codec.constant == (False, True, True)
    assert source.codec.constant == (False, False, True)
    assert fitted.fingerprint == source.fingerprint


def test_pictures_are_not_refitted():
    digits = load("digits")
    assert digits.fitted(np.arange(9)) is digits


def test_a_constant_column_has_its_value_exactly():
    codec = numeric_codec(np.full((1000, 1), 0.1), ("x",))
    assert codec.mean == (0.1,) and codec.std == (1.0,)


def test_too_few_samples_and_too_few_labels():
    codec = numeric_codec(ROWS, ("a", "b", "c"))
    with pytest.raises(InputError, match="one holds 1 sample; training needs at least 2"):
        Source(name="one", kind="table", rows=ROWS[:1], codec=codec)
    with pytest.raises(InputError, match="2 labels for 3 samples"):
        Source(name="two", kind="table", rows=ROWS, codec=codec, labels=np.array([0, 1]))


def test_values_that_cannot_be_standardised():
    with pytest.raises(InputError, match=r"column b reaches 1e\+200"):
        numeric_codec(np.array([[0.0, 1e200], [1.0, -1e200]]), ("a", "b"))
