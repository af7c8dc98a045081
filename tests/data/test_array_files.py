"""`.npy` and `.npz` files: mapped or bounded, keys, labels and class names."""

from __future__ import annotations

import numpy as np
import pytest

from zerosum.data import array_files
from zerosum.data.load import load
from zerosum.data.options import DataOptions
from zerosum.errors import InputError

IMAGES = np.random.default_rng(0).integers(0, 256, (6, 8, 8, 3), dtype=np.uint8)


def test_npy_is_mapped_and_named_by_its_stem(tmp_path):
    np.save(tmp_path / "cats.npy", IMAGES)
    source = load(str(tmp_path / "cats.npy"))
    assert source.name == "cats" and isinstance(source.rows, np.memmap)
    assert source.fingerprint == load(IMAGES).fingerprint


def test_the_samples_of_an_npz_and_their_classes(tmp_path):
    label, names = np.array([2, 0, 2, 0, 2, 0]), np.array(["no", "maybe", "yes"])
    np.savez(tmp_path / "a.npz", images=IMAGES, labels=label, label_names=names, extra=np.arange(9))
    source = load(tmp_path / "a.npz")
    assert source.classes == ("no", "maybe", "yes") and source.labels.tolist() == label.tolist()
    np.testing.assert_array_equal(source.rows, IMAGES)
    none = load(tmp_path / "a.npz", options=DataOptions(labels="none"))
    assert none.labels is None and none.classes == ()
    other = load(tmp_path / "a.npz", options=DataOptions(labels="labels", key="images"))
    assert other.classes == source.classes


def test_labels_by_another_name(tmp_path):
    np.savez(tmp_path / "a.npz", images=IMAGES, char=np.array(["b", "a"] * 3))
    assert load(tmp_path / "a.npz").labels is None
    source = load(tmp_path / "a.npz", options=DataOptions(labels="char"))
    assert source.classes == ("a", "b")
    with pytest.raises(InputError, match="no array 'chars' for labels; it holds images, char"):
        load(tmp_path / "a.npz", options=DataOptions(labels="chars"))


def test_a_single_array_needs_no_name(tmp_path):
    np.savez_compressed(tmp_path / "a.npz", IMAGES)
    assert load(tmp_path / "a.npz").n == 6


def test_a_damaged_neighbour_does_not_matter_until_it_is_chosen(tmp_path):
    np.savez(tmp_path / "a.npz", images=IMAGES, notes=np.array([{}], dtype=object))
    assert load(tmp_path / "a.npz").n == 6
    with pytest.raises(InputError, match=r"a\.npz:notes holds Python objects"):
        load(tmp_path / "a.npz", options=DataOptions(key="notes"))


def test_the_inflation_limits(tmp_path, monkeypatch):
    monkeypatch.setattr(array_files, "RATIO_FREE", 1000)
    np.savez_compressed(tmp_path / "flat.npz", images=np.zeros((100, 64, 64), np.uint8))
    np.savez_compressed(tmp_path / "rich.npz", images=IMAGES)
    assert load(tmp_path / "rich.npz").n == 6
    with pytest.raises(InputError, match=r"flat\.npz:images would inflate.*410 kB"):
        load(tmp_path / "flat.npz")
    monkeypatch.setattr(array_files, "MEMBER_LIMIT", 1000)
    with pytest.raises(InputError, match="would inflate"):
        load(tmp_path / "rich.npz")


def test_real_sets(shared_data):
    source = load(shared_data / "mini" / "glyphs32_mini.npz", options=DataOptions(labels="char"))
    assert source.rows.shape == (3968, 32, 32) and len(source.classes) == 62
    with pytest.raises(InputError, match="google"):
        load(shared_data / "mini" / "emoji32_mini.npz")
    google = DataOptions(key="google")
    assert load(shared_data / "mini" / "emoji32_mini.npz", options=google).event_shape == (
        3,
        32,
        32,
    )
