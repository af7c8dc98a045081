"""`zs.studies.fit_population`: a `zs.Population` trained by other processes, and kept chunk by chunk.

STUDY/
    ledger.sqlite  results/
    data/3c1e...safetensors    each chunk's data, named by their hash
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zerosum.errors import InputError, ZerosumError
from zerosum.population import Population
from zerosum.records import atomic, leftovers
from zerosum.records.reading import size_text
from zerosum.runs.chunking import Crowd, Room
from zerosum.runs.crowd import Trained
from zerosum.studies import ledger as ledgers
from zerosum.studies.executors import executor as executor_named
from zerosum.studies.ledger import Ledger
from zerosum.studies.memory import WORKER, cores, free_memory
from zerosum.studies.populations.data import data_bytes, encoded_data, places
from zerosum.studies.populations.work import described, file_of, trained, work
from zerosum.studies.study import run_study, silent
from zerosum.studies.task import Start

FOLDER = "data"
MOST_SENT = 1_000_000_000  # bytes of data that travel to every node of a cluster
_COPIES = 3  # of a chunk's data in a worker: the file, its arrays, and what is trained on
_LEFT = 0.1  # of the free memory, for what changes before the workers ask again

Say = Callable[[str], None]


def fit_population(
    population: Any,
    datasets: Any,
    y: Any = None,
    *,
    folder: str | Path,
    workers: int | None = None,
    executor: str = "local",
    progress: Say | None = None,
    tell: Say | None = None,
    command: str = "the same call",
) -> Population:
    """Fit a population as its `fit` does, in other processes, each chunk kept once it is trained.

    Killed or interrupted, it goes on by the same call. Members are those of `population.fit`: to the
    bit on one thread and in the same chunks, else to rounding. A chunk is one process's at a time, so
    take `Population(chunk=...)` small enough for every core to have several.

    Work is done in other processes, which import the script that called: in a script of your own put
    the call under `if __name__ == "__main__":`.

    Args:
        population: a `zs.Population`, fitted and returned.
        datasets, y: as `Population.fit` takes them; given again to go on. Rows given in Python are
            copied into the folder once; data given by name or path are read there by the workers.
        folder: of the study, made if absent; an unfinished one goes on, with the chunks it began with.
        workers: processes; None takes one a core, or as many as fit the free memory.
        executor: local, processes of this machine, or ray, the cluster at $RAY_ADDRESS.
        progress: told a line at the start and after every chunk. tell: told what else one should know.
            Without them stderr is, if the population is `verbose`.
        command: how to go on after an interruption, for the message.
    Returns: the population, with its generators.
    Raises:
        InputError: what `Population.fit` refuses, a folder of another study, of other data or settings.
        Interrupted: by Ctrl-C or SIGTERM; the same call goes on.
        ZerosumError: a chunk that cannot be trained, the others being kept.
    """
    if not isinstance(population, Population):
        raise InputError(
            f"population is a {type(population).__name__}: give a zs.Population(zs.GAN(...), members=B)"
        )
    if workers is not None and workers < 1:
        raise InputError(f"workers is {workers}, and nobody would do the work; give at least 1")
    say = _to_stderr if population.verbose else silent
    way = _InProcesses(
        Path(folder), y is None, workers, executor_named(executor), executor != "local",
        progress or say, tell or say, command,
    )  # fmt: skip
    return population.fit_by(way, datasets, y)


@dataclass(frozen=True)
class _InProcesses:
    """A way to train a crowd: chunks to other processes, the study's folder between."""

    folder: Path
    by_name: bool  # data that have a name are read by it
    workers: int | None
    start: Start
    elsewhere: bool  # the workers see neither this disk nor this memory
    progress: Say
    tell: Say
    command: str

    def __call__(self, crowd: Crowd) -> Iterable[tuple[Sequence[int], Sequence[Trained]]]:
        """Train the crowd, or what is left of it, and return its members."""
        sizes = self._begun(crowd) or self._sizes(crowd)
        chunks, description = crowd.chunks(sizes), ledgers.plain(described(crowd, sizes))
        if _has_ledger(self.folder):  # before the data are put beside it
            with Ledger(self.folder) as ledger:
                ledger.check_same(description, len(chunks))
        results = run_study(
            self.folder, description, len(chunks), work, self.workers,
            lambda at: self.progress(str(at)), tell=self.tell, command=self.command,
            chunk_bytes=self._chunk_bytes(crowd, sizes), retry_failed=True,
            executor=self.start, aside=self._aside(crowd, chunks),
        )  # fmt: skip
        for number, why in results.failed.items():
            raise ZerosumError(
                f"chunk {number} of {len(chunks)} could not be trained ({why}); those that are done are "
                f"kept, and {self.command} tries it again"
            )
        return trained(crowd, chunks, results)

    def _begun(self, crowd: Crowd) -> list[int] | None:
        """Return the sizes of chunks with which a study began: less memory makes no other study."""
        if not _has_ledger(self.folder):
            return None
        with Ledger(self.folder) as ledger:
            sizes = ledger.description.get("sizes")
        if not isinstance(sizes, list) or len(sizes) != len(crowd.groups):
            return None
        return sizes if all(type(n) is int and n > 0 for n in sizes) else None

    def _sizes(self, crowd: Crowd) -> list[int]:
        """Return sizes of chunks of which every worker's share of the free memory holds one."""
        if self.elsewhere:
            return crowd.wishes
        most = min(self.workers or cores(), len(crowd.chunks(crowd.wishes)))
        share = next((n for n in range(most, 1, -1) if crowd.fits(self._room(crowd, n))), 1)
        room = self._room(crowd, share)
        sizes = crowd.sizes(room)
        if shrunk := crowd.shrunk(sizes, room):
            self.tell(shrunk)
        return sizes

    def _room(self, crowd: Crowd, share: int) -> Room:
        data = self._data_bytes(crowd, crowd.wishes)

        def room(device: str) -> int | None:
            free = free_memory(device)
            if free is None or device != "cpu":
                return None if free is None else int((1 - _LEFT) * free / share)
            return int((1 - _LEFT) * (free - crowd.kept) / share) - WORKER - data

        return room

    def _data_bytes(self, crowd: Crowd, sizes: Sequence[int]) -> int:
        return _COPIES * max(
            data_bytes([crowd.members[n] for n in numbers], by_name=self.by_name)
            for numbers in crowd.chunks(sizes)
        )

    def _chunk_bytes(self, crowd: Crowd, sizes: Sequence[int]) -> int:
        """Return what a chunk takes of its worker's memory, a GPU's not counted."""
        here = crowd.device(crowd.groups[0]) == "cpu"
        return self._data_bytes(crowd, sizes) + (crowd.chunk_bytes(sizes) if here else 0)

    def _aside(self, crowd: Crowd, chunks: Sequence[list[int]]) -> dict[str, Any]:
        """Put each chunk's data where its worker finds them, and return where that is."""
        files: list[str] = []
        sent: dict[str, bytes] = {}
        keep = sent.__setitem__ if self.elsewhere else self._keeper()
        each = [[crowd.members[n] for n in numbers] for numbers in chunks]
        for members in each:
            data = encoded_data(members, by_name=self.by_name)
            files.append(hashlib.sha256(data).hexdigest())
            keep(files[-1], data)
            _refuse_too_many(sent)
        return {
            "place": None if self.elsewhere else str((self.folder / FOLDER).absolute()),
            "sent": sent,
            "files": files,
            "chunks": list(chunks),
            "which": [places(members) for members in each],
        }

    def _keeper(self) -> Callable[[str, bytes], None]:
        """Return what puts data into the study's folder, where they are not there already."""
        place = self.folder / FOLDER
        with atomic.opening(self.folder):
            atomic.make_folders(place)
            leftovers.settle(place)

        def keep(sha256: str, data: bytes) -> None:
            path = file_of(place, sha256)
            with atomic.reporting(path, len(data)):
                if not path.is_file() or path.read_bytes() != data:
                    leftovers.replace_file(path, data)

        return keep


def _refuse_too_many(sent: dict[str, bytes]) -> None:
    size = sum(map(len, sent.values()))
    if size > MOST_SENT:
        raise InputError(
            f"the data sets take more than {size_text(MOST_SENT)}, which is the most that is sent to the "
            "nodes of a cluster: give them by name or path, or take executor='local'"
        )


def _has_ledger(folder: Path) -> bool:
    return (folder / ledgers.NAME).exists()


def _to_stderr(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
