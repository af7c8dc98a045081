"""Settings of growing networks; part of the tree in `config`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True)
class GrowthConfig:
    """Progressive networks: when which resolution comes. With both at 0 nothing grows."""

    stabilise: Annotated[
        int | None, "samples at a resolution before the next; none: an equal share of the run"
    ] = None
    fade: Annotated[
        int | None, "samples while the next resolution fades in; none: an equal share of the run"
    ] = None
