"""What the tests of the second half of Explore share: a model by its name, and frames."""

from __future__ import annotations

from typing import Any

from zerosum.studio import frames
from zerosum.studio.shared import Shared


def model(shared: Shared, name: str) -> Any:
    """Return a generator by its name."""
    return shared.models.of(next(e.id for e in shared.models.entries() if e.name == name))


def opened(answer: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the frame of an answer that went well."""
    assert answer.status_code == 200, answer.text
    return frames.unpack(answer.content)
