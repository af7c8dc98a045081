"""What `zs.studies.compare` returns: trainings, statistics, table, frame and one page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zerosum.records import atomic
from zerosum.records.text import write_json
from zerosum.reports.document import write_page
from zerosum.studies.comparison import files as files
from zerosum.studies.comparison import page as pages
from zerosum.studies.comparison.table import Comparison
from zerosum.studies.comparison.text import text
from zerosum.studies.comparison.trials import Trials

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True, eq=False)
class CompareResult:
    """A comparison of formulations.

    Attributes:
        trials: every training, and how well it did.
        statistics: table, ranking, paired tests, budget and sensitivity of them.
        command: what makes it again, for its page.
    """

    trials: Trials
    statistics: Comparison
    command: str = "zerosum study compare"

    @cached_property
    def table(self) -> str:
        """All statistics as text, 100 columns wide."""
        return text(self.statistics)

    def __str__(self) -> str:
        return self.table

    def to_json(self) -> dict[str, Any]:
        """Return the statistics as JSON values."""
        return self.statistics.to_json()

    def frame(self) -> pandas.DataFrame:
        """Return the trainings as a pandas DataFrame, a row each (`files.columns`)."""
        return files.frame(self.trials)

    def report(self, path: str | Path) -> Path:
        """Write one self-contained HTML page and return its path."""
        target = Path(path)
        with atomic.opening(target):
            return write_page(target, pages.page(self.statistics, command=self.command))

    def save(self, folder: str | Path) -> None:
        """Put report.html, trainings.csv and comparison.json into a folder, made if absent.

        Each replaces an older one in one step, so that none is ever seen in part.

        Raises: InputError for a place that cannot be written; ZerosumError when the disk refuses.
        """
        place = Path(folder)
        with atomic.opening(place):
            atomic.make_folders(place)
        files.write_csv(self.trials, place / "trainings.csv")
        write_json(place / "comparison.json", self.to_json())
        self.report(place / "report.html")
