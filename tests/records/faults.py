"""Faults on demand: the n-th disk operation fails, or the process dies there."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from zerosum.records import atomic

Hook = Callable[[int, str, tuple, Callable[[], Any]], Any]
REAL_WRITE = os.write


@contextmanager
def every_operation(hook: Hook) -> Iterator[list[str]]:
    """Call hook(number, name, arguments, do) instead of each operation; gives the names called."""
    kept = {name: getattr(atomic, name) for name in atomic.OPERATIONS}
    originals = dict(kept)
    # A kill or an error loses nothing that the kernel has, so synchronising would only cost time.
    originals["fsync"] = lambda descriptor: None
    called: list[str] = []

    def replaced(name: str) -> Callable[..., Any]:
        def operation(*arguments: Any) -> Any:
            called.append(name)
            return hook(len(called), name, arguments, lambda: originals[name](*arguments))

        return operation

    try:
        for name in originals:
            setattr(atomic, name, replaced(name))
        yield called
    finally:
        for name, original in kept.items():
            setattr(atomic, name, original)


def failing(n: int, code: int, *, for_ever: bool = False) -> Hook:
    """Fail the n-th operation (and, with for_ever, all later ones) with an error number."""

    def hook(number, name, arguments, do):
        if number == n or (for_ever and number > n):
            raise OSError(code, os.strerror(code))
        return do()

    return hook


def killing(n: int, *, halfway: bool) -> Hook:
    """Kill the process at the n-th operation; `halfway` lets a write put half its bytes first."""

    def hook(number, name, arguments, do):
        if number == n:
            if halfway and name == "write":
                descriptor, data = arguments
                REAL_WRITE(descriptor, data[: len(data) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        return do()

    return hook


def forked(function: Callable[[], Any]) -> int:
    """Run a function in a forked child and return its exit code; -9 for one that was killed."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            function()
            code = 0
        except BaseException:
            traceback.print_exc(file=sys.__stderr__)
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def dead_pid() -> int:
    """Return the number of a process that has ended."""
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return pid


def half_done(folder: Path) -> list[str]:
    """Return the names of what is half done in a folder and below."""
    marks = (".tmp-", ".del-", ".old-")
    return sorted(p.name for p in folder.rglob(".*") if p.name.startswith(marks))


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return relative path -> content of all files below a folder, the lock file apart."""
    files = (p for p in sorted(folder.rglob("*")) if p.is_file() and p.name != ".lock")
    return {str(p.relative_to(folder)): p.read_bytes() for p in files}
