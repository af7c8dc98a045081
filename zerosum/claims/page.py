"""Results as one HTML page: a section a claim, each with its picture."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path

from zerosum.claims import pictures
from zerosum.claims.claim import Claim, Finding, Measurement
from zerosum.claims.lines import cells
from zerosum.claims.run import Result
from zerosum.reports.document import Section, document, write_page
from zerosum.reports.html import Markup, element, figure, join, lead

_TITLES = ("predicted", "measured", "error", "tolerance")


def write_html(results: Sequence[Result], target: Path, seed: int) -> Path:
    """Write the page of these results; return its path."""
    return write_page(target, page(results, seed))


def page(results: Sequence[Result], seed: int) -> str:
    """Return the whole page as text."""
    held = sum(r.holds for r in results)
    head = join(
        (
            element("h1", "What the theory says, and what was measured"),
            element(
                "p",
                f"{held} of {len(results)} claims hold in {sum(r.seconds for r in results):.0f} s of "
                "computing. Every number was measured for this page; a tolerance stands beside its reason.",
                class_="trained",
            ),
        )
    )
    return document(
        "What the theory says · zerosum theory",
        head,
        [_section(r) for r in results],
        f"Made by: zerosum theory --seed {seed} --report FILE.html",
    )


def _section(result: Result) -> Section:
    claim = result.claim
    title = f"{claim.number}. {claim.title}"
    parts = [lead(claim.statement), element("ol", *(element("li", d) for d in claim.derivation))]
    if result.measurement is None:
        parts.append(element("p", f"It could not be measured: {result.failure}", class_="finding"))
        return Section(claim.name, title, join(parts))
    parts += [_picture(claim, result.measurement), *_animation(claim, result.measurement)]
    parts += [
        _table(result.measurement.findings),
        element("p", f"Source: {claim.source}.", class_="hint"),
    ]
    verdict = "holds" if result.holds else "FAILS"
    return Section(claim.name, f"{title}: {verdict}", join(parts))


def _picture(claim: Claim, measurement: Measurement) -> Markup:
    return figure(pictures.inline(claim, measurement.data), claim.caption, "full")


def _animation(claim: Claim, measurement: Measurement) -> list[Markup]:
    if claim.animate is None:
        return []
    data = base64.b64encode(claim.animate(measurement.data)).decode("ascii")
    image = element("img", src=f"data:image/gif;base64,{data}", alt=f"{claim.caption} Animated.")
    return [figure(image, "The same training, animated.", "wide")]


def _table(findings: Sequence[Finding]) -> Markup:
    head = element("tr", *(element("th", t, scope="col") for t in ("", *_TITLES)))
    return element(
        "table",
        element("thead", head),
        *(element("tbody", *_rows(f)) for f in findings),
        class_="findings",
    )


def _rows(finding: Finding) -> list[Markup]:
    mark = "" if finding.holds else " FAILS"
    name = element(
        "th", f"{finding.what}{mark}", element("span", finding.reason, class_="hint"), scope="row"
    )
    return [
        element(
            "tr",
            name,
            *(element("td", c, data_label=t) for t, c in zip(_TITLES, cells(finding), strict=True)),
        )
    ]
