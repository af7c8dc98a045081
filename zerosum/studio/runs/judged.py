"""The final evidence of a run, measurement by measurement, in the order of its questions."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from zerosum.errors import InputError
from zerosum.records.text import read_json
from zerosum.reports import evidence
from zerosum.reports.read import Absent, Run
from zerosum.studio.runs.plain import tidy


def judged(run: Path) -> dict[str, Any] | None:
    """Return {"finding", "rows"}, each row with its question and verdict; None without evidence."""
    try:
        found = read_json(run / "evidence.json", finite=False)
        read = Run(run, evidence=found if isinstance(found, dict) else {})
        measured = evidence.rows(read)
    except (InputError, Absent):
        return None
    asked = (*evidence.QUESTIONS, evidence.MORE)
    rows = [
        {**asdict(row), "verdict": row.verdict, "question": evidence.question_of(row.key)}
        for row in measured
    ]
    rows.sort(key=lambda row: asked.index(row["question"]))
    made: dict[str, Any] = tidy({"finding": evidence.finding(read), "rows": rows})
    return made
