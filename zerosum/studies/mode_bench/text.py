"""The bench as text: a table for each protocol, the answers, and notes."""

from __future__ import annotations

from collections.abc import Sequence

from zerosum.metrics import tables
from zerosum.studies.mode_bench.bench import Bench
from zerosum.studies.mode_bench.rows import (
    COST_HEADS,
    VERDICT_HEADS,
    cost_cells,
    rows,
    verdict_cells,
)
from zerosum.studies.mode_bench.tally import Part
from zerosum.studies.mode_bench.words import findings, notes, on_terms


def text(bench: Bench, parts: Sequence[Part]) -> str:
    """Return everything, protocol by protocol."""
    found = list(findings(parts))
    said = [f"({i}) {note}" for i, note in enumerate(notes(bench, parts), 1)]
    blocks = [_protocol(bench, part) for part in parts]
    return "\n\n".join([*blocks, *(["\n".join(found)] if found else []), "\n".join(said)])


def _protocol(bench: Bench, part: Part) -> str:
    one, made = part.protocol, rows(part)
    lines = [f"{one.name}: {one.title}", on_terms(one.data, bench.terms(one.data)), one.thresholds]
    lines.append(tables.columns([made.heads, *made.ours]))
    for heading, published in made.published:
        lines.append(f"published, {heading}")
        lines.append(tables.columns([made.heads, *published]))
    if part.verdicts:
        lines.append(tables.columns([VERDICT_HEADS, *map(verdict_cells, part.verdicts)]))
    lines.append(tables.columns([COST_HEADS, *map(cost_cells, part.lines[1:])]))
    lines += [
        f"{n.judged.system} was not trained: {n.judged.trouble}"
        for n in part.lines
        if n.judged.trouble
    ]
    return "\n".join(lines)
