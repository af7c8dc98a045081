"""One chunk of a study: computed by a pure function, written whole, and reported in a few words."""

from __future__ import annotations

import hashlib
import inspect
import re
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np

from zerosum.errors import InputError, ZerosumError
from zerosum.records import atomic
from zerosum.records.arrays import encode_arrays
from zerosum.records.leftovers import replace_file
from zerosum.records.reading import open_regular
from zerosum.records.tensors import MAX_FILE
from zerosum.training.allocator import keep_freed_memory

# (description, number of the chunk) -> named arrays, the first axis of each running over members
Work = Callable[[dict[str, Any], int], Mapping[str, np.ndarray]]

# what libraries read when they load; a worker is one core's
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")

_BLOCK = 1 << 20  # bytes read at once
_RESULT = re.compile(r"(\d{6,12})-([0-9a-f]{16})\.safetensors")


@dataclass(frozen=True)
class Task:
    """What every worker of a study is given.

    Attributes:
        results: the folder of the results.
        description: of the study, as the ledger holds it.
        work: a function of a module's top level; processes find it by its name.
        limit: seconds after which a chunk is taken to hang, and its worker is ended; None waits.
    """

    results: Path
    description: dict[str, Any]
    work: Work
    limit: float | None = None


@dataclass(frozen=True)
class Demand:
    """How much work waits for an executor, which says what that will take before it starts.

    Attributes:
        chunks: that wait.
        workers: how many chunks at once; None leaves it to the executor.
        chunk_bytes: the most memory one chunk takes at work, in bytes.
        tell: given one sentence.
    """

    chunks: int
    workers: int | None = None
    chunk_bytes: int = 0
    tell: Callable[[str], None] = lambda sentence: None


@dataclass(frozen=True)
class Encoded:
    """The result of one chunk as the bytes of its file, on the way from a worker to the disk.

    Attributes:
        number: of the chunk.
        data: the file.
        sha256: of the data, in hexadecimal, before they travelled.
        seconds: the work and the encoding took.
    """

    number: int
    data: bytes
    sha256: str
    seconds: float


@dataclass(frozen=True)
class Outcome:
    """What became of one chunk in one worker.

    Attributes:
        number: of the chunk.
        kind: "done"; "failed": the work raised an error and would again; "died": the worker ended,
            or had no memory, and another may have more luck; "disk": the result could not be written.
        file: name of the result.
        sha256: of the result, in hexadecimal.
        seconds: from the start of the work to the result on the disk.
        reason: one sentence, unless done.
    """

    number: int
    kind: Literal["done", "failed", "died", "disk"]
    file: str = ""
    sha256: str = ""
    seconds: float = 0.0
    reason: str = ""


@runtime_checkable
class Executor(Protocol):
    """Takes numbers of chunks and tells, in any order, what became of each."""

    def submit(self, number: int) -> None:
        """Add a chunk to those that wait."""

    def outcomes(self, timeout: float) -> list[Outcome]:
        """Return what is known since the last call, waiting at most `timeout` seconds for it."""

    def close(self) -> None:
        """End every worker; a chunk in work is given up."""


Start = Callable[[Task, Demand], Executor]  # InputError when what is demanded cannot be had


def perform(task: Task, number: int) -> Outcome:
    """Do one chunk and put its result on the disk; what goes wrong is an outcome, not an error."""
    found = compute(task, number)
    return keep(task, found) if isinstance(found, Encoded) else found


def compute(task: Task, number: int) -> Encoded | Outcome:
    """Do one chunk and encode its result; an outcome says what went wrong. Touches no disk."""
    start = time.perf_counter()
    try:
        found = task.work(task.description, number)
        arrays = {key: np.atleast_1d(np.asarray(value)) for key, value in found.items()}
        data = encode_arrays(arrays, f"the result of chunk {number}")
    except MemoryError:
        return Outcome(number, "died", reason="there was not enough memory for it")
    except Exception as error:  # one chunk that breaks must not cost the others their result
        return Outcome(number, "failed", reason=_sentence(error))
    return Encoded(number, data, hashlib.sha256(data).hexdigest(), time.perf_counter() - start)


def keep(task: Task, result: Encoded) -> Outcome:
    """Put a result on the disk; one that was damaged on its way counts as lost."""
    start, number = time.perf_counter(), result.number
    if hashlib.sha256(result.data).hexdigest() != result.sha256:
        return Outcome(number, "died", reason="its result was damaged on the way")
    try:
        file = write_result(task.results, result)
    except ZerosumError as error:
        return Outcome(number, "disk", reason=str(error))
    seconds = result.seconds + time.perf_counter() - start
    return Outcome(number, "done", file, result.sha256, seconds)


def settle_worker() -> None:
    """Let this process, which does nothing but chunks, compute with one thread and keep its memory."""
    keep_freed_memory()
    torch = sys.modules.get("torch")  # loaded with the work, or not needed by it
    if torch is not None:
        torch.set_num_threads(1)


def write_result(folder: Path, result: Encoded) -> str:
    """Write a result so that it is there whole or not at all, and return the name of its file.

    The name holds the first 16 digits of the hash: a driver that finds a result its ledger does
    not know can tell whether it is whole.

    Errors: ZerosumError when the disk refuses.
    """
    path = folder / f"{result.number:06d}-{result.sha256[:16]}.safetensors"
    with atomic.reporting(path, len(result.data)):
        replace_file(path, result.data)
    return path.name


def result_number(file: str) -> int | None:
    """Return the number of the chunk whose result has this name; None for other names.

    >>> result_number("000012-00112233aabbccdd.safetensors"), result_number("../x.safetensors")
    (12, None)
    """
    match = _RESULT.fullmatch(file)
    return int(match[1]) if match else None


def hash_of_result(path: Path) -> str | None:
    """Return the SHA-256 of a whole result; None when it is missing, damaged or misnamed."""
    match, digest = _RESULT.fullmatch(path.name), hashlib.sha256()
    try:
        with open_regular(path, MAX_FILE) as (file, _):
            while block := file.read(_BLOCK):
                digest.update(block)
    except (OSError, InputError):
        return None
    sha256 = digest.hexdigest()
    return sha256 if match and sha256.startswith(match[2]) else None


def results_by_number(results: Path) -> dict[int, list[Path]]:
    """Return number of the chunk -> its results, whole or not, in a folder."""
    found: dict[int, list[Path]] = {}
    for path in sorted(results.iterdir()):
        number = result_number(path.name)
        if number is not None:
            found.setdefault(number, []).append(path)
    return found


def result_on_disk(results: Path, number: int) -> Outcome | None:
    """Return the outcome of a chunk whose worker wrote its result and ended before it could tell."""
    return first_whole(sorted(results.glob(f"{number:06d}-*.safetensors")))


def first_whole(paths: list[Path]) -> Outcome | None:
    """Return the outcome that the first whole one of these results stands for, if any."""
    for path in paths:
        sha256, number = hash_of_result(path), result_number(path.name)
        if sha256 is not None and number is not None:
            return Outcome(number, "done", path.name, sha256)
    return None


def sweep(folder: Path, name: str = "") -> None:
    """Delete what was being written: under the study's lock its writers are dead or orphans.

    Their process numbers are not asked: one may belong to another by now, or to a dead process that
    nobody waits for. An orphan whose file goes away under its hands only fails to rename it.
    """
    for path in folder.glob(f".tmp-{name}*"):
        atomic.discard(path)


def check_work(work: Work) -> None:
    """Raise InputError unless other processes can find the function by its name."""
    name = getattr(work, "__qualname__", type(work).__name__)
    if not inspect.isfunction(work) or "." in name or "<" in name:
        raise InputError(
            f"work is {name!r}, which a worker process cannot import; give a function defined at "
            "the top level of a module"
        )


def _sentence(error: Exception) -> str:
    what = " ".join(str(error).split())
    return what if isinstance(error, ZerosumError) else f"{type(error).__name__}: {what}"
