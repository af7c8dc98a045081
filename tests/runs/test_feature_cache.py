"""Entries on the disk: whole or absent, whatever happened to the file, and never more than the limit."""

from __future__ import annotations

import os

import numpy as np
import pytest

from zerosum.errors import InputError
from zerosum.runs import feature_cache
from zerosum.runs.feature_cache import LIMIT, keep, limit_bytes, recall, size

VALUES = np.arange(12, dtype=np.float32).reshape(3, 4)
ROOM = 10_000


def known(path, shape=(3, 4), dtype=np.float32):
    return recall(path, shape, np.dtype(dtype))


def test_what_is_kept_is_recalled_bit_for_bit(tmp_path):
    path = tmp_path / "features" / "a.npy"
    assert known(path) is None and size(path.parent) == 0
    assert keep(path, VALUES, ROOM)
    found = known(path)
    assert found.dtype == np.float32 and found.tobytes() == VALUES.tobytes()
    np.testing.assert_array_equal(np.load(path, allow_pickle=False), VALUES)  # a plain .npy as well
    assert size(path.parent) == path.stat().st_size == 128 + 48 + 32  # header, numbers, hash
    assert [p.name for p in path.parent.iterdir()] == ["a.npy"]


@pytest.mark.parametrize("cut", [0, 1, 31, 32, 33, 100, 207])
def test_a_file_cut_short_anywhere_is_absent(tmp_path, cut):
    path = tmp_path / "a.npy"
    keep(path, VALUES, ROOM)
    path.write_bytes(path.read_bytes()[:cut])
    assert known(path) is None
    assert keep(path, VALUES, ROOM) and known(path) is not None


def test_one_flipped_bit_is_seen_wherever_it_is(tmp_path):
    path = tmp_path / "a.npy"
    keep(path, VALUES, ROOM)
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert known(path) is None


def test_other_shapes_dtypes_and_pickles_are_absent(tmp_path):
    path = tmp_path / "a.npy"
    keep(path, VALUES, ROOM)
    assert known(path, (4, 3)) is None and known(path, dtype=np.float64) is None
    body = tmp_path / "pickle.npy"
    np.save(body, np.array([[{"a": 1}]], dtype=object), allow_pickle=True)
    data = body.read_bytes()
    path.write_bytes(data + feature_cache.hashlib.sha256(data).digest())
    assert known(path, (1, 1), object) is None


def test_the_longest_unused_go_first(tmp_path):
    one = 208
    for i, name in enumerate("abc"):
        keep(tmp_path / f"{name}.npy", VALUES, 4 * one)
        os.utime(tmp_path / f"{name}.npy", ns=(i, i))
    assert known(tmp_path / "a.npy") is not None  # used now: no longer the oldest
    keep(tmp_path / "d.npy", VALUES, 3 * one)
    assert sorted(p.stem for p in tmp_path.iterdir()) == ["a", "c", "d"]
    assert size(tmp_path) <= 3 * one


def test_what_an_interrupted_write_left_is_cleared_in_its_turn(tmp_path):
    left = tmp_path / "x.npy.1.part"
    left.write_bytes(bytes(300))
    os.utime(left, ns=(0, 0))
    keep(tmp_path / "a.npy", VALUES, 400)
    assert [p.name for p in tmp_path.iterdir()] == ["a.npy"]


def test_an_entry_larger_than_the_limit_is_not_kept(tmp_path):
    assert not keep(tmp_path / "a.npy", VALUES, 207)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_no_error(tmp_path):
    (tmp_path / "file").write_text("no folder")
    assert not keep(tmp_path / "file" / "a.npy", VALUES, ROOM)


def test_a_write_that_fails_leaves_the_old_entry(tmp_path, monkeypatch):
    path = tmp_path / "a.npy"
    keep(path, VALUES, ROOM)

    def full(descriptor, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(feature_cache.atomic, "write", full)
    assert not keep(path, VALUES + 1, ROOM)
    np.testing.assert_array_equal(known(path), VALUES)
    assert [p.name for p in tmp_path.iterdir()] == ["a.npy"]


def test_the_limit_comes_from_the_environment(monkeypatch):
    monkeypatch.delenv(LIMIT, raising=False)
    assert limit_bytes() == 2_000_000_000
    monkeypatch.setenv(LIMIT, "0.5")
    assert limit_bytes() == 500_000_000
    for text in ("much", "-1", "nan", "inf"):
        monkeypatch.setenv(LIMIT, text)
        with pytest.raises(InputError, match=f"ZEROSUM_CACHE_LIMIT is '{text}': give gigabytes"):
            limit_bytes()
