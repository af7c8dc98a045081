"""One trainer a run folder: an flock on `.lock`, which the kernel frees however its holder ends.

Not to be confused with a lock *file* whose presence is the lock: that outlives a killed process and
keeps every later one out. Here the file stays for ever and means nothing; only the flock counts.
"""

from __future__ import annotations

import json
import os
import socket
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from zerosum.errors import InputError
from zerosum.records.atomic import opening
from zerosum.records.reading import display

_OPEN = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
_WAIT_FOR_NAME = 0.3  # seconds a fresh holder may take to write who it is

# A forked worker inherits the open file, and would keep the run locked after its trainer's death.
_HELD: set[int] = set()


def _forget_in_child() -> None:
    for descriptor in _HELD:
        os.close(descriptor)
    _HELD.clear()


os.register_at_fork(after_in_child=_forget_in_child)


class Lock:
    """Holds a run folder while its block runs; a second trainer is refused and told by whom.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as run, Lock(Path(run)) as lock:
    ...     lock.held
    True
    """

    def __init__(self, run: Path, words: tuple[str, str] = ("trained", "trainers")) -> None:
        """Name the run folder to hold; nothing is opened before the block is entered.

        Args:
            run: the folder.
            words: what its holder does to it and what two holders are called, for the refusal.
        """
        self.run, self._words = Path(run), words
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        """Whether this object, in this process, holds the folder now."""
        return self._descriptor in _HELD

    def __enter__(self) -> Lock:
        """Take the lock.

        Errors: InputError naming process and machine when another trainer holds it, or when the
            folder does not exist or cannot be written.
        """
        if not self.run.is_dir():
            raise InputError(f"{display(self.run)} is no run folder; give one that exists")
        with opening(self.run):
            self._descriptor = _take_soon(self.run / ".lock")
            if self._descriptor is None:
                raise InputError(_refusal(self.run, *self._words))
            _sign(self._descriptor)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Free the lock; a forked child that leaves the block leaves its parent's lock alone."""
        if self._descriptor is not None and self.held:
            with suppress(OSError):  # a name that stays is the name of a dead process: harmless
                os.ftruncate(self._descriptor, 0)
            free(self._descriptor)
        self._descriptor = None


def take(path: Path, *, wait: bool) -> int | None:
    """Lock a file, made if absent.

    Args:
        path: the file.
        wait: wait until the lock is free.
    Returns:
        a descriptor for `free`, or None when it is taken and `wait` is False.
    Errors: OSError.
    """
    # POSIX only: importing it here keeps artefacts and reports readable on other systems.
    import fcntl

    descriptor = os.open(path, _OPEN, 0o666)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        os.close(descriptor)
        return None
    except BaseException:
        os.close(descriptor)
        raise
    _HELD.add(descriptor)
    return descriptor


def holder(run: Path) -> int | None:
    """Return the number of the process that trains in a run folder; None when nobody does.

    Looks at what is locked, not only at what is written: a name that a killed process left is that of
    nobody. 0 stands for a process whose number cannot be read.
    """
    import fcntl

    try:
        descriptor = os.open(run / ".lock", os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        if not os.read(descriptor, 512).strip(b" \0\n"):  # blank: whoever held it has left
            return None
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        found = _holder(run)
        return 0 if found is None else found[0]
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return None


def free(descriptor: int) -> None:
    """Free what `take` locked."""
    _HELD.discard(descriptor)
    os.close(descriptor)


def _take_soon(path: Path) -> int | None:
    """Lock a file; whoever only looks whether it is locked holds it for a few microseconds."""
    for _ in range(3):
        descriptor = take(path, wait=False)
        if descriptor is not None:
            return descriptor
        time.sleep(0.005)
    return None


def _sign(descriptor: int) -> None:
    """Write who holds the lock; on a disk too full for that, free it again."""
    who = json.dumps({"pid": os.getpid(), "host": socket.gethostname()}).encode()
    try:
        os.pwrite(descriptor, who.ljust(256) + b"\n", 0)
    except OSError:
        free(descriptor)
        raise


def _refusal(run: Path, done: str, holders: str) -> str:
    """Say who holds the lock, giving a holder that has just come the time to write its name."""
    deadline = time.monotonic() + _WAIT_FOR_NAME
    holder = _holder(run)
    while holder is None and time.monotonic() < deadline:
        time.sleep(0.01)
        holder = _holder(run)
    who = "another process" if holder is None else f"process {holder[0]} on {holder[1]}"
    return (
        f"{display(run)} is being {done} by {who}, and two {holders} would spoil it; "
        "wait until that one ends or stop it, then try again"
    )


def _holder(run: Path) -> tuple[int, str] | None:
    """Return (pid, host) as written in the lock file; None while it is blank or names the dead."""
    try:
        with open(run / ".lock", "rb") as file:
            who: Any = json.loads(file.read(512))
        pid, host = int(who["pid"]), str(who["host"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if host != socket.gethostname():
        return pid, display(host)
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return None
    except PermissionError:
        pass
    return pid, display(host)
