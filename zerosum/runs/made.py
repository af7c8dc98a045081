"""From a training's settings and data to what its generator is beside its weights."""

from __future__ import annotations

from torch import nn

from zerosum.data.source import Source
from zerosum.data.split import held_out_rows
from zerosum.generator import Generator
from zerosum.recipes.config import Config
from zerosum.recipes.tables import Sizes


def sizes_of(config: Config, source: Source) -> Sizes:
    """Return what the networks of a training fit."""
    classes = len(source.classes) if config.conditional else 0
    return Sizes(config.latent, source.event_shape, classes)


def made_generator(config: Config, source: Source, network: nn.Module, step: int) -> Generator:
    """Return a generator with where it comes from.

    Args:
        config: resolved settings. source: the data, its codec fitted to the training rows.
        network: the averaged generator. step: after which it is meant.
    """
    sizes = sizes_of(config, source)
    return Generator(
        network=network,
        config=config.generator,
        sizes=sizes,
        codec=source.codec,
        classes=source.classes if sizes.classes else (),
        provenance={
            "data": source.name,
            "rows trained on": source.n - held_out_rows(source.n, config.data.holdout),
            "recipe": config.recipe,
            "system": config.game.system,
            "objective": config.game.objective,
            "steps": step,
            "seed": config.seed,
        },
    )
