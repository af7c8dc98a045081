"""The bench as one page: findings, a table for each protocol, pictures, answers, costs, how it was made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from zerosum.data.text import counted
from zerosum.reports.document import Section, document
from zerosum.reports.html import Markup, element, join, lead
from zerosum.studies.mode_bench.bench import Bench
from zerosum.studies.mode_bench.pictures import pictures
from zerosum.studies.mode_bench.rows import (
    COST_HEADS,
    NONE,
    VERDICT_HEADS,
    Cells,
    cost_cells,
    rows,
    verdict_cells,
)
from zerosum.studies.mode_bench.tally import Part
from zerosum.studies.mode_bench.words import findings, notes, on_terms


def page(bench: Bench, parts: Sequence[Part], *, command: str = "zerosum study modes") -> str:
    """Return the whole page as text. Args: command: what makes the bench again."""
    said = (
        f"{counted(len(bench.entered), 'system')}, {counted(len(parts), 'protocol')}; scale "
        f"{bench.scale}, budget {bench.budget}"
    )
    found = element("ul", *(element("li", sentence) for sentence in findings(parts)))
    head = join(
        (
            element("h1", "Who keeps every mode?"),
            element("p", f"{said}.", class_="trained"),
            found,
        )
    )
    sections = [_section(bench, part) for part in parts]
    sections += [_notes(bench, parts), _made(bench, command)]
    return document(f"Modes: {said}", head, sections, "Made by: zerosum study modes")


def _section(bench: Bench, part: Part) -> Section:
    one, made = part.protocol, rows(part)
    body = [lead(f"{part.protocol.thresholds}. {on_terms(one.data, bench.terms(one.data))}.")]
    body.append(table(made.heads, made.ours))
    for heading, published in made.published:
        body.append(element("h3", "Published"))
        body.append(element("p", heading, class_="hint"))
        body.append(table(made.heads, published))
    body += pictures(part)
    if part.verdicts:
        body.append(element("h3", "Better than its own baseline?"))
        body.append(table(VERDICT_HEADS, map(verdict_cells, part.verdicts)))
    costs = table(COST_HEADS, map(cost_cells, part.lines[1:]))
    body.append(element("details", element("summary", "What each took"), costs))
    body += [element("p", sentence) for sentence in _troubles(part)]
    if known := one.notes():  # trains the classifier where there is one
        body.append(element("details", element("summary", "What papers leave open"), _list(known)))
    return Section(one.name, f"{one.name}: {one.title}", join(body))


def table(heads: Cells, body: Iterable[Cells]) -> Markup:
    """Return a table whose rows become cards on a narrow screen; columns nobody fills are left out."""
    filled = list(body)
    used = [i for i in range(len(heads)) if i == 0 or any(row[i] != NONE for row in filled)]
    head = element("tr", *(element("th", heads[i], scope="col") for i in used))
    lines = (
        element(
            "tr",
            element("th", row[0], scope="row"),
            *(element("td", row[i], data_label=heads[i]) for i in used[1:]),
        )
        for row in filled
    )
    return element("table", element("thead", head), element("tbody", *lines), class_="findings")


def _troubles(part: Part) -> Iterator[str]:
    for line in part.lines:
        if line.judged.trouble:
            yield f"{line.judged.system} was not trained: {line.judged.trouble}"


def _notes(bench: Bench, parts: Sequence[Part]) -> Section:
    return Section("notes", "What the numbers mean", _list(notes(bench, parts)))


def _made(bench: Bench, command: str) -> Section:
    return Section("made", "How it was made", element("pre", command))


def _list(sentences: Iterable[str]) -> Markup:
    return element("ol", *(element("li", sentence) for sentence in sentences))
