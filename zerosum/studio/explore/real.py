"""The real rows of a run beside its generator: those trained on and those held out, or why there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from zerosum import noise
from zerosum.errors import InputError, ZerosumError
from zerosum.runs import session
from zerosum.runs.job import GIVEN
from zerosum.runs.rows import Rows
from zerosum.studio.endpoint import Endpoint
from zerosum.studio.explore.models import Model
from zerosum.studio.explore.shown import pixels

if TYPE_CHECKING:
    from zerosum.studio.shared import Shared

LEAST_LABELLED = 2  # classes that can teach a classifier
MOST_NUMBERS = 20_000_000  # of rows that are read at once: 160 MB in double precision


def endpoint(shared: Shared) -> Endpoint:
    """Return the endpoint that says whether real rows are at hand."""

    def answer(id: str) -> dict[str, Any]:
        model = shared.models.of(id)
        with shared.turns.take():
            return told(model)

    return Endpoint(
        "GET", "/api/explore/{id}/real", "What real rows are at hand, or why none.", answer
    )


def told(model: Model) -> dict[str, Any]:
    """Return how many real rows there are of each kind and their classes, or why there are none."""
    why = why_none(model)
    if why:
        return {"why": why, "trained": 0, "held_out": 0, "taught": False}
    trained, held_out = split_of(model)
    labels = trained.labels()
    taught = labels is not None and len(np.unique(labels)) >= LEAST_LABELLED
    taught = taught and model.kind == "picture"
    return {"why": "", "trained": len(trained), "held_out": len(held_out), "taught": taught}


def split_of(model: Model) -> tuple[Rows, Rows]:
    """Return a run's rows to train on and those held out, none of them read yet.

    Raises:
        InputError: a generator alone, data given in Python, or data that are gone or have changed.
    """
    if model.entry.kind != "run":
        raise InputError(
            "this is a generator alone: no real rows came with it, as they do with a run"
        )
    found: tuple[Rows, Rows] = model.part("split", lambda: _split(model))
    return found


def why_none(model: Model) -> str:
    """Return why a run's real rows cannot be had, "" where they can."""
    try:
        split_of(model)
    except InputError as error:
        return str(error)
    return ""


def some_of(rows: Rows, seed: int, most: int | None = None) -> Rows:
    """Return these rows, or as many drawn by the seed as `most` and memory allow."""
    width = max(1, int(np.prod(rows.source.event_shape)))
    limit = max(1, MOST_NUMBERS // width)
    return rows.some(min(limit, most or limit), noise.fold(seed, "rows"))


def class_names(rows: Rows) -> tuple[str, ...]:
    """Return the class of each row, () where the data have none."""
    labels, classes = rows.labels(), rows.source.classes
    if labels is None or not classes:
        return ()
    return tuple(classes[int(label)] for label in labels)


def as_array(model: Model, rows: np.ndarray) -> np.ndarray:
    """Return pictures as bytes (n, height, width, channels), numbers as (n, columns)."""
    if model.kind == "picture":
        return pixels(model.generator, rows)
    return np.asarray(rows, dtype=np.float64).reshape(len(rows), -1)


def _split(model: Model) -> tuple[Rows, Rows]:
    run = model.entry.path
    try:
        given = session.read_config(run).data.spec == GIVEN
    except (ZerosumError, OSError):
        raise InputError("this run's configuration cannot be read") from None
    if given:
        raise InputError("this run's data were given in Python and are not kept with it")
    try:
        return session.rows_of(run)
    except (ZerosumError, OSError):  # whose sentences name paths
        raise InputError(
            "the data of this run are not where they were, or have changed since it was trained"
        ) from None
