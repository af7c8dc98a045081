"""The results of a study: each chunk's arrays, streamed or joined in the order of the chunks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from zerosum.errors import InputError
from zerosum.records.arrays import Spec, read_arrays, read_specs
from zerosum.records.reading import display
from zerosum.studies.ledger import Ledger, Row

FOLDER = "results"


@dataclass(frozen=True)
class Results:
    """What a study has brought so far; nothing is read before it is asked for.

    Attributes:
        folder: of the study.
        description: of the study.
        rows: of its ledger, one a chunk.
    """

    folder: Path
    description: dict[str, Any]
    rows: tuple[Row, ...]

    @property
    def done(self) -> tuple[int, ...]:
        """Numbers of the chunks that have a result."""
        return tuple(row.number for row in self.rows if row.state == "done")

    @property
    def failed(self) -> dict[int, str]:
        """Number of each chunk that was given up -> why."""
        return {row.number: row.note for row in self.rows if row.state == "failed"}

    @property
    def complete(self) -> bool:
        """Whether every chunk has a result."""
        return len(self.done) == len(self.rows)

    def __iter__(self) -> Iterator[tuple[int, dict[str, np.ndarray]]]:
        """Yield (number, arrays) of each chunk that is done, holding one chunk at a time.

        Errors: InputError when a result is missing or damaged.
        """
        for row in self.rows:
            if row.state == "done":
                yield row.number, read_arrays(self._path(row), sha256=row.sha256)

    def arrays(self, *names: str) -> dict[str, np.ndarray]:
        """Return arrays joined along their first axis, the chunks that failed left out.

        The joined arrays are made once, at their final size, and filled chunk by chunk.

        Args:
            names: which arrays; all of them by default.
        Errors: InputError when no chunk is done, one has not these arrays, or a result is damaged.
        """
        paths = [self._path(row) for row in self.rows if row.state == "done"]
        if not paths:
            raise InputError(f"{display(self.folder)} has no finished chunk; let the study run on")
        specs = [read_specs(path) for path in paths]
        wanted = names or tuple(specs[0])
        joined = {name: _empty(name, specs, paths) for name in wanted}
        start = dict.fromkeys(wanted, 0)
        for _, arrays in self:
            for name in wanted:
                stop = start[name] + len(arrays[name])
                joined[name][start[name] : stop] = arrays[name]
                start[name] = stop
        return joined

    def _path(self, row: Row) -> Path:
        return self.folder / FOLDER / row.file


def read_results(folder: Path) -> Results:
    """Return what a study has brought so far, also while another process drives it.

    Errors: InputError when the folder holds no study, or its ledger is damaged or of another version.
    """
    with Ledger(Path(folder)) as ledger:
        return Results(Path(folder), ledger.description, ledger.rows())


def _empty(name: str, specs: list[dict[str, Spec]], paths: list[Path]) -> np.ndarray:
    """Return room for the joined array, once every chunk has it in the same dtype and row shape."""
    for spec, path in zip(specs, paths, strict=True):
        kinds = [(s[name].dtype, s[name].shape[1:]) for s in (specs[0], spec) if name in s]
        if len(kinds) < 2 or kinds[0] != kinds[1]:
            raise InputError(
                f"{display(path)} has no array {name!r} like that of the first chunk; it has "
                f"{', '.join(f'{k} ({v.dtype}, {v.shape})' for k, v in spec.items())}"
            )
    rows = sum(spec[name].shape[0] for spec in specs)
    return np.empty((rows, *specs[0][name].shape[1:]), specs[0][name].dtype)
