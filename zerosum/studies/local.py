"""The local executor: one single-threaded process a core, each doing one chunk after the other.

A worker that dies costs only its chunk. A worker whose driver has died ends itself at once. Spawned,
not forked: a forked child of a process that has used torch's threads can hang.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from zerosum.errors import ZerosumError
from zerosum.records.reading import size_text
from zerosum.studies.memory import WORKER, fitting_workers, free_memory
from zerosum.studies.task import ONE_THREAD, Demand, Outcome, Task, perform, settle_worker

MOST_STILLBORN = 5  # workers in a row that end before they can take a chunk
_PATIENCE = 2.0  # seconds an idle worker has to end by itself


@dataclass
class _Worker:
    process: BaseProcess
    connection: Connection
    number: int | None = None  # of the chunk it is doing
    since: float = 0.0  # when it got it
    late: bool = False  # it took too long, and was ended for it
    idle: bool = False  # ready for a chunk


class Local:
    """Workers on this machine.

    Args:
        task: what they do.
        workers: how many at most.
    """

    def __init__(self, task: Task, workers: int) -> None:
        self._task, self._most = task, workers
        self._waiting: deque[int] = deque()
        self._workers: list[_Worker] = []
        self._stillborn = 0

    def submit(self, number: int) -> None:
        """Add a chunk to those that wait."""
        self._waiting.append(number)

    def outcomes(self, timeout: float) -> list[Outcome]:
        """Return what is known since the last call, waiting at most `timeout` seconds for it.

        Errors: ZerosumError when worker after worker ends before it can take a chunk.
        """
        self._staff()
        heard = wait([worker.connection for worker in self._workers], timeout)
        found = [self._hear(w) for w in list(self._workers) if w.connection in heard]
        self._end_late_ones()
        return [outcome for outcome in found if outcome is not None]

    def pids(self) -> list[int]:
        """Return the process numbers of the workers."""
        return [w.process.pid for w in self._workers if w.process.pid is not None]

    def close(self) -> None:
        """End every worker; a chunk in work is given up."""
        for worker in self._workers:
            worker.connection.close()  # an idle one ends by itself at this
            if not worker.idle:
                worker.process.kill()
        for worker in self._workers:
            worker.process.join(_PATIENCE)
            worker.process.kill()
            worker.process.join()
        self._workers = []

    def _staff(self) -> None:
        """Start workers for chunks that wait, and give chunks to those that are idle."""
        starting = sum(w.number is None and not w.idle for w in self._workers)
        for worker in [w for w in self._workers if w.idle]:
            self._give(worker)
        missing = min(self._most - len(self._workers), len(self._waiting) - starting)
        for _ in range(missing):
            self._workers.append(_start(self._task))

    def _give(self, worker: _Worker) -> None:
        # a pipe may still take words for one that has died; its death shows at the next look
        if not self._waiting or not worker.process.is_alive():
            return
        # one that has died idle shows it at the next look, and has not touched the chunk
        with suppress(OSError):
            worker.connection.send(self._waiting[0])
            worker.number, worker.idle = self._waiting.popleft(), False
            worker.since = time.monotonic()

    def _end_late_ones(self) -> None:
        """End workers whose chunk hangs; the next look finds them dead."""
        limit = float("inf") if self._task.limit is None else self._task.limit
        for worker in self._workers:
            if worker.number is not None and time.monotonic() - worker.since > limit:
                worker.late = True
                worker.process.kill()

    def _hear(self, worker: _Worker) -> Outcome | None:
        """Take a worker's word, or find that it has died."""
        try:
            outcome: Outcome | None = worker.connection.recv()
        except (EOFError, OSError):
            return self._bury(worker)
        worker.number, worker.idle = None, True
        self._stillborn = 0
        self._give(worker)
        return outcome

    def _bury(self, worker: _Worker) -> Outcome | None:
        self._workers.remove(worker)
        worker.connection.close()
        worker.process.kill()  # one that has only closed its connection is of no use either
        worker.process.join()
        code = worker.process.exitcode
        if worker.number is not None:
            late = f"it took longer than {self._task.limit} s"
            reason = late if worker.late else f"its worker ended with code {code}"
            return Outcome(worker.number, "died", reason=reason)
        self._stillborn += not worker.idle
        if self._stillborn >= MOST_STILLBORN:
            raise ZerosumError(
                f"{MOST_STILLBORN} workers in a row ended before they could begin, the last with "
                f"code {code}; see their messages above, and in a script of your own put the call "
                'under `if __name__ == "__main__":`'
            )
        return None


def start_local(task: Task, demand: Demand) -> Local:
    """Say what the workers will take of this machine's memory at most, and return their executor.

    Errors: InputError when the memory does not hold those asked for, or not a single one.
    """
    free = free_memory()
    count = fitting_workers(demand.workers, demand.chunks, demand.chunk_bytes, free)
    of = "" if free is None else f" of {size_text(free)} free"
    demand.tell(
        f"{demand.chunks} {'chunk' if demand.chunks == 1 else 'chunks'} to do, "
        f"{count} {'worker' if count == 1 else 'workers'}, at most "
        f"{size_text(count * (WORKER + demand.chunk_bytes))}{of} memory"
    )
    return Local(task, count)


def _start(task: Task) -> _Worker:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, task), daemon=True)
    with _single_threaded(), _deaf_to_interrupts():
        process.start()
    theirs.close()  # so that ours ends when the worker does
    return _Worker(process, ours)


@contextmanager
def _single_threaded() -> Iterator[None]:
    """Let a process started meanwhile compute with one thread: libraries ask when they load."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(ONE_THREAD)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Let a process started meanwhile never see Ctrl-C, which a terminal sends to all of them.

    The driver gets its own a moment later. Python's tracker of resources starts with the first
    process and would open our ears again, so it goes first.
    """
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(connection: Connection, task: Task) -> None:
    """Do chunks until the driver has no more; the whole life of a worker."""
    threading.Thread(target=_end_with_the_driver, daemon=True).start()
    settle_worker()
    with suppress(EOFError, OSError):  # the driver is gone or wants no more
        connection.send(None)
        while True:
            connection.send(perform(task, connection.recv()))


def _end_with_the_driver() -> None:
    driver = multiprocessing.parent_process()
    if driver is not None:
        driver.join()
        os._exit(1)
