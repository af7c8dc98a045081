"""The study of one n, done: its numbers, its table and what became of its GANs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zerosum.studies.monte_carlo.cells import Table
from zerosum.studies.monte_carlo.statistics import Statistics
from zerosum.studies.monte_carlo.work import Inference


@dataclass(frozen=True, eq=False)
class Part:
    """What the study of one n has brought.

    Attributes:
        study: what it was.
        statistics: name -> (members, ...), of the members whose GAN did not diverge, in their order:
            those of `member_statistics`, and of `functional_columns` where a T was chosen.
        table: the lecture's numbers and ours, with errors.
        diverged: GANs left out of both.
        failed: number of each chunk left out -> why.
        seconds: of computing, all workers together.
    """

    study: Inference
    statistics: Statistics
    table: Table
    diverged: int
    failed: Mapping[int, str]
    seconds: float

    def said(self) -> str:
        """Return what became of the GANs, in one line."""
        count = len(self.statistics["closer"]) + self.diverged
        failed = f"; {len(self.failed)} chunks failed" if self.failed else ""
        return f"{self.diverged} of {count:,} GANs diverged and are left out{failed}"
