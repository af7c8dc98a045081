"""A strip of rows from one sample to the next, and the film that shows them one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from jaxtyping import Float
from starlette.responses import Response
from torch import Tensor

from zerosum.data.codec import ImageCodec
from zerosum.errors import InputError
from zerosum.explore.interpolating import PATHS, latents_between
from zerosum.studio import frames
from zerosum.studio.bounds import between, count, each, one_of, within
from zerosum.studio.endpoint import Endpoint
from zerosum.studio.explore import film, shown
from zerosum.studio.explore.models import Model
from zerosum.studio.explore.points import MAX_SEED
from zerosum.studio.explore.rows import BYTES
from zerosum.studio.shared import Shared

MAX_FRAMES = 64
MAX_MOVED = 32  # frames of a geodesic, whose points are searched for
MAX_ANCHORS = 16
MAX_NUMBER = 99_999  # of a sample: all before it are drawn


@dataclass(frozen=True)
class Strip:
    """A way through samples."""

    samples: Annotated[
        tuple[int, ...],
        "2 to 16 numbers of samples",
        count(2, MAX_ANCHORS) | each(between(0, MAX_NUMBER)),
    ]
    steps: Annotated[
        int,
        "from each to the next; in all 64 at most, 32 of a geodesic",
        between(1, MAX_FRAMES),
    ] = 8
    path: Annotated[str, "spherical, linear or geodesic", one_of(PATHS)] = "spherical"
    closed: Annotated[bool, "the last leads back to the first"] = False
    seed: Annotated[int, "of the samples", between(0, MAX_SEED)] = 0
    label: Annotated[int, "class of a conditional generator, from 0", {"minimum": 0}] = 0


@dataclass(frozen=True)
class Film:
    """A strip as a file."""

    strip: Annotated[Strip, "which rows"]
    format: Annotated[str, "gif, webp or png", one_of(film.FORMATS)] = "gif"
    milliseconds: Annotated[int, "that each row is shown", between(20, 2000)] = 80


def endpoints(shared: Shared) -> list[Endpoint]:
    """Return the endpoints of strips."""

    def rows(id: str, asked: Strip) -> Response:
        model = shared.models.of(id)
        with shared.turns.take():
            way = _way(model, asked)
            header, arrays = shown.framed(model.generator, _rows(model, asked, way))
        header["latents"] = np.asarray(way, dtype=np.float64).tolist()
        return Response(frames.pack(header, arrays), media_type=BYTES)

    def filmed(id: str, asked: Film) -> Response:
        model = shared.models.of(id)
        if not isinstance(model.generator.codec, ImageCodec):
            raise InputError("numbers do not make a film: keep them as CSV")
        with shared.turns.take():
            made = _rows(model, asked.strip, _way(model, asked.strip))
            images = shown.pixels(model.generator, made)
            content = film.encoded(images, asked.format, asked.milliseconds)
        return Response(content, media_type=BYTES)

    strip = "Rows on the way through samples, as one frame with the latents."
    told = "The same as an animated picture."
    return [
        Endpoint("POST", "/api/explore/{id}/strip", strip, rows, body=Strip, gives=BYTES),
        Endpoint("POST", "/api/explore/{id}/film", told, filmed, body=Film, gives=BYTES),
    ]


def _way(model: Model, asked: Strip) -> Float[Tensor, "points latent"]:
    _check(model, asked)
    key = ("way", asked)

    def made() -> Tensor:
        return latents_between(
            model.generator, asked.samples, steps=asked.steps, path=asked.path,
            closed=asked.closed, seed=asked.seed, label=_label(model, asked),
        )  # fmt: skip

    return model.part(key, made)


def _rows(model: Model, asked: Strip, way: Tensor) -> np.ndarray:
    known = model.generator.sizes.classes
    weights = tuple(float(i == asked.label) for i in range(known))
    return shown.made(model.generator, way, [weights] * len(way))


def _label(model: Model, asked: Strip) -> int | str | None:
    generator = model.generator
    if not generator.sizes.classes:
        return None
    return generator.classes[asked.label] if generator.classes else asked.label


def _check(model: Model, asked: Strip) -> None:
    legs = len(asked.samples) - (not asked.closed)
    most = MAX_MOVED if asked.path == "geodesic" else MAX_FRAMES
    within("steps in all", asked.steps * legs, 1, most)
    within("label", asked.label, 0, max(0, model.generator.sizes.classes - 1))
