"""The operations themselves, and what is said when one fails."""

from __future__ import annotations

import errno
import os
import stat

import pytest

from tests.records.faults import every_operation, failing
from zerosum.errors import InputError, ZerosumError
from zerosum.records import atomic


def test_a_write_in_pieces_is_completed(tmp_path, monkeypatch):
    real = os.write
    monkeypatch.setattr(atomic, "write", lambda fd, data: real(fd, data[:3]))
    atomic.write_new(tmp_path / "a", b"0123456789")
    assert (tmp_path / "a").read_bytes() == b"0123456789"


def test_an_existing_file_or_link_is_never_written_through(tmp_path):
    (tmp_path / "a").symlink_to(tmp_path / "target")
    with pytest.raises(FileExistsError):
        atomic.write_new(tmp_path / "a", b"x")
    assert not (tmp_path / "target").exists()


def test_the_umask_is_respected(tmp_path):
    before = os.umask(0o077)
    try:
        atomic.write_new_folder(tmp_path / "a", {"f": b""})
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "a" / "f").stat().st_mode) == 0o600


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS, errno.ENOTDIR])
def test_a_place_that_cannot_be_used_is_wrong_usage(tmp_path, code):
    with pytest.raises(InputError, match=os.strerror(code)), atomic.opening(tmp_path):
        raise OSError(code, os.strerror(code))


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
def test_a_disk_in_trouble_is_a_failure(tmp_path, code):
    with pytest.raises(ZerosumError) as caught, atomic.opening(tmp_path):
        raise OSError(code, os.strerror(code))
    assert not isinstance(caught.value, InputError)


def test_a_report_names_path_reason_and_bytes(tmp_path, monkeypatch):
    monkeypatch.setattr(atomic, "free_bytes", lambda path: 12_300)
    with pytest.raises(ZerosumError) as caught, atomic.reporting(tmp_path / "a\nb", 4_560_000):
        raise OSError(errno.ENOSPC, "No space left on device")
    text = str(caught.value)
    assert "a\\nb" in text and "\n" not in text
    assert "No space left on device (4.6 MB needed, 12.3 kB free)" in text


def test_free_space_of_a_path_that_is_not_there_is_that_of_its_parent(tmp_path):
    assert atomic.free_bytes(tmp_path / "a" / "b") == pytest.approx(
        os.statvfs(tmp_path).f_bavail * os.statvfs(tmp_path).f_frsize, rel=0.05
    )


def test_a_disk_that_reports_no_size_is_not_called_full(tmp_path, monkeypatch):
    class Usage:
        total = free = 0

    monkeypatch.setattr(atomic.shutil, "disk_usage", lambda path: Usage)
    assert atomic.free_bytes(tmp_path) is None
    atomic.require_space(tmp_path, 10**18)


def test_a_folder_made_by_another_in_between_is_fine(tmp_path, monkeypatch):
    def too_late(path):
        os.mkdir(path)
        raise FileExistsError(errno.EEXIST, "File exists")

    monkeypatch.setattr(atomic, "mkdir", too_late)
    atomic.make_folders(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()


def test_what_cannot_be_discarded_now_is_left_without_an_error(tmp_path):
    (tmp_path / "a").write_text("")
    with every_operation(failing(1, errno.EIO)):
        atomic.discard(tmp_path / "a")
    assert (tmp_path / "a").exists()
