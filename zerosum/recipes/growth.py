"""Growing networks in the settings: phases where none are named, and what cannot grow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from zerosum.recipes.config import Config
from zerosum.recipes.config_growth import GrowthConfig
from zerosum.recipes.preset_parts import DataShape
from zerosum.recipes.preset_progressive import NAME
from zerosum.training.growing import Growth


def with_phases(config: Config) -> Config:
    """Return settings whose phases have lengths: equal shares of the run, where nobody has said any.

    Each of depth levels has two phases, and the full resolution the time of two more.
    """
    if not _grows(config):
        return config
    total = config.run.steps * config.run.batch * config.run.accumulate
    share = total // (2 * config.generator.depth + 2)
    said = {k: v for k, v in vars(config.growth).items() if v is not None}
    return replace(config, growth=replace(GrowthConfig(share, share), **said))


def growth_of(config: Config) -> Growth | None:
    """Return when which resolution comes, or None where nothing grows."""
    stabilise, fade = config.growth.stabilise or 0, config.growth.fade or 0
    if not _grows(config) or stabilise + fade == 0:
        return None
    return Growth(config.generator.depth, stabilise, fade)


def bad_growth(config: Config, shape: DataShape) -> Iterator[str]:
    """Yield a sentence for everything in `config` that cannot grow so."""
    if config.growth != GrowthConfig() and not _grows(config):
        yield (
            f"growth has numbers, but generator {config.generator.name!r} and discriminator "
            f"{config.discriminator.name!r} do not both grow: use recipe progressive, or leave them out"
        )
    for name, value in vars(config.growth).items():
        if value is not None and value < 0:
            yield f"growth.{name} is {value}: a number of samples, 0 or more, is needed"
    if shape.kind == "image":
        yield from _bad_sides(config, shape)
    growth = growth_of(config)
    if growth is not None:
        yield from _bad_runs(config, growth)


def _grows(config: Config) -> bool:
    return config.generator.name == NAME and config.discriminator.name == NAME


def _bad_sides(config: Config, shape: DataShape) -> Iterator[str]:
    sides = shape.event[1:]
    for player in ("generator", "discriminator"):
        network = getattr(config, player)
        factor = 2 ** min(network.depth, 30)
        fits = min(sides) >= 2 * factor and not any(side % factor for side in sides)
        if network.name != NAME or fits:
            continue
        yield (
            f"pictures of {sides[0]} x {sides[1]} are not reached by {network.depth} doublings "
            f"({player}.depth) of a whole resolution of at least 2 x 2: use {_sizes(sides, factor)}, or "
            f"another depth of both players"
        )


def _sizes(sides: tuple[int, ...], factor: int) -> str:
    """Return the nearest sizes below and above that so many doublings reach, as flags."""
    below = [side - side % factor for side in sides]
    above = [-(-side // factor) * factor for side in sides]
    found = [
        "x".join(str(side) for side in (size[:1] if len(set(size)) == 1 else size))
        for size in (below, [max(side, 2 * factor) for side in above])
        if min(size) >= 2 * factor
    ]
    return " or ".join(f"--data.size {text}" for text in found)


def _bad_runs(config: Config, growth: Growth) -> Iterator[str]:
    run, samples = config.run, config.run.batch * config.run.accumulate
    depths = config.generator.depth, config.discriminator.depth
    if depths[0] != depths[1]:
        yield (
            f"generator.depth is {depths[0]} and discriminator.depth {depths[1]}, but the two grow "
            "together: give both one depth"
        )
    if growth.samples > (run.steps - 1) * samples:
        least = 1 - (-growth.samples // samples)  # one round at the top
        yield (
            f"growth takes {growth.samples:,} samples, but the run sees {run.steps * samples:,}, so that "
            f"the full resolution never comes: use run.steps {least} or more, or shorter phases"
        )
    if config.game.solver != "alternating":
        yield (
            f"solver {config.game.solver!r} needs gradients of all layers, and those of a resolution that "
            "has not come have none: use alternating, or growth.stabilise 0 and growth.fade 0"
        )
    if run.compile:
        yield (
            "run.compile traces one form of the networks, and growing ones change theirs: leave it out, or "
            "use growth.stabilise 0 and growth.fade 0"
        )
