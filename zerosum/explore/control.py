"""What a search finds of the generator's own samples, whose least error is known to be 0."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from zerosum.metrics.intervals import Share, wilson

_FOUND = 0.01  # relative error below which a sample counts as found
_WANTED = 0.95  # share of them that a trusted search finds


@dataclass(frozen=True, eq=False)
class Control:
    """The generator's own samples, searched for as the rows were.

    Attributes:
        relative: (k,) error of each over the standard deviation of the generator's numbers.
        found: share of them below 1 %, with its 95 % interval.
    """

    relative: Float[np.ndarray, " k"]
    found: Share

    @property
    def failed(self) -> bool:
        """Whether it is clear (by the interval) that fewer than 95 % of them are found."""
        return self.found.high < _WANTED

    def __str__(self) -> str:
        n, median = self.found.n, np.median(self.relative)
        text = (
            f"control: {round(self.found.value * n)} of {n} of the generator's own samples are found to "
            f"below 1 % (median {100 * median:.2g} %)"
        )
        if not self.failed:
            return text
        return (
            f"{text}\nthe control fails: this search misses latents that exist, so errors above may be its "
            "own and not the generator's: give it more starts, steps or polish, and no encoder alone"
        )


def control_of(relative: Float[np.ndarray, " k"]) -> Control:
    """Return the control from the relative errors of the generator's own samples."""
    return Control(relative, wilson(int((relative < _FOUND).sum()), len(relative)))
