"""How many workers the machine's free memory holds."""

from __future__ import annotations

import os

from zerosum.errors import InputError
from zerosum.records.reading import size_text
from zerosum.training.memory import free_memory

WORKER = (
    300_000_000  # bytes of a process that has loaded torch and allocated nothing (223 MB measured)
)


def cores() -> int:
    """Return how many cores this process may use."""
    # not every system can say which cores a process is bound to
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


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


def check_free(needed: int, what: str, remedy: str) -> None:
    """Raise InputError when this process would need more bytes than are free."""
    free = free_memory()
    if free is not None and needed > free:
        raise InputError(
            f"{what} need {size_text(needed)} where {size_text(free)} of memory are free; {remedy}"
        )
