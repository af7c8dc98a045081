"""Set the evidence of several runs side by side; numbers with different labels are not compared."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's flags."""
    parser.add_argument("runs", nargs="+", metavar="RUN", help="two or more finished runs")


def run(parsed: argparse.Namespace) -> int:
    """Print the comparison of each run with the first."""
    from zerosum.errors import InputError
    from zerosum.metrics.evidence import Evidence, compare
    from zerosum.records.text import read_json

    if len(parsed.runs) < 2:
        raise InputError("compare needs at least two runs")
    found = []
    for folder in map(Path, parsed.runs):
        if not (folder / "evidence.json").is_file():
            raise InputError(f"{folder} has no evidence.json: finish its training first")
        found.append(Evidence.from_json(read_json(folder / "evidence.json")))
    tables = [compare(found[0], evidence) for evidence in found[1:]]  # all, or none is printed
    for folder, table in zip(parsed.runs[1:], tables, strict=True):
        print(f"{parsed.runs[0]} and {folder}")
        print(table)
    return 0
