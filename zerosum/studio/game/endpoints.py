"""What there is to choose from, taken from the tables: a new formulation is there by itself."""

from __future__ import annotations

import dataclasses
from typing import Any

from zerosum.data.toys import TOYS
from zerosum.recipes import tables
from zerosum.studio.endpoint import Endpoint
from zerosum.studio.game import toy
from zerosum.studio.game.choice import DRAWN, MAX_POINTS, Choice
from zerosum.studio.game.rules import PENALTIES
from zerosum.studio.openapi import schema_of
from zerosum.studio.shared import Shared


def endpoints(shared: Shared) -> list[Endpoint]:
    """Return the game's endpoints."""

    def play(asked: toy.ToyAsked) -> dict[str, Any]:
        with shared.turns.take():
            return toy.played(asked)

    return [
        Endpoint("GET", "/api/game/choices", "What a game can be played with.", choices),
        Endpoint("GET", "/api/toy", "The small games and the solvers that play them.", toy.choices),
        Endpoint(
            "POST", "/api/toy", "The paths of a small game under each solver.", play,
            body=toy.ToyAsked,
        ),
    ]  # fmt: skip


def choices() -> dict[str, Any]:
    """Return names to choose from, the fields with their meaning, and the first choice."""
    return {
        "data": {**{name: toy.dimensions for name, toy in TOYS.items()}, **DRAWN},
        "objectives": [*tables.OBJECTIVES, *tables.FAMILIES],
        "families": list(tables.FAMILIES),
        "divergences": [name for name in tables.DIVERGENCES if name != "alpha"],
        "penalties": list(PENALTIES),
        "solvers": list(tables.SOLVERS),
        "optimizers": list(tables.OPTIMIZERS),
        "most_points": MAX_POINTS,
        "fields": schema_of(Choice)["properties"],
        "first": dataclasses.asdict(Choice()),
    }
