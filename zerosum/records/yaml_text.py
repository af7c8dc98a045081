"""The YAML that config files need, built from parser events: mappings, lists and plain scalars."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from zerosum.errors import InputError

Event = Any  # the library's events have no common type with the fields of all

_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,99})")
_BASED = re.compile(r"0x[0-9a-fA-F]{1,99}|0o[0-7]{1,99}")
_FLOAT = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?|[-+]?[0-9]+[eE][-+]?[0-9]+"
)
_SPECIAL = re.compile(r"([-+]?)\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def load(text: str, name: str, max_depth: int) -> dict[str, Any]:
    """Return the mapping of a one-document YAML text.

    Args:
        text: the document.
        name: what messages call it.
        max_depth: levels of nesting allowed.
    Errors: InputError, with line and column, for anything but plain nested mappings and lists.
    """
    events = yaml.parse(text, Loader=yaml.SafeLoader)
    try:
        return _Reader(events, name, max_depth).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise InputError(f"{name} is not YAML: {error.problem}{where}; mend that place") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise InputError(
            f"{name} is not YAML: line {line} holds a character that text files may not have; "
            "delete it"
        ) from error


def dump(value: dict[str, Any]) -> str:
    """Return block-style YAML, in the order given, that `load` gives back equal."""
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, default_flow_style=False)


class _Dumper(yaml.SafeDumper):
    """Writes values out each time, and quotes words that the core schema takes for numbers."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


# The library follows YAML 1.1, where 1e-4 is text and needs no quotes.
for _pattern in (_FLOAT, _BASED):
    _Dumper.add_implicit_resolver(
        "tag:yaml.org,2002:float",
        re.compile(f"(?:{_pattern.pattern})$"),
        list("-+.0123456789"),
    )


class _Reader:
    """One pass over the parser's events, which builds the value and counts the depth."""

    def __init__(self, events: Iterator[Event], name: str, max_depth: int) -> None:
        self.events, self.name, self.max_depth = events, name, max_depth

    def document(self) -> dict[str, Any]:
        self._next("StreamStartEvent")
        first = next(self.events)
        if type(first).__name__ == "StreamEndEvent":
            return {}
        value = self._value(next(self.events), 1)
        self._next("DocumentEndEvent")
        after = next(self.events)
        if type(after).__name__ != "StreamEndEvent":
            raise self._error(after, "starts a second document; keep one document a file")
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self._error(first, "holds no mapping; write lines of the form `key: value`")
        return value

    def _next(self, kind: str) -> None:
        event = next(self.events)
        assert type(event).__name__ == kind, (event, kind)

    def _value(self, event: Event, depth: int) -> Any:
        self._check(event, depth)
        kind = type(event).__name__
        if kind == "ScalarEvent":
            return _scalar(event.value) if event.implicit[0] else event.value
        if kind == "SequenceStartEvent":
            return [self._value(item, depth + 1) for item in self._until("SequenceEndEvent")]
        return self._mapping(depth)

    def _mapping(self, depth: int) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key in self._until("MappingEndEvent"):
            self._check(key, depth + 1)
            if type(key).__name__ != "ScalarEvent":
                raise self._error(key, "has a key that is no word; write keys as plain words")
            if key.value in result:
                raise self._error(key, f"gives the key {key.value!r} twice; keep one of them")
            result[key.value] = self._value(next(self.events), depth + 1)
        return result

    def _until(self, end: str) -> Iterator[Event]:
        for event in self.events:
            if type(event).__name__ == end:
                return
            yield event

    def _check(self, event: Event, depth: int) -> None:
        if type(event).__name__ == "AliasEvent":
            raise self._error(event, f"uses the alias *{event.anchor}; write the value out")
        if event.anchor is not None:
            raise self._error(event, f"has the anchor &{event.anchor}; write the value plainly")
        if event.tag is not None:
            raise self._error(event, f"has the tag {event.tag}; write a plain value")
        if depth > self.max_depth and type(event).__name__ != "ScalarEvent":
            raise self._error(event, f"is nested deeper than {self.max_depth} levels; flatten it")

    def _error(self, event: Event, what: str) -> InputError:
        mark = event.start_mark
        return InputError(f"{self.name}, line {mark.line + 1}, column {mark.column + 1}: it {what}")


def _scalar(text: str) -> bool | int | float | str | None:
    """Return the value of an unquoted scalar by the YAML 1.2 core schema."""
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    if _BASED.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        return float(text)
    special = _SPECIAL.fullmatch(text)
    if special:
        return float((special[1] or "") + (special[2] or special[3]))
    return text
