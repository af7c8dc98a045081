"""Settings of what was made against mode collapse, part of the tree in `config`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from zerosum.training.schedule import Schedule


@dataclass(frozen=True)
class VeeganConfig:
    """System veegan: what its reconstructor is worth."""

    reconstruction: Annotated[
        float | Schedule, "weight of |z - F(G(z))|^2 in the generator's and reconstructor's losses"
    ] = 0.5
    spread: Annotated[float | Schedule, "deviation of latents drawn round F(x) in data pairs"] = 1.0


@dataclass(frozen=True)
class UnrolledConfig:
    """How far the generator looks ahead."""

    steps: Annotated[int, "virtual discriminator steps the generator's loss looks through"] = 0
    rate: Annotated[float | Schedule, "step size of a virtual step (plain gradient descent)"] = 0.1
