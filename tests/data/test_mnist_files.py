"""MNIST's files in every form that people have them in, fabricated small, and damaged."""

from __future__ import annotations

import gzip
import struct

import numpy as np
import pytest

from zerosum.data.mnist_files import read_mnist
from zerosum.errors import InputError

IDX = {
    "x_train": "train-images-idx3-ubyte",
    "y_train": "train-labels-idx1-ubyte",
    "x_test": "t10k-images-idx3-ubyte",
    "y_test": "t10k-labels-idx1-ubyte",
}


def made(train=30, test=20):
    rng = np.random.default_rng(0)
    found = {}
    for of, n in (("train", train), ("test", test)):
        found[f"x_{of}"] = rng.integers(0, 256, (n, 5, 4), dtype=np.uint8)
        found[f"y_{of}"] = (np.arange(n) % 10).astype(np.uint8)
    return found


def idx(array):
    return struct.pack(f">HBB{array.ndim}i", 0, 8, array.ndim, *array.shape) + array.tobytes()


def write(folder, arrays, form):
    for part, array in arrays.items():
        if form == "npy":
            np.save(folder / f"{part}.npy", array)
        elif form == "idx.gz":
            (folder / f"{IDX[part]}.gz").write_bytes(gzip.compress(idx(array)))
        else:
            (folder / IDX[part].replace("-idx", form)).write_bytes(idx(array))


@pytest.mark.parametrize("form", ["npz", "npy", "-idx", ".idx", "idx.gz"])
def test_every_form_holds_the_same(tmp_path, form):
    arrays = made()
    if form == "npz":
        np.savez(tmp_path / "mnist.npz", **arrays)
    else:
        write(tmp_path, arrays, form)
    scans = read_mnist(tmp_path / "mnist.npz" if form == "npz" else tmp_path)
    np.testing.assert_array_equal(scans.train, arrays["x_train"])
    np.testing.assert_array_equal(scans.held, arrays["x_test"])
    np.testing.assert_array_equal(scans.train_labels, arrays["y_train"])
    np.testing.assert_array_equal(scans.held_labels, arrays["y_test"])
    assert scans.train_labels.dtype == np.int64 and scans.white == 255
    assert scans.codec.event_shape == (1, 5, 4) and scans.stacked_codec.event_shape == (3, 5, 4)


WHOLE = idx(np.zeros((30, 5, 4), dtype=np.uint8))
DAMAGED = {
    "cut short": WHOLE[:-1],
    "longer than announced": WHOLE + b"0",
    "empty": b"",
    "head cut short": WHOLE[:9],
    "of floats": b"\x00\x00\x0d" + WHOLE[3:],
    "no idx": b"\x1f\x8b" + WHOLE[2:],
    "negative": struct.pack(">HBB3i", 0, 8, 3, -1, 5, 4),
    "a petabyte": struct.pack(">HBB3i", 0, 8, 3, 1 << 30, 1 << 10, 1 << 10),
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
@pytest.mark.parametrize("zipped", [False, True])
def test_damaged_idx_files_are_refused_by_name(tmp_path, content, zipped):
    write(tmp_path, made(), "-idx")
    (tmp_path / IDX["x_train"]).unlink()
    name = IDX["x_train"] + (".gz" if zipped else "")
    (tmp_path / name).write_bytes(gzip.compress(content) if zipped else content)
    with pytest.raises(InputError, match=r"train-images.* has no readable x_train"):
        read_mnist(tmp_path)


def test_a_gzip_cut_short_is_refused(tmp_path):
    write(tmp_path, made(), "idx.gz")
    path = tmp_path / f"{IDX['x_test']}.gz"
    path.write_bytes(path.read_bytes()[:-12])
    with pytest.raises(InputError, match="no readable x_test"):
        read_mnist(tmp_path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"y_train": np.zeros(30, dtype=np.uint8)}, "not the digits 0 to 9"),
        ({"y_test": np.arange(19, dtype=np.uint8) % 10}, "one whole number each"),
        ({"y_test": np.arange(20) % 10 / 1.0}, "one whole number each"),
        ({"x_train": np.zeros((30, 20), dtype=np.uint8)}, "height, width"),
        ({"x_train": np.zeros((30, 5, 4))}, "uint8"),
        ({"x_test": np.zeros((20, 4, 4), dtype=np.uint8)}, "differ in size"),
        ({"x_test": np.array([None] * 20)}, "no readable x_test"),
    ],
)
def test_arrays_that_are_no_labelled_digits_are_refused(tmp_path, change, words):
    np.savez(tmp_path / "mnist.npz", **(made() | change))
    with pytest.raises(InputError, match=words):
        read_mnist(tmp_path / "mnist.npz")


def test_what_is_missing_is_named(tmp_path):
    with pytest.raises(InputError, match="no file or folder"):
        read_mnist(tmp_path / "nowhere")
    with pytest.raises(InputError, match=r"neither x_train\.npy nor train-images-idx3-ubyte"):
        read_mnist(tmp_path)
    arrays = made()
    del arrays["y_test"]
    np.savez(tmp_path / "mnist.npz", **arrays)
    with pytest.raises(InputError, match="no readable y_test"):
        read_mnist(tmp_path / "mnist.npz")
    (tmp_path / "mnist.pkl").write_bytes(b"")
    with pytest.raises(InputError, match="not how MNIST comes"):
        read_mnist(tmp_path / "mnist.pkl")
