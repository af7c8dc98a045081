"""A run folder is read as far as it can be, and what cannot be is said."""

from __future__ import annotations

import math
import shutil
import zipfile

import numpy as np
import pytest

from zerosum.errors import InputError
from zerosum.reports.read import Absent, read_run, step_of, text, value


@pytest.fixture
def copy(runs, tmp_path):
    return shutil.copytree(runs["digits"], tmp_path / "run")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("digits", "image"),
        ("colour", "image"),
        ("ring", "plane"),
        ("line", "line"),
        ("table", "table"),
    ],
)
def test_kind_is_known_from_the_gallery(runs, name, kind):
    assert read_run(runs[name]).kind == kind


def test_two_columns_of_a_table_are_no_plane(runs, tmp_path):
    run = shutil.copytree(runs["table"], tmp_path / "run")
    np.savez(run / "gallery.npz", real=np.zeros((5, 2)), fake=np.zeros((5, 2)))
    assert read_run(run).kind == "table"


def test_a_torn_last_line_is_left_out(runs):
    assert [event["kind"] for event in read_run(runs["bare"]).events] == ["start"]


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("environment.json", b"{not json"),
        ("environment.json", b"[1, 2]"),
        ("evidence.json", b"\xff\xfe"),
        ("evidence.json", b"[" * 100_000),
        ("gallery.npz", b"PK\x03\x04 torn"),
        ("gallery.npz", b""),
        ("events.jsonl", b"not an event\n"),
    ],
)
def test_damage_is_noted_and_nothing_is_raised(copy, file, content):
    (copy / file).write_bytes(content)
    assert file in read_run(copy).trouble[file]


def test_trouble_names_no_folder_of_the_machine(copy):
    (copy / "events.jsonl").write_text("no event\n")
    assert str(copy) not in read_run(copy).trouble["events.jsonl"]


def test_pickled_arrays_are_refused(copy):
    np.savez(copy / "gallery.npz", real=np.array([{"a": 1}], dtype=object))
    assert read_run(copy).gallery == {}


def test_a_gallery_that_unpacks_to_too_much_is_refused(copy, monkeypatch):
    monkeypatch.setattr("zerosum.reports.read._GALLERY", 1000)
    with zipfile.ZipFile(copy / "gallery.npz") as packed:
        assert sum(entry.file_size for entry in packed.infolist()) > 1000
    assert "unpacks" in read_run(copy).trouble["gallery.npz"]


def test_a_folder_that_is_not_there_is_the_users_error(tmp_path):
    with pytest.raises(InputError, match="no run folder"):
        read_run(tmp_path / "nothing")


def test_missing_arrays_are_absent(runs):
    with pytest.raises(Absent, match="no array named heat"):
        read_run(runs["digits"]).array("heat")
    with pytest.raises(Absent, match=r"no gallery\.npz"):
        read_run(runs["bare"]).array("real")


def test_values_and_texts_are_taken_only_for_what_they_are():
    source = {"a": {"b": 2, "c": "x ", "d": True, "e": None, "f": 10**400}}
    assert value(source, "a", "b") == 2.0
    assert text(source, "a", "c") == "x"
    assert all(math.isnan(value(source, "a", key)) for key in "cdez")
    assert value(source, "a", "f") == math.inf
    assert text(source, "a", "b") is None
    assert text(source, "a", "c", "deeper") is None


def test_previews_are_in_the_order_of_their_steps(copy):
    (copy / "samples" / "step-70.png").write_bytes(b"")
    steps = [step_of(path) for path in read_run(copy).previews]
    assert steps == sorted(steps)
    assert 70 in steps
