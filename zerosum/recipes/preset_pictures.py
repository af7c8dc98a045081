"""Recipes for pictures at the sizes and lengths of their papers.

As in `presets`, each returns the settings in which it differs from the defaults of `config`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from zerosum.recipes.preset_parts import DataShape, Settings, latent, networks, preset, small_r3gan

_WIDTH = 768  # of every stage up to 32 pixels; half as many at 64, a quarter at 128, ...
_FINE = 32
_BASE = 4


@dataclass(frozen=True)
class Column:
    """One column of the paper's table of settings; lengths are samples.

    Attributes:
        samples, burn_in: length of the run, and of every schedule.
        batch: rows a turn. rates: step sizes from and to. gamma: of R1 and R2, from; to a tenth.
        half_life: of the generator's average at the end. p: of augmentation at the end.
    """

    samples: float
    burn_in: float
    batch: int
    rates: tuple[float, float]
    gamma: float
    half_life: float
    p: float


_RATES = (2e-4, 5e-5)
STACKED = Column(10e6, 2e6, 512, (2e-4, 2e-4), 1.0, 0.5e6, 0.0)
CIFAR_10 = Column(250e6, 20e6, 512, _RATES, 0.05, 5e6, 0.55)
FFHQ_64 = Column(100e6, 20e6, 256, _RATES, 2.0, 0.5e6, 0.3)
FFHQ_256 = Column(200e6, 20e6, 256, _RATES, 150.0, 0.5e6, 0.3)


def r3gan_paper(shape: DataShape) -> Settings:
    """Published networks and schedules, for GPUs and millions of samples (Huang 2024, 2501.05441).

    By the longer side: up to 32 pixels CIFAR-10's column of the paper's table (3 x 28 x 28 that of stacked
    MNIST, without classes), up to 64 FFHQ-64's, above it FFHQ-256's; gamma in between follows the straight
    line between those of 32, 64 and 256 on logarithmic axes, and goes on along the last beyond. Stages have
    768 channels up to 32 pixels and from there as many fewer as they have more pixels a side. Labels are
    used where there are any. Small data get the networks and rates of r3gan on the same schedules, over a
    fifth of the run, without augmentation.
    """
    if shape.small:
        little = small_r3gan(shape)
        run = 256.0 * little.steps
        column = Column(run, run / 5, 256, (1e-3, 2.5e-4), little.gamma, 20_000.0, 0.0)
        return _settings(shape, column, little.width)
    side = max(shape.event[1:])
    stacked = shape.event == (3, 28, 28)
    column = STACKED if stacked else _column(side)
    widths = _widths(shape.event[1], shape.event[2])
    settings = _settings(shape, column)
    network = {"name": "residual", "channels": widths, "depth": 2}
    settings["generator"] = {**network, "embedding": 64}
    settings["discriminator"] = {**network, "embedding": widths[0]}
    settings["conditional"] = shape.labelled and not stacked
    if column.p:
        p = {"start": 0.0, "end": column.p, "over": int(column.burn_in)}
        settings["game"]["augment"] = {"p": p, "colour": 0.5, "cutout": 1.0}
    settings["run"]["precision"] = "auto"
    return settings


def _settings(shape: DataShape, column: Column, width: int = 256) -> Settings:
    over = int(column.burn_in)
    gamma = {"start": column.gamma, "end": column.gamma / 10, "over": over}
    optimizer = {
        "name": "adam",
        "lr": {"start": column.rates[0], "end": column.rates[1], "over": over},
        "beta1": 0.0,
        "beta2": {"start": 0.9, "end": 0.99, "over": over},
    }
    return preset(
        game={
            "objective": "rp",
            "penalties": [{"name": "r1", "weight": gamma}, {"name": "r2", "weight": gamma}],
        },
        **networks(shape, "none", image="residual", width=width),
        generator_optimizer=optimizer,
        discriminator_optimizer=optimizer,
        latent=latent(shape, 64),
        run={
            "batch": column.batch,
            "steps": math.ceil(column.samples / column.batch),
            "ema_half_life": {"start": 0.0, "end": column.half_life, "over": over},
        },
    )


def _column(side: int) -> Column:
    if side <= 32:
        return CIFAR_10
    nearest = FFHQ_64 if side <= 64 else FFHQ_256
    if side in (64, 256):
        return nearest
    gamma = _between(side, (32, 64), (CIFAR_10, FFHQ_64))
    if side > 64:
        gamma = _between(side, (64, 256), (FFHQ_64, FFHQ_256))
    return Column(
        nearest.samples, nearest.burn_in, nearest.batch, _RATES, gamma, nearest.half_life, nearest.p
    )


def _between(side: int, sides: tuple[int, int], columns: tuple[Column, Column]) -> float:
    low, high = (column.gamma for column in columns)
    share = math.log(side / sides[0]) / math.log(sides[1] / sides[0])
    return float(f"{low * (high / low) ** share:.3g}")


def _widths(height: int, width: int) -> list[int]:
    """Return the width of each stage from 4 x 4 up, in whole groups of 16 inside a block."""
    side = max(height, width)
    stages = max(2, 1 + math.ceil(math.log2(side / _BASE)))
    sides = [side / 2**k for k in range(stages - 1, -1, -1)]
    return [max(8, round(_WIDTH * min(1.0, _FINE / s) / 8) * 8) for s in sides]
