"""What there is to choose from in a game, taken from the tables: a new formulation is there by itself."""

from __future__ import annotations

import dataclasses
from typing import Any

from zerosum.data.toys import TOYS
from zerosum.recipes import tables
from zerosum.studio.endpoint import Endpoint
from zerosum.studio.game.choice import Choice
from zerosum.studio.openapi import schema_of
from zerosum.studio.shared import Shared


def endpoints(shared: Shared) -> list[Endpoint]:
    """Return the game's endpoints."""
    return [
        Endpoint("GET", "/api/game/choices", "What a game can be played with.", choices),
    ]


def choices() -> dict[str, Any]:
    """Return names to choose from, the fields with their meaning, and the first choice."""
    return {
        "data": {name: toy.dimensions for name, toy in TOYS.items()},
        "objectives": sorted(tables.OBJECTIVES),
        "penalties": ["none", "r1+r2", *sorted(tables.PENALTIES)],
        "solvers": sorted(tables.SOLVERS),
        "fields": schema_of(Choice)["properties"],
        "first": dataclasses.asdict(Choice()),
    }
