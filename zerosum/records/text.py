"""JSON and YAML, strictly: no double keys, no depth or size without bound, no YAML tag or alias.

YAML is read by the core schema of YAML 1.2, so `1e-4` is a number and `no` is a word; only what
config files need is accepted. Not to be confused with a general YAML reader: an alias can make ten
lines grow to gigabytes, and a tag can name code.
"""

from __future__ import annotations

import json
import math
import re
from functools import partial
from pathlib import Path
from typing import Any

from zerosum.errors import InputError
from zerosum.records import atomic
from zerosum.records.leftovers import replace_file
from zerosum.records.reading import display, explaining, read_bytes

MAX_DEPTH = 64
MAX_JSON = 64_000_000  # bytes; a long training's state is some hundred kilobytes
MAX_CONFIG = 128_000  # bytes; the YAML reader is slow, and a config has some thousand

# A quoted string, closed or not (one never scanned twice), or a bracket.
_BRACKETS = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)


def parse_json(data: bytes, name: str, *, finite: bool = True) -> Any:
    """Return the value of a JSON text.

    Args:
        data: the text in UTF-8.
        name: what messages call it, usually the file's path.
        finite: refuse NaN and infinities, which JSON does not have.
    Errors: InputError with line and column when it is no JSON, nested deeper than 64, gives a key
        twice in one object, or holds a number that is not finite.

    >>> parse_json(b'{"seed": 0, "steps": [1, 2.5]}', "config.json")
    {'seed': 0, 'steps': [1, 2.5]}
    """
    text = _decoded(data, name)
    _check_depth(text, name)
    number = partial(_finite, name) if finite else float
    try:
        return json.loads(
            text,
            object_pairs_hook=partial(_object, name),
            parse_constant=number,
            parse_float=number,
        )
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise InputError(f"{name} is not JSON: {error.msg} at {where}; mend that place") from error
    except InputError:
        raise
    except ValueError as error:  # an integer of more than 4300 digits
        raise InputError(f"{name} holds a number that is too long; shorten it") from error


def dump_json(value: Any, name: str, *, finite: bool = True, indent: int | None = 2) -> bytes:
    """Return a value as JSON text that `parse_json` gives back equal (tuples come back as lists).

    Args:
        value: dicts with text keys, lists, tuples, str, int, float, bool and None.
        name: what messages call it.
        finite: refuse NaN and infinities.
        indent: spaces a level; None puts all on one line.
    Errors: InputError naming the place of what JSON cannot hold.
    """
    _check_value(value, name, finite, 1)
    separators = (",", ":") if indent is None else None
    text = json.dumps(value, indent=indent, allow_nan=not finite, separators=separators)
    return text.encode() + b"\n"


def read_json(path: Path, *, limit: int = MAX_JSON, finite: bool = True) -> Any:
    """Return the value of a JSON file; `limit` in bytes.

    Errors: InputError naming the file when it cannot be read, is too large or is not strict JSON.
    """
    with explaining(path):
        data = read_bytes(path, limit)
    return parse_json(data, display(path), finite=finite)


def write_json(path: Path, value: Any, *, finite: bool = True) -> None:
    """Write a JSON file at once: a reader finds the former content or the new one.

    Errors: InputError for a value JSON cannot hold; ZerosumError when the disk refuses.
    """
    _write(path, dump_json(value, display(path), finite=finite))


def parse_yaml(data: bytes, name: str) -> dict[str, Any]:
    """Return the mapping of a YAML text (one document; an empty one gives {}).

    Args:
        data: the text in UTF-8.
        name: what messages call it, usually the file's path.
    Errors: InputError with line and column for what is no YAML, an alias, anchor or tag, a key
        given twice, a second document, nesting deeper than 64, or a top level that is no mapping.

    >>> parse_yaml(b"optimiser: {rate: 1e-4, name: adam}", "config.yaml")
    {'optimiser': {'rate': 0.0001, 'name': 'adam'}}
    """
    # Imported here: most of a run folder is JSON and is read without the YAML library.
    from zerosum.records import yaml_text

    return yaml_text.load(_decoded(data, name), name, MAX_DEPTH)


def read_yaml(path: Path, *, limit: int = MAX_CONFIG) -> dict[str, Any]:
    """Return the mapping of a YAML file of at most `limit` bytes.

    Errors: InputError naming the file, with line and column where the text is wrong.
    """
    with explaining(path):
        data = read_bytes(path, limit)
    return parse_yaml(data, display(path))


def write_yaml(path: Path, value: dict[str, Any]) -> None:
    """Write a YAML file at once, such that `read_yaml` gives an equal mapping back.

    Errors: InputError for a value YAML cannot hold; ZerosumError when the disk refuses.
    """
    _check_value(value, display(path), False, 1)
    from zerosum.records import yaml_text

    plain = json.loads(json.dumps(value))  # tuples, and kinds of str or float, become plain ones
    _write(path, yaml_text.dump(plain).encode())


def _write(path: Path, data: bytes) -> None:
    with atomic.reporting(path, len(data)):
        replace_file(path, data)


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name} is not UTF-8 text (byte {error.start}); save it as UTF-8"
        ) from error


def _check_depth(text: str, name: str) -> None:
    """Refuse deep nesting before the parser, which recurses, sees it."""
    depth = 0
    for match in _BRACKETS.finditer(text):
        first = match[0][0]
        depth += (first in "[{") - (first in "]}")
        if depth > MAX_DEPTH:
            raise InputError(f"{name} is nested deeper than {MAX_DEPTH} levels; flatten it")


def _object(name: str, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build an object, refusing a key given twice."""
    result = dict(pairs)
    if len(result) == len(pairs):
        return result
    keys = [key for key, _ in pairs]
    twice = next(key for key in keys if keys.count(key) > 1)
    raise InputError(f"{name} gives the key {twice!r} twice in one object; keep one of them")


def _finite(name: str, text: str) -> float:
    """Read a number, refusing NaN, Infinity and what overflows to it (1e999)."""
    value = float(text)
    if not math.isfinite(value):
        raise InputError(f"{name} holds {text[:20]}, which is not finite; give a finite number")
    return value


def _check_value(value: Any, where: str, finite: bool, depth: int) -> None:
    """Refuse what would not come back equal, naming its place (config.json.optimiser.rate)."""
    if depth > MAX_DEPTH and isinstance(value, dict | list | tuple):
        raise InputError(f"{where} is nested deeper than {MAX_DEPTH} levels; flatten it")
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise InputError(f"{where} has the key {key!r}; write keys as text")
            _check_value(item, f"{where}.{key}", finite, depth + 1)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            _check_value(item, f"{where}[{index}]", finite, depth + 1)
    elif isinstance(value, float):
        if finite and not math.isfinite(value):
            raise InputError(f"{where} is {value}, which JSON cannot hold; give a finite number")
    elif not (value is None or isinstance(value, str | int)):
        kind = type(value).__name__
        raise InputError(f"{where} is a {kind}, which cannot be written; give plain values")
