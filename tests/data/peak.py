"""Peak memory of a piece of code, measured in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]

# VmHWM belongs to this process alone; ru_maxrss would start at the parent's peak after a fork
_FRAME = """
import sys
def peak():
    try:
        lines = open("/proc/self/status").read().splitlines()
    except OSError:
        import resource
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return next(int(l.split()[1]) * 1024 for l in lines if l.startswith("VmHWM"))
import numpy as np, torch
from zerosum.data.load import load
from zerosum.data.feed import Feed
from zerosum.data.split import split
from zerosum.errors import InputError
s = load("ring")
Feed(s, np.arange(s.n), 64, 0).batch(0)  # the code of torch's kernels is mapped at their first use
del s
before = peak()
{code}
print("growth", peak() - before)
"""


def growth(code: str, *arguments: str) -> int:
    """Return by how many bytes `code` raises the peak memory; it knows load, Feed and sys.argv."""
    done = subprocess.run(
        [sys.executable, "-c", _FRAME.format(code=code), *arguments],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split()[-1])
