"""How hard a least distance is looked for: from several starts, then from the best of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Effort:
    """The budget of a search with several starts.

    Args:
        starts: nearest known pictures that the search begins from. early: steps of each of them.
        late: steps of the best of them after that.
    """

    starts: int
    early: int
    late: int
