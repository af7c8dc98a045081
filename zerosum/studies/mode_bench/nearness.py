"""Is a generated stack made of digits at all? The papers' count of modes does not ask.

A classifier gives every picture a label, so that noise fills modes too. A digit is near here if its
distance to the nearest training scan, ‖x - y‖ in units of a scan's numbers, is not above what a share q of
held-out scans keep to; a stack is near if its three digits are. A perfect model has q³ of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Float, Shaped

from zerosum import noise
from zerosum.data.stacked import CHANNELS, Scans
from zerosum.metrics.neighbours import nearest

KEPT = 0.99  # q
PERFECT = KEPT**CHANNELS
MEASURED = 2000  # stacks of a sample, so that its share is known to about a hundredth
_SCANS = 5000  # training scans that are compared with, where there are more


@dataclass(frozen=True, eq=False)
class Nearness:
    """How near to some scan a digit has to be.

    Attributes:
        scans: training scans as rows. limit: the largest distance of a near digit.
    """

    scans: Float[np.ndarray, "m d"]
    limit: float

    def share(self, stacks: Shaped[np.ndarray, "n h w channels"]) -> float:
        """Return the share of the first stacks, at most `MEASURED`, that are near."""
        some = np.moveaxis(stacks[:MEASURED], -1, 1)
        distances = nearest(_rows(some.reshape(-1, *some.shape[2:])), self.scans).distances
        return float((distances.reshape(len(some), -1) <= self.limit).all(axis=1).mean())

    def sentence(self) -> str:
        """Return the rule for a person."""
        return (
            f"near a scan: per cent of {MEASURED:,} stacks whose digits each lie within {self.limit:.1f} of "
            f"one of {len(self.scans):,} training scans, as {100 * KEPT:.0f} % of held-out scans do; it is "
            "ours, stands beside the papers' scores and changes none of them"
        )


@cache
def nearness_of(scans: Scans) -> Nearness:
    """Return the rule for these scans, made once a process."""
    order = noise.permutation(noise.fold(0, "nearness"), len(scans.train)).numpy()
    base = _rows(scans.train[order[:_SCANS]])
    held = nearest(_rows(scans.held), base).distances[:, 0]
    return Nearness(base, float(np.quantile(held, KEPT, method="higher")))


def _rows(pictures: Shaped[np.ndarray, "n h w"]) -> Float[np.ndarray, "n d"]:
    return pictures.reshape(len(pictures), -1).astype(np.float64)
