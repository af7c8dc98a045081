"""Every change this room makes to a disk, one small function for each operation.

The functions named in OPERATIONS are the only places where a disk is changed, and the other
functions look them up by name at each call. So a test can replace them, count the calls, and make
the n-th one fail or kill the process, n = 1, 2, ... until a save passes untouched.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from zerosum.errors import InputError, ZerosumError
from zerosum.records.reading import display, size_text

OPERATIONS = (
    "mkdir",
    "create",
    "open_append",
    "write",
    "truncate",
    "fsync",
    "rename",
    "unlink",
    "rmdir",
)

# The user named a place that cannot hold a run; everything else is the disk's own trouble.
_NOT_OURS = {errno.EACCES, errno.EPERM, errno.EROFS}
_NO_PLACE = {errno.ENOTDIR, errno.EEXIST, errno.EISDIR, errno.ENOENT}
_NO_NAME = {errno.ELOOP, errno.ENAMETOOLONG, errno.EINVAL}
_UNUSABLE = _NOT_OURS | _NO_PLACE | _NO_NAME
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
_APPEND = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC


def mkdir(path: Path) -> None:
    """Make one folder that must not exist yet."""
    os.mkdir(path)


def create(path: Path) -> int:
    """Open a file that must not exist yet and return its descriptor."""
    return os.open(path, _NEW_FILE, 0o666)


def open_append(path: Path) -> int:
    """Open a file for appending, made if absent, and return its descriptor."""
    return os.open(path, _APPEND, 0o666)


def write(descriptor: int, data: bytes | memoryview) -> int:
    """Write once and return how many bytes went out, which may be fewer than given."""
    return os.write(descriptor, data)


def truncate(descriptor: int, size: int) -> None:
    """Cut an open file to `size` bytes."""
    os.ftruncate(descriptor, size)


def fsync(descriptor: int) -> None:
    """Wait until an open file or folder is on the disk.

    A failure means that the data are lost: the kernel may report it only once, so the same
    descriptor is never tried again.
    """
    os.fsync(descriptor)


def rename(source: Path, target: Path) -> None:
    """Give a file or folder its new name in one step."""
    os.rename(source, target)


def unlink(path: Path) -> None:
    """Delete one file."""
    os.unlink(path)


def rmdir(path: Path) -> None:
    """Delete one empty folder."""
    os.rmdir(path)


def write_new(path: Path, data: bytes) -> None:
    """Write a new file and wait until it is on the disk."""
    descriptor = create(path)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[write(descriptor, rest) :]
        fsync(descriptor)
    finally:
        os.close(descriptor)


def write_new_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a new folder of files in the order given; each file and the folder are synchronised."""
    mkdir(folder)
    for name, data in files.items():
        write_new(folder / name, data)
    fsync_folder(folder)


def fsync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folders(folder: Path) -> None:
    """Make a folder and its missing parents, each one durable; one that exists is left alone."""
    missing = [p for p in (folder, *folder.parents) if not p.is_dir()]
    for path in reversed(missing):
        try:
            mkdir(path)
        except FileExistsError:  # another process may have made it in the meantime
            if not path.is_dir():
                raise
        fsync_folder(path.parent)


def delete_tree(path: Path) -> None:
    """Delete a file, or a folder with all it holds; links are deleted, never followed."""
    if path.is_symlink() or not path.is_dir():
        unlink(path)
        return
    for entry in sorted(path.iterdir()):
        delete_tree(entry)
    rmdir(path)


def discard(path: Path) -> None:
    """Delete what a failed write left; what cannot be deleted now is deleted at the next start."""
    with suppress(OSError):
        if os.path.lexists(path):
            delete_tree(path)


def free_bytes(path: Path) -> int | None:
    """Return the free bytes on the disk of a path that may not exist yet; None when unknown."""
    existing = next((p for p in (path, *path.parents) if p.exists()), Path("."))
    try:
        usage = shutil.disk_usage(existing)
    except OSError:
        return None
    # Some network disks report no size at all, which says nothing about the space they have.
    return usage.free if usage.total else None


def require_space(path: Path, needed: int) -> None:
    """Raise OSError(ENOSPC) when the disk of `path` has fewer than `needed` bytes free."""
    free = free_bytes(path)
    if free is not None and free < needed:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))


@contextmanager
def reporting(path: Path, needed: int = 0) -> Iterator[None]:
    """Turn an OSError of a write into one line naming the path, the bytes needed and those free.

    Args:
        path: what is being written.
        needed: bytes the write needs; 0 when it needs hardly any.
    Errors: ZerosumError.
    """
    try:
        yield
    except OSError as error:
        free = free_bytes(path)
        space = "unknown" if free is None else size_text(free)
        raise ZerosumError(
            f"cannot write {display(path)}: {error.strerror or error} "
            f"({size_text(needed)} needed, {space} free); what was saved before is untouched: "
            "free some space or mend the disk, then resume"
        ) from error


@contextmanager
def opening(path: Path) -> Iterator[None]:
    """Turn the errors of a place the user named into InputError, and the disk's own into reports.

    Errors: InputError when the path is not usable; ZerosumError when the disk is full or failing.
    """
    try:
        with reporting(path):
            yield
    except ZerosumError as error:
        cause = error.__cause__
        if not isinstance(cause, OSError) or cause.errno not in _UNUSABLE:
            raise
        raise InputError(
            f"{display(path)} cannot be used: {cause.strerror}; choose a folder that can be written"
        ) from cause
