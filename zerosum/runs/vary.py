"""What may differ between the members of a population, and which of them can be trained in lock step."""

from __future__ import annotations

import dataclasses
import json
import typing
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from zerosum.errors import InputError, nearest
from zerosum.recipes.augment import augments
from zerosum.recipes.config import Config, as_schedule, merge, to_mapping
from zerosum.training.schedule import Schedule

# numbers that may differ between members in lock step; all else is structure
_NUMBERS = (
    "lr", "beta1", "beta2", "weight", "centre", "instance_noise", "auxiliary", "ema_half_life", "clip",
    "gamma", "lambda_k", "p", "target", "speed",
)  # fmt: skip
# of a member's settings, what changes neither its networks nor its steps
_APART = ("seed", "data", "recipe")

# where and how the whole population is computed, which is not any member's own
_COMMON = (
    "recipe",
    "data.spec",
    "run.device",
    "run.threads",
    "run.compile",
    "run.accumulate",
    "run.ticks",
    "run.previews",
    "run.checkpoints",
    "run.keep",
)

Vary = Mapping[str, Sequence[Any]]


def check_vary(vary: object, members: int) -> dict[str, list[Any]]:
    """Return the values by dotted setting, one a member, as plain Python numbers and names.

    Raises:
        InputError: a setting that there is not, or that cannot vary; not one value for each member.
    """
    if vary is None:
        return {}
    if not isinstance(vary, Mapping):
        raise InputError(
            f"vary is a {type(vary).__name__}: give a mapping such as "
            '{"generator_optimizer.lr": [1e-4, 1e-3]}, one value a member'
        )
    return {str(path): _values(str(path), given, members) for path, given in vary.items()}


def varied(settings: Mapping[str, Any], vary: Vary, number: int) -> dict[str, Any]:
    """Return one member's settings: the common ones, and what it is varied by."""
    found = dict(settings)
    for path, values in vary.items():
        found = merge(found, _nested(path, values[number], found))
    return found


def structure(config: Config) -> str:
    """Return what members in lock step have in common, as text: equal texts, one group.

    Numbers that a step takes from a tensor of members are left out; whether there is a clip, any
    instance noise or an auxiliary classifier is not a number but a part of the step.
    """
    settings = {k: v for k, v in to_mapping(config).items() if k not in _APART}
    noisy = as_schedule(config.game.instance_noise) != Schedule(0.0)
    augment = config.game.augment
    changed = [augments(augment), augment.target is None]
    parts = [_stripped(settings), noisy, *changed, config.game.auxiliary > 0, config.data.holdout]
    return json.dumps(parts, default=str)


def _values(path: str, given: object, members: int) -> list[Any]:
    known = tuple(_paths(Config))
    head = [part for part in path.split(".") if not part.isdigit()]
    name = ".".join(head)
    if path in _COMMON:
        raise InputError(
            f"vary has {path!r}, which is the same for a whole population: set it on the gan"
        )
    if name not in known and not any(k.startswith(f"{name}.") for k in known):
        raise _unknown(path, head[-1] if head else path, known)
    if isinstance(given, str | bytes | Mapping) or not hasattr(given, "__len__"):
        raise InputError(
            f"vary[{path!r}] is {given!r}: give a list of {members} values, one a member"
        )
    values = given.tolist() if isinstance(given, np.ndarray) else list(given)  # type: ignore[call-overload]
    if len(values) != members:
        raise InputError(
            f"vary[{path!r}] holds {len(values)} values for {members} members: give one each"
        )
    return [v.item() if isinstance(v, np.generic) else v for v in values]


def _unknown(path: str, last: str, known: Sequence[str]) -> InputError:
    """Name what was meant: a setting that ends alike (`lr`), else the one that looks most alike."""
    alike = [k for k in known if k.rpartition(".")[2] == last]
    close = alike or [nearest(path, known) or "one such as generator_optimizer.lr"]
    return InputError(
        f"unknown setting {path!r} in vary; did you mean {' or '.join(close)}? All are in "
        "`zerosum train --help`"
    )


def _paths(cls: type, where: str = "") -> Iterator[str]:
    """Yield the dotted name of every setting; those of a list's items stand without a number."""
    for name, hint in typing.get_type_hints(cls).items():
        yield f"{where}{name}"
        inner = [hint, *typing.get_args(hint)]
        for nested in [c for c in inner if dataclasses.is_dataclass(c) and isinstance(c, type)]:
            yield from _paths(nested, f"{where}{name}.")


def _stripped(settings: Any) -> Any:
    if isinstance(settings, Mapping):
        kept = {k: _stripped(v) for k, v in settings.items() if k not in _NUMBERS}
        return kept | {k: None for k in ("clip",) if settings.get(k) is None and k in settings}
    if isinstance(settings, list | tuple):
        return [_stripped(v) for v in settings]
    return settings


def _nested(path: str, value: Any, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return `value` where the dotted path leads; a whole number in it is a place in a list."""
    head, _, rest = path.partition(".")
    if not rest:
        return {head: value}
    inner = settings.get(head, {}) if isinstance(settings, Mapping) else {}
    place, _, last = rest.partition(".")
    if isinstance(inner, list | tuple) and place.isdigit() and int(place) < len(inner):
        copy = [dict(v) if isinstance(v, Mapping) else v for v in inner]
        copy[int(place)] = merge(copy[int(place)], _nested(last, value, {})) if last else value
        return {head: copy}
    return {head: _nested(rest, value, inner)}
