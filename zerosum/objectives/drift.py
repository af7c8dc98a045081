"""Drift: a weak spring that keeps the logits of real samples near 0.

    discriminator:  l_D(a(x), a(x̂)) + ε a(x)²

A Wasserstein loss sees only differences of logits, so nothing keeps their level from wandering away,
until it is too large for its differences to be exact. With ε = 0.001 the spring is too weak to move
anything else: a = 10 costs 0.1. The generator's loss is the one it was.

Source: Karras et al. 2018, arXiv:1710.10196, appendix A.1 (ε_drift).
Not to be confused with a gradient penalty: this one knows nothing of slopes.
"""

from __future__ import annotations

import math
from dataclasses import replace

from jaxtyping import Float
from torch import Tensor

from zerosum.errors import InputError
from zerosum.objectives.objective import Objective


def with_drift(objective: Objective, weight: float) -> Objective:
    """Return the objective with ε a(x)² added to the discriminator's loss.

    Args: objective: any. weight: ε > 0.
    Returns: a new Objective named after the old one and the weight.
    Raises: InputError for a weight that is not positive and finite.
    """
    if not 0 < weight < math.inf:
        raise InputError(f"drift weight {weight} is not positive and finite; write e.g. 0.001")
    plain = objective.discriminator

    def discriminator(
        real: Float[Tensor, " batch"], fake: Float[Tensor, " batch"]
    ) -> Float[Tensor, " batch"]:
        """Return the plain loss + ε a(x)², shape (batch,)."""
        return plain(real, fake) + weight * real.square()

    return replace(
        objective, name=f"{objective.name}-drift-{weight:g}", discriminator=discriminator
    )
