"""Keeping freed memory between steps, on Linux with glibc.

A step frees blocks of many megabytes and asks for the same ones again. By default glibc returns them
to the kernel, which then maps and zeroes them page by page at every step. Two settings of `mallopt(3)`
keep them: the largest threshold for mapped blocks, and no trimming. ZEROSUM_MALLOC=0 leaves all as is.
"""

from __future__ import annotations

import ctypes
import os
import sys

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # names of malloc.h
_LARGEST_MMAP_THRESHOLD = 32 << 20  # glibc refuses more
_NEVER = 2**31 - 1


def keep_freed_memory() -> bool:
    """Ask the allocator to keep what is freed; return whether it will."""
    if sys.platform != "linux" or os.environ.get("ZEROSUM_MALLOC") == "0":
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # another libc has none
    if mallopt is None:
        return False
    kept = mallopt(_MMAP_THRESHOLD, _LARGEST_MMAP_THRESHOLD)
    return bool(kept and mallopt(_TRIM_THRESHOLD, _NEVER))
