"""How much memory is free, on this machine or on a GPU. Loads no torch unless a GPU is asked about."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

# (limit, used) of this container, by the second and by the first version of control groups
_GROUPS = (
    ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
    ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
)


def free_memory(device: str = "cpu") -> int | None:
    """Return the bytes that may be taken without swapping; None where the system does not say.

    Args: device: as torch names it; a GPU is asked for its own memory.
    """
    if device.startswith("cuda"):
        import torch

        return int(torch.cuda.mem_get_info(device)[0])
    known = [free for free in (_of_machine(), *map(_of_group, _GROUPS)) if free is not None]
    return min(known) if known else None


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
