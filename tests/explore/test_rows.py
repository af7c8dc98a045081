"""Rows and masks in a person's layout against the layout of encoded rows."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from zerosum.data.codec import ImageCodec, NumericCodec
from zerosum.errors import InputError
from zerosum.explore.rows import encoded_mask, encoded_rows, own_shape

COLOUR = ImageCodec((3, 2, 4), "nhwc", "|u1", 0.0, 255.0)
FIRST = ImageCodec((3, 2, 4), "nchw", "|u1", 0.0, 255.0)
GREY = ImageCodec((1, 2, 4), "nhw", "|u1", 0.0, 255.0)
TABLE = NumericCodec(("a", "b"), (1.0, 0.0), (2.0, 1.0), (False, False), "<f8")
BARE = NumericCodec(("a",), (0.0,), (1.0,), (False,), "<f8", flat=True)


@pytest.mark.parametrize(
    ("codec", "shape"), [(COLOUR, (2, 4, 3)), (FIRST, (3, 2, 4)), (GREY, (2, 4)), (TABLE, (2,)), (BARE, ())]
)  # fmt: skip
def test_shapes_are_the_persons(codec, shape):
    assert own_shape(codec) == shape
    encoded = encoded_rows(codec, np.zeros((5, *shape)))
    assert tuple(encoded.shape) == (5, *codec.event_shape)


def test_a_row_with_nothing_in_a_place_keeps_it():
    encoded = encoded_rows(TABLE, np.array([[3.0, np.nan]]))
    assert encoded[0, 0] == 1 and encoded[0].isnan().tolist() == [False, True]


@pytest.mark.parametrize("codec", [COLOUR, FIRST, GREY])
def test_a_mask_of_pixels_is_that_of_every_channel(codec):
    pixels = np.arange(8).reshape(2, 4) % 3
    weights = encoded_mask(codec, pixels, 5)
    assert tuple(weights.shape) == (5, *codec.event_shape)
    assert torch.equal(weights, torch.from_numpy(pixels).float().expand(5, *codec.event_shape))
    each = np.stack([pixels, 1 - pixels.clip(max=1)])
    assert torch.equal(encoded_mask(codec, each, 2)[1, 0], torch.from_numpy(each[1]).float())


def test_a_mask_of_channels_keeps_its_place():
    own = np.zeros((2, 4, 3), dtype=bool)
    own[1, 2, 0] = True
    weights = encoded_mask(COLOUR, own, 1)
    assert weights.nonzero().tolist() == [[0, 0, 1, 2]]
    weights = encoded_mask(FIRST, own.transpose(2, 0, 1)[None], 1)
    assert weights.nonzero().tolist() == [[0, 0, 1, 2]]


def test_a_mask_of_columns():
    assert encoded_mask(TABLE, np.array([1, 0]), 3).tolist() == [[1, 0]] * 3
    assert encoded_mask(BARE, np.array([1, 0, 1]), 3).tolist() == [[1], [0], [1]]
    assert encoded_mask(TABLE, None, 3) is None


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: encoded_rows(GREY, np.zeros((3, 4, 2))), r"makes pictures of 2 x 4 pixels and 1 channel: "),
        (lambda: encoded_rows(COLOUR, np.zeros((3, 2, 4))), r"3 channels: give \(n, 2, 4, 3\)"),
        (lambda: encoded_rows(TABLE, np.zeros((3, 5))), "makes rows of 2 numbers"),
        (lambda: encoded_rows(TABLE, np.zeros((0, 2))), "rows have shape"),
        (lambda: encoded_rows(TABLE, np.array([["a", "b"]])), "which are no numbers"),
        (lambda: encoded_mask(GREY, np.ones((3, 3)), 2), r"mask has shape \(3, 3\), but 2 rows"),
        (lambda: encoded_mask(TABLE, np.ones(3), 2), r"give \(2,\), or \(2, 2\) for one mask each"),
        (lambda: encoded_mask(TABLE, np.array(["x", "y"]), 2), "mask holds"),
    ],
)  # fmt: skip
def test_what_does_not_fit(make, words):
    with pytest.raises(InputError, match=words):
        make()
