"""Drive a study: chunks to workers, outcomes to the ledger, until all are done or somebody stops it.

STUDY/
    ledger.sqlite  .lock  results/000000-0123456789abcdef.safetensors ...

A chunk counts as done when its result is on the disk whole; a killed study goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from zerosum.errors import InputError
from zerosum.records import atomic
from zerosum.records.lock import Lock
from zerosum.records.reading import display
from zerosum.studies import ledger as ledgers
from zerosum.studies.drive import Drive, Progress
from zerosum.studies.ledger import Ledger
from zerosum.studies.local import start_local
from zerosum.studies.results import FOLDER, Results
from zerosum.studies.task import (
    Demand,
    Start,
    Task,
    Work,
    check_work,
    first_whole,
    hash_of_result,
    results_by_number,
    sweep,
)
from zerosum.training.signals import StopRequest

Tell = Callable[[str], None]


def silent(sentence: str) -> None:
    """Say nothing."""


def run_study(
    folder: Path,
    description: dict[str, Any],
    chunks: int,
    work: Work,
    workers: int | None = None,
    progress: Callable[[Progress], None] = lambda progress: None,
    *,
    chunk_bytes: int = 0,
    chunk_seconds: float | None = None,
    tell: Tell = silent,
    command: str = "the same call",
    retry_failed: bool = False,
    executor: Start = start_local,
    aside: Mapping[str, Any] | None = None,
) -> Results:
    """Run a study, or go on with one, and return its results; chunks that failed are named there.

    Args:
        folder: of the study, made if absent.
        description: all that the work needs to know, as JSON can hold it; the same again to go on.
        chunks: how many, numbered from 0.
        work: (description, number) -> named arrays; a pure function at the top level of a module.
        workers: chunks at once; None takes one a core, or as many as fit the free memory.
        progress: told at the start and after every chunk.
        chunk_bytes: the most memory one chunk takes at work, in bytes.
        chunk_seconds: after so many seconds a chunk hangs, and its worker is ended; None waits.
        tell: given one sentence for each thing a person should know.
        command: how to go on after an interruption, for the message.
        retry_failed: try again the chunks that an earlier driver gave up.
        executor: (task, demand) -> where the chunks are done; `executors.executor` knows them.
        aside: added to the description that the work is given, and not kept: where its data lie.
    Raises:
        InputError: another study in the folder, another driver at work on it, a ledger that is damaged
            or of another version, too little memory, or no cluster.
        Interrupted: by Ctrl-C or SIGTERM; `command` goes on.
        ZerosumError: the disk is full or failing, or workers cannot start.
    """
    folder = Path(folder)
    _check(chunks, workers, chunk_bytes, chunk_seconds)
    check_work(work)
    described = ledgers.plain(description)
    with atomic.opening(folder):
        atomic.make_folders(folder)
    with Lock(folder, words=("driven", "drivers")):
        _prepare(folder, described, chunks)
        with Ledger(folder) as ledger, StopRequest() as stop:
            ledger.check_same(described, chunks)
            _reconcile(folder, ledger, tell, retry_failed)
            waiting = [row.number for row in ledger.rows() if row.state == "waiting"]
            if waiting:
                task = Task(folder / FOLDER, {**described, **(aside or {})}, work, chunk_seconds)
                place = executor(task, Demand(len(waiting), workers, chunk_bytes, tell))
                Drive(ledger, task, progress, stop, command).go(waiting, place)
            return Results(folder, described, ledger.rows())


def _check(chunks: int, workers: int | None, chunk_bytes: int, seconds: float | None) -> None:
    if not 1 <= chunks <= ledgers.MOST_CHUNKS:
        raise InputError(
            f"a study of {chunks} chunks cannot be run; give 1 to {ledgers.MOST_CHUNKS:,}"
        )
    if workers is not None and workers < 1:
        raise InputError(f"workers is {workers}, and nobody would do the work; give at least 1")
    if chunk_bytes < 0:
        raise InputError(f"chunk_bytes is {chunk_bytes}; give what one chunk takes, at least 0")
    if seconds is not None and not seconds > 0:
        raise InputError(f"chunk_seconds is {seconds}; give a time above 0, or None to wait")


def _prepare(folder: Path, description: dict[str, Any], chunks: int) -> None:
    """Tidy what a killed driver or worker left half done, and begin a ledger where there is none."""
    results = folder / FOLDER
    with atomic.opening(folder):
        sweep(folder, ledgers.NAME)
        sweep(results)
        if not (folder / ledgers.NAME).exists():
            if results.exists():
                raise InputError(
                    f"{display(folder)} has results and no {ledgers.NAME}; put the ledger back, or "
                    "give another folder"
                )
            ledgers.create(folder, description, chunks)
        atomic.make_folders(results)


def _reconcile(folder: Path, ledger: Ledger, tell: Tell, retry_failed: bool) -> None:
    """Make the ledger agree with the results: adopt those it has not noted, redo those it lost."""
    results = folder / FOLDER
    there = results_by_number(results)
    for row in ledger.rows():
        if row.state == "done" and hash_of_result(results / row.file) != row.sha256:
            note = f"the result of chunk {row.number} is missing or damaged, and is made again"
            ledger.wait_again(row.number, note)
            tell(note)
        elif row.state == "failed" and retry_failed:
            ledger.wait_again(row.number, row.note)
        elif row.state == "waiting" and row.number in there:
            found = first_whole(there[row.number])
            if found is not None:
                ledger.finish(found)
