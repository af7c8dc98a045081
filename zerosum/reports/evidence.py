"""The evidence in words, numbers and small bars: each value beside what real data get against real data."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zerosum.reports.html import Markup, element, join, table
from zerosum.reports.numbers import count, significant, with_error
from zerosum.reports.read import Absent, Run, text, value

INSIDE = "inside the reference band"
OUTSIDE = "outside the reference band"
_WIDTH, _HEIGHT, _EDGE = 190.0, 24.0, 6.0
_HINTS = {"lower": "lower is closer", "higher": "higher is closer", "reference": "nearest to the reference is closest"}  # fmt: skip
_SPELLINGS = {"frechet": "Fréchet", "wasserstein": "Wasserstein", "kolmogorov": "Kolmogorov"}


@dataclass(frozen=True)
class Row:
    """One measurement as the report needs it; NaN stands for what was not measured."""

    name: str
    value: float
    error: float
    median: float
    low: float
    high: float
    splits: float
    label: str
    better: str
    note: str

    @property
    def has_band(self) -> bool:
        """Whether there is a reference band to lie in."""
        return math.isfinite(self.low) and math.isfinite(self.high)

    @property
    def verdict(self) -> str:
        """Inside or outside the reference band; empty where there is no band or no value."""
        if not self.has_band or not math.isfinite(self.value):
            return ""
        return INSIDE if self.low <= self.value <= self.high else OUTSIDE


def rows(run: Run) -> list[Row]:
    """Return the measurements of evidence.json in its order; raise `Absent` if there are none."""
    found = run.evidence.get("measurements")
    if isinstance(found, Mapping):
        found = [{"name": name, **m} for name, m in found.items() if isinstance(m, Mapping)]
    listed = [m for m in found if isinstance(m, Mapping)] if isinstance(found, Sequence) else []
    if not listed:
        raise run.why("evidence.json", "evidence.json holds no measurement.")
    return [_row(measurement) for measurement in listed]


def finding(run: Run) -> str:
    """Return one sentence: where the generated samples can be told from real data, and where not."""
    try:
        measured = rows(run)
    except Absent:
        return "Not measured: this run holds no evidence, so nothing can be said about how close its samples are to real data."  # fmt: skip
    inside = [row.name for row in measured if row.verdict == INSIDE]
    outside = [row.name for row in measured if row.verdict == OUTSIDE]
    if not inside and not outside:
        return "No measurement has a real-against-real reference, so the values below say nothing yet about closeness to real data."  # fmt: skip
    n = value(run.evidence, "facts", "n_real")
    against = "from real data" + (f" at n = {count(n)}" if math.isfinite(n) else "")
    if not inside:
        return f"Distinguishable {against} in {_listed(outside)}."
    same = f"Not distinguishable {against} in {_listed(inside)}"
    return f"{same}; distinguishable in {_listed(outside)}." if outside else f"{same}."


def section(run: Run) -> Markup:
    """Return the evidence table with its explanation."""
    measured = rows(run)
    head = ("Measure", "Value ± SE", "Real vs real", "Where it lies", "Verdict")
    lead = element(
        "p",
        "Each value beside what real data score when compared with other real data: the median and the 5–95 % band over repeated splits ",  # fmt: skip
        element("span", class_="key"),
        ". SE is the standard error of the value.",
        _sizes(run),
        class_="lead",
    )
    return join([lead, table(head, map(_cells, measured), class_="evidence")])


def _cells(row: Row) -> list[object]:
    name = [row.name, element("span", _HINTS.get(row.better, row.better), class_="hint")]
    if row.note:
        name.append(element("span", row.note, class_="hint"))
    if row.label:
        name.append(element("code", row.label, class_="label"))
    reference: object = "none"
    if row.has_band:
        band = f"{significant(row.low)} – {significant(row.high)}"
        over = f"5–95 %: {band}"
        reference = join([significant(row.median), element("span", over, class_="hint")])
    error = row.error if math.isfinite(row.error) else None
    return [join(name), with_error(row.value, error), reference, bar(row), row.verdict or "no reference"]  # fmt: skip


def bar(row: Row) -> Markup:
    """Return a small drawing of the value and its error beside the reference band."""
    if not row.verdict:
        return Markup("–")
    error = row.error if math.isfinite(row.error) else 0.0
    ends = [row.low, row.high, row.value - error, row.value + error]
    span = (max(ends) - min(ends)) or 1.0

    def at(x: float) -> float:
        return round(_EDGE + (x - min(ends)) / span * (_WIDTH - 2 * _EDGE), 1)

    middle = _HEIGHT / 2
    band = max(2.0, round(at(row.high) - at(row.low), 1))
    # colour never stands alone: inside is a full dot, outside a ring
    fill = "var(--fake)" if row.verdict == INSIDE else "var(--page)"
    parts = [
        element("line", x1=0, x2=_WIDTH, y1=middle, y2=middle, stroke="var(--line)"),
        element("rect", x=at(row.low), y=4, width=band, height=_HEIGHT - 8, rx=2, fill="var(--real)", fill_opacity=0.3),  # fmt: skip
        element("line", x1=at(row.value - error), x2=at(row.value + error), y1=middle, y2=middle, stroke="var(--fake)", stroke_width=1.6),  # fmt: skip
        element("circle", cx=at(row.value), cy=middle, r=4.5, fill=fill, stroke="var(--fake)", stroke_width=2),  # fmt: skip
    ]
    if math.isfinite(row.median):
        tick = element("line", x1=at(row.median), x2=at(row.median), y1=4, y2=_HEIGHT - 4, stroke="var(--real)", stroke_width=1.6)  # fmt: skip
        parts.insert(2, tick)
    said = f"value {significant(row.value)}, {row.verdict} from {significant(row.low)} to {significant(row.high)}"  # fmt: skip
    return element("svg", *parts, class_="bar", viewBox=f"0 0 {_WIDTH:g} {_HEIGHT:g}", role="img", aria_label=said)  # fmt: skip


def _row(measurement: Mapping[str, Any]) -> Row:
    get = lambda *keys: value(measurement, *keys)  # noqa: E731
    return Row(
        name=spelled(text(measurement, "name") or "unnamed"),
        value=get("value"),
        error=get("error"),
        median=get("reference", "median"),
        low=get("reference", "low"),
        high=get("reference", "high"),
        splits=get("reference", "splits"),
        label=text(measurement, "label") or "",
        better=text(measurement, "better") or "",
        note=text(measurement, "note") or "",
    )


def spelled(name: str) -> str:
    """Return a measurement's name as prose.

    >>> spelled("frechet_distance")
    'Fréchet distance'
    """
    words = name.replace("_", " ").split(" ")
    return " ".join(_SPELLINGS.get(word, word) for word in words)


def _listed(names: list[str]) -> str:
    if len(names) > 5:
        return ", ".join(names[:4]) + f" and {len(names) - 4} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _sizes(run: Run) -> str:
    real, fake = (value(run.evidence, "facts", key) for key in ("n_real", "n_fake"))
    splits = max((row.splits for row in rows(run) if math.isfinite(row.splits)), default=math.nan)
    parts = [
        f"{count(real)} held-out real samples" if math.isfinite(real) else "",
        f"{count(fake)} generated samples" if math.isfinite(fake) else "",
        f"{count(splits)} splits" if math.isfinite(splits) else "",
    ]
    known = ", ".join(filter(None, parts))
    return f" Measured with {known}." if known else ""
