"""Numbers with errors, with what real data gets, and with labels that say how they were made."""

from __future__ import annotations

import json
import math
import textwrap
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal, get_args

from zerosum.errors import InputError, unknown
from zerosum.metrics import tables

SCHEMA = "zerosum-evidence-1"
_FAR = 1.96  # standard errors of a difference below which no order is stated
Better = Literal["lower", "higher", "reference"]


@dataclass(frozen=True)
class Reference:
    """The same number for real rows in place of generated ones: median and 5-95 % over `splits`."""

    median: float
    low: float
    high: float
    splits: int


@dataclass(frozen=True)
class Measurement:
    """One number about a generator.

    Fields:
        name: short name, unique within an Evidence.
        value: the number; None when a control has failed, and the note says which.
        error: its standard error, None when none is known.
        reference: what real data gets, None when that has no meaning.
        label: everything that the number depends on; numbers of different labels are not compared.
        better: "lower", "higher", or "reference" when the best value is real data's.
        note: a remark printed under the table.
    """

    name: str
    value: float | None
    error: float | None
    reference: Reference | None
    label: str
    better: Better
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse numbers that are not finite."""
        r = self.reference
        numbers = [self.value or 0.0, self.error or 0.0] + ([r.median, r.low, r.high] if r else [])
        if not all(math.isfinite(v) for v in numbers):
            raise InputError(
                f"measurement {self.name!r} is not finite: the rows cannot be measured so"
            )

    @property
    def reading(self) -> str:
        """Where the value lies beside real data: "as real", "worse", "beyond real", "off", "blank" or "-".

        "as real" means inside the 5-95 % range: not distinguishable at this n, which is not "good".
        "beyond real" is closer than fresh real data gets, as copies of held-out rows would be.
        """
        r = self.reference
        if self.value is None:
            return "blank"
        if r is None:
            return "-"
        if r.low <= self.value <= r.high:
            return "as real"
        if self.better == "reference":
            return "off"
        worse = self.value > r.high if self.better == "lower" else self.value < r.low
        return "worse" if worse else "beyond real"

    def blank(self, why: str) -> Measurement:
        """Return the measurement without its number, for a control has failed: `why` ends the sentence."""
        return replace(self, value=None, error=None, note=f"{self.name}: blank, for {why}")


@dataclass(frozen=True)
class Evidence:
    """All measurements of one generator, with facts about how they were taken.

    Fields:
        measurements: in printing order, names unique.
        facts: JSON-able: n_real, n_fake, kind and what else a report may show.
    """

    measurements: tuple[Measurement, ...]
    facts: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse two measurements of one name."""
        names = [m.name for m in self.measurements]
        if len(set(names)) != len(names):
            raise InputError(f"evidence has two measurements of one name among {names}: rename one")

    def __getitem__(self, name: str) -> Measurement:
        """Return the measurement of that name, or raise InputError with the nearest one."""
        found = {m.name: m for m in self.measurements}
        if name not in found:
            raise unknown("measurement", name, found)
        return found[name]

    def __str__(self) -> str:
        """Return a table of at most 100 columns, labels and notes below."""
        return _render(self)

    def to_json(self) -> dict[str, Any]:
        """Return a JSON-able dictionary.

        Raises:
            InputError: when a fact is not JSON.
        """
        result = {
            "schema": SCHEMA,
            "facts": self.facts,
            "measurements": [asdict(m) for m in self.measurements],
        }
        try:
            return dict(json.loads(json.dumps(result, allow_nan=False)))
        except (TypeError, ValueError) as error:
            raise InputError(
                f"a fact of this evidence is not JSON ({error}): use plain values"
            ) from None

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Evidence:
        """Return the evidence written by `to_json`, checked field by field.

        Raises:
            InputError: another schema, a missing or unknown field, or a value of the wrong type.
        """
        _keys(data, {"schema", "facts", "measurements"}, "evidence")
        if data["schema"] != SCHEMA:
            raise InputError(
                f"evidence has schema {data['schema']!r}, this version reads {SCHEMA!r}"
            )
        if not isinstance(data["facts"], dict) or not isinstance(data["measurements"], list):
            raise InputError(
                "evidence needs an object `facts` and a list `measurements`: rewrite it"
            )
        return Evidence(tuple(_measurement(m) for m in data["measurements"]), dict(data["facts"]))


def _measurement(data: Any) -> Measurement:
    _keys(data, {f.name for f in fields(Measurement)}, "a measurement")
    texts = ("name", "label", "better", "note")
    if not all(isinstance(data[t], str) for t in texts):
        raise InputError(f"a measurement needs text in {', '.join(texts)}: rewrite the evidence")
    if data["better"] not in get_args(Better):
        raise unknown("direction", data["better"], get_args(Better))
    name = data["name"]
    error = None if data["error"] is None else _number(data["error"], name)
    value = None if data["value"] is None else _number(data["value"], name)
    reference = None if data["reference"] is None else _reference(data["reference"], name)
    return Measurement(name, value, error, reference, data["label"], data["better"], data["note"])


def _reference(data: Any, name: str) -> Reference:
    _keys(data, {f.name for f in fields(Reference)}, f"the reference of {name!r}")
    median, low, high = (_number(data[k], name) for k in ("median", "low", "high"))
    if not isinstance(data["splits"], int) or isinstance(data["splits"], bool):
        raise InputError(f"splits of {name!r} is {data['splits']!r}: write a whole number")
    return Reference(median, low, high, data["splits"])


def _keys(data: Any, wanted: set[str], what: str) -> None:
    if not isinstance(data, Mapping) or set(data) != wanted:
        got = sorted(data) if isinstance(data, Mapping) else type(data).__name__
        raise InputError(f"{what} needs exactly the fields {sorted(wanted)}, got {got}")


def _number(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(f"measurement {name!r} holds {value!r} where a number belongs: rewrite it")
    return float(value)


HEAD = ("measurement", "value ± error", "real vs real [5-95 %]", "reading", "note")


def _render(evidence: Evidence) -> str:
    facts = ", ".join(
        f"{k} {v}" for k, v in evidence.facts.items() if isinstance(v, str | int | float)
    )
    labels = list(dict.fromkeys(m.label for m in evidence.measurements))
    notes = list(dict.fromkeys(m.note for m in evidence.measurements if m.note))
    lines = [
        (
            m.name,
            tables.with_error(m.value, m.error),
            _range(m.reference),
            m.reading,
            _marks(m, labels, notes),
        )
        for m in evidence.measurements
    ]
    table = tables.columns([HEAD, *lines])
    feet = [tables.footnote(f"[{i + 1}]", text) for i, text in enumerate(labels)]
    feet += [tables.footnote(f"({chr(97 + i % 26)})", text) for i, text in enumerate(notes)]
    feet += [tables.footnote("left out:", text) for text in evidence.facts.get("left_out", ())]
    return "\n".join([*textwrap.wrap(facts, tables.WIDTH), table, *feet])


def _marks(m: Measurement, labels: list[str], notes: list[str]) -> str:
    mark = f"[{labels.index(m.label) + 1}]"
    return mark + (f" ({chr(97 + notes.index(m.note) % 26)})" if m.note else "")


def _range(reference: Reference | None) -> str:
    if reference is None:
        return "-"
    r = reference
    digits = tables.digits((r.high - r.low) / 4)
    return f"{r.median:.{digits}f} [{r.low:.{digits}f}, {r.high:.{digits}f}]"


@dataclass(frozen=True)
class Row:
    """One measurement of both; verdict is "first", "second" or "not distinguishable"."""

    name: str
    first: str
    second: str
    difference: str
    verdict: str


@dataclass(frozen=True)
class Comparison:
    """Rows in the order of the first evidence; printing gives a table."""

    rows: tuple[Row, ...]

    def __str__(self) -> str:
        """Return the table."""
        head = ("measurement", "first", "second", "difference", "better")
        body = [(r.name, r.first, r.second, r.difference, r.verdict) for r in self.rows]
        return tables.columns([head, *body])


def compare(a: Evidence, b: Evidence) -> Comparison:
    """Return both evidences' common measurements side by side.

    Neither is called better while the difference is within 1.96 standard errors √(e₁² + e₂²), or
    when an error is unknown.

    Raises:
        InputError: when same-named measurements carry different labels, or no name is common.
    """
    second = {m.name: m for m in b.measurements}
    both = [(m, second[m.name]) for m in a.measurements if m.name in second]
    if not both:
        raise InputError(
            "the two evidences have no measurement in common: evaluate both the same way"
        )
    for x, y in both:
        if x.label != y.label:
            raise InputError(
                f"{x.name!r} was measured in two ways, {x.label!r} and {y.label!r}: "
                "evaluate both on the same rows with the same settings"
            )
    return Comparison(tuple(_row(x, y) for x, y in both))


def _row(x: Measurement, y: Measurement) -> Row:
    error = None if x.error is None or y.error is None else math.hypot(x.error, y.error)
    apart = None if x.value is None or y.value is None else y.value - x.value
    difference = "-" if apart is None else tables.with_error(apart, error)
    first, second = tables.with_error(x.value, x.error), tables.with_error(y.value, y.error)
    return Row(x.name, first, second, difference, _verdict(x, y, apart, error))


def _verdict(x: Measurement, y: Measurement, apart: float | None, error: float | None) -> str:
    if apart is None or error is None or abs(apart) <= _FAR * error:
        return "not distinguishable"
    cost_x, cost_y = _cost(x, x.reference), _cost(y, x.reference)
    if cost_x == cost_y:
        return "not distinguishable"
    return "first" if cost_x < cost_y else "second"


def _cost(m: Measurement, reference: Reference | None) -> float:
    value = math.nan if m.value is None else m.value
    if m.better == "reference" and reference is not None:
        return abs(value - reference.median)
    return -value if m.better == "higher" else value
