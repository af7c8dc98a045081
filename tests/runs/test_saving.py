"""Samples become files a person can open, whole or not at all."""

from __future__ import annotations

import csv

import numpy as np
import pytest
import torch
from PIL import Image

from tests.tiny_runs import small_pictures
from zerosum.data.codec import ImageCodec
from zerosum.data.load import load
from zerosum.data.options import DataOptions
from zerosum.errors import InputError, ZerosumError
from zerosum.runs import saving
from zerosum.runs.saving import check_target, display, save_picture, save_samples

GREY = ImageCodec((1, 6, 6), "nhw", "|u1", 0.0, 255.0)
COLOUR = ImageCodec((3, 4, 5), "nhwc", "<f4", 0.0, 1.0)
COLOURS = np.linspace(0, 1, 2 * 4 * 5 * 3, dtype=np.float32).reshape(2, 4, 5, 3)


@pytest.fixture(scope="module")
def numbers():
    """Rows of three columns and their codec."""
    rows = np.array([[1.5, -2.0, 1e-7], [0.1, 1e9, 3.0], [2.0, 5.0, 7.0]])
    return rows, load(np.repeat(rows, 5, axis=0), options=DataOptions()).codec


def test_display_turns_the_encoded_range_into_bytes():
    x = torch.tensor([-3.0, -1.0, 0.0, 0.5, 1.0, 9.0]).reshape(1, 1, 2, 3)
    assert display(x).tolist() == [[[0, 0, 128], [191, 255, 255]]]


@pytest.mark.parametrize(
    ("channels", "shape"), [(1, (2, 4, 5)), (3, (2, 4, 5, 3)), (4, (2, 4, 5, 4))]
)
def test_display_puts_channels_last_and_drops_a_single_one(channels, shape):
    assert display(torch.zeros(2, channels, 4, 5)).shape == shape


def test_pictures_in_a_folder_are_the_samples(tmp_path):
    rows = small_pictures(12)
    out = save_samples(tmp_path / "new" / "folder", rows, GREY)
    files = sorted(out.iterdir())
    assert [f.name for f in files] == [f"{i:05d}.png" for i in range(12)]
    assert np.array_equal(np.stack([np.asarray(Image.open(f)) for f in files]), rows)
    files = sorted(save_samples(tmp_path / "colours", COLOURS, COLOUR).iterdir())
    shown = np.stack([np.asarray(Image.open(f)) for f in files])
    assert np.array_equal(shown, np.round(COLOURS * 255).astype(np.uint8))


def test_an_array_is_the_samples_to_the_bit(tmp_path, numbers):
    for rows, codec in ((small_pictures(3), GREY), (COLOURS, COLOUR), numbers):
        path = save_samples(tmp_path / "x.npy", rows, codec)
        found = np.load(path, allow_pickle=False)
        assert found.dtype == rows.dtype and np.array_equal(found, rows)


def test_a_table_has_a_header_and_loses_no_digit(tmp_path, numbers):
    rows, codec = numbers
    path = save_samples(tmp_path / "x.csv", rows, codec)
    lines = list(csv.reader(path.read_text().splitlines()))
    assert len(lines) == 4 and len(set(lines[0])) == 3
    assert np.array_equal(np.array(lines[1:], dtype=np.float64), rows)


def test_a_table_keeps_the_names_of_its_columns(tmp_path):
    (tmp_path / "in.csv").write_text("length,width\n" + "1.0,2.0\n3.0,5.0\n" * 5)
    codec = load(tmp_path / "in.csv", options=DataOptions()).codec
    path = save_samples(tmp_path / "out.csv", np.ones((2, 2)), codec)
    assert path.read_text().splitlines()[0] == "length,width"


def test_a_picture_is_a_png_of_any_kind_of_rows(tmp_path, numbers):
    for name, rows, codec in (
        ("a.png", small_pictures(9), GREY),
        ("b.png", numbers[0], numbers[1]),
    ):
        path = save_picture(tmp_path / name, rows, codec)
        assert Image.open(path).format == "PNG" and min(Image.open(path).size) > 17


def test_an_upper_case_suffix_means_the_same(tmp_path):
    assert np.load(save_samples(tmp_path / "X.NPY", COLOURS, COLOUR)).shape == COLOURS.shape
    assert Image.open(save_samples(tmp_path / "X.PNG", COLOURS, COLOUR)).format == "PNG"


def test_a_file_that_is_there_is_replaced(tmp_path, numbers):
    (tmp_path / "x.npy").write_text("former")
    save_samples(tmp_path / "x.npy", *numbers)
    assert np.load(tmp_path / "x.npy").shape == (3, 3)
    assert [p.name for p in tmp_path.iterdir()] == ["x.npy"]


REFUSED = [
    ("x.gif", GREY, "ends in '.gif': use one of .png, .npy, .csv, or a folder"),
    ("x.pkl", GREY, r"ends in '\.pkl'"),
    ("x.csv", GREY, r"pictures do not fit into a \.csv"),
    ("folder", None, r"numbers need a file: use \.csv, \.npy or \.png"),
    ("full", GREY, "full exists already: give a new or an empty folder"),
    ("file", GREY, "file exists already"),
    ("nowhere/x.npy", GREY, "the folder .*nowhere does not exist"),
]


@pytest.mark.parametrize(("name", "codec", "words"), REFUSED, ids=[r[0] for r in REFUSED])
def test_a_target_that_does_not_fit_is_refused_first(tmp_path, numbers, name, codec, words):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").touch()
    (tmp_path / "file").touch()
    for call in (check_target, lambda out, codec: save_samples(out, np.zeros((1, 2)), codec)):
        with pytest.raises(InputError, match=words):
            call(tmp_path / name, codec or numbers[1])
    assert len(list(tmp_path.rglob("*"))) == 3


@pytest.mark.parametrize("out", ["x.npy", "new", "empty"])
def test_targets_that_fit_are_taken(tmp_path, out):
    (tmp_path / "empty").mkdir()
    check_target(tmp_path / out, GREY)


def broken(number):
    def fail(path, *arguments, **options):
        path.write_bytes(b"half a fi")
        raise OSError(number, "it broke")

    return fail


@pytest.mark.parametrize(
    ("number", "kind"), [(28, ZerosumError), (5, ZerosumError), (13, InputError)]
)
def test_a_write_that_fails_leaves_what_was_there(tmp_path, monkeypatch, number, kind):
    (tmp_path / "x.npy").write_text("former")
    monkeypatch.setattr(saving.np, "save", broken(number))
    with pytest.raises(kind, match=r"x\.npy.*it broke") as caught:
        save_samples(tmp_path / "x.npy", COLOURS, COLOUR)
    assert type(caught.value) is kind
    assert (tmp_path / "x.npy").read_text() == "former"
    assert [p.name for p in tmp_path.iterdir()] == ["x.npy"]


@pytest.mark.parametrize(
    "error", [OSError(28, "full"), KeyboardInterrupt()], ids=["full", "stopped"]
)
def test_half_a_folder_is_taken_away(tmp_path, monkeypatch, error):
    save = saving.save_grid

    def fails(picture, path, **options):
        save(picture, path, **options)
        if path.name == "00004.png":
            raise error

    monkeypatch.setattr(saving, "save_grid", fails)
    (tmp_path / "empty").mkdir()
    for name in ("new", "empty"):
        with pytest.raises((ZerosumError, KeyboardInterrupt)):
            save_samples(tmp_path / name, small_pictures(9), GREY)
    assert [p.name for p in tmp_path.rglob("*")] == ["empty"]
