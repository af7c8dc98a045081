"""What a visitor may ask for: bounds stand once, in a field's annotation, and are enforced from there.

    steps: Annotated[int, "rounds of the game", between(1, 200_000)] = 2000

The second item is the field's meaning, the third is merged into its JSON schema (see `openapi`), so that what
is described and what is refused cannot differ.
"""

from __future__ import annotations

import dataclasses
import functools
import typing
from collections.abc import Iterable
from typing import Any

from zerosum.errors import InputError, unknown
from zerosum.recipes.config import from_mapping

Bounds = dict[str, Any]


def between(least: float, most: float) -> Bounds:
    """Return the bounds of a number, both included."""
    return {"minimum": least, "maximum": most}


def one_of(names: Iterable[str]) -> Bounds:
    """Return the bounds of a name."""
    return {"enum": list(names)}


def count(least: int, most: int) -> Bounds:
    """Return the bounds of a list's length, both included."""
    return {"minItems": least, "maxItems": most}


def each(bounds: Bounds) -> Bounds:
    """Return the bounds of a list of which each item has these."""
    return {"items": bounds}


def read(values: object, cls: type, where: str = "") -> Any:
    """Return what was sent as the dataclass `cls`; `where` is written before the fields' names.

    Raises:
        InputError: no mapping, an unknown key, a wrong type, or a value outside its bounds.
    """
    found = from_mapping(values, cls, where)
    check(found, where)
    return found


def check(found: Any, where: str = "") -> None:
    """Refuse a dataclass of which a field, or one of a dataclass within it, is outside its bounds.

    Raises:
        InputError: naming the field, what was given and what it may be.
    """
    cls: type = type(found)
    for name, bounds in _annotated(cls).items():
        _check(getattr(found, name), bounds, f"{where}{name}")


def within(name: str, value: float, least: float, most: float) -> None:
    """Refuse a number outside bounds that only the moment knows.

    Raises:
        InputError: naming the number, what was given and what it may be.
    """
    if not least <= value <= most:
        told = f"{value:g}" if abs(value) < 1e300 else "beyond all bounds"
        raise InputError(f"{name} is {told}: give {least:g} to {most:g}")


@functools.cache
def _annotated(cls: type) -> dict[str, Bounds]:
    """Return each field's bounds; looking annotations up takes longer than checking by them."""
    hints = typing.get_type_hints(cls, include_extras=True)
    extras = {name: getattr(hint, "__metadata__", ())[1:] for name, hint in hints.items()}
    return {f.name: (*extras[f.name], {})[0] for f in dataclasses.fields(cls)}


def _check(value: Any, bounds: Bounds, name: str) -> None:
    if dataclasses.is_dataclass(value):
        check(value, f"{name}.")
    elif isinstance(value, tuple):
        _check_list(value, bounds, name)
    elif "enum" in bounds and value not in bounds["enum"]:
        raise unknown(f"value of {name}", str(value)[:80], bounds["enum"])
    elif "minimum" in bounds and value is not None:
        within(name, value, bounds["minimum"], bounds.get("maximum", float("inf")))


def _check_list(values: tuple[Any, ...], bounds: Bounds, name: str) -> None:
    least, most = bounds.get("minItems", 0), bounds.get("maxItems", float("inf"))
    if not least <= len(values) <= most:
        raise InputError(f"{name} holds {len(values):,}: give {least:,} to {most:,}")
    for at, value in enumerate(values):
        _check(value, bounds.get("items", {}), f"{name}[{at}]")
