"""The recipe of progressive growing."""

from __future__ import annotations

import math

from zerosum.recipes.preset_parts import DataShape, Settings, adam, latent, networks, preset

NAME = "progressive"  # of both networks
_BASE = 4  # sides of the first resolution, where the data allow it


def doublings(shape: DataShape) -> int:
    """Return how often a picture can be halved before a side is below 4, at least 1.

    >>> [doublings(DataShape("image", (1, side, 64), 9)) for side in (4, 28, 32)]
    [1, 2, 3]
    """
    return max(1, int(math.log2(max(1, min(shape.event[1:]) // _BASE))))


def progressive(shape: DataShape) -> Settings:
    """Pictures from 4 pixels upwards, resolution by resolution, WGAN-GP (Karras 2018, 1710.10196).

    One critic turn, a drift of 0.001, batch 16, Adam 0.001 and an average of a thousand steps, as
    published; fewer channels, so that a CPU suffices, and phases of a share of the run each. Points and
    tables have no resolution: there it is WGAN-GP with these numbers on fully connected networks.
    """
    picture, small = shape.kind == "image", shape.small
    grown = {"name": NAME, "width": 16, "depth": doublings(shape) if picture else 1}
    players = {"generator": grown, "discriminator": grown} if picture else networks(shape, "none")
    return preset(
        game={
            "objective": "wgan",
            "drift": 0.001,
            "penalties": [{"name": "wgan-gp", "weight": 10.0}],
            "fresh_latents": True,
        },
        **players,
        **adam(1e-3, 0.0, 0.99),
        latent=latent(shape, 512 if not small else 128),
        run={"batch": 16, "steps": 5000 if small else 20_000, "ema_half_life": 11_000},
    )
