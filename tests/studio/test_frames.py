"""Frames: what goes in comes out, aligned as a browser's typed arrays need it."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from zerosum.studio.frames import pack, unpack


@pytest.mark.parametrize("text", ["", "a", "ab", "abc", "ü→", "x" * 99])
def test_what_goes_in_comes_out(text):
    arrays = {
        "points": np.arange(6, dtype=np.float32).reshape(3, 2),
        "pixels": np.arange(5, dtype=np.uint8),
        "counts": np.array([[-1, 2**31 - 1]], dtype=np.int32),
        "none": np.zeros((0, 2), dtype=np.float32),
    }
    header, found = unpack(pack({"text": text, "step": 7}, arrays))
    assert header == {"text": text, "step": 7}
    for name, array in arrays.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)


def test_arrays_begin_where_a_typed_array_may():
    frame = pack({"step": 1}, {"a": np.zeros(3, np.uint8), "b": np.zeros(1, np.float32)})
    length = int.from_bytes(frame[:4], "little")
    header = json.loads(frame[4 : 4 + length])
    assert (4 + length) % 8 == 0
    assert [told["offset"] % 8 for told in header["arrays"]] == [0, 0]
    assert len(frame) % 8 == 0


def test_other_numbers_are_sent_as_float32():
    _, found = unpack(pack({}, {"x": np.array([0.1, 1e300]), "yes": np.array([True])}))
    assert found["x"].dtype == np.float32
    np.testing.assert_array_equal(found["x"], np.array([0.1, np.inf], dtype=np.float32))
    np.testing.assert_array_equal(found["yes"], [1.0])


def test_a_slice_is_sent_in_its_own_order():
    whole = np.arange(12, dtype=np.float32).reshape(3, 4)
    _, found = unpack(pack({}, {"x": whole.T[1:]}))
    np.testing.assert_array_equal(found["x"], whole.T[1:])


def test_what_is_not_finite_becomes_null():
    header = {"a": math.nan, "b": [np.float64(math.inf), 1], "c": {"d": np.float32(2)}}
    assert unpack(pack(header, {}))[0] == {"a": None, "b": [None, 1], "c": {"d": 2.0}}
