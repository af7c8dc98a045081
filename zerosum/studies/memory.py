"""How many workers the machine's free memory holds."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from zerosum.errors import InputError
from zerosum.records.reading import size_text

WORKER = (
    300_000_000  # bytes of a process that has loaded torch and allocated nothing (223 MB measured)
)

# (limit, used) of this container, by the second and by the first version of control groups
_GROUPS = (
    ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
    ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
)


def cores() -> int:
    """Return how many cores this process may use."""
    # not every system can say which cores a process is bound to
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def free_memory() -> int | None:
    """Return the bytes that may be taken without swapping; None where the system does not say."""
    known = [free for free in (_of_machine(), *map(_of_group, _GROUPS)) if free is not None]
    return min(known) if known else None


def fitting_workers(wanted: int | None, chunks: int, chunk_bytes: int, free: int | None) -> int:
    """Return the number of workers.

    Args:
        wanted: how many were asked for; None takes one a core, or as many as the memory holds.
        chunks: that wait; more workers than that would have nothing to do.
        chunk_bytes: the most memory one chunk takes at work.
        free: bytes; None when unknown.
    Errors: InputError when those asked for, or a single one, need more than is free.

    >>> fitting_workers(None, 100, 700_000_000, 1_200_000_000)
    1
    """
    each = WORKER + chunk_bytes
    most = chunks if free is None else min(chunks, free // each)
    count = min(chunks, cores() if wanted is None else wanted)
    if count <= most:
        return count
    if wanted is None:
        if most >= 1:
            return int(most)
        count = 1
    remedy = "take fewer workers or smaller chunks" if count > 1 else "take smaller chunks"
    raise InputError(
        f"{count} {'worker needs' if count == 1 else 'workers need'} {size_text(count * each)} "
        f"({size_text(chunk_bytes)} a chunk) where {size_text(free or 0)} of memory are free; {remedy}"
    )


def _of_machine() -> int | None:
    with suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    with suppress(OSError, ValueError, AttributeError):
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return None


def _of_group(files: tuple[str, str]) -> int | None:
    with suppress(OSError, ValueError):  # "max" is no number: no limit
        limit, used = (int(Path(file).read_text()) for file in files)
        return max(0, limit - used)
    return None
