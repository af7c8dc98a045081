"""What a system does not look at, or cannot do without, refused with the reason."""

from __future__ import annotations

from collections.abc import Iterator

from zerosum.recipes.check_modes import bad_unrolled, bad_veegan
from zerosum.recipes.check_translation import bad_translation
from zerosum.recipes.config import BeganConfig, Config, as_schedule
from zerosum.recipes.systems import SYSTEMS
from zerosum.training.schedule import Schedule


def bad_systems(config: Config) -> Iterator[str]:
    """Yield a sentence for everything in `config` that its system cannot work with."""
    game, discriminator = config.game, config.discriminator.name
    system, generator = SYSTEMS[game.system], config.generator.name
    if generator not in system.generators:
        yield (
            f"generator {generator!r} cannot play in system {game.system!r}, which needs one of "
            f"{', '.join(system.generators)}: name one of them, or leave generator.name out"
        )
    yield from bad_translation(config)
    if discriminator not in system.discriminators:
        yield (
            f"discriminator {discriminator!r} cannot play in system {game.system!r}, which needs one of "
            f"{', '.join(system.discriminators)}: name one of them, or leave discriminator.name out"
        )
    yield from bad_veegan(config)
    yield from bad_unrolled(config)
    if game.system == "began":
        yield from _bad_began(config)
    elif game.began != BeganConfig():
        yield (
            f"game.began has numbers, which system {game.system!r} does not look at: use recipe began, or "
            "leave them out"
        )


def _bad_began(config: Config) -> Iterator[str]:
    game = config.game
    foreign = {
        f"objective {game.objective!r}": (
            game.objective != "none",
            "says what players do with logits",
        ),
        "game.penalties": (bool(game.penalties), "restrain the slope of a logit"),
        "game.label_smoothing": (game.label_smoothing != 0, "moves the target of a logit"),
        "game.drift": (game.drift != 0, "holds the level of a logit"),
        "game.clip": (game.clip is not None, "bounds the slope of a logit"),
        "game.spectral": (game.spectral, "bounds the slope of a logit"),
        "game.auxiliary": (game.auxiliary != 0, "wants a class beside a logit"),
        "game.pack": (game.pack != 1, "gives several rows one logit"),
        "game.instance_noise": (
            as_schedule(game.instance_noise) != Schedule(0.0),
            "blurs what a logit is about, and an autoencoder would have to give noise back",
        ),
    }
    for name, (given, what) in foreign.items():
        if given:
            yield f"{name} {what}, but the discriminator of system 'began' has no logit: leave it out"
    for name in ("gamma", "lambda_k"):
        schedule = as_schedule(getattr(game.began, name))
        for end in (schedule.start, schedule.end):
            if end is not None and not 0 <= end <= 1:
                yield f"game.began.{name} is {end:g}: it must be from 0 to 1"
    if config.run.compile:
        yield "run.compile traces the two-player game only: leave it out, or system 'began' out"
