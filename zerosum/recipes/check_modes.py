"""What VEEGAN does not look at and what cannot be unrolled, refused with the reason."""

from __future__ import annotations

import math
from collections.abc import Iterator

from zerosum.errors import unknown
from zerosum.networks.mlp import ACTIVATIONS
from zerosum.recipes.augment import augments
from zerosum.recipes.config import Config, NetworkConfig, UnrolledConfig, VeeganConfig, as_schedule
from zerosum.recipes.pair_networks import RECONSTRUCTORS
from zerosum.training.schedule import Schedule


def bad_veegan(config: Config) -> Iterator[str]:
    """Yield a sentence for everything that VEEGAN cannot work with, or another system leaves unread."""
    if config.game.system != "veegan":
        yield from _unread(config)
        return
    yield from _foreign(config)
    for name in ("reconstruction", "spread"):
        yield from _bad_ends(f"game.veegan.{name}", getattr(config.game.veegan, name))
    network = config.reconstructor
    if network.name not in RECONSTRUCTORS:
        raise unknown("reconstructor", network.name, RECONSTRUCTORS)
    if network.norm not in ("none", "batch"):
        raise unknown("reconstructor.norm", network.norm, ("none", "batch"))
    if network.activation not in ("auto", *ACTIVATIONS):
        raise unknown("reconstructor.activation", network.activation, ("auto", *ACTIVATIONS))
    for name in ("width", "depth"):
        value = getattr(network, name)
        if value < 1:
            yield f"reconstructor.{name} is {value}: at least 1 is needed"


def _unread(config: Config) -> Iterator[str]:
    system = config.game.system
    for name, given in (
        ("game.veegan", config.game.veegan != VeeganConfig()),
        ("reconstructor", config.reconstructor != NetworkConfig()),
    ):
        if given:
            yield (
                f"{name} is set, but system {system!r} has no reconstructor: use recipe veegan, or leave "
                "it out"
            )


def _foreign(config: Config) -> Iterator[str]:
    game = config.game
    foreign = {
        f"objective {game.objective!r}": (game.objective != "none", "has losses of its own"),
        "game.penalties": (bool(game.penalties), "is published without a penalty"),
        "game.label_smoothing": (
            game.label_smoothing != 0,
            "estimates a ratio with the true labels",
        ),
        "game.instance_noise": (
            as_schedule(game.instance_noise) != Schedule(0.0),
            "judges rows with latents, which noise on the rows would part",
        ),
        "game.pack": (game.pack != 1, "judges one row with one latent"),
        "game.auxiliary": (game.auxiliary != 0, "has no class beside the logit of a pair"),
        "game.transport": (
            as_schedule(game.transport) != Schedule(0.0),
            "ties latents to samples by its reconstructor",
        ),
        "conditional": (config.conditional, "has no players that see a class"),
        "run.compile": (config.run.compile, "has three players, and two are traced"),
    }
    for name, (given, why) in foreign.items():
        if given:
            yield f"{name} is given, but system 'veegan' {why}: leave it out"


def bad_unrolled(config: Config) -> Iterator[str]:
    """Yield a sentence for everything in `config` that cannot be unrolled."""
    game, steps = config.game, config.game.unrolled.steps
    if steps < 0:
        yield f"game.unrolled.steps is {steps}: 0 or more are needed"
    yield from _bad_ends("game.unrolled.rate", game.unrolled.rate)
    if steps == 0:
        if game.unrolled != UnrolledConfig():
            yield "game.unrolled.rate is given without steps to take: add game.unrolled.steps, such as 5"
        return
    reasons = {
        f"system {game.system!r}": (
            game.system != "two-player",
            "has losses that nobody has unrolled: use system two-player",
        ),
        "game.augment": (
            augments(game.augment),
            "carries a strength that virtual steps would follow too: leave it out",
        ),
        "solver 'consensus'": (
            game.solver == "consensus",
            "takes two more derivatives of a loss that has second ones already: use another solver",
        ),
        "run.compile": (config.run.compile, "traces no virtual steps: leave it out"),
        "run.precision bf16": (
            config.run.precision == "bf16",
            "rounds slopes away that second derivatives live on: use fp32",
        ),
        "discriminator.norm batch": (
            config.discriminator.norm == "batch",
            "keeps state, which virtual steps would move: use norm none",
        ),
    }
    for name, (given, why) in reasons.items():
        if given:
            yield f"game.unrolled.steps is {steps}, but {name} {why}, or steps 0"


def _bad_ends(name: str, value: float | Schedule) -> Iterator[str]:
    schedule = as_schedule(value)
    for end in (schedule.start, schedule.end):
        if end is not None and not 0 <= end < math.inf:
            yield f"{name} is {end:g}: it must be finite and 0 or more"
