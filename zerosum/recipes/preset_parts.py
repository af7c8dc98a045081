"""What presets are made of: the data's shape, and settings that several of them share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Settings = dict[str, Any]

SMALL_PIXELS = 16  # up to this height and width a fully connected network is the better choice


@dataclass(frozen=True)
class DataShape:
    """What a preset may know of the data.

    Attributes:
        kind: "image", "points" or "table".
        event: shape of an encoded row: (channels, height, width) or (columns,).
        rows: number of rows.
        labelled: whether each row has a class.
    """

    kind: str
    event: tuple[int, ...]
    rows: int
    labelled: bool = False

    @property
    def small(self) -> bool:
        """Whether a fully connected network fits the data."""
        return self.kind != "image" or max(self.event[1:]) <= SMALL_PIXELS


@dataclass(frozen=True)
class Small:
    """What the relativistic game has on small data: units a layer, weight of R1 and R2, rounds."""

    width: int
    gamma: float
    steps: int


def small_r3gan(shape: DataShape) -> Small:
    """Return a setting for points and tables, or one for small pictures, of which there are few.

    Twice the width, a thirtieth of the penalty and 5,000 rounds rang the alarm of memorisation on 1,438
    digits, and brought distances no better beyond their errors (`benchmarks/digits_memorisation.py`).
    """
    return Small(128, 3.0, 4000) if shape.kind == "image" else Small(128, 0.1, 5000)


def preset(**settings: object) -> Settings:
    return dict(settings)


def adam(lr: float, beta1: float, beta2: float) -> Settings:
    optimizer = {"name": "adam", "lr": lr, "beta1": beta1, "beta2": beta2}
    return {"generator_optimizer": optimizer, "discriminator_optimizer": optimizer}


def networks(
    shape: DataShape, norm: str, image: str = "dcgan", *, small: bool = True, width: int = 256
) -> Settings:
    """Return both networks: fully connected for small data, else `image` with `norm`.

    With small=False every picture gets `image`, however small it is. The width is that of layers for
    small pictures.
    """
    if shape.kind != "image" or (small and shape.small):
        units = width if shape.kind == "image" else 128
        network: Settings = {"name": "mlp", "width": units, "depth": 3}
    elif image == "dcgan":
        network = {"name": "dcgan", "width": 64, "norm": norm}
    else:
        network = {"name": image, "width": 32, "depth": 1}
    generator = {**network, "norm": "batch"} if network["name"] == "dcgan" else network
    return {"generator": generator, "discriminator": network}


def latent(shape: DataShape, published: int) -> int:
    """Return the published latent dimension, but a small one for data of few dimensions."""
    return published if shape.kind == "image" else max(2, min(16, 4 * shape.event[0]))
