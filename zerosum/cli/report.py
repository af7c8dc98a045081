"""Write a run's report.html anew and print where it is."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's flags."""
    parser.add_argument("run", metavar="RUN", help="a run folder")


def run(parsed: argparse.Namespace) -> int:
    """Draw the report from the run folder alone."""
    from zerosum.errors import InputError
    from zerosum.reports.report import write_report

    folder = Path(parsed.run)
    if not (folder / "config.yaml").is_file():
        raise InputError(f"{folder} is not a run folder: it has no config.yaml")
    print(write_report(folder))
    return 0
