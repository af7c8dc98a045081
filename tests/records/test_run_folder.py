"""Run folders: numbered once each, never overwritten, put in order at the start."""

from __future__ import annotations

import os

import pytest

from tests.records.faults import dead_pid, half_done, snapshot
from zerosum.errors import InputError
from zerosum.records.lock import Lock
from zerosum.records.run_folder import clean_leftovers, create_run


def test_two_hundred_at_once_get_two_hundred_numbers(tmp_path):
    root = tmp_path / "deep" / "runs"
    pids = []
    for child in range(40):
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                for k in range(5):
                    create_run(root, ("digits", "ring")[(child + k) % 2], "dcgan")
                code = 0
            finally:
                os._exit(code)
        pids.append(pid)
    assert [os.waitpid(pid, 0)[1] for pid in pids] == [0] * 40
    names = sorted(p.name for p in root.iterdir() if p.is_dir())
    assert [name[:6] for name in names] == [f"{n:05d}-" for n in range(200)]


def test_numbers_go_on_after_the_highest(tmp_path):
    for name in ("00041-old", "99999-huge", "notes", "7-short"):
        (tmp_path / name).mkdir()
    assert create_run(tmp_path, "digits", "r3gan").name == "100000-digits-r3gan"


@pytest.mark.parametrize(
    ("data", "slug"),
    [
        ("../data/my faces/", "my-faces"),
        ("faces.npz", "faces"),
        ("hub:org/größe", "große".replace("ß", "")),
        ("new\nline$(touch x)", "new-line-touch-x"),
        ("表情", "unnamed"),
        ("..", "unnamed"),
        ("x" * 300, "x" * 40),
    ],
)
def test_any_data_gives_a_plain_name(tmp_path, data, slug):
    run = create_run(tmp_path, data, "dcgan")
    assert run.parent == tmp_path and run.name == f"00000-{slug}-dcgan"


def test_a_given_name_is_used_once(tmp_path):
    run = create_run(tmp_path, "digits", "dcgan", name="mine")
    assert run == tmp_path / "mine" and list(run.iterdir()) == []
    with pytest.raises(InputError, match="never overwritten"):
        create_run(tmp_path, "digits", "dcgan", name="mine")


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "../a", "-rf", ".hid", "a\n", "a" * 101])
def test_a_name_that_is_no_plain_name_is_refused(tmp_path, name):
    with pytest.raises(InputError, match="cannot name a run folder"):
        create_run(tmp_path / "runs", "digits", "dcgan", name=name)
    assert list(tmp_path.iterdir()) == []


def test_a_root_that_is_a_file_or_no_path_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    for root in (tmp_path / "file", tmp_path / "file" / "runs", tmp_path / "a\0b"):
        with pytest.raises(InputError, match="cannot be used"):
            create_run(root, "digits", "dcgan")
    assert (tmp_path / "file").read_text() == ""


def test_cleaning_deletes_what_the_dead_left_and_nothing_else(tmp_path):
    dead = dead_pid()
    inner = tmp_path / "checkpoints"
    (inner / f".tmp-ckpt-000000005-{dead}" / "sub").mkdir(parents=True)
    (tmp_path / f".tmp-config.yaml-{dead}").write_text("half")
    (tmp_path / f".old-model-{dead}").mkdir()
    (tmp_path / f".old-model-{dead}" / "config.json").write_text("former")
    (tmp_path / f".tmp-evidence.json-{os.getppid()}").write_text("of a living process")
    (tmp_path / ".hidden").write_text("mine")
    (tmp_path / "target").write_text("kept")
    (inner / f".del-ckpt-000000001-{dead}").symlink_to(tmp_path / "target")
    with Lock(tmp_path) as lock:
        assert len(clean_leftovers(lock)) == 4
        assert clean_leftovers(lock) == []
    assert half_done(tmp_path) == [f".tmp-evidence.json-{os.getppid()}"]
    left = snapshot(tmp_path)
    assert left[".hidden"] == b"mine" and left["target"] == b"kept"
    assert left["model/config.json"] == b"former"


def test_a_predecessor_with_our_own_number_is_dead(tmp_path):
    (tmp_path / f".tmp-config.yaml-{os.getpid()}").write_text("from the container before")
    with Lock(tmp_path) as lock:
        clean_leftovers(lock)
    assert half_done(tmp_path) == []


def test_cleaning_needs_the_lock(tmp_path):
    with pytest.raises(AssertionError):
        clean_leftovers(Lock(tmp_path))
