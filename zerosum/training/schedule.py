"""Numbers that change during training, as functions of the samples seen (batch-size free)."""

from __future__ import annotations

import math
from dataclasses import dataclass

SHAPES = ("cosine", "linear", "late")


@dataclass(frozen=True)
class Schedule:
    """A number that glides from `start` to `end` over the first `over` samples, then stays.

        cosine:  end + (start - end) (1 + cos(pi t)) / 2,   t = min(1, seen / over)
        linear:  start + (end - start) t
        late:    start + (end - start) max(0, 2 t - 1):  the first half of `over` changes nothing

    Attributes:
        start: value at the first sample.
        end: value from `over` samples on; None keeps `start` for ever.
        over: length of the glide in samples seen.
        shape: one of `SHAPES`.

    >>> Schedule(1.0, 0.0, over=100).at(50)
    0.5
    """

    start: float
    end: float | None = None
    over: int = 0
    shape: str = "cosine"

    def at(self, seen: int) -> float:
        """Return the value after `seen` samples."""
        if self.end is None:
            return self.start
        t = min(1.0, seen / self.over) if self.over > 0 else 1.0
        if self.shape == "cosine":
            t = (1.0 - math.cos(math.pi * t)) / 2.0
        if self.shape == "late":
            t = max(0.0, 2.0 * t - 1.0)
        return self.start + (self.end - self.start) * t
