"""Reading files that may be hostile: regular files only, bounded before anything is allocated."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from zerosum.errors import InputError


def display(path: Path | str) -> str:
    """Return a path as one printable piece of text; odd characters come out escaped and quoted.

    >>> display("runs/a b"), display("new\\nline")
    ('runs/a b', "'new\\\\nline'")
    """
    text = str(path)
    return text if text.isprintable() else repr(text)


def size_text(count: int) -> str:
    """Return a number of bytes with its unit.

    >>> size_text(999), size_text(1_500_000)
    ('999 bytes', '1.5 MB')
    """
    if count < 1000:
        return f"{count} bytes"
    for unit, scale in (("kB", 10**3), ("MB", 10**6), ("GB", 10**9)):
        if count < 1000 * scale:
            return f"{count / scale:.1f} {unit}"
    return f"{count / 10**12:.1f} TB"


@contextmanager
def open_regular(path: Path, limit: int) -> Iterator[tuple[BinaryIO, int]]:
    """Open a regular file of at most `limit` bytes and give it with its size.

    Args:
        path: the file; links are followed, since model hubs keep their files behind links.
        limit: the most bytes the file may have.
    Returns:
        a context giving (file, size in bytes).
    Errors: OSError when it cannot be opened; InputError for a folder, a pipe, a device or a
        file above the limit.
    """
    # O_NONBLOCK: opening a pipe that nobody writes to would wait for ever.
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise InputError(f"{display(path)} is not a regular file; give a file")
    with os.fdopen(descriptor, "rb") as file:
        if status.st_size > limit:
            raise InputError(
                f"{display(path)} has {size_text(status.st_size)}, which is above the "
                f"{size_text(limit)} such a file may have; give another file"
            )
        yield file, status.st_size


def read_bytes(path: Path, limit: int) -> bytes:
    """Return the content of a regular file of at most `limit` bytes.

    Errors: OSError when it cannot be read; InputError as for `open_regular`.
    """
    with open_regular(path, limit) as (file, size):
        # One byte more than promised would mean that the file grew after it was measured.
        return file.read(size)


@contextmanager
def explaining(path: Path) -> Iterator[None]:
    """Turn the errors of reading `path` into one sentence that names it."""
    try:
        yield
    except OSError as error:
        raise InputError(
            f"cannot read {display(path)}: {error.strerror}; give a file that exists "
            "and that you may read"
        ) from error
