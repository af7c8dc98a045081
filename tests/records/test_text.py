"""JSON and YAML: equal after a round trip, strict about everything else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zerosum.errors import InputError
from zerosum.records.text import (
    dump_json,
    parse_json,
    parse_yaml,
    read_json,
    read_yaml,
    write_json,
    write_yaml,
)

WORDS = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=12),
    st.sampled_from(
        ["1e-4", "no", "~", "0o17", "08", "1_000", "<<", "=", "1:30", "2024-01-01", "- a"]
    ),
    st.from_regex(r"[-+]?[0-9._]{1,5}(e[-+]?[0-9])?|0[xob][0-9a-f]{1,3}", fullmatch=True),
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(allow_nan=False), WORDS
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
SLOW = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@SLOW
@given(VALUES)
def test_json_comes_back_equal(value):
    again = parse_json(dump_json(value, "x", finite=False), "x", finite=False)
    assert again == value and repr(again) == repr(value)


@SLOW
@given(st.dictionaries(WORDS, VALUES, max_size=5))
def test_yaml_comes_back_equal(tmp_path, value):
    path = tmp_path / "config.yaml"
    write_yaml(path, value)
    again = read_yaml(path)
    assert again == value and repr(again) == repr(value)


@pytest.mark.parametrize(
    ("text", "match"),
    [
        (b"", "line 1, column 1"),
        (b'{"a": 1,}', "line 1, column 9"),
        (b'{"a": 1}\n x', "line 2, column 2"),
        (b'{"a": 1, "b": {"c": 1, "c": 2}}', "'c' twice"),
        (b"[" * 65 + b"]" * 65, "deeper than 64"),
        (b'{"a":' * 100_000, "deeper than 64"),
        (b"[NaN]", "NaN"),
        (b"[-Infinity]", "-Infinity"),
        (b"[1e999]", "1e999"),
        (b"9" * 5000, "too long"),
        (b"\xff", "not UTF-8"),
        (b"\xef\xbb\xbf{}", "BOM"),
        (b'"' + b'\\"' * 200_000, "not JSON"),
        (b"'a'", "not JSON"),
    ],
)
def test_json_that_is_refused(text, match):
    with pytest.raises(InputError, match=match) as caught:
        parse_json(text, "the file")
    assert "the file" in str(caught.value) and "\n" not in str(caught.value)


def test_brackets_inside_strings_are_no_depth():
    assert parse_json(dump_json("[" * 100 + '"\\', "x"), "x") == "[" * 100 + '"\\'
    deep = parse_json(b"[" * 64 + b"]" * 64, "x")
    assert dump_json(deep, "x", indent=None) == b"[" * 64 + b"]" * 64 + b"\n"


@pytest.mark.parametrize(
    ("value", "match"),
    [
        ({"a": [0, {1, 2}]}, r"x\.a\[1\] is a set"),
        ({"a": {1: 2}}, "keys as text"),
        ({"a": float("nan")}, r"x\.a is nan"),
        ({"a": np.float32(1)}, "is a float32"),
        ({"a": b"bytes"}, "is a bytes"),
    ],
)
def test_what_json_cannot_hold_is_named(value, match):
    with pytest.raises(InputError, match=match):
        dump_json(value, "x")


def test_a_value_within_itself_is_refused(tmp_path):
    value = []
    value.append(value)
    with pytest.raises(InputError, match="deeper"):
        dump_json(value, "x")
    with pytest.raises(InputError, match="deeper"):
        write_yaml(tmp_path / "a.yaml", {"a": value})


def test_numpy_scalars_that_are_floats_are_written_as_floats(tmp_path):
    write_json(tmp_path / "a.json", {"a": np.float64(0.1), "b": (1, 2)})
    write_yaml(tmp_path / "a.yaml", {"a": np.float64(0.1), "b": (1, 2)})
    assert read_json(tmp_path / "a.json") == read_yaml(tmp_path / "a.yaml")
    assert read_yaml(tmp_path / "a.yaml") == {"a": 0.1, "b": [1, 2]}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-4", 1e-4), ("1E5", 1e5), (".5", 0.5), ("5.", 5.0), ("-0.0", -0.0), ("1e-4x", "1e-4x"),
        (".inf", float("inf")), ("-.INF", float("-inf")), ("12", 12), ("-7", -7), ("0x1F", 31),
        ("0o17", 15), ("00007", "00007"), ("1_000", "1_000"), ("18446744073709551616", 2**64),
        ("no", "no"), ("on", "on"), ("yes", "yes"), ("true", True), ("False", False),
        ("null", None), ("~", None), ("", None), ("1:30", "1:30"), ("2024-01-01", "2024-01-01"),
        ("'12'", "12"), ('"true"', "true"), ("[1, a, [2.0]]", [1, "a", [2.0]]),
        ("{b: no}", {"b": "no"}), ("|\n  12\n", "12\n"), ("\n  - 1\n  - 2", [1, 2]),
    ],
)  # fmt: skip
def test_yaml_scalars_follow_the_core_schema(text, value):
    found = parse_yaml(f"a: {text}".encode(), "x")
    assert found == {"a": value} and repr(found["a"]) == repr(value)


@pytest.mark.parametrize("text", ["", "# only a remark\n", "---\n", "~"])
def test_an_empty_config_is_an_empty_mapping(text):
    assert parse_yaml(text.encode(), "x") == {}


BILLION = "a: &a [x,x]\nb: &b [*a,*a]\n"
REFUSED = [
    ("a: 1\nb: 2\na: 3\n", "line 3, column 1", "'a' twice"),
    ("o:\n  rate: 1\n  rate: 2\n", "line 3, column 3", "'rate' twice"),
    ("a: &x 1\n", "line 1, column 4", "anchor"),
    ("a: *x\n", "line 1, column 4", "alias"),
    (BILLION, "line 1, column 4", "anchor"),
    ("a: !!python/object/apply:os.system ['touch canary']\n", "line 1, column 4", "tag"),
    ("a: !!str 1\n", "line 1, column 4", "tag"),
    ("a: !evil 1\n", "line 1, column 4", "tag"),
    ("!!python/name:os.system a: 1\n", "line 1, column 1", "tag"),
    ("a: 1\nb: [1, 2\nc: 3\n", "line 3, column 2", "not YAML"),
    ("a:\n\t- 1\n", "line 2, column 1", "not YAML"),
    ("a: b: c\n", "line 1, column 5", "not YAML"),
    ("a: " + "[" * 100 + "]" * 100, "line 1, column 67", "deeper"),
    ("a: " + "{b: " * 100 + "}" * 100, "line 1, column", "deeper"),
    ("? [a, b]\n: 1\n", "line 1, column 3", "key"),
    ("- 1\n- 2\n", "line 1, column 1", "no mapping"),
    ("just text\n", "line 1, column 1", "no mapping"),
    ("a: 1\n---\nb: 2\n", "line 2, column 1", "second document"),
    ("a: 1\nb: \x07\n", "line 2", "character"),
    ("<<: {a: 1}\n<<: {b: 2}\n", "line 2, column 1", "twice"),
    ("%TAG ! tag:x,2000:\n---\na: !b c\n", "line 3, column 4", "tag"),
    ("a: 'open\n", "line 2", "not YAML"),
    ("@a: 1\n", "line 1, column 1", "not YAML"),
]


@pytest.mark.parametrize(("text", "where", "match"), REFUSED)
def test_yaml_that_is_refused_is_told_with_its_place(text, where, match):
    with pytest.raises(InputError, match=match) as caught:
        parse_yaml(text.encode(), "the file")
    message = str(caught.value)
    assert where in message and "the file" in message and "\n" not in message


def test_a_hundred_levels_of_block_yaml_are_refused():
    text = "\n".join(" " * level + "a:" for level in range(100))
    with pytest.raises(InputError, match=r"line 65, column 65: it is nested deeper"):
        parse_yaml(text.encode(), "x")


@SLOW
@given(st.text(st.sampled_from("ab: -[]{}&*!|>'\"#%@,?\n\t1~<=\\\x85\ufeff"), max_size=30))
def test_any_text_is_a_mapping_or_one_kind_of_error(text):
    for parse in (parse_yaml, parse_json):
        try:
            parse(text.encode(), "x")
        except InputError as error:
            assert "\n" not in str(error)


def test_files_are_bounded_and_named(tmp_path):
    path = tmp_path / "con\nfig.yaml"
    path.write_text("a: 1\n" + "#" * 200_000)
    with pytest.raises(InputError, match=r"128\.0 kB") as caught:
        read_yaml(path)
    assert "\n" not in str(caught.value)
    assert read_yaml(path, limit=300_000) == {"a": 1}
    for read in (read_yaml, read_json):
        with pytest.raises(InputError, match="No such file"):
            read(tmp_path / "absent")
