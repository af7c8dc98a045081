"""Settings of augmentation -> the numbers and the game that have it, or why they cannot."""

from __future__ import annotations

import math
from collections.abc import Iterator

from zerosum.games.adaptive import AdaptiveAugmentation
from zerosum.games.protocol import Game
from zerosum.games.two_player import AUGMENT, TwoPlayer
from zerosum.penalties.augmentation import Shares
from zerosum.recipes.config import Config, as_schedule
from zerosum.recipes.config_augment import AugmentConfig
from zerosum.recipes.preset_parts import DataShape
from zerosum.training.schedule import Schedule


def augments(settings: AugmentConfig) -> bool:
    """Return whether there is any augmentation."""
    return settings.target is not None or as_schedule(settings.p) != Schedule(0.0)


def shares_of(settings: AugmentConfig) -> Shares:
    """Return how p is divided between the categories."""
    return Shares(settings.blit, settings.geometry, settings.colour, settings.cutout)


def augmented(game: TwoPlayer, settings: AugmentConfig) -> Game:
    """Return the game, whose p is steered if a target says so."""
    if settings.target is None:
        return game
    return AdaptiveAugmentation(game, start=as_schedule(settings.p).start)


def augment_numbers(config: Config) -> dict[str, Schedule]:
    """Return the coefficients: p, or what steers it, which is carried."""
    settings, run = config.game.augment, config.run
    if not augments(settings):
        return {}
    if settings.target is None:
        return {AUGMENT: as_schedule(settings.p)}
    step = run.batch * run.accumulate / settings.speed
    return {f"{AUGMENT}.target": Schedule(settings.target), f"{AUGMENT}.step": Schedule(step)}


def bad_augment(config: Config, shape: DataShape) -> Iterator[str]:
    """Yield a sentence for everything that augmentation cannot work with."""
    settings = config.game.augment
    if not augments(settings):
        if settings != AugmentConfig():
            yield (
                "game.augment has settings but changes nothing: give game.augment.p, such as 0.3, or "
                "game.augment.target, such as 0.6"
            )
        return
    yield from _bad_numbers(settings)
    if shape.kind != "image":
        yield (
            f"game.augment changes pictures, but the data are {shape.kind} of {shape.event[0]} columns: "
            "leave game.augment out"
        )
    if config.game.system != "two-player":
        yield (
            "game.augment changes what a discriminator gives a logit to, which system "
            f"{config.game.system!r} does not have: leave game.augment out"
        )
    if config.run.compile:
        yield "run.compile does not cover game.augment: leave one of them out"


def _bad_numbers(settings: AugmentConfig) -> Iterator[str]:
    schedule = as_schedule(settings.p)
    ends = {"p": schedule.start, "p.end": schedule.end}
    shares = {name: getattr(settings, name) for name in ("blit", "geometry", "colour", "cutout")}
    for name, value in {**ends, **shares}.items():
        if value is not None and not 0 <= value <= 1:
            yield f"game.augment.{name} is {value:g}: a probability from 0 to 1 is needed"
    if not any(shares.values()):
        yield "game.augment has share 0 for every category: give one of them more, or leave it out"
    if settings.target is None:
        return
    if not -1 < settings.target < 1:
        yield f"game.augment.target is {settings.target:g}: a mean sign between -1 and 1 is needed"
    if not 0 < settings.speed < math.inf:
        yield f"game.augment.speed is {settings.speed:g}: a positive number of images is needed"
    if schedule.end is not None:
        yield (
            "game.augment has a target, which moves p, and a schedule, which moves it too: give p one "
            "number, or leave target out"
        )
