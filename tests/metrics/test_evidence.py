"""Evidence prints narrowly, survives JSON, and refuses to compare what was measured in two ways."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from zerosum.errors import InputError
from zerosum.metrics.evidence import Evidence, Measurement, Reference, compare

LABEL = (
    "FD[randconv-v1:seed0:64d:1x8x8 | joint jackknife G=10 | real=held-out 360 | fake=360 | f64]"
)


def measurement(**changes: Any) -> Measurement:
    base = Measurement(
        "FD randconv", 1.23456, 0.0123, Reference(0.01, -0.02, 0.05, 20), LABEL, "lower", "a note"
    )
    return replace(base, **changes)


def evidence() -> Evidence:
    coverage = measurement(
        name="coverage",
        value=0.96,
        error=0.011,
        reference=Reference(0.97, 0.95, 0.98, 20),
        label="PRDC[" + "very long " * 30 + "]",
        better="higher",
        note="",
    )
    plain = measurement(name="found", value=8.0, error=None, reference=None, note="")
    return Evidence(
        (measurement(), coverage, plain), {"kind": "image", "n_real": 360, "d": {"a": 1}}
    )


def test_the_table_shows_value_error_and_reference_within_100_columns() -> None:
    text = str(evidence())
    assert all(len(line) <= 100 for line in text.splitlines())
    assert "1.235 ± 0.012" in text
    assert "0.010 [-0.020, 0.050]" in text
    assert "kind image, n_real 360" in text
    assert LABEL in text.replace("\n    ", " ") and "a note" in text
    line = next(line for line in text.splitlines() if line.startswith("coverage"))
    assert "as real" in line and "[2]" in line


def test_even_absurdly_long_names_fit() -> None:
    long = Evidence((measurement(name="x" * 300),))
    assert all(len(line) <= 100 for line in str(long).splitlines())


@pytest.mark.parametrize(
    ("value", "better", "reading"),
    [
        (0.0, "lower", "as real"),
        (0.06, "lower", "worse"),
        (-0.03, "lower", "beyond real"),
        (0.06, "higher", "beyond real"),
        (-0.03, "higher", "worse"),
        (0.06, "reference", "off"),
    ],
)
def test_a_reading_is_the_place_beside_real_data(value: float, better: str, reading: str) -> None:
    assert measurement(value=value, better=better).reading == reading
    assert measurement(reference=None).reading == "-"


def test_measurements_are_found_by_name_and_nearest_names_are_offered() -> None:
    assert evidence()["coverage"].value == 0.96
    with pytest.raises(InputError, match="did you mean 'coverage'"):
        evidence()["covrage"]


def test_json_goes_there_and_back() -> None:
    text = json.dumps(evidence().to_json(), allow_nan=False)
    assert Evidence.from_json(json.loads(text)) == evidence()


def spoiled(path: list[Any], value: Any) -> dict[str, Any]:
    data = evidence().to_json()
    place: Any = data
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (["schema"], "other", "schema 'other'"),
        (["extra"], 1, "exactly the fields"),
        (["measurements"], {}, "a list"),
        (["measurements", 0, "value"], "1", "where a number belongs"),
        (["measurements", 0, "value"], float("nan"), "not finite"),
        (["measurements", 0, "error"], True, "where a number belongs"),
        (["measurements", 0, "better"], "bigger", "unknown direction"),
        (["measurements", 0, "name"], 3, "needs text"),
        (["measurements", 0, "colour"], 3, "exactly the fields"),
        (["measurements", 0, "reference", "splits"], 2.5, "whole number"),
        (["measurements", 0, "reference"], [1], "exactly the fields"),
        (["measurements", 1, "name"], "found", "two measurements"),
    ],
)
def test_spoiled_json_is_refused(path: list[Any], value: Any, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        Evidence.from_json(spoiled(path, value))


def test_facts_that_are_no_json_are_refused() -> None:
    with pytest.raises(InputError, match="not JSON"):
        Evidence((measurement(),), {"x": float("inf")}).to_json()


def test_numbers_that_are_not_finite_never_become_measurements() -> None:
    for bad in (float("nan"), float("inf")):
        with pytest.raises(InputError, match="not finite"):
            measurement(value=bad)
        with pytest.raises(InputError, match="not finite"):
            measurement(reference=Reference(bad, 0.0, 1.0, 20))


def test_comparison_names_a_winner_only_beyond_the_errors() -> None:
    def one(value: float, **changes: Any) -> Evidence:
        return Evidence((measurement(value=value, error=0.1, **changes),))

    assert compare(one(1.0), one(2.0)).rows[0].verdict == "first"
    assert compare(one(1.0, better="higher"), one(2.0, better="higher")).rows[0].verdict == "second"
    assert compare(one(1.0), one(1.27)).rows[0].verdict == "not distinguishable"  # 1.96·√2·0.1
    assert compare(one(1.0), one(1.28)).rows[0].verdict == "first"
    near = {"better": "reference", "reference": Reference(2.1, 2.0, 2.2, 20)}
    assert compare(one(1.0, **near), one(2.0, **near)).rows[0].verdict == "second"
    unknown = Evidence((measurement(error=None),))
    assert compare(unknown, one(9.0)).rows[0].verdict == "not distinguishable"
    text = str(compare(one(1.0), one(2.0)))
    assert "1.00 ± 0.14" in text and all(len(line) <= 100 for line in text.splitlines())


def test_numbers_of_different_labels_are_not_compared() -> None:
    other = Evidence((measurement(label=LABEL.replace("360", "180")),))
    with pytest.raises(InputError, match="measured in two ways"):
        compare(evidence(), other)
    with pytest.raises(InputError, match="in common"):
        compare(evidence(), Evidence((measurement(name="else"),)))
