"""Which directions and class means a generator has: names and facts for the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from zerosum.studio.bounds import one_of
from zerosum.studio.endpoint import Endpoint
from zerosum.studio.explore import axes
from zerosum.studio.shared import Shared


@dataclass(frozen=True)
class By:
    """Which directions."""

    by: Annotated[str, "pca, weights or labels", one_of(axes.WAYS)] = "pca"


def endpoints(shared: Shared) -> list[Endpoint]:
    """Return the endpoints of directions and class means."""

    def directions(id: str, asked: By) -> dict[str, Any]:
        found = axes.found(shared, shared.models.of(id), asked.by)
        told = zip(found.names, found.told, strict=True)
        vectors = found.vectors.double().tolist()
        return {
            "by": asked.by,
            "directions": [{"name": n, **t} for n, t in told],
            "vectors": vectors,
        }

    def means(id: str) -> dict[str, Any]:
        found = axes.means(shared, shared.models.of(id))
        counted = zip(found.names, found.counts, strict=True)
        return {
            "classes": [{"name": name, "count": count} for name, count in counted],
            "accuracy": found.accuracy,
        }

    return [
        Endpoint(
            "GET", "/api/explore/{id}/directions", "Directions along which it changes.", directions,
            query=By,
        ),
        Endpoint("GET", "/api/explore/{id}/means", "Classes with a mean latent.", means),
    ]  # fmt: skip
