"""One protocol's table as texts, for the terminal and for the page: ours, then what papers printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from zerosum.reports.numbers import count, duration, fixed
from zerosum.studies.mode_bench.bench import REAL
from zerosum.studies.mode_bench.judges import KL, NEAR, PLUG_IN
from zerosum.studies.mode_bench.published import Table
from zerosum.studies.mode_bench.tally import Line, Mean, Part, Verdict

Cells = tuple[str, ...]

PERFECT = "perfect"
NONE = "–"
_PLACES = {KL: 3, PLUG_IN: 3, "C": 3}  # decimals; one elsewhere
_WHOLE = {"modes", "high quality", KL, NEAR, "C"}  # scores whose interval is shown
_HEADS = {
    "high quality": "% good",
    "high quality, 10 sigma": "% good, 10 σ",
    "modes, 10 sigma": "modes, 10 σ",
    NEAR: "% near a scan",
}
_SEEN = {
    "table": "compared with the printed table",
    "second hand": "from our notes on the paper",
    "recalled": "from memory, not to be quoted",
}


@dataclass(frozen=True)
class Rows:
    """A table of texts.

    Attributes:
        heads: of the columns. ours: a perfect model, real rows, then every system.
        published: a heading and the rows of each paper's table.
    """

    heads: Cells
    ours: tuple[Cells, ...]
    published: tuple[tuple[str, tuple[Cells, ...]], ...]


def rows(part: Part) -> Rows:
    """Return one protocol's table."""
    scores = [s.name for s in part.protocol.scores]
    counted = part.lines[0].full is not None
    medians = ("C, median",) if "C" in scores else ()
    heads = (
        "system",
        *medians,
        *(_HEADS.get(name, name) for name in scores),
        *(("all modes",) if counted else ()),
        "failed",
    )
    perfect = {s.name: s.perfect for s in part.protocol.scores}
    first = (
        PERFECT,
        *(NONE for _ in medians),
        *(_number(name, perfect[name]) for name in scores),
        *((NONE,) if counted else ()),
        NONE,
    )
    ours = (first, *(_ours(line, scores, bool(medians)) for line in part.lines))
    published = tuple(
        (heading(table), tuple(_paper(table, scores, bool(medians), len(heads))))
        for table in part.protocol.published
    )
    return Rows(heads, ours, published)


def heading(table: Table) -> str:
    """Return where a published table is from, what its rows are, and how its judge is not ours."""
    return f"{table.paper}: {table.runs}; {table.differs}; {_SEEN[table.seen]}"


def verdict_cells(verdict: Verdict) -> Cells:
    """Return one pair's row: who, over whom, by what, how much, p, answer."""
    name = verdict.score
    low, high = _number(name, verdict.low), _number(name, verdict.high)
    return (
        f"{verdict.system} over {verdict.baseline}",
        name,
        f"{_number(name, verdict.difference)} [{low}, {high}]",
        f"{verdict.p:.2g}",
        f"{verdict.p_holm:.2g}",
        verdict.answer,
    )


VERDICT_HEADS: Cells = (
    "system over baseline",
    "by",
    "difference [95 %]",
    "p",
    "p, Holm",
    "better?",
)


def cost_cells(line: Line) -> Cells:
    """Return what one system took: rounds, numbers in its networks, the cell's time, if that was noted."""
    one = line.judged
    if one.trouble:
        return (one.system, NONE, NONE, NONE, NONE)
    return (
        one.system,
        count(one.rounds),
        count(one.generator),
        count(one.others),
        duration(one.seconds).replace("\u00a0", " ") if one.seconds else NONE,
    )


COST_HEADS: Cells = ("system", "rounds", "numbers in G", "in the others", "all seeds took")


def _ours(line: Line, scores: list[str], medians: bool) -> Cells:
    one = line.judged
    middle = (_number("C", line.means["C"].median),) if medians else ()
    failed = f"{int(one.failed.sum())} of {len(one.failed)}" if one.system != REAL else NONE
    full = () if line.full is None else (f"{line.full} of {len(one.failed)}",)
    return (
        one.system,
        *middle,
        *(_mean(name, line) for name in scores),
        *full,
        failed,
    )


def _paper(table: Table, scores: list[str], medians: bool, width: int) -> Iterator[Cells]:
    for row in table.rows:
        # AdaGAN's paper prints medians, which stand under ours
        printed = dict(row.printed)
        middle = (printed.pop("C", NONE),) if medians else ()
        cells = (row.system, *middle, *(printed.get(name, NONE) for name in scores))
        yield (*cells, *(NONE for _ in range(width - len(cells))))


def _mean(name: str, line: Line) -> str:
    found: Mean = line.means[name]
    value = _number(name, found.value)
    if line.thin and name in (KL, PLUG_IN):
        value = f"~{value}"
    if name not in _WHOLE:
        return value
    return f"{value} [{_number(name, found.low)}, {_number(name, found.high)}]"


def _number(name: str, value: float | None) -> str:
    places = _PLACES.get(name, 1)
    return NONE if value is None else fixed(round(value, places) + 0.0, places)  # no -0.0
