"""Arrays given in Python: kinds, layouts, ranges and labels, each stated or asked for."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from zerosum.data.arrays import from_array, with_labels
from zerosum.data.load import load
from zerosum.data.options import DataOptions
from zerosum.errors import InputError


def uint8(*shape: int) -> np.ndarray:
    """Random bytes."""
    return np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)


@pytest.mark.parametrize(
    ("shape", "event", "layout"),
    [
        ((5, 8, 9), (1, 8, 9), "nhw"),
        ((5, 8, 9, 3), (3, 8, 9), "nhwc"),
        ((5, 8, 9, 1), (1, 8, 9), "nhwc"),
        ((5, 4, 8, 9), (4, 8, 9), "nchw"),
        ((5, 2, 8, 9), (2, 8, 9), "nchw"),
    ],
)
def test_layouts_are_detected_and_stated(shape, event, layout):
    rows = uint8(*shape)
    source = load(rows)
    assert (source.kind, source.event_shape) == ("image", event)
    assert layout in source.notes[0]
    np.testing.assert_array_equal(source.codec.decode(source.codec.encode(rows)), rows)


@pytest.mark.parametrize("shape", [(5, 3, 8, 3), (5, 1, 8, 1), (9, 9, 3), (3, 9, 9), (4, 9, 9)])
def test_layouts_that_fit_twice_are_asked_for(shape):
    with pytest.raises(InputError, match="--layout"):
        load(uint8(*shape))


def test_a_given_layout_settles_it():
    source = load(uint8(5, 3, 8, 3), options=DataOptions(layout="nhwc"))
    assert source.event_shape == (3, 3, 8)
    with pytest.raises(InputError, match="three axes"):
        load(uint8(5, 3, 8, 3), options=DataOptions(layout="nhw"))


@pytest.mark.parametrize(
    ("rows", "low", "high"),
    [
        (np.linspace(0, 1, 128).reshape(2, 8, 8), 0, 1),
        (np.linspace(0, 0.3, 128).reshape(2, 8, 8).astype("f2"), 0, 1),
        (np.linspace(-0.2, 1, 128).reshape(2, 8, 8), -1, 1),
        (np.linspace(0, 130, 128).reshape(2, 8, 8), 0, 255),
        (np.arange(128).reshape(2, 8, 8) * 2, 0, 255),
        (np.arange(128).reshape(2, 8, 8) % 2, 0, 1),
        (np.arange(128).reshape(2, 8, 8).astype(">u2"), 0, 65535),
    ],
)
def test_ranges_are_recognised_and_stated(rows, low, high):
    source = load(rows)
    assert (source.codec.low, source.codec.high) == (low, high)
    assert str(high) in source.notes[1]


@pytest.mark.parametrize("high", [16.0, 127.0, 300.0, -5.0])
def test_other_ranges_are_taken_from_the_samples_and_stated(high):
    rows = np.linspace(0, high, 128).reshape(2, 8, 8)
    low, top = min(0.0, high), max(0.0, high)
    source = load(rows)
    assert (source.codec.low, source.codec.high) == (low, top)
    assert f"[{low:g}, {top:g}]" in source.notes[1] and "--range" in source.notes[1]
    x = load(rows, options=DataOptions(range=(low, top))).codec.encode(rows)
    assert (float(x.min()), float(x.max())) == (-1.0, 1.0)


def test_signed_bytes_and_one_value_ask_for_the_range():
    for rows in (np.arange(128).reshape(2, 8, 8).astype(np.int8), np.full((2, 8, 8), 3.0)):
        with pytest.raises(InputError, match=r"--range"):
            load(rows)


def test_values_outside_a_given_range_are_refused():
    with pytest.raises(InputError, match="from 0 to 255, outside the range 0 to 100"):
        load(
            np.arange(256, dtype=np.uint8).reshape(2, 8, 16),
            options=DataOptions(range=(0.0, 100.0)),
        )


def test_numbers_keep_shape_and_dtype():
    for rows in (np.arange(6.0), np.arange(6, dtype="i2").reshape(3, 2), np.eye(4, 7, dtype="f4")):
        source = load(rows)
        assert source.kind == ("table" if rows.ndim == 2 and rows.shape[1] > 2 else "points")
        back = source.codec.decode(source.codec.encode(rows))
        assert back.dtype == rows.dtype and back.shape == rows.shape
        np.testing.assert_allclose(back, rows, atol=1e-6)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.uint8])
def test_tensors(dtype):
    x = (torch.arange(24) % 7).reshape(12, 2).to(dtype)
    source = load(x.requires_grad_(dtype != torch.uint8))
    np.testing.assert_array_equal(source.rows, x.detach().float().numpy())


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (np.array([[1.0, np.nan], [0, 0]]), "sample 0"),
        (np.zeros((2, 3), dtype=complex), "complex128"),
        (np.zeros((0, 3)), "(0, 3)"),
        (np.zeros((1, 3)), "at least 2"),
        (np.zeros((3, 0)), "(3, 0)"),
        (np.zeros((2, 9, 9, 9)), "1 to 4"),
        (np.zeros((2, 2, 2, 2, 2)), "5 axes"),
        (np.array(["a", "b"]), "<U1"),
        (np.zeros((4, 2), dtype=np.longdouble), "at most 64 bits"),
    ],
)
def test_what_cannot_be_read(rows, words):
    with pytest.raises(InputError) as caught:
        load(rows)
    assert words in str(caught.value)


@pytest.mark.parametrize("option", [{"size": (8, 8)}, {"channels": 3}, {"range": (0.0, 1.0)}])
def test_picture_options_are_not_ignored_on_numbers(option):
    with pytest.raises(InputError, match=f"{next(iter(option))} was given"):
        load(np.eye(5), options=DataOptions(**option))


@pytest.mark.parametrize("option", [{"size": (4, 4)}, {"channels": 3}])
def test_arrays_are_not_resized_or_recoloured(option):
    with pytest.raises(InputError, match="used as they are"):
        load(uint8(5, 8, 8), options=DataOptions(**option))


def test_labels():
    source = load(np.arange(8.0), labels=np.array(["b", "a"] * 4))
    assert source.classes == ("a", "b") and source.labels.tolist() == [1, 0] * 4
    source = load(np.arange(8.0), labels=np.array([7.0, 3.0] * 4))
    assert source.classes == ("3", "7") and source.labels.tolist() == [1, 0] * 4


@pytest.mark.parametrize(
    ("labels", "names", "words"),
    [
        (np.zeros(7, int), None, "(7,)"),
        (np.zeros((8, 1), int), None, "(8, 1)"),
        (np.linspace(0, 1, 8), None, "float64"),
        (np.arange(8), None, "8 different labels"),
        (np.array([0, 1] * 4), ("one",), "no name"),
        (np.array([0, -1] * 4), ("one", "two"), "no name"),
    ],
)
def test_labels_that_do_not_fit(labels, names, words):
    source = from_array("x", np.arange(8.0), DataOptions())
    with pytest.raises(InputError) as caught:
        with_labels(source, labels, names)
    assert words in str(caught.value)


def test_equal_pictures_and_constant_columns_are_noted():
    assert "all 5 pictures are equal" in load(np.zeros((5, 8, 8), np.uint8)).notes[-1]
    assert "(column_2) of one value" in load(np.array([[1.0, 5.0], [2.0, 5.0]])).notes[-1]
