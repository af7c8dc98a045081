"""The Ray executor: the same chunks on the nodes of a Ray cluster that somebody has started.

Nodes need share no disk: a worker sends its result back encoded, and the driver, the only writer,
puts it in its place. Ray retries nothing, so that the ledger counts every attempt. The cluster is
left running at the end; only what this study asked of it is cancelled.
"""

from __future__ import annotations

import logging
import os
import platform
import signal
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from zerosum.errors import InputError
from zerosum.records.reading import size_text
from zerosum.studies.memory import WORKER
from zerosum.studies.task import (
    ONE_THREAD,
    Demand,
    Encoded,
    Outcome,
    Task,
    compute,
    keep,
    settle_worker,
)

_AHEAD = 2  # chunks asked for at once for each CPU, so that none waits for the next
_PATIENCE = 5.0  # seconds for a cluster to answer; Ray itself would try for two minutes


@dataclass
class _Chunk:
    number: int
    since: float | None = None  # when its work began; None while it waits for a CPU
    late: bool = False  # it took too long, and was cancelled for it


def start_on_ray(task: Task, demand: Demand) -> OnRay:
    """Join the cluster at $RAY_ADDRESS, or that of this machine; say what it has; return its executor.

    Errors: InputError when ray is not installed, or no cluster answers.
    """
    ray = ray_library()
    leave = (lambda: None) if ray.is_initialized() else _join(ray)
    nodes = sum(node["Alive"] for node in ray.nodes())
    cpus = _cpus(ray)
    at_once = min(demand.chunks, cpus, demand.workers or cpus)
    demand.tell(
        f"{demand.chunks} chunks to do, {at_once} at once on a Ray cluster of {nodes} "
        f"{'node' if nodes == 1 else 'nodes'} with {cpus} {'CPU' if cpus == 1 else 'CPUs'}, each with "
        f"at most {size_text(WORKER + demand.chunk_bytes)} of its node's memory"
    )
    return OnRay(task, demand.workers, ray, leave)


def ray_library() -> Any:
    """Return the module `ray`, which reports to nobody.

    Errors: InputError when it is not installed.
    """
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # read when it is imported
    try:
        import ray
    except ImportError:
        raise InputError(
            "the executor ray needs the ray package; install it with: pip install 'zerosum[cluster]'"
        ) from None
    return ray


class OnRay:
    """One single-threaded task of a Ray cluster for each chunk.

    Args:
        task: what the workers do.
        workers: how many chunks at once; None takes as many as the cluster has CPUs, as it grows and
            shrinks.
        ray: the library, connected to the cluster.
        leave: called at the end.
    """

    def __init__(
        self, task: Task, workers: int | None, ray: Any, leave: Callable[[], None]
    ) -> None:
        self._task, self._workers, self._ray, self._leave = task, workers, ray, leave
        self._version = version("zerosum")
        self._sent = ray.put(task)  # once for each node, not once for each chunk
        self._remote = ray.remote(
            num_cpus=1, max_retries=0, num_returns="streaming", runtime_env={"env_vars": ONE_THREAD}
        )(work_on)
        self._waiting: deque[int] = deque()
        self._asked: dict[Any, _Chunk] = {}  # stream of what a worker says -> its chunk

    def submit(self, number: int) -> None:
        """Add a chunk to those that wait."""
        self._waiting.append(number)

    def outcomes(self, timeout: float) -> list[Outcome]:
        """Return what is known since the last call, waiting at most `timeout` seconds for it.

        Errors: InputError when a node cannot do the work at all, or has another zerosum.
        """
        self._ask()
        self._ray.wait(list(self._asked), timeout=timeout)
        heard, _ = self._ray.wait(list(self._asked), num_returns=len(self._asked), timeout=0)
        found = [self._hear(stream) for stream in heard]
        self._cancel_late_ones()
        return [outcome for outcome in found if outcome is not None]

    def close(self) -> None:
        """Cancel what is still asked for, and leave the cluster to others."""
        for stream in self._asked:
            with suppress(self._ray.exceptions.RayError):
                self._ray.cancel(stream, force=True)
        self._asked = {}
        self._leave()

    def _ask(self) -> None:
        """Ask the cluster for chunks that wait, a few more than it can do at once."""
        if not self._waiting:
            return
        # asked anew each time: nodes come and go; with none, it waits for one to come
        most = self._workers or max(1, _AHEAD * _cpus(self._ray))
        while self._waiting and len(self._asked) < most:
            number = self._waiting.popleft()
            self._asked[self._remote.remote(self._sent, number)] = _Chunk(number)

    def _hear(self, stream: Any) -> Outcome | None:
        """Take a worker's word, first that it begins, then its result; or find that it was lost."""
        chunk = self._asked[stream]
        try:
            word = self._ray.get(next(stream))
        except (self._ray.exceptions.RayError, StopIteration) as error:
            del self._asked[stream]
            return self._lost(chunk, error)
        if chunk.since is None:
            self._check_version(*word)
            chunk.since = time.monotonic()
            return None
        del self._asked[stream]
        return keep(self._task, word) if isinstance(word, Encoded) else word

    def _lost(self, chunk: _Chunk, error: Exception) -> Outcome:
        """Say how a chunk was lost; one that no node can even begin ends the study."""
        errors = self._ray.exceptions
        if chunk.since is None and isinstance(
            error, errors.RayTaskError | errors.RuntimeEnvSetupError
        ):
            raise InputError(
                f"a node of the cluster cannot begin the work ({_cause(error)}); install zerosum "
                f"{self._version} and what the work imports on every node"
            )
        late = f"it took longer than {self._task.limit} s"
        lost = f"its worker on the cluster was lost: {type(error).__name__}"
        return Outcome(chunk.number, "died", reason=late if chunk.late else lost)

    def _check_version(self, host: str, theirs: str) -> None:
        if theirs != self._version:
            raise InputError(
                f"node {host} of the cluster has zerosum {theirs} and this machine {self._version}; "
                "install the same on every node"
            )

    def _cancel_late_ones(self) -> None:
        """Cancel chunks that hang; the next look finds them lost."""
        limit = float("inf") if self._task.limit is None else self._task.limit
        for stream, chunk in self._asked.items():
            begun = chunk.since is not None and not chunk.late
            if begun and time.monotonic() - (chunk.since or 0.0) > limit:
                chunk.late = True
                self._ray.cancel(stream, force=True)


def work_on(task: Task, number: int) -> Iterator[tuple[str, str] | Encoded | Outcome]:
    """Do one chunk on a node: say (host, version of zerosum) as it begins, then what came of it."""
    yield platform.node(), version("zerosum")
    settle_worker()
    yield compute(task, number)


def _join(ray: Any) -> Callable[[], None]:
    """Connect to a running cluster, never start one; return what disconnects from it.

    Errors: InputError when none answers.
    """
    given = os.environ.get("RAY_ADDRESS") or "auto"
    address = given
    try:
        address = _address(given)
        socket.create_connection(_host_and_port(address), _PATIENCE).close()
        with ExitStack() as stack, _signals_kept():
            stack.enter_context(_silence())
            stack.callback(ray.shutdown)  # of this connection: the cluster runs on
            ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
            return stack.pop_all().close
    except Exception as error:  # Ray's own are of many kinds
        at = "on this machine" if address == "auto" else f"at {address}"
        raise InputError(
            f"no Ray cluster can be joined {at} ({' '.join(str(error).split())[:200]}); start one with "
            "`ray start --head`, or set RAY_ADDRESS to the HOST:PORT of one that this machine belongs to"
        ) from None


def _address(given: str) -> str:
    """Return HOST:PORT as Ray would understand what was given."""
    from ray._private.services import canonicalize_bootstrap_address

    if "://" in given:
        raise ValueError("Ray Client is not supported")
    found = canonicalize_bootstrap_address(given)
    if found is None:
        raise ValueError("this names no running cluster")
    return str(found)


def _host_and_port(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)


@contextmanager
def _signals_kept() -> Iterator[None]:
    """Keep our answer to SIGTERM, which Ray replaces by its own as it connects."""
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, before)


@contextmanager
def _silence() -> Iterator[None]:
    """Keep Ray from printing on our stdout that a worker died: the ledger notes it.

    Ray has no setting for this.
    """
    from ray._private import worker

    before = worker.print_to_stdstream
    worker.print_to_stdstream = lambda *words, **more: None
    try:
        yield
    finally:
        worker.print_to_stdstream = before


def _cpus(ray: Any) -> int:
    return int(ray.cluster_resources().get("CPU", 0))


def _cause(error: Exception) -> str:
    """Return the last line of a traceback that came from a node: what went wrong there."""
    lines = [line.strip() for line in str(getattr(error, "cause", error)).splitlines()]
    return next((line for line in reversed(lines) if line), type(error).__name__)[:200]
