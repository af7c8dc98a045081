"""Codecs: the formulas, exact round trips, and JSON that is checked."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from zerosum.data.codec import Codec, ImageCodec, NumericCodec, codec_from_json
from zerosum.errors import InputError

NUMERIC = NumericCodec(("a", "b"), (1.0, 7.0), (2.0, 1.0), (False, True), "<f8")
GREY = ImageCodec((1, 4, 5), "nhw", "|u1", 0.0, 255.0)


def test_pixels_by_hand():
    rows = np.array([[[0.0, 4.0], [8.0, 16.0]]])
    codec = ImageCodec((1, 2, 2), "nhw", "<f8", 0.0, 16.0)
    assert_close(codec.encode(rows), torch.tensor([[[[-1.0, -0.5], [0.0, 1.0]]]]))


@pytest.mark.parametrize(
    ("dtype", "low", "high"),
    [("|u1", 0, 255), ("<u2", 0, 65535), ("|b1", 0, 1), ("<i8", 0, 255), ("|i1", -128, 127)],
)
@pytest.mark.parametrize("layout", ["nhwc", "nchw", "nhw"])
def test_integer_pixels_come_back_exactly(dtype, low, high, layout):
    shape = {"nhwc": (7, 16, 18, 3), "nchw": (7, 3, 16, 18), "nhw": (7, 16, 18)}[layout]
    rows = np.random.default_rng(0).integers(low, high + 1, shape).astype(dtype)
    rows.flat[0], rows.flat[1] = low, high
    before = rows.copy()
    channels = 1 if layout == "nhw" else 3
    codec = ImageCodec((channels, 16, 18), layout, dtype, float(low), float(high))
    x = codec.encode(rows)
    assert x.shape == (7, channels, 16, 18) and x.dtype == torch.float32
    assert float(x.min()) == -1 and abs(float(x.max()) - 1) < 1e-6
    back = codec.decode(x)
    assert back.dtype == np.dtype(dtype)
    np.testing.assert_array_equal(back, rows)
    np.testing.assert_array_equal(rows, before)


def test_channels_land_where_networks_expect_them():
    rows = np.zeros((2, 4, 5, 3), np.uint8)
    rows[1, 2, 3, 0] = 255
    x = ImageCodec((3, 4, 5), "nhwc", "|u1", 0.0, 255.0).encode(rows)
    assert torch.nonzero(x > 0).tolist() == [[1, 0, 2, 3]]


def test_pixels_are_clipped_to_the_range():
    back = GREY.decode(torch.tensor([-3.0, 3.0]).repeat(10).reshape(1, 1, 4, 5))
    assert set(back.ravel().tolist()) == {0, 255}


def test_numbers_by_hand():
    x = NUMERIC.encode(np.array([[5.0, 7.0], [-1.0, 7.0]]))
    assert_close(x, torch.tensor([[2.0, 0.0], [-1.0, 0.0]]))
    np.testing.assert_allclose(NUMERIC.decode(x), [[5.0, 7.0], [-1.0, 7.0]])


def test_a_constant_column_comes_back_whatever_was_generated():
    assert NUMERIC.decode(torch.tensor([[0.0, 123.0]]))[0, 1] == 7.0


def test_bare_numbers_and_integers_keep_their_form():
    codec = NumericCodec(("x",), (10.0,), (4.0,), (False,), "|u1", flat=True)
    back = codec.decode(torch.tensor([[0.1], [-9.0], [99.0]]))
    assert back.dtype == np.uint8 and back.tolist() == [10, 0, 255]
    assert codec.encode(back).shape == (3, 1)


def test_int64_saturates_instead_of_wrapping():
    codec = NumericCodec(("x",), (0.0,), (1e30,), (False,), "<i8")
    back = codec.decode(torch.tensor([[1.0], [-1.0]]))
    assert back[0, 0] > 2**62 and back[1, 0] == -(2**63)


@pytest.mark.parametrize(
    "codec", [NUMERIC, GREY, NumericCodec(("x",), (0.1,), (3e-9,), (False,), ">f4", True)]
)
def test_json_round_trip(codec):
    again = codec_from_json(json.loads(json.dumps(codec.to_json())))
    assert again == codec
    assert isinstance(again, Codec)


@pytest.mark.parametrize(
    ("codec", "change", "words"),
    [
        (GREY, {"kind": "imagee"}, "did you mean 'image'"),
        (GREY, {"kind": None}, "unknown codec kind"),
        (GREY, {"layuot": "nhw"}, "unknown codec field 'layuot'"),
        (GREY, {"layout": "hw"}, "'layout'"),
        (GREY, {"event_shape": [3, 4, 5]}, "'layout'"),
        (GREY, {"event_shape": [1, 4, -5]}, "'event_shape'"),
        (GREY, {"event_shape": [1, 4, 10**9]}, "'event_shape'"),
        (GREY, {"dtype": "O"}, "'dtype'"),
        (GREY, {"dtype": "V8"}, "'dtype'"),
        (GREY, {"high": float("nan")}, "'high'"),
        (GREY, {"high": -1}, "'high'"),
        (NUMERIC, {"std": [0.0, 1.0]}, "'std'"),
        (NUMERIC, {"std": [1.0]}, "'std'"),
        (NUMERIC, {"mean": ["1", 2]}, "'mean'"),
        (NUMERIC, {"mean": [float("inf"), 2]}, "'mean'"),
        (NUMERIC, {"constant": [0, 1]}, "'constant'"),
        (NUMERIC, {"columns": []}, "'columns'"),
        (NUMERIC, {"flat": True}, "'flat'"),
    ],
)
def test_json_is_checked_field_by_field(codec, change, words):
    with pytest.raises(InputError) as caught:
        codec_from_json({**codec.to_json(), **change})
    assert words in str(caught.value)


def test_a_missing_field_is_named():
    d = GREY.to_json()
    del d["low"]
    with pytest.raises(InputError, match="lacks its field 'low'"):
        codec_from_json(d)
