"""DataFrames and parquet files."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from zerosum.data.load import load
from zerosum.data.options import DataOptions
from zerosum.errors import InputError

pandas = pytest.importorskip("pandas", reason="the extra [tabular] is not installed")


def frame(**columns):
    """A DataFrame."""
    return pandas.DataFrame(columns)


def test_columns_become_float64_in_order():
    source = load(
        frame(b=[1, 2, 3], a=[True, False, True], c=pandas.array([1, 2, 5], dtype="Int64"))
    )
    assert source.codec.columns == ("b", "a", "c")
    assert source.rows.dtype == np.float64
    assert source.rows.tolist() == [[1, 1, 1], [2, 0, 2], [3, 1, 5]]


def test_missing_values_of_every_kind():
    f = frame(a=[1.0, None, 3.0], b=pandas.array([None, 2, 4], dtype="Int64"), c=[7, 8, 9])
    with pytest.raises(InputError, match="2 missing cells, the first in column b at row 0"):
        load(f)
    assert load(f, options=DataOptions(missing="mean")).rows.tolist() == [
        [1, 3, 7],
        [2, 2, 8],
        [3, 4, 9],
    ]


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"a": ["x", "y"]}, "column a holds text ('x' at row 0"),
        ({"a": [1, "y"]}, "column a, row 1 (counted from 0): 'y'"),
        ({"a": [1.0, np.inf]}, "column a, row 1"),
        ({"a": pandas.to_datetime(["2024-01-01", "2024-01-02"])}, "column a holds text"),
        ({"a": [1 + 2j, 3]}, "column a"),
        ({}, "no column"),
        ({"a": [1.0]}, "1 row"),
    ],
)
def test_refusals(columns, words):
    with pytest.raises(InputError) as caught:
        load(frame(**columns))
    assert words in str(caught.value)


def test_duplicate_columns():
    f = frame(a=[1, 2], b=[3, 4])
    f.columns = ["a", "a"]
    with pytest.raises(InputError, match="more than one column named a"):
        load(f)


def test_a_column_as_classes():
    source = load(frame(v=range(4), k=list("xyxy")), options=DataOptions(labels="k"))
    assert source.classes == ("x", "y") and source.labels.tolist() == [0, 1, 0, 1]
    with pytest.raises(InputError, match="unknown label column"):
        load(frame(v=range(4)), options=DataOptions(labels="k"))


def test_parquet(tmp_path):
    pytest.importorskip("pyarrow", reason="the extra [tabular] is not installed")
    frame(a=[1.0, 2.0], b=[3, 4]).to_parquet(tmp_path / "t.parquet")
    source = load(tmp_path / "t.parquet")
    assert source.name == "t" and source.rows.tolist() == [[1, 3], [2, 4]]


def test_a_missing_extra_is_one_line_with_the_command(tmp_path, monkeypatch):
    (tmp_path / "t.parquet").write_bytes(b"PAR1")
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(InputError, match=r"pip install 'zerosum\[tabular\]'"):
        load(tmp_path / "t.parquet")
