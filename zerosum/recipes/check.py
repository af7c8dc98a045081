"""What cannot work, refused with the reason before anything is built."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from zerosum.data.split import held_out_rows
from zerosum.errors import InputError, unknown
from zerosum.networks.mlp import ACTIVATIONS
from zerosum.recipes import tables
from zerosum.recipes.augment import bad_augment
from zerosum.recipes.check_boost import bad_boost
from zerosum.recipes.check_evaluation import bad_evaluation
from zerosum.recipes.check_networks import bad_networks
from zerosum.recipes.check_systems import bad_systems
from zerosum.recipes.check_transport import bad_transport
from zerosum.recipes.config import Config, GameConfig, PenaltyConfig, as_schedule
from zerosum.recipes.growth import bad_growth
from zerosum.recipes.presets import DataShape
from zerosum.recipes.systems import SYSTEMS
from zerosum.training.schedule import SHAPES

_MAX_SEED = 2**64
# beginnings of names
_CONVOLUTIONAL = ("dcgan", "residual", "upsampling", "progressive", "conv-")


def check(config: Config, shape: DataShape) -> None:
    """Raise InputError for the first thing in `config` that cannot work on data of this shape."""
    _check_names(config)
    for problem in _problems(config, shape):
        raise InputError(problem)


def _check_names(config: Config) -> None:
    named: list[tuple[str, str, Mapping[str, object]]] = [
        ("divergence", config.game.divergence or "gan", tables.DIVERGENCES),
        ("generator", config.generator.name, {**tables.GENERATORS, **tables.TRANSLATORS}),
        (
            "discriminator",
            config.discriminator.name,
            {**tables.DISCRIMINATORS, **tables.AUTOENCODERS, **tables.PATCHES, **tables.PAIRS},
        ),
        ("solver", config.game.solver, tables.SOLVERS),
        ("optimizer", config.generator_optimizer.name, tables.OPTIMIZERS),
        ("optimizer", config.discriminator_optimizer.name, tables.OPTIMIZERS),
    ]
    if SYSTEMS[config.game.system].objective:
        formulations = {**tables.OBJECTIVES, **tables.FAMILIES}
        named.insert(0, ("objective", config.game.objective, formulations))
    named += [("penalty", p.name, tables.PENALTIES) for p in config.game.penalties]
    for kind, name, table in named:
        if name not in table:
            raise unknown(kind, name, table)
    for field, value, known in (
        ("run.precision", config.run.precision, ("fp32", "bf16")),
        ("generator.norm", config.generator.norm, ("none", "batch")),
        ("discriminator.norm", config.discriminator.norm, ("none", "batch")),
        ("generator.activation", config.generator.activation, ("auto", *ACTIVATIONS)),
        ("discriminator.activation", config.discriminator.activation, ("auto", *ACTIVATIONS)),
    ):
        if value not in known:
            raise unknown(field, value, known)


def _problems(config: Config, shape: DataShape) -> Iterator[str]:
    yield from _bad_numbers(config)
    yield from _bad_sizes(config, shape)
    yield from bad_networks(config)
    yield from _bad_packs(config)
    yield from bad_transport(config, shape)
    yield from bad_augment(config, shape)
    yield from _bad_classes(config, shape)
    yield from bad_growth(config, shape)
    yield from bad_systems(config)
    yield from bad_boost(config, shape)
    yield from bad_evaluation(config, shape)
    if SYSTEMS[config.game.system].objective:
        yield from _bad_games(config)
    yield from _bad_solvers(config)


def _bad_numbers(config: Config) -> Iterator[str]:
    run, game = config.run, config.game
    least = {
        "run.steps": (run.steps, 1),
        "run.batch": (run.batch, SYSTEMS[game.system].least_batch),
        "run.accumulate": (run.accumulate, 1),
        "run.threads": (run.threads, 0),
        "run.ticks": (run.ticks, 0),
        "run.previews": (run.previews, 0),
        "run.checkpoints": (run.checkpoints, 1),
        "run.keep": (run.keep, 1),
        "latent": (config.latent, 1),
        "game.discriminator_steps": (game.discriminator_steps, 1),
        "game.pack": (game.pack, 1),
        "generator.width": (config.generator.width, 1),
        "discriminator.width": (config.discriminator.width, 1),
        "generator.depth": (config.generator.depth, 1),
        "discriminator.depth": (config.discriminator.depth, 1),
    }
    for name, (value, minimum) in least.items():
        if value < minimum:
            yield f"{name} is {value}: at least {minimum} is needed"
    for name, seed in (("seed", config.seed), ("data.seed", config.data.seed)):
        if not 0 <= seed < _MAX_SEED:
            yield f"{name} is {seed}: a whole number from 0 to 2^64 - 1 is needed"
    if not 0 <= config.data.holdout < 1:
        yield f"data.holdout is {config.data.holdout:g}: a share of 0 or more, below 1, is needed"
    if not 0 <= game.auxiliary < math.inf:
        yield f"game.auxiliary is {game.auxiliary:g}: it must be finite and 0 or more"
    if not 0 <= game.drift < math.inf:
        yield f"game.drift is {game.drift:g}: it must be finite and 0 or more"
    if not 0 <= game.label_smoothing < 0.5:
        yield f"game.label_smoothing is {game.label_smoothing:g}: it must be 0 or more, below 0.5"
    if game.clip is not None and not 0 < game.clip < math.inf:
        yield f"game.clip is {game.clip:g}: a positive bound is needed"
    yield from _bad_schedules(config)


def _bad_schedules(config: Config) -> Iterator[str]:
    numbers = {
        "run.ema_half_life": config.run.ema_half_life,
        "game.instance_noise": config.game.instance_noise,
        "game.transport": config.game.transport,
        "game.augment.p": config.game.augment.p,
    } | {f"game.penalties.{p.name}.weight": p.weight for p in config.game.penalties}
    for player in ("generator", "discriminator"):
        optimizer = getattr(config, f"{player}_optimizer")
        numbers |= {
            f"{player}_optimizer.{name}": getattr(optimizer, name)
            for name in ("lr", "beta1", "beta2")
        }
    for name, value in numbers.items():
        schedule, kind = as_schedule(value), name.rpartition(".")[2]
        ends = [v for v in (schedule.start, schedule.end) if v is not None]
        for end in ends:
            if not 0 <= end < math.inf:
                yield f"{name} is {end:g}: it must be finite and 0 or more"
            if kind.startswith("beta") and end >= 1:
                yield f"{name} is {end:g}: it must be 0 or more and below 1"
        if kind == "lr" and schedule.start == 0:
            yield f"{name} is 0: with a step size of 0 nobody would ever move"
        if schedule.shape not in SHAPES or schedule.over < 0:
            yield f"{name}: a schedule is {', '.join(SHAPES)}, over 0 or more samples"


def _bad_sizes(config: Config, shape: DataShape) -> Iterator[str]:
    trained = shape.rows - held_out_rows(shape.rows, config.data.holdout)
    if (
        config.run.batch > trained >= 2
    ):  # fewer are refused by the split itself, with its own reason
        yield (
            f"run.batch is {config.run.batch}, but only {trained} rows are trained on "
            f"({shape.rows} less the held-out {config.data.holdout:.0%}): use at most {trained}"
        )
    for player in ("generator", "discriminator", "reconstructor"):
        network = getattr(config, player)
        if network.name.startswith(_CONVOLUTIONAL) and shape.kind != "image":
            yield (
                f"{player} {network.name!r} is convolutional, but the data are {shape.kind} of "
                f"{shape.event[0]} columns: use mlp"
            )
        if network.name == "goodfellow" and shape.kind != "image":
            yield f"generator goodfellow ends in a sigmoid, which cannot reach {shape.kind}: use mlp"
        if network.activation != "auto" and not network.name.startswith("mlp"):
            yield (
                f"{player}.activation is {network.activation!r}, which only mlp can choose: leave it "
                f"out for {network.name}"
            )
        if network.norm == "batch" and network.name not in ("dcgan", "mlp"):
            yield f"{player}.norm is 'batch', which only dcgan and mlp have: {network.name} uses none"


def _bad_packs(config: Config) -> Iterator[str]:
    pack, batch = config.game.pack, config.run.batch
    if batch % pack:
        nearest = max(pack, batch - batch % pack)
        yield (
            f"game.pack is {pack} and run.batch is {batch}, which do not make whole packs: use a batch "
            f"that {pack} divides, such as {nearest}"
        )
    if pack > 1 and config.conditional:
        yield (
            f"game.pack is {pack} and conditional is true, but a pack holds rows of different classes "
            "and has no label: use pack 1, or leave conditional out"
        )


def _bad_classes(config: Config, shape: DataShape) -> Iterator[str]:
    weight = config.game.auxiliary
    if weight and not shape.labelled:
        yield (
            f"game.auxiliary is {weight:g}, so that classes are learnt, but the data have no labels: "
            "give labels, or use a recipe without classes, such as r3gan"
        )
    if config.conditional and not shape.labelled:
        yield "conditional is true, but the data have no labels: give labels or leave it out"
    if weight and not config.conditional:
        yield (
            f"game.auxiliary is {weight:g}, but conditional is false, so that the generator is never "
            "asked for a class: add --conditional true, or use auxiliary 0"
        )


def _bad_games(config: Config) -> Iterator[str]:
    game = config.game
    yield from _bad_divergences(game)
    objective = tables.objective(game)
    names = [p.name for p in game.penalties]
    norm = config.discriminator.norm
    for penalty in game.penalties:
        yield from _bad_centre(penalty)
    if len(set(names)) < len(names):
        yield f"game.penalties names {names}: each penalty can stand there once"
    if names and norm == "batch":
        yield (
            f"penalty {names[0]!r} is the gradient at each row by itself, but batch normalisation "
            "in the discriminator couples the rows of a batch: use discriminator.norm none"
        )
    if objective.pairs and norm == "batch":
        yield (
            f"objective {objective.name!r} compares one real with one generated row, but batch "
            "normalisation couples each batch's rows: use discriminator.norm none"
        )
    if objective.unbounded and not (names or game.clip or game.spectral):
        yield (
            f"objective {objective.name!r} has no minimum for an unrestrained discriminator: add "
            "penalty wgan-gp or r1, a clip, or spectral normalisation"
        )
    if game.clip is not None and game.spectral:
        yield "clip and spectral both fix the weights' scale and would fight: choose one"
    if names and config.discriminator.name == "maxout":
        yield (
            f"penalty {names[0]!r} needs the gradient of one fixed function, but the maxout "
            "discriminator drops other units in every pass: use discriminator mlp"
        )
    if config.run.compile:
        yield from _cannot_compile(config)


def _bad_centre(penalty: PenaltyConfig) -> Iterator[str]:
    if penalty.centre is None:
        return
    if tables.PENALTIES[penalty.name].centre is None:
        yield f"penalty {penalty.name!r} wants slope 0 by construction: leave its centre out"
    if not 0 <= penalty.centre < math.inf:
        yield f"centre of {penalty.name!r} is {penalty.centre:g}: a slope of 0 or more is needed"


def _bad_divergences(game: GameConfig) -> Iterator[str]:
    if game.divergence is not None and game.objective not in tables.FAMILIES:
        yield (
            f"divergence {game.divergence!r} chooses a member of the f-GAN family, and objective "
            f"{game.objective!r} is not one of it: use objective fgan or fgan-ns (recipe fgan), or "
            "leave divergence out"
        )
    if game.alpha is not None and game.divergence != "alpha":
        yield (
            f"game.alpha is {game.alpha:g}, which only divergence alpha looks at: add --divergence "
            "alpha, or leave alpha out"
        )


def _bad_solvers(config: Config) -> Iterator[str]:
    game, run = config.game, config.run
    if not 0 <= game.consensus < math.inf:
        yield f"game.consensus is {game.consensus:g}: it must be finite and 0 or more"
    if game.solver == "alternating":
        return
    if game.discriminator_steps > 1:
        yield (
            f"solver {game.solver!r} moves both players at once, so that {game.discriminator_steps} "
            "discriminator turns a round have no meaning: use discriminator_steps 1, or alternating"
        )
    if game.solver == "optimistic" and game.clip is not None:
        yield (
            "solver 'optimistic' extrapolates each step, which would leave the clip's bounds: use a "
            "penalty or spectral normalisation, or another solver"
        )
    if game.solver == "consensus" and (run.accumulate > 1 or run.precision != "fp32"):
        yield "solver 'consensus' takes second derivatives of one batch in fp32: no accumulate, no bf16"
    if run.compile:
        yield (
            f"run.compile traces alternating turns only: leave it out, or solver {game.solver!r} out"
        )


def _cannot_compile(config: Config) -> Iterator[str]:
    run, game = config.run, config.game
    optimizers = {config.generator_optimizer.name, config.discriminator_optimizer.name}
    if "batch" in (config.generator.norm, config.discriminator.norm):
        yield "run.compile traces a pure step, but batch normalisation keeps state: use norm none"
    if optimizers != {"adam"}:
        yield "run.compile has Adam inside its graph: use optimizer adam, or no compile"
    if game.clip is not None or game.spectral or run.accumulate > 1 or run.precision != "fp32":
        yield "run.compile does not cover clip, spectral, accumulate or bf16: leave one of them out"
