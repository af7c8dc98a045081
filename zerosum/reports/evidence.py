"""The evidence in words, numbers and small bars, beside what real data get against real data."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zerosum.reports.html import Markup, element, join, lead
from zerosum.reports.numbers import count, significant, with_error
from zerosum.reports.read import Absent, Run, text, value

INSIDE = "inside the reference band"
OUTSIDE = "outside the reference band"
BLANK = "blank: a control failed"
_HEAD = ("Measure", "Value ± SE", "Real vs real", "Where it lies", "Verdict")
# the eight questions, with how the names of their answers begin
QUESTIONS = {
    "How far in all? Fréchet and transport distances": ("FD", "W1", "KS"),
    "How far by a kernel? All moments": ("KD", "MMD"),
    "Is what is made real? Fidelity": ("precision", "density", "alpha-precision"),
    "Is everything made? Diversity": ("recall", "coverage", "beta-recall"),
    "Is it copied? Memorisation": ("C_T", "closer to train", "copies", "authenticity"),
    "What can a classifier still see?": ("C2ST",),
    "In the right shares? Modes, classes, bins": (
        "modes", "high quality", "KL", "NDB", "asked class", "class score",
    ),
    "Can it make what it never saw? Inversion": ("reconstruction",),
}  # fmt: skip
MORE = "Further measurements"
_WIDTH, _HEIGHT, _EDGE = 190.0, 24.0, 6.0
_HINTS = {
    "lower": "lower is closer",
    "higher": "higher is closer",
    "reference": "closest at the reference",
}
_NOT_MEASURED = (
    "Not measured: this run holds no evidence, so nothing can be said about how close its samples "
    "are to real data."
)
_NO_REFERENCE = (
    "No measurement has a real-against-real reference, so the values below say nothing yet about "
    "closeness to real data."
)
_SPELLINGS = {
    "FD": "Fréchet distance", "W1": "Wasserstein-1 distance",
    "KD": "kernel distance", "C2ST": "classifier's AUC", "NDB": "share of bins that differ",
    "C_T": "data-copying C_T", "TSTR-TRTR": "TSTR − TRTR",
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One measurement as the report needs it; NaN stands for what was not measured."""

    key: str
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
        if not math.isfinite(self.value):
            return BLANK
        if not self.has_band:
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
    """Return one sentence: in what the samples can be told from real data, and in what not."""
    try:
        measured = rows(run)
    except Absent:
        return _NOT_MEASURED
    inside = [row.name for row in measured if row.verdict == INSIDE]
    outside = [row.name for row in measured if row.verdict == OUTSIDE]
    if not inside and not outside:
        return _NO_REFERENCE
    n = value(run.evidence, "facts", "n_real")
    against = "from real data" + (f" at n = {count(n)}" if math.isfinite(n) else "")
    if not inside:
        return f"Distinguishable {against} in {_listed(outside)}."
    same = f"Not distinguishable {against} in {_listed(inside)}"
    return f"{same}; distinguishable in {_listed(outside)}." if outside else f"{same}."


def section(run: Run) -> Markup:
    """Return the evidence with its explanation: question by question, then what answers none of them."""
    measured = rows(run)
    band = join(["band", element("span", class_="key"), "over repeated splits."], " ")
    said = lead(
        "Each value beside what real data score when compared with other real data:",
        "the median and the 5–95 %",
        band,
        "SE is the standard error of the value.",
        _sizes(run),
    )
    head = element("tr", *(element("th", title, scope="col") for title in _HEAD))
    groups = join(_answers(measured), "\n")
    return join([said, element("table", element("thead", head), groups, class_="evidence")])


def _answers(measured: Sequence[Row]) -> Iterator[Markup]:
    """Yield a heading for each question that was asked, and under it the measurements that answer it."""
    for question in (*QUESTIONS, MORE):
        mine = [row for row in measured if question_of(row.key) == question]
        if mine:
            title = element("th", question, colspan=len(_HEAD), scope="colgroup")
            yield element("tbody", element("tr", title), class_="question")
        yield from map(_group, mine)


def question_of(name: str) -> str:
    """Return the question that a measurement answers.

    >>> question_of("recall randconv"), question_of("droplet")
    ('Is everything made? Diversity', 'Further measurements')
    """
    return next((question for question, names in QUESTIONS.items() if name.startswith(names)), MORE)


def _group(row: Row) -> Markup:
    """Return a measurement's rows: the numbers, and across the table how they were made."""
    name = join(
        [
            row.name[:1].upper() + row.name[1:],
            element("span", _HINTS.get(row.better, row.better), class_="hint"),
        ]
    )
    reference: object = "none"
    if row.has_band:
        over = f"5–95 %: {significant(row.low)} to {significant(row.high)}"
        reference = join([significant(row.median), element("span", over, class_="hint")])
    error = row.error if math.isfinite(row.error) else None
    value = with_error(row.value, error) if math.isfinite(row.value) else "blank"
    cells = (value, reference, bar(row), row.verdict or "no reference")
    line = element(
        "tr",
        element("th", name, scope="row"),
        *(element("td", c, data_label=t) for t, c in zip(_HEAD[1:], cells, strict=True)),
    )
    return element("tbody", line, _how(row))


def _how(row: Row) -> Markup:
    parts = [
        element("span", row.note, class_="hint") if row.note else "",
        element("code", row.label, class_="label") if row.label else "",
    ]
    if not any(parts):
        return Markup()
    return element("tr", element("td", *parts, colspan=len(_HEAD), class_="how"))


def bar(row: Row) -> Markup:
    """Return a small drawing of the value and its error beside the reference band."""
    if row.verdict not in (INSIDE, OUTSIDE):
        return Markup("–")
    error = row.error if math.isfinite(row.error) else 0.0
    ends = [row.low, row.high, row.value - error, row.value + error]
    scale = _Scale(min(ends), max(ends))
    # colour never stands alone: inside is a full dot, outside a ring
    fill = "var(--fake)" if row.verdict == INSIDE else "var(--page)"
    dot = element(
        "circle", cx=scale(row.value), cy=_HEIGHT / 2, r=4.5, fill=fill, stroke="var(--fake)",
        stroke_width=2,
    )  # fmt: skip
    parts = [
        _across(0.0, _WIDTH, "var(--line)", 1.0),
        _band(scale(row.low), scale(row.high)),
        _tick(scale(row.median)) if math.isfinite(row.median) else "",
        _across(scale(row.value - error), scale(row.value + error), "var(--fake)", 1.6),
        dot,
    ]
    where = f"{row.verdict} from {significant(row.low)} to {significant(row.high)}"
    return element(
        "svg", *parts, class_="bar", viewBox=f"0 0 {_WIDTH:g} {_HEIGHT:g}", role="img",
        aria_label=f"value {significant(row.value)}, {where}",
    )  # fmt: skip


@dataclass(frozen=True)
class _Scale:
    low: float
    high: float

    def __call__(self, x: float) -> float:
        span = self.high - self.low
        share = (x - self.low) / span if span else 0.5
        return round(_EDGE + share * (_WIDTH - 2 * _EDGE), 1)


def _across(left: float, right: float, colour: str, width: float) -> Markup:
    y = _HEIGHT / 2
    return element("line", x1=left, x2=right, y1=y, y2=y, stroke=colour, stroke_width=width)


def _band(left: float, right: float) -> Markup:
    width = max(2.0, round(right - left, 1))
    return element(
        "rect", x=left, y=4, width=width, height=_HEIGHT - 8, rx=2, fill="var(--real)",
        fill_opacity=0.3,
    )  # fmt: skip


def _tick(x: float) -> Markup:
    low = _HEIGHT - 4
    return element("line", x1=x, x2=x, y1=4, y2=low, stroke="var(--real)", stroke_width=1.6)


def _row(measurement: Mapping[str, Any]) -> Row:
    return Row(
        key=text(measurement, "name") or "unnamed",
        name=spelled(text(measurement, "name") or "unnamed"),
        value=value(measurement, "value"),
        error=value(measurement, "error"),
        median=value(measurement, "reference", "median"),
        low=value(measurement, "reference", "low"),
        high=value(measurement, "reference", "high"),
        splits=value(measurement, "reference", "splits"),
        label=text(measurement, "label") or "",
        better=text(measurement, "better") or "",
        note=text(measurement, "note") or "",
    )


def spelled(name: str) -> str:
    """Return a measurement's name as prose.

    >>> spelled("KD pixels"), spelled("hit_rate")
    ('kernel distance pixels', 'hit rate')
    """
    words = name.split(" ")
    return " ".join(_SPELLINGS.get(word, word.replace("_", " ")) for word in words)


def _listed(names: list[str]) -> str:
    groups = grouped(names)
    if len(groups) > 5:
        return ", ".join(groups[:4]) + f" and {len(groups) - 4} more"
    return " and ".join(filter(None, [", ".join(groups[:-1]), groups[-1]]))


def grouped(names: list[str]) -> list[str]:
    """Return names with those that differ in their last word alone put together.

    >>> grouped(["recall pixels", "modes", "recall classifier"])
    ['recall (pixels, classifier)', 'modes']
    """
    lasts: dict[str, list[str]] = {}
    for name in names:
        first, _, last = name.rpartition(" ")
        lasts.setdefault(first or name, []).append(last if first else "")
    return [
        f"{first} ({', '.join(last)})" if len(last) > 1 else f"{first} {last[0]}".strip()
        for first, last in lasts.items()
    ]


def _sizes(run: Run) -> str:
    real, fake = (value(run.evidence, "facts", key) for key in ("n_real", "n_fake"))
    splits = max((row.splits for row in rows(run) if math.isfinite(row.splits)), default=math.nan)
    parts = [
        f"{count(real)} held-out real samples" if math.isfinite(real) else "",
        f"{count(fake)} generated samples" if math.isfinite(fake) else "",
        f"{count(splits)} splits" if math.isfinite(splits) else "",
    ]
    known = ", ".join(filter(None, parts))
    return f"Measured with {known}." if known else ""
