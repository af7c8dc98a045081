"""Systems by name: who plays, with which networks, and what of the settings they look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from torch import nn

from zerosum.games.began import BEGAN
from zerosum.games.cyclegan import CycleGAN
from zerosum.games.packing import packed_shape
from zerosum.games.protocol import Game
from zerosum.games.two_player import TwoPlayer
from zerosum.games.unrolled import Unrolled
from zerosum.games.veegan import VEEGAN
from zerosum.objectives.drift import with_drift
from zerosum.objectives.objective import Objective
from zerosum.objectives.smoothing import one_sided
from zerosum.penalties.penalty import Penalty
from zerosum.recipes.augment import augmented, augments, shares_of
from zerosum.recipes.config import Config, GameConfig, NetworkConfig, OptimizerConfig
from zerosum.recipes.networks import AUTOENCODERS, DISCRIMINATORS, GENERATORS, Builder, Sizes
from zerosum.recipes.pair_networks import PAIRS, RECONSTRUCTORS
from zerosum.recipes.tables import PENALTIES, generator_named, objective
from zerosum.recipes.translator_networks import JUDGES, TRANSLATORS, pair_of
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
        small, large: names of its networks where the settings say `auto`, for data
            that a full connection fits and for others.
        numbers: settings -> coefficients of its own, which members of a population may differ in.
        networks: the settings that those names belong to.
        objective: whether the players want what `game.objective` says, or have losses of their own.
        roles: settings -> every player's network and optimiser, the generator's first.
        generators: names of the networks that its generator can be.
        domains: how many data sets it is trained on.
        least_batch: the smallest batch that it can be trained with.
    """

    game: Callable[[Config], Game]
    discriminators: Mapping[str, Builder]
    small: tuple[str, ...]
    large: tuple[str, ...]
    networks: tuple[str, ...] = ("generator", "discriminator")
    numbers: Callable[[GameConfig], dict[str, float | Schedule]] = lambda game: {}
    objective: bool = True
    roles: Callable[[Config], dict[str, Role]] = _two_roles
    generators: Mapping[str, Builder] = field(default_factory=lambda: GENERATORS)
    domains: int = 1
    least_batch: int = 2


def _wanted(game: GameConfig) -> Objective:
    """Return the objective with what the settings lay on it."""
    wanted = objective(game)
    if game.label_smoothing:
        wanted = one_sided(wanted, 1.0 - game.label_smoothing)
    return with_drift(wanted, game.drift) if game.drift else wanted


def _penalties(game: GameConfig) -> tuple[Penalty, ...]:
    return tuple(PENALTIES[p.name] for p in game.penalties)


def _two_player(config: Config) -> Game:
    """A generator against a discriminator, for any objective and penalties (Goodfellow 2014)."""
    settings, plain = config.game.augment, config.discriminator.norm == "none"
    game = TwoPlayer(
        objective=_wanted(config.game),
        penalties=_penalties(config.game),
        discriminator_steps=config.game.discriminator_steps,
        # each side's rows are changed by the same throws however many passes there are
        joint_pass=config.discriminator.name == "mlp" and plain and not augments(settings),
        pack=config.game.pack,
        shares=shares_of(settings),
    )
    steps = config.game.unrolled.steps
    return Unrolled(game, steps) if steps else augmented(game, settings)


def _began(config: Config) -> Game:
    """An autoencoder as discriminator, the players kept in balance (Berthelot 2017, 1703.10717)."""
    return BEGAN(discriminator_steps=config.game.discriminator_steps)


def _began_numbers(game: GameConfig) -> dict[str, float | Schedule]:
    return {"gamma": game.began.gamma, "lambda_k": game.began.lambda_k}


def _veegan(config: Config) -> Game:
    """A discriminator of pairs, and a reconstructor of latents (Srivastava 2017, 1705.07761)."""
    return VEEGAN(discriminator_steps=config.game.discriminator_steps)


def _veegan_roles(config: Config) -> dict[str, Role]:
    """The reconstructor moves as the generator does: in the paper's code one optimiser moves both."""
    builder = RECONSTRUCTORS[config.reconstructor.name]
    reconstructor = Role(config.reconstructor, builder, config.generator_optimizer, True)
    return {**_two_roles(config), "reconstructor": reconstructor}


def _veegan_numbers(game: GameConfig) -> dict[str, float | Schedule]:
    return {"reconstruction": game.veegan.reconstruction, "spread": game.veegan.spread}


def _cyclegan(config: Config) -> Game:
    """A translator each way between two domains, and a judge of each (Zhu 2017, 1703.10593)."""
    return CycleGAN(
        objective=_wanted(config.game),
        penalties=_penalties(config.game),
        discriminator_steps=config.game.discriminator_steps,
        pool=config.game.cycle.pool,
    )


def _cyclegan_roles(config: Config) -> dict[str, Role]:
    """Both translators are one player, and so are both judges."""
    translators = pair_of(TRANSLATORS[config.generator.name])
    judges = pair_of(JUDGES[config.discriminator.name])
    return {
        "generator": Role(config.generator, translators, config.generator_optimizer, True),
        "discriminator": Role(config.discriminator, judges, config.discriminator_optimizer),
    }


def _cyclegan_numbers(game: GameConfig) -> dict[str, float | Schedule]:
    same = {"identity": game.cycle.identity} if game.cycle.identity != 0 else {}
    return {"cycle": game.cycle.weight, **same}


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
    "veegan": System(
        _veegan,
        PAIRS,
        small=("mlp", "mlp-pair", "mlp-encoder"),
        large=("dcgan", "conv-pair", "conv-encoder"),
        networks=("generator", "discriminator", "reconstructor"),
        numbers=_veegan_numbers,
        objective=False,
        roles=_veegan_roles,
    ),
    "cyclegan": System(
        _cyclegan,
        JUDGES,
        small=("mlp-translator", "mlp"),
        large=("translator", "patch"),
        numbers=_cyclegan_numbers,
        roles=_cyclegan_roles,
        generators=TRANSLATORS,
        domains=2,
        least_batch=1,
    ),
}
