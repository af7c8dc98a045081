"""Configuration -> the objects of a run."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import torch
from torch import nn

from zerosum import noise
from zerosum.data.split import held_out_rows
from zerosum.errors import InputError, unknown
from zerosum.games import auxiliary, transport, unrolled
from zerosum.games.carrying import first_carried
from zerosum.games.protocol import Game
from zerosum.penalties import spectral
from zerosum.recipes import tables
from zerosum.recipes.augment import augment_numbers
from zerosum.recipes.check import check
from zerosum.recipes.config import (
    Config,
    NetworkConfig,
    OptimizerConfig,
    as_schedule,
    from_mapping,
    merge,
)
from zerosum.recipes.growth import growth_of, with_phases
from zerosum.recipes.presets import PRESETS, DataShape, default_recipe
from zerosum.recipes.systems import SYSTEMS, Role
from zerosum.recipes.tables import Sizes
from zerosum.training.plan import Plan
from zerosum.training.schedule import Schedule
from zerosum.training.state import TrainState

BF16_SLOWER = 17  # times, measured on a CPU without bf16 units (throughput study, 2 cores, AVX2)


def resolve(shape: DataShape, recipe: str | None, over: Mapping[str, Any]) -> Config:
    """Return the whole configuration: defaults, then the recipe, then what the user said.

    Args:
        shape: of the data, from which the recipe chooses its networks.
        recipe: a name of `PRESETS`; None chooses by the shape.
        over: nested settings that win over the recipe's.

    Raises:
        InputError: unknown names, values that cannot work, combinations that make no sense.
    """
    name = recipe or default_recipe(shape)
    if name not in PRESETS and name != "custom":
        raise unknown("recipe", name, PRESETS)
    preset = PRESETS[name](shape) if name in PRESETS else {}
    config = _completed(from_mapping(merge({**preset, "recipe": name}, over)), shape, over)
    if config.run.precision == "auto":
        # a GPU has units for bf16; a CPU is asked for it only by name, since most emulate it
        units = choose_device(config.run.device).type == "cuda"
        config = replace(config, run=replace(config.run, precision="bf16" if units else "fp32"))
    share = config.data.holdout
    trained = shape.rows - held_out_rows(shape.rows, share) if 0 <= share < 1 else shape.rows
    if "batch" not in over.get("run", {}) and config.run.batch > trained:
        # the recipe's batch is a default, not a wish: small data get what they can fill
        whole = trained - trained % max(1, config.game.pack)
        config = replace(config, run=replace(config.run, batch=max(2, whole)))
    config = with_phases(config)
    check(config, shape)
    return config


def _completed(config: Config, shape: DataShape, over: Mapping[str, Any]) -> Config:
    """Return the settings with what the system says where nobody else has said anything."""
    if config.game.system not in SYSTEMS:
        raise unknown("system", config.game.system, SYSTEMS)
    system = SYSTEMS[config.game.system]
    names = system.small if shape.small else system.large
    for player, name in zip(system.networks, names, strict=True):
        network = getattr(config, player)
        if network.name == "auto":
            config = replace(config, **{player: replace(network, name=name)})
    if system.objective or "objective" in over.get("game", {}):
        return config
    return replace(config, game=replace(config.game, objective="none"))


def build_game(config: Config) -> Game:
    """Return the game that the settings' system plays."""
    return SYSTEMS[config.game.system].game(config)


def build_plan(config: Config) -> Plan:
    """Return the numbers of the run."""
    game, run = config.game, config.run
    coefficients = {p.name: as_schedule(p.weight) for p in game.penalties}
    for penalty in game.penalties:
        own = tables.PENALTIES[penalty.name].centre
        if own is not None:
            wanted = own if penalty.centre is None else penalty.centre
            coefficients[f"{penalty.name}.centre"] = as_schedule(wanted)
    if as_schedule(game.instance_noise) != Schedule(0.0):
        coefficients["instance_noise"] = as_schedule(game.instance_noise)
    if game.auxiliary:
        coefficients[auxiliary.NAME] = as_schedule(game.auxiliary)
    if as_schedule(game.transport) != Schedule(0.0):
        coefficients[transport.NAME] = as_schedule(game.transport)
    if game.unrolled.steps:
        coefficients[unrolled.NAME] = as_schedule(game.unrolled.rate)
    coefficients |= augment_numbers(config)
    numbers = SYSTEMS[game.system].numbers(game)
    coefficients |= {name: as_schedule(value) for name, value in numbers.items()}
    optimizers = {k: r.optimizer for k, r in SYSTEMS[game.system].roles(config).items()}
    adams = {k: o for k, o in optimizers.items() if o.name == "adam"}
    return Plan(
        steps=run.steps,
        batch=run.batch,
        latent=config.latent,
        seed=config.seed,
        accumulate=run.accumulate,
        fresh_latents=game.fresh_latents,
        coefficients=coefficients,
        learning_rates={k: rate_of(o, config) for k, o in optimizers.items()},
        beta2={k: as_schedule(o.beta2) for k, o in adams.items()},
        ema_half_life=as_schedule(run.ema_half_life),
        stratified=config.stratified,
        clip=game.clip,
        spectral=game.spectral,
        precision=run.precision,
        solver=tables.SOLVERS[game.solver](game),
        growth=growth_of(config),
    )


def rate_of(optimizer: OptimizerConfig, config: Config) -> Schedule:
    """Return a player's step size through the run."""
    rate, run = as_schedule(optimizer.lr), config.run
    if not optimizer.decay:
        return rate
    return Schedule(rate.start, 0.0, run.steps * run.batch * run.accumulate, "late")


def build_state(config: Config, sizes: Sizes, device: torch.device) -> TrainState:
    """Return fresh networks, averages and optimisers, a pure function of the seed."""
    roles = SYSTEMS[config.game.system].roles(config)
    networks = {
        player: placed(_made(role, sizes, config.seed, player), sizes, device)
        for player, role in roles.items()
    }
    averages = {
        player: copy.deepcopy(networks[player]).requires_grad_(False)
        for player, role in roles.items()
        if role.averaged
    }
    optimizers = {
        player: tables.OPTIMIZERS[role.optimizer.name](
            role.optimizer, list(networks[player].parameters())
        )
        for player, role in roles.items()
    }
    vectors = {}
    if config.game.spectral:
        key = noise.fold(config.seed, "spectral")
        vectors = spectral.initial_vectors(networks["discriminator"], key)
    return TrainState(
        networks=networks,
        averages={player: average.eval() for player, average in averages.items()},
        optimizers=optimizers,
        vectors=vectors,
        carried=first_carried(build_game(config), device, sizes.event),
    )


def build_generator(config: NetworkConfig, sizes: Sizes, seed: int = 0) -> nn.Module:
    """Return a freshly initialised generator, a pure function of the seed."""
    builder = tables.generator_named(config.name)
    return _seeded(builder, config, sizes, noise.fold(seed, "init", "generator"))


def build_encoder(config: NetworkConfig, sizes: Sizes, seed: int = 0) -> nn.Module:
    """Return a fresh network from rows to latents, a name of `RECONSTRUCTORS`; by the seed alone."""
    builder = tables.RECONSTRUCTORS[config.name]
    return _seeded(builder, config, sizes, noise.fold(seed, "init", "encoder"))


def _made(role: Role, sizes: Sizes, seed: int, player: str) -> nn.Module:
    return _seeded(role.build, role.settings, sizes, noise.fold(seed, "init", player))


def choose_device(name: str) -> torch.device:
    """Return the device a name means: auto takes the first GPU, else the CPU."""
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError:
        raise unknown("device", name, ("auto", "cpu", "cuda", "cuda:0")) from None
    if device.type == "cuda" and not torch.cuda.is_available():
        raise InputError(f"device {name!r} needs a CUDA GPU and this machine has none: use cpu")
    if device.type not in ("cuda", "cpu"):
        raise InputError(f"device {name!r} is not supported: use cpu or cuda")
    return device


def _seeded(builder: tables.Builder, config: NetworkConfig, sizes: Sizes, key: int) -> nn.Module:
    # torch's initialisers draw from its global stream: it is set for the construction, then put back
    with torch.random.fork_rng(devices=[]):
        # not torch.manual_seed, which seeds every device, and takes longer than a small network to build
        torch.default_generator.manual_seed(key)
        try:
            return builder(config, sizes)
        except (RuntimeError, TypeError, MemoryError) as error:
            if not any(word in str(error).lower() for word in ("memory", "overflow")):
                raise
            raise InputError(
                f"a {config.name} network of width {config.width} and depth {config.depth} for "
                f"latent {sizes.latent} and rows of shape {sizes.event} is more than this machine "
                "can hold: use smaller numbers"
            ) from error


def placed(module: nn.Module, sizes: Sizes, device: torch.device) -> nn.Module:
    """Return a network on its device, its memory laid out as training and sampling expect it."""
    if sizes.image:
        # the layout in which the CPU's and GPU's convolutions run fastest
        return module.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    return module.to(device)
