"""Recipes of systems beside the plain two-player game: other players, other things judged.

As in `presets`, each returns the settings in which it differs from the defaults of `config`.
"""

from __future__ import annotations

import math

from zerosum.recipes.preset_parts import DataShape, Settings, adam, latent, networks, preset


def began(shape: DataShape) -> Settings:
    """An autoencoder and a generator kept in balance (Berthelot 2017, 1703.10717).

    Convolutions on pictures of any size, since fully connected players collapsed on digits; fewer channels
    than the paper's 64, so that a CPU suffices. Small pictures have other numbers than the paper's: runs
    are of thousands of rounds there and not hundreds of thousands, so rate and k are quicker, and with its
    gamma of 0.5 the generator made one or two digits.
    """
    picture, small = shape.kind == "image", shape.small
    names = ("upsampling", "conv-autoencoder") if picture else ("mlp", "mlp-autoencoder")
    sizes = {"width": 32, "depth": 2}
    if small:
        sizes = {"width": 16, "depth": 1} if picture else {"width": 128, "depth": 2}
    quick = picture and small
    numbers = {"gamma": 0.9, "lambda_k": 0.02} if quick else {"gamma": 0.5, "lambda_k": 1e-3}
    # two threads that wait for each other on pictures of 8 pixels were many times slower than one
    threads = {"threads": 1} if quick else {}
    return preset(
        game={"system": "began", "began": numbers, "fresh_latents": True},
        generator={"name": names[0], **sizes},
        discriminator={"name": names[1], **sizes},
        **adam(5e-4 if quick else 1e-4, 0.5, 0.999),
        latent=latent(shape, 64),
        run={"batch": 16, "steps": 5000 if small else 20_000, **threads},
    )


def pacgan(shape: DataShape) -> Settings:
    """Non-saturating game whose discriminator judges two rows at a time (Lin 2018, 1712.04086).

    100 packs a turn (64 on pictures) as published, so twice as many rows; on points ten times the
    paper's rate for a fiftieth of its steps.
    """
    small = shape.small
    return preset(
        game={"objective": "ns", "pack": 2},
        **networks(shape, "batch"),
        **adam(1e-3 if shape.kind != "image" else 2e-4, 0.5, 0.999),
        latent=latent(shape, 100),
        run={"batch": 200 if small else 128, "steps": 8000 if small else 20_000},
    )


def acgan(shape: DataShape) -> Settings:
    """The discriminator also says the class (Odena 2017, 1610.09585), else as ns-r1. Needs labels.

    The paper restrains its discriminator by dropout and batch normalisation; here R1 does it. With
    neither, digits lost nearly all variety within a class.
    """
    small = shape.small
    return preset(
        conditional=True,
        game={
            "objective": "ns",
            "auxiliary": 1.0,
            "penalties": [{"name": "r1", "weight": 0.1 if small else 10.0}],
        },
        **networks(shape, "none"),
        **adam(1e-3 if small else 1e-4, 0.0, 0.99),
        latent=latent(shape, 64),
        run={
            "batch": 256 if small else 64,
            "steps": 5000 if small else 10_000,
            "ema_half_life": 20_000,
        },
    )


def adversarial_flow(shape: DataShape) -> Settings:
    """The map from noise to data that moves least: rp, R1, R2, a falling cost (Lin 2025, 2511.22475).

    A latent has as many values as a row. On pictures the weight falls as published; elsewhere it falls
    further, and rates with it, so that nothing pulls or shakes the map at the end.
    """
    small = shape.small
    rate = {"start": 1e-3, "end": 1e-4, "over": 1_200_000} if small else 1e-4
    optimizer = {"name": "adam", "lr": rate, "beta1": 0.0, "beta2": 0.9}
    gamma = 0.1 if small else 0.5  # half of it is the weight of the squared slope
    fall = {"start": 0.2, "end": 0.001 if small else 0.005, "over": 1_000_000}
    return preset(
        game={
            "objective": "rp",
            "transport": fall,
            "penalties": [{"name": "r1", "weight": gamma}, {"name": "r2", "weight": gamma}],
        },
        **networks(shape, "none", image="residual"),
        generator_optimizer=optimizer,
        discriminator_optimizer=optimizer,
        latent=math.prod(shape.event),
        run={
            "batch": 256 if small else 64,
            "steps": 5000 if small else 20_000,
            "ema_half_life": 20_000,
        },
    )
