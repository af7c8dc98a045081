"""Rows at any points, all in one answer: lattices, palettes, classes, sums."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from starlette.responses import Response

from zerosum.studio import frames
from zerosum.studio.bounds import between, count
from zerosum.studio.endpoint import Endpoint
from zerosum.studio.explore import points, shown
from zerosum.studio.explore.points import Point
from zerosum.studio.shared import Shared

MAX_ROWS = 256
MAX_SIDE = 1024  # pixels
BYTES = "application/octet-stream"


@dataclass(frozen=True)
class Rows:
    """What is to be made."""

    points: Annotated[tuple[Point, ...], "1 to 256", count(1, MAX_ROWS)]
    side: Annotated[
        int,
        "pictures are shrunk to this many pixels; 0 leaves them",
        between(0, MAX_SIDE),
    ] = 0
    latents: Annotated[bool, "also give the latents"] = False


def endpoints(shared: Shared) -> list[Endpoint]:
    """Return the endpoint of rows at points."""

    def answer(id: str, asked: Rows) -> Response:
        return Response(_made(shared, id, asked), media_type=BYTES)

    told = "Rows at points among the latents, as one frame: `pixels` or `values`."
    return [Endpoint("POST", "/api/explore/{id}/rows", told, answer, body=Rows, gives=BYTES)]


def _made(shared: Shared, id: str, asked: Rows) -> bytes:
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
