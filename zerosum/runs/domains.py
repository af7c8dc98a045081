"""The second domain of a game of two: read as the first is, divided by itself, with batches of its own."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from zerosum import noise
from zerosum.data.feed import Feed
from zerosum.data.load import load
from zerosum.data.source import Source
from zerosum.data.split import split
from zerosum.errors import InputError
from zerosum.recipes.config import Config, merge
from zerosum.recipes.systems import SYSTEMS
from zerosum.records.text import read_json
from zerosum.runs.reading import GIVEN, data_options


@dataclass(frozen=True)
class Domain:
    """A data set beside a job's own, as the job's fields of the same names are."""

    source: Source
    trained: np.ndarray
    held_out: np.ndarray
    feed: Feed


def with_second(settings: dict[str, Any], to: object) -> dict[str, Any]:
    """Return the settings with the second domain's name or path, or `GIVEN` for rows given in Python."""
    if to is None:
        return settings
    named = str(to) if isinstance(to, str | os.PathLike) else GIVEN
    return merge(settings, {"data": {"to": named}})


def second_source(config: Config, first: Source, to: object = None) -> Source | None:
    """Return the second domain's data, None for a game of one.

    Args:
        config: resolved settings. first: the data of the first domain.
        to: the data where they were given in Python, else None.

    Raises:
        InputError: a second domain that is missing or not wanted, that cannot be read, or whose rows
            are of another shape than the first's.
    """
    data, system = config.data, config.game.system
    asked = to is not None or data.to is not None or data.to_key is not None
    if SYSTEMS[system].domains == 1:
        if asked:
            raise InputError(
                f"data.to names a second domain, but system {system!r} learns one: use recipe cyclegan, or "
                "leave it out"
            )
        return None
    if not asked:
        raise InputError(
            f"system {system!r} translates between two domains and has one: give the other with --to "
            "(or --to-key, where one .npz holds both)"
        )
    options = data_options(data)
    key = options.key if data.to_key is None else data.to_key
    spec = to if to is not None else data.to or data.spec
    source = load(spec, options=replace(options, key=key))
    _require_alike(first, source)
    return source


def second_domain(config: Config, source: Source, device: torch.device) -> Domain:
    """Return the second domain, its own share of rows held out."""
    # another split than the first's: row i of one has nothing to do with row i of the other
    seed = noise.fold(config.data.seed, "other domain")
    trained, held_out = split(source.n, config.data.holdout, seed)
    source = source.fitted(trained)
    batches = noise.fold(config.seed, "batches", "other domain")
    feed = Feed(source, trained, config.run.batch, batches, device)
    return Domain(source, trained, held_out, feed)


def second_facts(source: Source) -> dict[str, Any]:
    """Return what a run's environment notes of its second domain."""
    return {"other": source.name, "other_rows": source.n, "other_fingerprint": source.fingerprint}


def same_second(run: Path, config: Config, first: Source, to: object = None) -> Source | None:
    """Return the second domain of a run that goes on, None for a game of one.

    Args: to: the data again, where they were given in Python.
    Raises: InputError: data that cannot be had again, or that are not what the run was trained on.
    """
    if to is None and config.data.to == GIVEN:
        raise InputError(
            f"the second domain of {run} was given in Python and is not kept with it: go on in Python with "
            f"zerosum.resume({str(run)!r}, X, to=Y)"
        )
    source = second_source(config, first, to)
    if source is None:
        return None
    if read_json(run / "environment.json").get("other_fingerprint") != source.fingerprint:
        raise InputError(
            f"the second domain {config.data.to or config.data.to_key!r} is not what {run} was trained on: "
            "start a new run, or put the former data back"
        )
    return source


def _require_alike(first: Source, second: Source) -> None:
    a, b = first.event_shape, second.event_shape
    if a == b:
        return
    if len(a) == len(b) == 3 and a[0] != b[0]:
        raise InputError(
            f"the pictures of {first.name} have {a[0]} channels and those of {second.name} {b[0]}: give "
            "data.channels, or two domains with the same channels"
        )
    if len(a) == len(b) == 3:
        raise InputError(
            f"the pictures of {first.name} are {a[1]} x {a[2]} pixels and those of {second.name} "
            f"{b[1]} x {b[2]}: give data.size, or two domains of one size"
        )
    raise InputError(
        f"a row of {first.name} has shape {a} and one of {second.name} {b}: give two domains of one shape"
    )
