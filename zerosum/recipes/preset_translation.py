"""The recipe of a translation between two domains."""

from __future__ import annotations

from zerosum.recipes.preset_parts import DataShape, Settings, adam, preset


def cyclegan(shape: DataShape) -> Settings:
    """Two domains without pairs, a translator each way (Zhu 2017, 1703.10593). Needs --to.

    As published above 64 pixels: 64 channels, 6 residual blocks (9 from 256 pixels), patches of 70 pixels.
    Smaller pictures have fewer channels (16 up to 32 pixels, 32 up to 64), so that a CPU suffices, and
    smaller patches, about half of a side; points and tables have fully connected networks. Steps are
    those of a CPU; the paper's are 200 passes through the data.
    """
    rate = adam(2e-4, 0.5, 0.999)
    optimizers = {player: {**numbers, "decay": True} for player, numbers in rate.items()}
    side = max(shape.event[1:]) if shape.kind == "image" else 0
    if not side:
        sizes = {"width": 128, "depth": 3}
        networks = {
            "generator": {"name": "mlp-translator", **sizes},
            "discriminator": {"name": "mlp", **sizes},
        }
    else:
        width = 64 if side > 64 else 32 if side > 32 else 16
        blocks = 9 if side >= 256 else 6
        patches = 3 if side > 64 else 2 if side > 32 else 1
        networks = {
            "generator": {"name": "translator", "width": width, "depth": blocks},
            "discriminator": {"name": "patch", "width": max(32, width), "depth": patches},
        }
    return preset(
        game={"system": "cyclegan", "objective": "lsgan"},
        **networks,
        **optimizers,
        latent=1,
        run={"batch": 1 if side else 64, "steps": 20_000 if side else 5000},
    )
