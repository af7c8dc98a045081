"""Arrays are accepted when they can be measured and refused with one sentence when not."""

from __future__ import annotations

import numpy as np
import pytest

from zerosum.errors import InputError
from zerosum.metrics import checks


def test_vectors_become_columns_and_pictures_rows() -> None:
    assert checks.matrix("x", [1, 2, 3]).shape == (3, 1)
    assert checks.matrix("x", np.zeros((4, 2, 3), dtype=np.uint8)).shape == (4, 6)
    assert checks.matrix("x", np.zeros((4, 2), dtype=np.float32)).dtype == np.float64
    assert checks.column("x", np.zeros((5, 1))).shape == (5,)


def test_what_cannot_be_measured_is_named() -> None:
    with pytest.raises(InputError, match="x has 1 rows"):
        checks.matrix("x", [[1.0, 2.0]])
    with pytest.raises(InputError, match="0 rows"):
        checks.matrix("x", 3.0)
    with pytest.raises(InputError, match="no columns"):
        checks.matrix("x", np.zeros((3, 0)))
    with pytest.raises(InputError, match="first in row 2"):
        checks.matrix("x", [0.0, 1.0, np.inf])
    with pytest.raises(InputError, match="2 columns"):
        checks.column("x", np.zeros((3, 2)))
    with pytest.raises(InputError, match="a has 2 columns and b has 3"):
        checks.pair(np.zeros((3, 2)), np.zeros((3, 3)), names=("a", "b"))


def test_float32_stays_only_where_it_may_and_both_have_it() -> None:
    single, double = np.ones((3, 2), dtype=np.float32), np.ones((3, 2))
    assert checks.matrix("x", single).dtype == np.float64
    assert [v.dtype for v in checks.pair(single, single, single=True)] == [np.float32] * 2
    assert [v.dtype for v in checks.pair(single, double, single=True)] == [np.float64] * 2
    assert [v.dtype for v in checks.pair(single, single)] == [np.float64] * 2
