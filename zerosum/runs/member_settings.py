"""The data and resolved settings of each member of a population, or why it cannot be trained."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from zerosum.data.load import load
from zerosum.data.source import Source
from zerosum.data.text import counted
from zerosum.errors import InputError
from zerosum.recipes.config import Config
from zerosum.recipes.systems import SYSTEMS
from zerosum.runs.job import GIVEN, configure, data_options, data_shape
from zerosum.runs.vary import Vary, varied

Configured = tuple[Config, Source]


@dataclass(frozen=True)
class Given:
    """What was given to train on.

    Attributes:
        members: how many. data: of each member, or of all when `shared`; labels: likewise, when
            `one_label`.
    """

    members: int
    data: Any
    labels: Any
    shared: bool
    one_label: bool

    def of(self, number: int) -> tuple[Any, Any]:
        """Return one member's data and labels."""
        data = self.data if self.shared else self.data[number]
        return data, self.labels if self.one_label else self.labels[number]


@dataclass(frozen=True)
class Common:
    """What all members are like: the recipe, settings on top, and the seed of member 0."""

    recipe: str | None
    settings: dict[str, Any]
    seed: int

    def settings_of(self, number: int, vary: Vary) -> dict[str, Any]:
        """Return one member's settings."""
        seed = self.settings.get("seed", self.seed + number)
        return varied({**self.settings, "seed": seed}, vary, number)


def given_each(datasets: Any, y: Any, members: int) -> Given:
    """Return data and labels by member.

    Raises: InputError: not as many data sets or labels as members.
    """
    is_list = isinstance(datasets, list | tuple)
    if is_list and not datasets:
        raise InputError("datasets is empty: give one data set a member, or one for all")
    several = is_list and not _is_number(datasets[0])
    stacked = hasattr(datasets, "ndim") and datasets.ndim >= 3
    shared = not (several or stacked)
    if not shared and len(datasets) != members:
        raise InputError(
            f"datasets holds {counted(len(datasets), 'data set')} for {counted(members, 'member')}: give "
            "one each, or one for all (an array of one axis fewer; pictures as [pictures] * members)"
        )
    labels = y.to_numpy() if hasattr(y, "to_numpy") else y
    one_label = labels is None or len(labels) == 0 or np.ndim(labels[0]) == 0
    if not one_label and len(labels) != members:
        raise InputError(
            f"y holds labels of {counted(len(labels), 'data set')} for {counted(members, 'member')}: "
            "give (n,) for each, or one (n,) for all"
        )
    return Given(members, datasets, labels, shared, one_label)


def member_configs(common: Common, given: Given, vary: Vary) -> Iterator[Configured]:
    """Yield each member's resolved settings and data.

    Raises: InputError: naming the member, for what cannot work alone or beside member 0.
    """
    loaded: dict[tuple[int, int], Source] = {}  # what many members share is read once
    again = any(path.partition(".")[0] == "data" for path in vary)
    first: Configured | None = None
    for number in range(given.members):
        data, labels = given.of(number)
        read = loaded.get((id(data), id(labels)), data)
        settings = common.settings_of(number, vary)
        try:
            found = _like_first(first, read, labels, settings) if first and not vary else None
            found = found or _resolved(common.recipe, read, labels, settings)
        except InputError as error:
            alike = given.shared and given.one_label and not vary
            raise InputError(str(error) if alike else f"member {number}: {error}") from None
        found = replace_spec(found, data)
        first = first or found
        _require_beside(number, found, first)
        if not again:
            loaded[id(data), id(labels)] = found[1]
        yield found


def replace_spec(found: Configured, data: Any) -> Configured:
    """Return the settings with the name or path that the data had before they were read."""
    config, source = found
    spec = str(data) if isinstance(data, str | os.PathLike) else GIVEN
    return replace(config, data=replace(config.data, spec=spec)), source


def _resolved(recipe: str | None, data: Any, labels: Any, settings: dict[str, Any]) -> Configured:
    config, source = configure(_array(data), labels=labels, recipe=recipe, settings=settings)
    if SYSTEMS[config.game.system].domains > 1:
        raise InputError(
            f"a population learns one data set each, and system {config.game.system!r} two: train it alone"
        )
    if config.run.accumulate > 1 or config.run.compile:
        raise InputError("a population has no micro-batches and no run.compile: leave them out")
    if config.boost.components > 1:
        raise InputError(
            f"boost.components is {config.boost.components}, but each member of a population is one GAN: "
            "leave it out"
        )
    return config, source


def _like_first(
    first: Configured, data: Any, labels: Any, settings: dict[str, Any]
) -> Configured | None:
    """Return member 0's settings with another seed, which all that is alike in shape resolves to."""
    config, like = first
    source = load(_array(data), options=data_options(config.data), labels=labels)
    if data_shape(source) != data_shape(like):
        return None
    return replace(config, seed=settings["seed"]), source


def _require_beside(number: int, found: Configured, first: Configured) -> None:
    (config, source), (_, like) = found, first
    if source.n != like.n:
        raise InputError(
            f"member {number} has {counted(source.n, 'row')} and member 0 has {counted(like.n, 'row')}: "
            "data sets of one population have the same number of rows"
        )
    if source.event_shape != like.event_shape:
        raise InputError(
            f"member {number} has rows of shape {source.event_shape} and member 0 of "
            f"{like.event_shape}: data sets of one population have the same columns or pixels"
        )
    if config.conditional and source.classes != like.classes:
        raise InputError(
            f"member {number} has classes {', '.join(source.classes)} and member 0 has "
            f"{', '.join(like.classes)}: labels of one population name the same classes"
        )


def _array(data: Any) -> Any:
    if not isinstance(data, list | tuple):
        return data
    try:
        return np.asarray(data)
    except ValueError:
        raise InputError(
            "its rows are of different lengths: give every row the same columns"
        ) from None


def _is_number(value: Any) -> bool:
    return np.ndim(value) == 0 and isinstance(value, int | float | np.number)
