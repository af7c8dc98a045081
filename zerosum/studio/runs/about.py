"""What a run is: its data, recipe and settings, and the machine it is made on."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zerosum.errors import InputError
from zerosum.records.reading import read_bytes
from zerosum.records.text import MAX_CONFIG, read_json, read_yaml
from zerosum.studio.runs.plain import named, plain

_LINE = re.compile(r"^( {2})?(\w+):(?: +(\S.*))?$", re.MULTILINE)
_MACHINE = ("zerosum", "python", "torch", "device", "processor", "threads", "rows")
_PATHS = ("data.spec", "data.to")


@dataclass(frozen=True)
class Brief:
    """What a line of the list says of a run before its log is looked at."""

    data: str
    recipe: str
    seed: str
    steps: int


def brief(run: Path) -> Brief:
    """Return the few settings that a list shows.

    They are looked for line by line: reading the whole of a configuration takes a hundred times as long.
    """
    try:
        text = read_bytes(run / "config.yaml", MAX_CONFIG).decode("utf-8", "replace")
    except (OSError, InputError):
        text = ""
    found, section = {}, ""
    for indent, key, value in _LINE.findall(text):
        section = section if indent else f"{key}."
        found[f"{section}{key}" if indent else key] = value.strip("'\"")
    steps = _whole(found.get("run.steps")) * max(1, _whole(found.get("boost.components")))
    data = named(_environment(run).get("data") or found.get("data.spec", ""))
    return Brief(plain(data), plain(found.get("recipe", "")), plain(found.get("seed", "")), steps)


def about(run: Path) -> dict[str, Any]:
    """Return settings and machine, flat and without paths, and what tells its data from others."""
    environment = _environment(run)
    try:
        settings = dict(_flat(read_yaml(run / "config.yaml")))
    except InputError:
        settings = {}
    for key in _PATHS:
        if settings.get(key):
            settings[key] = named(settings[key])
    split = (
        environment.get("fingerprint"),
        settings.get("data.holdout"),
        settings.get("data.seed"),
    )
    return {
        "settings": {k: plain(v) if isinstance(v, str) else v for k, v in settings.items()},
        "machine": {k: plain(environment[k]) for k in _MACHINE if k in environment},
        "held_out": hashlib.sha256(repr(split).encode()).hexdigest()[:12],
    }


def _environment(run: Path) -> Mapping[str, Any]:
    try:
        found = read_json(run / "environment.json")
    except InputError:
        return {}
    return found if isinstance(found, dict) else {}


def _flat(value: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield (`run.batch`, 64) and the like; a list keeps its numbers in the names."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in inner:
        name = f"{prefix}{key}"
        if isinstance(each, dict | list) and each:
            yield from _flat(each, f"{name}.")
        else:
            yield name, None if isinstance(each, dict | list) else each


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0
