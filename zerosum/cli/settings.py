"""One flag for every setting, generated from the configuration's dataclasses.

Precedence: flag, then environment (ZEROSUM_RUN__STEPS), then --config file, then the recipe.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from zerosum.errors import InputError
from zerosum.recipes.config import Config, merge

PREFIX = "ZEROSUM_"
SHORT = {
    "steps": "run.steps",
    "batch": "run.batch",
    "device": "run.device",
    "precision": "run.precision",
    "divergence": "game.divergence",
    "solver": "game.solver",
    **{
        name: f"data.{name}"
        for name in (
            "holdout",
            "size",
            "channels",
            "key",
            "to",
            "to_key",
            "labels",
            "range",
            "layout",
            "header",
            "delimiter",
            "missing",
            "n",
        )
    },
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add `--seed`, `--steps` and the like, and `--section.name` for every field."""
    usual = parser.add_argument_group("settings most often changed")
    every = parser.add_argument_group("every setting (a list or schedule is written as JSON)")
    for path, hint, default in fields(Config):
        if path in ("recipe", "data.spec"):
            continue
        names = [f"--{short}".replace("_", "-") for short, long in SHORT.items() if long == path]
        group = usual if names or "." not in path else every
        words = f"{hint} (default: {default})" if default is not None else hint
        group.add_argument(
            *names, f"--{path}", dest=f"setting.{path}", metavar="V", help=words.replace("%", "%%")
        )


def collect(parsed: argparse.Namespace) -> dict[str, Any]:
    """Return what the user said, as nested settings: file, then environment, then flags.

    Raises:
        InputError: the file cannot be read, or a variable names no setting.
    """
    over: dict[str, Any] = {}
    if parsed.config:
        over = _from_file(Path(parsed.config))
    if not parsed.resume:  # a run goes on with its own settings, whatever the shell holds
        over = merge(over, _from_environment())
    for name, value in vars(parsed).items():
        if name.startswith("setting.") and value is not None:
            over = merge(over, _nest(name.removeprefix("setting."), _value(value)))
    if parsed.data is not None:
        over = merge(over, {"data": {"spec": _located(parsed.data)}})
    data = over.get("data")
    if isinstance(data, dict) and isinstance(data.get("to"), str):
        over = merge(over, {"data": {"to": _located(data["to"])}})
    if parsed.recipe is not None:
        over = merge(over, {"recipe": parsed.recipe})
    return over


def fields(cls: type, prefix: str = "") -> Iterator[tuple[str, str, Any]]:
    """Yield (path, help, default) of every field of a tree of dataclasses."""
    hints = typing.get_type_hints(cls, include_extras=True)
    for field in dataclasses.fields(cls):
        hint = hints[field.name]
        if dataclasses.is_dataclass(hint):
            yield from fields(typing.cast(type, hint), f"{prefix}{field.name}.")
            continue
        default = None if field.default is dataclasses.MISSING else field.default
        yield f"{prefix}{field.name}", hint.__metadata__[0], default


def tell(sentence: str) -> None:
    """Print a sentence on stderr."""
    print(f"zerosum: {sentence}", file=sys.stderr, flush=True)


def _located(data: str) -> str:
    """Return a path as an absolute one, so that a run can be resumed from anywhere."""
    from zerosum.data.names import NAMES

    known = data in NAMES or data.startswith("hub:")
    return data if known or not Path(data).exists() else str(Path(data).absolute())


def _from_file(path: Path) -> dict[str, Any]:
    from zerosum.records.text import read_json, read_yaml

    if not path.is_file():
        raise InputError(f"--config {path}: there is no such file")
    found = read_json(path) if path.suffix == ".json" else read_yaml(path)
    if not isinstance(found, dict):
        raise InputError(f"--config {path} must hold a mapping of settings")
    return found


def _from_environment() -> dict[str, Any]:
    known = {f"{PREFIX}{path.replace('.', '__').upper()}": path for path, _, _ in fields(Config)}
    over: dict[str, Any] = {}
    for variable, path in known.items():
        if variable in os.environ:
            over = merge(over, _nest(path, _value(os.environ[variable])))
    return over


def _nest(path: str, value: object) -> dict[str, Any]:
    for name in reversed(path.split(".")):
        value = {name: value}
    return typing.cast(dict[str, Any], value)


def _value(text: str) -> Any:
    """Return JSON lists and mappings as such; `null` as None; anything else as the text it is."""
    if text == "null":
        return None
    if not text.startswith(("[", "{")):
        return text
    import json

    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(
            f"{text!r} is not JSON ({error.msg} at character {error.pos + 1})"
        ) from None
