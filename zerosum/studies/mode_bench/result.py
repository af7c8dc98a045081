"""What `zs.studies.modes` returns: tables, answers, files and one page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from zerosum.records import atomic
from zerosum.records.text import write_json
from zerosum.reports.document import write_page
from zerosum.studies.mode_bench import page as pages
from zerosum.studies.mode_bench.bench import Bench
from zerosum.studies.mode_bench.files import to_json, write_csv
from zerosum.studies.mode_bench.tally import Part
from zerosum.studies.mode_bench.text import text


@dataclass(frozen=True, eq=False)
class ModesResult:
    """A run of the bench.

    Attributes:
        bench: what was asked for.
        parts: a table for each protocol.
        failed: number of each cell that broke -> why; diverged trainings are no such thing.
        command: what makes it again, for its page.
    """

    bench: Bench
    parts: tuple[Part, ...]
    failed: dict[int, str]
    command: str = "zerosum study modes"

    @cached_property
    def table(self) -> str:
        """Everything as text."""
        return text(self.bench, self.parts)

    def __str__(self) -> str:
        return self.table

    @property
    def complete(self) -> bool:
        """Whether every cell was done."""
        return not self.failed

    def part(self, protocol: str) -> Part:
        """Return one protocol's table."""
        return next(part for part in self.parts if part.protocol.name == protocol)

    def to_json(self) -> dict[str, Any]:
        """Return the tables as JSON values."""
        return to_json(self.bench, self.parts)

    def report(self, path: str | Path) -> Path:
        """Write one self-contained HTML page and return its path."""
        target = Path(path)
        with atomic.opening(target):
            return write_page(target, pages.page(self.bench, self.parts, command=self.command))

    def save(self, folder: str | Path) -> None:
        """Put report.html, scores.csv, modes.json and table.txt into a folder, made if absent.

        Raises: InputError for a place that cannot be written; ZerosumError when the disk refuses.
        """
        place = Path(folder)
        with atomic.opening(place):
            atomic.make_folders(place)
        write_csv(self.parts, place / "scores.csv")
        write_json(place / "modes.json", self.to_json())
        with atomic.opening(place / "table.txt"):
            (place / "table.txt").write_text(self.table + "\n", encoding="utf-8")
        self.report(place / "report.html")
