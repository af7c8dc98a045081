"""Results as lines for a terminal and as JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from zerosum.claims.claim import Finding
from zerosum.claims.run import Result


def lines(result: Result) -> Iterator[str]:
    """Yield a heading, then a line for each finding: predicted, measured, error, tolerance, reason."""
    claim, verdict = result.claim, "holds" if result.holds else "FAILS"
    yield f"{claim.number:2}  {claim.name}: {verdict} ({result.seconds:.1f} s). {claim.statement}"
    if result.measurement is None:
        yield f"    could not be measured: {result.failure}"
        return
    for finding in result.measurement.findings:
        yield f"    {line(finding)}"


def line(finding: Finding) -> str:
    """Return one finding as one line.

    >>> line(Finding("a number", 1.0, 1.25, 0.5, "an example"))
    'ok    a number: predicted 1, measured 1.25, error 0.25, tolerance 0.5 (an example)'
    """
    what, measured = finding.what, number(finding.measured)
    if finding.relation == "reported":
        return f"--    {what}: measured {measured}, reported only ({finding.reason})"
    bound = {"=": "", "<=": "at most ", ">=": "at least "}[finding.relation]
    return (
        f"{'ok  ' if finding.holds else 'FAIL'}  {what}: predicted {bound}{number(finding.predicted)}, "
        f"measured {measured}, error {number(finding.error, 2)}, tolerance {number(finding.tolerance)} "
        f"({finding.reason})"
    )


def cells(finding: Finding) -> tuple[str, str, str, str]:
    """Return predicted, measured, error and tolerance for a table.

    >>> cells(Finding("a bound", 1.0, 0.5, 0.0, "an example", "<="))
    ('≤ 1', '0.5', '0', '0')
    """
    if finding.relation == "reported":
        return "–", number(finding.measured), "–", "–"
    sign = {"=": "", "<=": "≤ ", ">=": "≥ "}[finding.relation]
    return (
        f"{sign}{number(finding.predicted)}",
        number(finding.measured),
        number(finding.error, 2),
        number(finding.tolerance),
    )


def number(value: float, digits: int = 6) -> str:
    """Return a number with at most so many significant digits.

    >>> number(0.6931471805599453), number(0.0), number(math.inf), number(1e-9)
    ('0.693147', '0', 'inf', '1e-09')
    """
    return f"{value:.{digits}g}"


def to_json(results: Sequence[Result], seed: int) -> dict[str, Any]:
    """Return all results as one JSON object; an infinite number or NaN stands there as a text."""
    return {
        "seed": seed,
        "holds": all(r.holds for r in results),
        "claims": [_claim(r) for r in results],
    }


def _claim(result: Result) -> dict[str, Any]:
    findings = result.measurement.findings if result.measurement else ()
    return {
        "number": result.claim.number,
        "name": result.claim.name,
        "statement": result.claim.statement,
        "holds": result.holds,
        "failure": result.failure or None,
        "seconds": round(result.seconds, 3),
        "findings": [_finding(f) for f in findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "what": finding.what,
        "relation": finding.relation,
        "predicted": _plain(finding.predicted),
        "measured": _plain(finding.measured),
        "error": _plain(finding.error),
        "tolerance": _plain(finding.tolerance),
        "holds": finding.holds,
        "reason": finding.reason,
    }


def _plain(value: float) -> float | str:
    value = float(value)
    return value if math.isfinite(value) else str(value)
