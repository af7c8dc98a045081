"""Rows at any points, all in one answer: lattices, palettes, classes, sums."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from starlette.responses import Response

from zerosum.errors import InputError
from zerosum.studio import frames
from zerosum.studio.endpoint import Endpoint, within
from zerosum.studio.explore import points, shown
from zerosum.studio.explore.points import Point
from zerosum.studio.shared import Shared

MAX_ROWS = 256
MAX_SIDE = 1024  # pixels
BYTES = "application/octet-stream"


@dataclass(frozen=True)
class Rows:
    """What is to be made."""

    points: Annotated[tuple[Point, ...], "1 to 256", {"minItems": 1, "maxItems": MAX_ROWS}]
    side: Annotated[
        int,
        "pictures are shrunk to this many pixels; 0 leaves them",
        {"minimum": 0, "maximum": MAX_SIDE},
    ] = 0
    latents: Annotated[bool, "also give the latents"] = False


def endpoints(shared: Shared) -> list[Endpoint]:
    """Return the endpoint of rows at points."""

    def answer(id: str, asked: Rows) -> Response:
        return Response(_made(shared, id, asked), media_type=BYTES)

    told = "Rows at points among the latents, as one frame: `pixels` or `values`."
    return [Endpoint("POST", "/api/explore/{id}/rows", told, answer, body=Rows, gives=BYTES)]


def _made(shared: Shared, id: str, asked: Rows) -> bytes:
    if not 1 <= len(asked.points) <= MAX_ROWS:
        raise InputError(f"{len(asked.points)} rows were asked for: ask for 1 to {MAX_ROWS}")
    within("side", asked.side, 0, MAX_SIDE)
    model = shared.models.of(id)
    for point in asked.points:
        points.check(model, point)
    latents = points.latents(shared, model, asked.points)
    with shared.turns.take():
        rows = shown.made(model.generator, latents, [p.classes for p in asked.points])
        header, arrays = shown.framed(model.generator, rows, asked.side)
    if asked.latents:
        header["latents"] = np.asarray(latents, dtype=np.float64).tolist()
    return frames.pack(header, arrays)
