"""What `zs.studies.inference` returns: tables, arrays, pictures and one page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from zerosum.errors import InputError
from zerosum.reports.document import write_page
from zerosum.studies.monte_carlo import page as pages
from zerosum.studies.monte_carlo.cells import Table
from zerosum.studies.monte_carlo.part import Part
from zerosum.studies.monte_carlo.pictures import pictures
from zerosum.studies.monte_carlo.rate import rate
from zerosum.studies.monte_carlo.statistics import Statistics
from zerosum.studies.monte_carlo.truths import Truth
from zerosum.theory.empirical import mean_distance


@dataclass(frozen=True, eq=False)
class InferenceResult:
    """A study of inference, of one n or several.

    Attributes:
        parts: the study of each n, ascending.
        truth: F.
        seed: as given; of several n each part has a seed made from it.
        folder: of the study; None where nothing was kept.
        command: what goes on with it.
    """

    parts: tuple[Part, ...]
    truth: Truth
    seed: int
    folder: Path | None
    command: str

    @property
    def studies(self) -> Mapping[int, Part]:
        """The study of each n."""
        return {part.study.n: part for part in self.parts}

    @property
    def statistics(self) -> Statistics:
        """Name -> (members, ...) of the only n; of several n see `studies[n].statistics`."""
        if len(self.parts) > 1:
            raise InputError(
                f"this study has statistics of {len(self.parts)} n; take studies[n].statistics"
            )
        return self.parts[0].statistics

    @cached_property
    def table(self) -> Table:
        """The table of the only n; of several n that of the rate, and each n's is in `studies`."""
        return self.parts[0].table if len(self.parts) == 1 else self._rate()

    @property
    def complete(self) -> bool:
        """Whether every chunk was done."""
        return not any(part.failed for part in self.parts)

    def to_json(self) -> dict[str, Any]:
        """Return the table as JSON values; of several n with each n's table in "studies"."""
        if len(self.parts) == 1:
            return self.table.to_json()
        each = {str(n): part.table.to_json() for n, part in self.studies.items()}
        return {**self.table.to_json(), "studies": each}

    def report(self, path: str | Path) -> Path:
        """Write one self-contained HTML page and return its path."""
        target = Path(path)
        text = pages.page(self.parts, self.table, self.truth, seed=self.seed, command=self.command)
        try:
            return write_page(target, text)
        except OSError as error:
            raise InputError(f"{target} could not be written: {error.strerror}") from error

    def write(self) -> None:
        """Put table, pictures and page into the study's folder."""
        if self.folder is None:
            raise InputError(
                "this study has no folder: pass one to `inference`, or call report(path)"
            )
        for name, data in pictures(self.parts, self.table, self.truth).items():
            (self.folder / f"{name}.png").write_bytes(data)
        text = json.dumps(self.to_json(), indent=1) + "\n"
        (self.folder / "table.json").write_text(text, encoding="utf-8")
        self.report(self.folder / "report.html")

    def _rate(self) -> Table:
        found = rate({n: part.statistics for n, part in self.studies.items()}, self.truth)
        said = (f"n = {n}: {part.table.notes[-1]}" for n, part in self.studies.items())
        verdicts = tuple(said) if self.parts[0].study.statistic is not None else ()
        m = self.parts[0].study.m
        floor = (
            f"F* is the distribution of m = {m:,} samples: even if the GAN were the truth, its mean "
            f"distance would be {mean_distance(m):.4f}, at every n."
        )
        return replace(found, notes=(*found.notes, floor, *verdicts))
