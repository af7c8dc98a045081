"""Atomic replacement, and telling the dead from the living."""

from __future__ import annotations

import os

import pytest

from tests.records.faults import dead_pid, every_operation, failing, half_done
from zerosum.records import atomic
from zerosum.records.leftovers import (
    delete,
    marked,
    place_folder,
    replace_file,
    settle,
    standing_in,
)


def test_names_tell_what_is_half_done_and_by_whom(tmp_path):
    assert marked(tmp_path / "a-b-1", "tmp").name == f".tmp-a-b-1-{os.getpid()}"


def test_only_one_name_is_settled_when_asked(tmp_path):
    pid = dead_pid()
    for name in ("a", "b", "a-b"):
        (tmp_path / f".tmp-{name}-{pid}").mkdir()
    assert settle(tmp_path, "a") == [f".tmp-a-{pid}"]
    assert settle(tmp_path / "absent") == []
    assert len(half_done(tmp_path)) == 2


def test_what_init_runs_is_alive(tmp_path):
    (tmp_path / ".tmp-a-1").mkdir()
    assert settle(tmp_path) == []


def test_a_replaced_folder_that_has_its_successor_is_deleted(tmp_path):
    pid = dead_pid()
    (tmp_path / "a").mkdir()
    (tmp_path / f".old-a-{pid}").mkdir()
    (tmp_path / f".old-b-{pid}").mkdir()
    assert standing_in(tmp_path) == {"b": tmp_path / f".old-b-{pid}"}
    assert len(settle(tmp_path)) == 2
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "b"]


def test_replacing_goes_on_over_what_this_process_left(tmp_path):
    marked(tmp_path / "a.json", "tmp").mkdir()
    marked(tmp_path / "folder", "tmp").write_text("file in a folder's place")
    replace_file(tmp_path / "a.json", b"1")
    assert place_folder(tmp_path / "folder", {"f": b"2"}) is None
    assert (tmp_path / "a.json").read_bytes() == b"1" and half_done(tmp_path) == []
    assert (tmp_path / "folder" / "f").read_bytes() == b"2"


def test_a_folder_that_cannot_be_placed_comes_back(tmp_path):
    (tmp_path / "a").mkdir()
    with every_operation(lambda *a: a[3]()) as called:
        delete_former = place_folder(tmp_path / "a", {"f": b"1"})
    atomic.delete_tree(delete_former)
    second = len(called) - 1  # the rename of the new folder: the former is out of the way by then
    assert called[second - 1] == "rename"
    with every_operation(failing(second, 5)), pytest.raises(OSError):
        place_folder(tmp_path / "a", {"f": b"2"})
    assert (tmp_path / "a" / "f").read_bytes() == b"1" and half_done(tmp_path) == []


def test_deleting_follows_no_link(tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "file").write_text("kept")
    (tmp_path / "victim").mkdir()
    (tmp_path / "victim" / "link").symlink_to(tmp_path / "outside")
    delete([tmp_path / "victim"])
    assert [p.name for p in tmp_path.iterdir()] == ["outside"]
    assert (tmp_path / "outside" / "file").read_text() == "kept"
