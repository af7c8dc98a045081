"""Many rows of numbers as points: what is real and what is generated, to lay a dragged point over."""

from __future__ import annotations

from typing import Any

import numpy as np

from zerosum import noise
from zerosum.data.codec import NumericCodec
from zerosum.errors import InputError
from zerosum.studio.endpoint import Endpoint
from zerosum.studio.explore.models import Model
from zerosum.studio.shared import Shared

ROWS = 1000


def endpoints(shared: Shared) -> list[Endpoint]:
    """Return the endpoint of points and tables."""

    def cloud(id: str) -> dict[str, Any]:
        model = shared.models.of(id)
        if not isinstance(model.generator.codec, NumericCodec):
            raise InputError("this generator makes pictures, which are no cloud of points")
        with shared.turns.take():
            return model.part("cloud", lambda: _cloud(model))

    told = (
        "1,000 real rows (null with the reason, if they cannot be read) and 1,000 generated ones."
    )
    return [Endpoint("GET", "/api/explore/{id}/cloud", told, cloud)]


def _cloud(model: Model) -> dict[str, Any]:
    fake = _listed(model.generator.sample(ROWS))
    try:
        rows = model.data().rows
    except InputError as error:
        return {"real": None, "why": str(error), "fake": fake}
    chosen = noise.permutation(noise.fold(0, "cloud"), len(rows))[:ROWS].numpy()
    return {"real": _listed(rows[chosen]), "why": None, "fake": fake}


def _listed(rows: np.ndarray) -> list[list[float | None]]:
    table = np.asarray(rows, dtype=np.float64).reshape(len(rows), -1)
    return [[v if np.isfinite(v) else None for v in row] for row in table.tolist()]
