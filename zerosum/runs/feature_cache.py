"""Features on the disk: one file an entry, whole or absent, the least recently used deleted above a limit.

An entry is an .npy file with the SHA-256 of its bytes behind it, which NumPy's reader does not mind. What is
damaged, cut short or of another shape is as good as absent. Nothing is unpickled.
"""

from __future__ import annotations

import hashlib
import io
import math
import os
from contextlib import suppress
from pathlib import Path

import numpy as np

from zerosum.errors import InputError
from zerosum.records import atomic

LIMIT = "ZEROSUM_CACHE_LIMIT"
_GIGABYTES = 2.0
_HASH = 32  # bytes


def limit_bytes() -> int:
    """Return how many bytes of features may be kept: $ZEROSUM_CACHE_LIMIT in GB, else 2 GB; 0 keeps none.

    Raises:
        InputError: the variable is no such number.
    """
    text = os.environ.get(LIMIT) or str(_GIGABYTES)
    try:
        gigabytes = float(text)
    except ValueError:
        gigabytes = math.nan
    if not 0 <= gigabytes < math.inf:
        raise InputError(
            f"{LIMIT} is {text!r}: give gigabytes such as 2 or 0.5, or 0 to keep nothing"
        )
    return round(gigabytes * 1e9)


def recall(path: Path, shape: tuple[int, int], dtype: np.dtype) -> np.ndarray | None:
    """Return what was kept at `path`, or None where there is nothing whole of this shape and dtype."""
    try:
        data = path.read_bytes()
        os.utime(path)  # used now
    except OSError:
        return None
    body, digest = data[:-_HASH], data[-_HASH:]
    if hashlib.sha256(body).digest() != digest:
        return None
    try:
        found = np.load(io.BytesIO(body), allow_pickle=False)
    except (ValueError, EOFError, OSError):
        return None
    right = isinstance(found, np.ndarray) and found.shape == shape and found.dtype == dtype
    return found if right else None


def keep(path: Path, values: np.ndarray, limit: int) -> bool:
    """Write an entry and delete the longest unused ones until all fit into `limit` bytes.

    Returns: whether it is kept; a full or read-only disk is no error, since features can be computed again.
    """
    buffer = io.BytesIO()
    np.save(buffer, values, allow_pickle=False)
    body = buffer.getvalue()
    if len(body) + _HASH > limit:
        return False
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        atomic.make_folders(path.parent)
        atomic.discard(partial)
        atomic.write_new(partial, body + hashlib.sha256(body).digest())
        os.replace(partial, path)
    except OSError:
        return False
    finally:
        atomic.discard(partial)
    _evict(path.parent, limit)
    return True


def size(folder: Path) -> int:
    """Return the bytes of all entries."""
    return sum(entry[1] for entry in _entries(folder))


def _evict(folder: Path, limit: int) -> None:
    entries = sorted(_entries(folder))
    total = sum(entry[1] for entry in entries)
    for _, taken, path in entries:
        if total <= limit:
            return
        with suppress(OSError):  # another process may have deleted it, or it is not ours to delete
            os.unlink(path)
        total -= taken


def _entries(folder: Path) -> list[tuple[int, int, str]]:
    """Return (time of last use, bytes, path) of every file, what an interrupted write left included."""
    found = []
    with suppress(OSError), os.scandir(folder) as files:
        for file in files:
            with suppress(OSError):
                status = file.stat(follow_symlinks=False)
                found.append((status.st_mtime_ns, status.st_size, file.path))
    return found
