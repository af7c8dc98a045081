"""Settings of augmentation: how often the discriminator is shown changed pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from zerosum.training.schedule import Schedule


@dataclass(frozen=True)
class AugmentConfig:
    """Pictures changed at random before the discriminator sees them, real and generated alike."""

    p: Annotated[
        float | Schedule, "how often each change is made, 0 to 1; with a target: at first"
    ] = 0.0
    target: Annotated[
        float | None,
        "sign of the logits on real rows that p is steered to (ADA: 0.6); none: p stays",
    ] = None
    speed: Annotated[float, "with a target: images over which p can go from 0 to 1"] = 500_000.0
    blit: Annotated[float, "share of p for mirroring, quarter turns and whole-pixel shifts"] = 1.0
    geometry: Annotated[float, "share of p for scale, rotation, stretch and fractional shifts"] = (
        1.0
    )
    colour: Annotated[float, "share of p for brightness, contrast, luma, hue and saturation"] = 1.0
    cutout: Annotated[float, "share of p for a grey square of half the size"] = 0.0
