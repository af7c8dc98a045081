"""A driver as a process: started, listened to, aimed at."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def start(folder, chunks, workers=2, work="trial", executor="local", **variables):
    """Start a driver; its stdout brings the number of chunks done, line by line."""
    command = [sys.executable, "-m", "tests.studies.driver", folder, chunks, workers, work]
    command.append(executor)
    environment = {**os.environ, **{k: str(v) for k, v in variables.items()}}
    return subprocess.Popen(
        [str(part) for part in command], cwd=ROOT, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def workers_of(pid):
    """Return the process numbers of a driver's workers (its tracker of resources is none)."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, IndexError):
            parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == pid and b"spawn_main" in (path / "cmdline").read_bytes():
                found.append(int(path.name))
    return found


def gone(pids, seconds=5.0):
    """Wait until processes have ended; whether they did in time."""
    deadline = time.monotonic() + seconds
    while any(alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not any(alive(pid) for pid in pids)


def alive(pid):
    """Whether a process runs: one that has ended and is waited for by nobody does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"
