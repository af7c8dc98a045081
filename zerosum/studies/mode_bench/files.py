"""The bench as files: a line a training as CSV, everything but times as JSON."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from zerosum.records import atomic
from zerosum.records.leftovers import replace_file
from zerosum.studies.mode_bench.bench import Bench, facts
from zerosum.studies.mode_bench.tally import Part
from zerosum.studies.mode_bench.words import answers, notes


def csv_text(parts: Sequence[Part]) -> str:
    """Return a line for each protocol, system and seed; nothing where a protocol has no such score."""
    names = list(dict.fromkeys(s.name for part in parts for s in part.protocol.scores))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("protocol", "system", "seed", "failed", *names))
    for part in parts:
        for line in part.lines:
            one = line.judged
            for seed, failed in enumerate(one.failed.tolist()):
                scores = (one.scores[n][seed] if n in one.scores else "" for n in names)
                writer.writerow((part.protocol.name, one.system, seed, failed, *scores))
    return text.getvalue()


def write_csv(parts: Sequence[Part], path: Path) -> None:
    """Write `csv_text`, replacing an older file in one step."""
    with atomic.opening(path):
        replace_file(path, csv_text(parts).encode())


def to_json(bench: Bench, parts: Sequence[Part]) -> dict[str, Any]:
    """Return tables, answers and published rows as JSON values; times differ from run to run and are out."""
    return {
        "scale": bench.scale,
        "budget": bench.budget,
        "seed": bench.seed,
        "terms": facts(bench),
        "protocols": {part.protocol.name: _part(part) for part in parts},
        "notes": list(notes(bench, parts)),
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "title": part.protocol.title,
        "samples": part.protocol.samples,
        "thresholds": part.protocol.thresholds,
        "perfect": {s.name: s.perfect for s in part.protocol.scores},
        "systems": {line.judged.system: _line(line) for line in part.lines},
        "published": [asdict(table) for table in part.protocol.published],
        "pairs": [{k: _finite(v) for k, v in asdict(v).items()} for v in part.verdicts],
        "answers": list(answers(part)),
    }


def _line(line: Any) -> dict[str, Any]:
    one = line.judged
    return {
        "scores": {name: values.tolist() for name, values in one.scores.items()},
        "means": {name: asdict(found) for name, found in line.means.items()},
        "all_modes": line.full,
        "failed": int(one.failed.sum()),
        "rounds": one.rounds,
        "parameters": {"generator": one.generator, "others": one.others},
        "trouble": one.trouble,
    }


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
