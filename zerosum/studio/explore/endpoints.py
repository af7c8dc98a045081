"""Every endpoint of the view Explore."""

from __future__ import annotations

from typing import Any

from zerosum.studio.endpoint import Endpoint
from zerosum.studio.explore import (
    cloud,
    fitting,
    lines,
    neighbours,
    quiz_endpoints,
    real,
    rows,
    strip,
    tables,
)
from zerosum.studio.explore.facts import describe, listed
from zerosum.studio.shared import Shared


def endpoints(shared: Shared) -> list[Endpoint]:
    """Return the endpoints of Explore."""

    def every() -> dict[str, Any]:
        return {"models": listed(shared.models)}

    def one(id: str) -> dict[str, Any]:
        return describe(shared.models.of(id))

    return [
        Endpoint("GET", "/api/explore", "Generators that can be explored.", every),
        Endpoint("GET", "/api/explore/{id}", "What one of them makes, and of what.", one),
        *rows.endpoints(shared),
        *lines.endpoints(shared),
        *strip.endpoints(shared),
        *cloud.endpoints(shared),
        real.endpoint(shared),
        neighbours.endpoint(shared),
        tables.endpoint(shared),
        *fitting.endpoints(shared),
        *quiz_endpoints.endpoints(shared),
    ]
