"""From what a person types to a source: names, paths, objects, and the cap on samples."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from zerosum.data.load import load
from zerosum.data.names import NAMES
from zerosum.data.options import DataOptions
from zerosum.data.toys import TOYS
from zerosum.errors import InputError


@pytest.mark.parametrize("name", NAMES)
def test_every_listed_name_loads(name):
    source = load(name)
    assert source.name == name and source.n >= 1000
    assert load(source) is source
    assert (source.toy is None) == (name not in TOYS)
    assert (source.manifold is None) == (name != "triangles")
    x = source.codec.encode(source.rows[:50])
    np.testing.assert_allclose(source.codec.decode(x), source.rows[:50], atol=1e-5)


def test_digits():
    digits = load("digits")
    assert digits.rows.shape == (1797, 8, 8) and digits.rows.dtype == np.float64
    assert (digits.rows.min(), digits.rows.max()) == (0, 16)
    assert np.bincount(digits.labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert digits.classes == tuple("0123456789") and digits.event_shape == (1, 8, 8)


def test_toys_are_drawn_by_n_and_seed():
    one = load("ring", options=DataOptions(n=50, seed=1))
    assert one.n == 50 and one.kind == "points" and one.codec.columns == ("x", "y")
    assert one.fingerprint == load("ring", options=DataOptions(n=50, seed=1)).fingerprint
    assert one.fingerprint != load("ring", options=DataOptions(n=50, seed=2)).fingerprint


def test_triangles_are_drawn_by_size_n_and_seed():
    one = load("triangles", options=DataOptions(size=(16, 16), n=600, seed=1))
    assert one.rows.shape == (600, 16, 16) and one.rows.dtype == np.float32
    assert one.kind == "image" and one.event_shape == (1, 16, 16) and one.manifold.size == 16
    assert one.rows.min() == 0 and one.rows.max() == 1
    few = load("triangles", options=DataOptions(size=(16, 16), n=50, seed=1))
    np.testing.assert_array_equal(few.rows, one.rows[:50])
    other = load("triangles", options=DataOptions(size=(16, 16), n=50, seed=2))
    assert few.fingerprint != other.fingerprint
    assert load("triangles", options=DataOptions(n=20)).event_shape == (1, 28, 28)


@pytest.mark.parametrize("size", [(28, 32), (8, 8), (256, 256)])
def test_triangles_refuse_a_size_they_cannot_be_drawn_at(size):
    with pytest.raises(InputError, match="give a square size from 16 x 16 to 128 x 128"):
        load("triangles", options=DataOptions(size=size))


def test_the_cap_keeps_order_labels_and_statistics():
    capped = load("digits", options=DataOptions(n=100))
    whole = load("digits")
    at = [np.flatnonzero((whole.rows == row).all(axis=(1, 2)))[0] for row in capped.rows]
    assert at == sorted(set(at)) and len(at) == 100 and at != list(range(100))
    np.testing.assert_array_equal(capped.labels, whole.labels[at])
    table = load(np.arange(30.0).reshape(10, 3), options=DataOptions(n=4))
    assert table.codec.mean == tuple(table.rows.mean(axis=0))


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("rinng", "did you mean 'ring'"),
        ("qqqq", "or a path"),
        ("nowhere/at/all", "there is no file or folder 'nowhere/at/all'"),
        (Path("missing.npy"), "there is no file or folder 'missing.npy'"),
        ("bad\0name", "unknown data set"),
        ("x" * 5000, "unknown data set"),
        ("x/" * 5000, "there is no file or folder"),
        ("", "."),
        (3, "int"),
        ([[1.0, 2.0]], "list"),
        (None, "NoneType"),
    ],
)
def test_what_is_no_data(spec, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as caught:
        load(spec)
    assert words in str(caught.value) and "\n" not in str(caught.value)


def test_files_of_other_kinds(tmp_path):
    (tmp_path / "a.txt").write_text("1")
    (tmp_path / "a.png").write_text("1")
    with pytest.raises(InputError, match=r"a\.txt is no data.*\.csv, \.npy, \.npz, \.parquet"):
        load(tmp_path / "a.txt")
    with pytest.raises(InputError, match=r"a\.png is one picture"):
        load(tmp_path / "a.png")


@pytest.mark.parametrize(
    "bad",
    [
        {"n": 1},
        {"size": (0, 8)},
        {"channels": 5},
        {"range": (1.0, 1.0)},
        {"range": (0.0, float("inf"))},
        {"layout": "hwc"},
        {"missing": "zero"},
        {"delimiter": "::"},
    ],
)
def test_options_are_checked(bad):
    with pytest.raises(InputError):
        DataOptions(**bad)


def test_names_and_options_come_without_torch_or_numpy():
    code = (
        "import sys, zerosum.data.names, zerosum.data.options\n"
        "assert not {'torch', 'numpy', 'PIL'} & set(sys.modules), 'heavy'"
    )
    root = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-c", code], cwd=root, check=True, timeout=60)
