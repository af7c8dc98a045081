"""Recipes of what was made against mode collapse: VEEGAN and unrolling.

As in `presets`, each returns the settings in which it differs from the defaults of `config`.
"""

from __future__ import annotations

from zerosum.recipes.preset_parts import DataShape, Settings, latent, networks, preset


def veegan(shape: DataShape) -> Settings:
    """Pairs of rows and latents, and a reconstructor (Srivastava 2017, 1705.07761).

    Numbers are ours, for runs of thousands of rounds: on the ring the code's weight 1/2 and spread 1 were
    worse, and so were latents of more dimensions than the data; digits failed with 64.
    """
    small, picture = shape.small, shape.kind == "image"
    sizes = {"width": 128 if small else 32, "depth": 2 if picture else 3}
    dimensions = (8 if small else 64) if picture else min(64, shape.event[0])
    generator = {"name": "mlp"} if small else {"name": "dcgan", "norm": "batch"}
    steps, batch = (8000, 128) if small else (20_000, 64)
    rate = {"start": 2e-3, "end": 5e-5, "over": steps * batch} if small else 2e-4
    optimizer = {"name": "adam", "lr": rate, "beta1": 0.5, "beta2": 0.999}
    return preset(
        game={"system": "veegan", "veegan": {"reconstruction": 0.05, "spread": 0.3}},
        generator={**generator, **sizes},
        discriminator={"name": "mlp-pair" if small else "conv-pair", **sizes},
        reconstructor={"name": "mlp-encoder" if small else "conv-encoder", **sizes},
        generator_optimizer=optimizer,
        discriminator_optimizer=optimizer,
        latent=dimensions,
        run={"batch": batch, "steps": steps},
    )


def unrolled(shape: DataShape) -> Settings:
    """Non-saturating game whose generator looks 5 discriminator steps ahead (Metz 2017, 1611.02163).

    On points the rates, layers and activation of the authors' ring; smaller batches and latents. The virtual
    step size is ours, since theirs is Adam's.
    """
    points = shape.kind != "image"
    players = networks(shape, "none")
    rates = {"generator": 2e-4, "discriminator": 2e-4}
    if points:
        layers: Settings = {"name": "mlp", "width": 128, "depth": 2, "activation": "tanh"}
        players = {"generator": layers, "discriminator": layers}
        rates = {"generator": 1e-3, "discriminator": 1e-4}
    adams = {
        f"{player}_optimizer": {"name": "adam", "lr": rate, "beta1": 0.5, "beta2": 0.999}
        for player, rate in rates.items()
    }
    return preset(
        game={"objective": "ns", "unrolled": {"steps": 5, "rate": 0.1}},
        **players,
        **adams,
        latent=latent(shape, 64),
        run={"batch": 128 if shape.small else 64, "steps": 8000 if shape.small else 20_000},
    )
