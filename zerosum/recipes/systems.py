"""Systems by name: who plays, with which networks, and what of the settings they look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from torch import nn

from zerosum.games.began import BEGAN
from zerosum.games.packing import packed_shape
from zerosum.games.protocol import Game
from zerosum.games.two_player import TwoPlayer
from zerosum.objectives.smoothing import one_sided
from zerosum.recipes.config import Config, GameConfig, NetworkConfig, OptimizerConfig
from zerosum.recipes.networks import AUTOENCODERS, DISCRIMINATORS, Builder, Sizes
from zerosum.recipes.tables import PENALTIES, generator_named, objective
from zerosum.training.schedule import Schedule


@dataclass(frozen=True)
class Role:
    """One player of a system: its network, and how it moves.

    Attributes:
        settings: of its network. build: those and the sizes of the data -> the network.
        optimizer: how it moves.
        averaged: whether people use its network's moving average.
    """

    settings: NetworkConfig
    build: Builder
    optimizer: OptimizerConfig
    averaged: bool = False


def _two_roles(config: Config) -> dict[str, Role]:
    """A generator, and whom the system judges it by."""
    builder = SYSTEMS[config.game.system].discriminators[config.discriminator.name]
    return {
        "generator": Role(
            config.generator,
            generator_named(config.generator.name),
            config.generator_optimizer,
            True,
        ),
        "discriminator": Role(
            config.discriminator,
            partial(_judge, builder, config.game),
            config.discriminator_optimizer,
        ),
    }


def _judge(builder: Builder, game: GameConfig, settings: NetworkConfig, sizes: Sizes) -> nn.Module:
    """Return a network for what a discriminator looks at: packs of rows, and the classes it has to say."""
    event = packed_shape(sizes.event, game.pack)
    return builder(settings, replace(sizes, event=event, auxiliary=game.auxiliary > 0))


@dataclass(frozen=True)
class System:
    """Who plays, and what of the settings it looks at.

    Attributes:
        game: settings -> the game; its first line is what the list says of it.
        discriminators: names of the networks that its discriminator can be.
        small, large: names of generator and discriminator where the settings say `auto`, for data
            that a full connection fits and for others.
        numbers: settings -> coefficients of its own, which members of a population may differ in.
        objective: whether the players want what `game.objective` says, or have losses of their own.
        roles: settings -> every player's network and optimiser, the generator's first.
    """

    game: Callable[[Config], Game]
    discriminators: Mapping[str, Builder]
    small: tuple[str, str]
    large: tuple[str, str]
    numbers: Callable[[GameConfig], dict[str, float | Schedule]] = lambda game: {}
    objective: bool = True
    roles: Callable[[Config], dict[str, Role]] = _two_roles


def _two_player(config: Config) -> Game:
    """A generator against a discriminator, for any objective and penalties (Goodfellow 2014)."""
    wanted = objective(config.game)
    if config.game.label_smoothing:
        wanted = one_sided(wanted, 1.0 - config.game.label_smoothing)
    return TwoPlayer(
        objective=wanted,
        penalties=tuple(PENALTIES[p.name] for p in config.game.penalties),
        discriminator_steps=config.game.discriminator_steps,
        joint_pass=config.discriminator.name == "mlp" and config.discriminator.norm == "none",
        pack=config.game.pack,
    )


def _began(config: Config) -> Game:
    """An autoencoder as discriminator, the players kept in balance (Berthelot 2017, 1703.10717)."""
    return BEGAN(discriminator_steps=config.game.discriminator_steps)


def _began_numbers(game: GameConfig) -> dict[str, float | Schedule]:
    return {"gamma": game.began.gamma, "lambda_k": game.began.lambda_k}


SYSTEMS: dict[str, System] = {
    "two-player": System(
        _two_player, DISCRIMINATORS, small=("mlp", "mlp"), large=("residual", "residual")
    ),
    "began": System(
        _began,
        AUTOENCODERS,
        small=("mlp", "mlp-autoencoder"),
        large=("upsampling", "conv-autoencoder"),
        numbers=_began_numbers,
        objective=False,
    ),
}
