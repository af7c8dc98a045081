"""Settings of CycleGAN: what keeps a translation to its original."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from zerosum.training.schedule import Schedule


@dataclass(frozen=True)
class CycleConfig:
    """System cyclegan: weights of what is wanted beside the objective, and the pool."""

    weight: Annotated[
        float | Schedule,
        "of the way there and back; 5 beside lsgan's half squares is the paper's 10",
    ] = 5.0
    identity: Annotated[
        float | Schedule, "of leaving rows of the wanted domain alone, in units of `weight`"
    ] = 0.5
    pool: Annotated[int, "former translations of each domain that the discriminators see too"] = 50
