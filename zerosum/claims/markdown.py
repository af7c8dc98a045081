"""Results as a Markdown page with pictures beside it: how docs/theory.md is made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from zerosum.claims import pictures
from zerosum.claims.claim import Finding
from zerosum.claims.lines import cells
from zerosum.claims.run import Result
from zerosum.reports.document import write_page


def write_markdown(results: Sequence[Result], target: Path, seed: int) -> Path:
    """Write the page, and its pictures into a folder of the same name beside it; return its path."""
    folder = target.with_suffix("")
    folder.mkdir(parents=True, exist_ok=True)
    for result in results:
        _write_pictures(result, folder)
    return write_page(target, "\n\n".join(_paragraphs(results, folder.name, seed)) + "\n")


def _write_pictures(result: Result, folder: Path) -> None:
    claim, measurement = result.claim, result.measurement
    if measurement is None:
        return
    (folder / f"{claim.name}.png").write_bytes(pictures.png(claim, measurement.data))
    if claim.animate is not None:
        (folder / f"{claim.name}.gif").write_bytes(claim.animate(measurement.data))


def _paragraphs(results: Sequence[Result], folder: str, seed: int) -> Iterator[str]:
    held, seconds = sum(r.holds for r in results), sum(r.seconds for r in results)
    yield "# What the theory says, and what was measured"
    yield (
        f"Made by `zerosum theory --seed {seed} --report docs/theory.md`: {held} of {len(results)} claims "
        f"hold, {seconds:.0f} s of computing. Each number was measured by that command; each tolerance "
        "has its reason beside it. A bound is written with its sign; a number for which nothing was "
        "predicted has no error."
    )
    for result in results:
        yield from _claim(result, folder)


def _claim(result: Result, folder: str) -> Iterator[str]:
    claim = result.claim
    yield f"## {claim.number}. {claim.title}"
    yield claim.statement
    yield "\n".join(f"{i}. {line}" for i, line in enumerate(claim.derivation, start=1))
    if result.measurement is None:
        yield f"It could not be measured: {result.failure}"
        return
    yield f"![{claim.caption}]({folder}/{claim.name}.png)"
    yield f"*{claim.caption}*"
    if claim.animate is not None:
        yield f"![The same training, animated.]({folder}/{claim.name}.gif)"
    head = "| | predicted | measured | error | tolerance | why that tolerance |\n|---|---|---|---|---|---|"
    yield "\n".join([head, *(_row(f) for f in result.measurement.findings)])
    yield f"Source: {claim.source}."


def _row(finding: Finding) -> str:
    what = finding.what if finding.holds else f"**FAILS** {finding.what}"
    row = (what, *cells(finding), finding.reason)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"
