"""Folders: walking, sizes, channels, classes, and the rule for unusable files."""

from __future__ import annotations

import os

import numpy as np
import pytest
from PIL import Image

from zerosum.data import image_rules
from zerosum.data.image_files import find_images
from zerosum.data.load import load
from zerosum.data.options import DataOptions
from zerosum.errors import InputError


def picture(path, size=(12, 10), value=100, mode="RGB") -> None:
    """Write a picture of (width, height) with one value, and folders for it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    colour = {"RGB": (value, 0, 50), "L": value, "RGBA": (value, 0, 50, 128), "LA": (value, 128)}
    Image.new(mode, size, colour[mode]).save(path)


def test_links_loops_and_hidden_names(tmp_path):
    picture(tmp_path / "b.png")
    picture(tmp_path / "sub" / "a.PNG")
    picture(tmp_path / ".hidden" / "c.png")
    picture(tmp_path / "._b.png")
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "sub" / "loop").symlink_to("..")
    (tmp_path / "self.png").symlink_to("self.png")
    (tmp_path / "again.png").symlink_to("b.png")
    (tmp_path / "copy").symlink_to("sub")
    found = find_images(tmp_path)
    assert found.paths == ["b.png", os.path.join("sub", "a.PNG")]
    assert [path for path, _ in found.broken] == ["self.png"]
    assert (found.hidden, found.other) == (1, 1)


def test_a_linked_folder_outside_is_followed_once(tmp_path):
    picture(tmp_path / "elsewhere" / "a.png")
    (tmp_path / "root").mkdir()
    for name in ("x", "y"):
        (tmp_path / "root" / name).symlink_to(tmp_path / "elsewhere")
    assert find_images(tmp_path / "root").paths == [os.path.join("x", "a.png")]


def test_the_most_common_size_wins(tmp_path):
    for i, size in enumerate([(12, 10)] * 3 + [(30, 20)] * 2):
        picture(tmp_path / f"{i}.png", size)
    source = load(tmp_path)
    assert source.rows.shape == (5, 10, 12, 3)
    assert "2 pictures cropped to the centre and resized to 10 x 12" in " ".join(source.notes)


def test_without_a_common_size_the_lower_quartile(tmp_path):
    for i, side in enumerate([10, 20, 30, 40, 50, 60, 70, 80]):
        picture(tmp_path / f"{i}.png", (side, side + 5))
    source = load(tmp_path)
    assert source.event_shape == (3, 30, 30)
    assert "2 pictures smaller" in " ".join(source.notes)
    assert load(tmp_path, options=DataOptions(size=(7, 9))).event_shape == (3, 7, 9)


def test_channels(tmp_path):
    for i, mode in enumerate(["L", "L", "LA"]):
        picture(tmp_path / f"{i}.png", mode=mode)
    assert load(tmp_path).event_shape[0] == 1
    for channels in (1, 2, 3, 4):
        source = load(tmp_path, options=DataOptions(channels=channels))
        assert source.event_shape[0] == channels == source.rows.shape[-1]
    picture(tmp_path / "colour.png")
    source = load(tmp_path)
    assert source.event_shape[0] == 3
    assert "3 pictures turned to RGB" in " ".join(source.notes)


def test_classes_are_subfolders(tmp_path):
    for i, name in enumerate(["dog", "cat", "dog"]):
        picture(tmp_path / name / f"{i}.png", value=i)
    source = load(tmp_path)
    assert source.classes == ("cat", "dog") and source.labels.tolist() == [0, 1, 1]
    assert source.rows[:, 0, 0, 0].tolist() == [1, 0, 2]
    assert load(tmp_path, options=DataOptions(labels="none")).labels is None
    picture(tmp_path / "top.png")
    assert load(tmp_path).labels is None


def test_two_levels_or_one_folder_are_no_classes(tmp_path):
    for name in ("a/x", "b/y"):
        picture(tmp_path / "deep" / name / "0.png")
        picture(tmp_path / "one" / "train" / f"{name[0]}.png")
    assert load(tmp_path / "deep").labels is None
    assert load(tmp_path / "one").labels is None


@pytest.mark.parametrize(
    ("good", "bad", "loads"),
    [
        (10, 10, True),
        (9, 10, False),
        (12, 11, False),
        (1100, 11, True),
        (1080, 11, False),
        (0, 1, False),
    ],
)
def test_the_rule_for_unusable_files(tmp_path, good, bad, loads):
    skipped = [(f"{i}.png", "empty") for i in range(bad)]
    if loads:
        assert image_rules.check_skipped(tmp_path, skipped, good + bad) is None
        return
    with pytest.raises(InputError, match=rf"{bad} of the {good + bad:,} .*0.png \(empty\)"):
        image_rules.check_skipped(tmp_path, skipped, good + bad)


def test_skipped_files_leave_no_gap_in_rows_and_classes(tmp_path):
    for i in range(6):
        picture(tmp_path / "ab"[i % 2] / f"{i}.png", value=i)
    broken = tmp_path / "a" / "2.png"
    broken.write_bytes(broken.read_bytes()[:-30])
    source = load(tmp_path)
    assert source.rows[:, 0, 0, 0].tolist() == [0, 4, 1, 3, 5]
    assert source.labels.tolist() == [0, 0, 1, 1, 1]
    assert "skipped 1 of 6 files: a/2.png" in source.notes[-1].replace(os.sep, "/")


def test_a_cap_is_chosen_before_decoding(tmp_path):
    for i in range(9):
        picture(tmp_path / f"{i}.png", value=i)
    few = [
        load(tmp_path, options=DataOptions(n=4, seed=s)).rows[:, 0, 0, 0].tolist() for s in range(3)
    ]
    assert all(len(set(f)) == 4 and f == sorted(f) for f in few)
    assert few[0] != few[1] or few[0] != few[2]


def test_memory_is_estimated_first(tmp_path, monkeypatch):
    for i in range(4):
        picture(tmp_path / f"{i}.png")
    monkeypatch.setattr(image_rules, "MEMORY_LIMIT", 1000)
    with pytest.raises(InputError, match=r"4 pictures of 10 x 12 x 3 would take 1.44 kB"):
        load(tmp_path)


@pytest.mark.parametrize("option", [{"key": "a"}, {"layout": "nhwc"}, {"labels": "kind"}])
def test_options_that_folders_do_not_have(tmp_path, option):
    picture(tmp_path / "a.png")
    with pytest.raises(InputError, match=next(iter(option))):
        load(tmp_path, options=DataOptions(**option))


def test_real_folders(shared_data):
    source = load(shared_data / "emoji_class_sample")
    assert source.n == 180 and len(source.classes) == 9
    assert np.bincount(source.labels).tolist() == [20] * 9
    mixed = load(shared_data / "emoji_png_sample", options=DataOptions(size=(16, 16)))
    assert mixed.rows.shape == (500, 16, 16, 3)
