"""One chunk of a study: computed by a pure function, written whole, and reported in a few words."""

from __future__ import annotations

import hashlib
import inspect
import re
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

# (description, number of the chunk) -> named arrays, the first axis of each running over members
Work = Callable[[dict[str, Any], int], Mapping[str, np.ndarray]]

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


def perform(task: Task, number: int) -> Outcome:
    """Do one chunk and put its result on the disk; what goes wrong is an outcome, not an error."""
    start = time.perf_counter()
    try:
        found = task.work(task.description, number)
        arrays = {key: np.atleast_1d(np.asarray(value)) for key, value in found.items()}
        data = encode_arrays(arrays, f"the result of chunk {number}")
    except MemoryError:
        return Outcome(number, "died", reason="there was not enough memory for it")
    except Exception as error:  # one chunk that breaks must not cost the others their result
        return Outcome(number, "failed", reason=_sentence(error))
    try:
        file, sha256 = write_result(task.results, number, data)
    except ZerosumError as error:
        return Outcome(number, "disk", reason=str(error))
    return Outcome(number, "done", file, sha256, time.perf_counter() - start)


def write_result(folder: Path, number: int, data: bytes) -> tuple[str, str]:
    """Write a result so that it is there whole or not at all.

    The name holds the first 16 digits of the hash: a driver that finds a result its ledger does
    not know can tell whether it is whole.

    Returns:
        (name of the file, SHA-256 in hexadecimal).
    Errors: ZerosumError when the disk refuses.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    path = folder / f"{number:06d}-{sha256[:16]}.safetensors"
    with atomic.reporting(path, len(data)):
        replace_file(path, data)
    return path.name, sha256


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
