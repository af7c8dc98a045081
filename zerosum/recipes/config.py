"""The configuration of a run: one tree of frozen dataclasses, from which flags and files are read.

Every field is one line with its meaning and unit; flags and their help are generated from it.
`from_mapping` is strict: an unknown key is an error that names the nearest known one, and a value of
the wrong type says which field it stands in. It is our own because the configuration libraries we
tried resolve dotted names found in a file by importing them, which a file must never make us do.
"""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from zerosum.errors import InputError, unknown
from zerosum.recipes.config_augment import AugmentConfig
from zerosum.recipes.config_boost import BoostConfig
from zerosum.recipes.config_cycle import CycleConfig
from zerosum.recipes.config_evaluation import EvaluationConfig
from zerosum.recipes.config_growth import GrowthConfig
from zerosum.recipes.config_modes import UnrolledConfig, VeeganConfig
from zerosum.training.schedule import Schedule


@dataclass(frozen=True)
class NetworkConfig:
    """One network."""

    name: Annotated[
        str, "a name of `zerosum list networks`; auto: chosen from the data's shape"
    ] = "auto"
    width: Annotated[int, "units a layer, or channels at the finest resolution"] = 256
    depth: Annotated[int, "hidden layers, residual blocks a stage, or doublings (progressive)"] = 3
    channels: Annotated[
        tuple[int, ...] | None, "residual: width of each stage, coarse to fine; else from width"
    ] = None
    group: Annotated[int, "residual: channels in a group of a 3x3 convolution"] = 16
    embedding: Annotated[int, "residual: dimensions of a class, as R3GAN has it; 0: none"] = 0
    norm: Annotated[str, "none | batch (dcgan and mlp)"] = "none"
    activation: Annotated[
        str, "mlp: relu | leaky_relu | tanh | elu | gelu | silu | softplus; auto: the network's own"
    ] = "auto"


@dataclass(frozen=True)
class OptimizerConfig:
    """How one player moves."""

    name: Annotated[str, "adam | rmsprop | sgd"] = "adam"
    lr: Annotated[float | Schedule, "step size"] = 2e-4
    beta1: Annotated[float, "Adam's first beta; SGD's momentum"] = 0.0
    beta2: Annotated[float | Schedule, "Adam's second beta; RMSProp's smoothing"] = 0.99
    decay: Annotated[bool, "let lr fall to 0 over the second half of the run, linearly"] = False


@dataclass(frozen=True)
class PenaltyConfig:
    """A penalty on the discriminator and its weight."""

    name: Annotated[str, "a name of `zerosum list penalties`"]
    weight: Annotated[float | Schedule, "gamma or lambda of its paper"] = 1.0
    centre: Annotated[float | None, "slope that wgan-gp and dragan want (else 1)"] = None


@dataclass(frozen=True)
class BeganConfig:
    """System began: how the balance of its players is kept."""

    gamma: Annotated[float | Schedule, "error on generated over error on real rows, 0 to 1"] = 0.5
    lambda_k: Annotated[float | Schedule, "how fast k follows, a round"] = 1e-3


@dataclass(frozen=True)
class GameConfig:
    """Who wants what, restrained by what."""

    system: Annotated[str, "who plays: a name of `zerosum list systems`"] = "two-player"
    objective: Annotated[
        str, "a name of `zerosum list objectives`; none where the system has its own losses"
    ] = "rp"
    divergence: Annotated[
        str | None, "objectives fgan, fgan-ns: a name of `zerosum list divergences`"
    ] = None
    alpha: Annotated[float | None, "order of divergence alpha, neither 0 nor 1 (else 1.5)"] = None
    penalties: Annotated[tuple[PenaltyConfig, ...], "on the discriminator, added to its loss"] = ()
    discriminator_steps: Annotated[int, "k, discriminator turns before each generator turn"] = 1
    solver: Annotated[str, "how players move: a name of `zerosum list solvers`"] = "alternating"
    consensus: Annotated[float, "solver consensus: weight of half the squared field"] = 0.1
    pack: Annotated[int, "rows that the discriminator judges together (PacGAN's m)"] = 1
    auxiliary: Annotated[
        float, "weight of a class's cross-entropy in both losses (auxiliary classifier); 0: none"
    ] = 0.0
    transport: Annotated[
        float | Schedule, "weight of |G(z) - z|^2 / n in the generator's loss (adversarial flow)"
    ] = 0.0
    fresh_latents: Annotated[bool, "new noise and data for the generator's turn"] = False
    label_smoothing: Annotated[float, "real target is 1 minus this (one-sided)"] = 0.0
    drift: Annotated[float, "weight of the squared logit of real rows (Karras 2018)"] = 0.0
    instance_noise: Annotated[
        float | Schedule, "standard deviation, in units of the encoded data"
    ] = 0.0
    augment: AugmentConfig = field(default_factory=AugmentConfig)
    clip: Annotated[
        float | None, "bound on the discriminator's weights after each of its moves"
    ] = None
    spectral: Annotated[bool, "spectral normalisation of the discriminator"] = False
    began: BeganConfig = field(default_factory=BeganConfig)
    cycle: CycleConfig = field(default_factory=CycleConfig)
    veegan: VeeganConfig = field(default_factory=VeeganConfig)
    unrolled: UnrolledConfig = field(default_factory=UnrolledConfig)


@dataclass(frozen=True)
class DataConfig:
    """What is learnt, and how it is read."""

    spec: Annotated[str, "a name of `zerosum list datasets`, or a path"] = "digits"
    holdout: Annotated[float, "share of rows never trained on"] = 0.2
    size: Annotated[tuple[int, ...] | None, "images: height, width in pixels"] = None
    channels: Annotated[int | None, "images: 1 to 4"] = None
    key: Annotated[str | None, ".npz: which array"] = None
    to: Annotated[str | None, "recipe cyclegan: the other domain, a name or path"] = None
    to_key: Annotated[str | None, ".npz: which array is the other domain"] = None
    labels: Annotated[str | None, ".npz array, table or hub column with the classes"] = None
    range: Annotated[tuple[float, ...] | None, "pixel values: lowest, highest"] = None
    layout: Annotated[str | None, "arrays: nhwc | nchw | nhw"] = None
    header: Annotated[bool | None, ".csv: whether line 1 names the columns"] = None
    delimiter: Annotated[str | None, ".csv: the character between fields"] = None
    missing: Annotated[str, "tables: refuse | mean | drop"] = "refuse"
    n: Annotated[int | None, "toy densities: how many points; else at most so many rows"] = None
    seed: Annotated[int, "of the held-out split and of toy points; runs that share it compare"] = 0


@dataclass(frozen=True)
class RunConfig:
    """How long, where, and what is kept."""

    steps: Annotated[int, "rounds of the game"] = 2000
    batch: Annotated[int, "rows a turn"] = 64
    accumulate: Annotated[int, "micro-batches a turn, each of fresh data"] = 1
    ema_half_life: Annotated[float | Schedule, "of the generator's average, in samples"] = 0.0
    precision: Annotated[str, "fp32 | bf16; auto: bf16 on a GPU, else fp32"] = "fp32"
    device: Annotated[str, "auto | cpu | cuda | cuda:N"] = "auto"
    threads: Annotated[int, "CPU threads; 0: one for fully connected networks, else all"] = 0
    compile: Annotated[bool, "compile the whole step (small networks, long runs)"] = False
    ticks: Annotated[int, "progress lines and log entries in a run"] = 50
    previews: Annotated[int, "sample grids in a run"] = 8
    checkpoints: Annotated[int, "saves in a run"] = 8
    keep: Annotated[int, "newest checkpoints kept, beside the best"] = 3


@dataclass(frozen=True)
class Config:
    """Everything a run depends on."""

    recipe: Annotated[str, "the preset this started from"] = "custom"
    seed: Annotated[int, "of every random stream"] = 0
    latent: Annotated[int, "dimension of the latent"] = 64
    stratified: Annotated[bool, "spread the latents of a batch evenly (Latin hypercube)"] = False
    conditional: Annotated[bool, "give both networks the class label"] = False
    data: DataConfig = field(default_factory=DataConfig)
    generator: NetworkConfig = field(default_factory=NetworkConfig)
    discriminator: NetworkConfig = field(default_factory=NetworkConfig)
    reconstructor: NetworkConfig = field(default_factory=NetworkConfig)
    game: GameConfig = field(default_factory=GameConfig)
    generator_optimizer: OptimizerConfig = field(default_factory=OptimizerConfig)
    discriminator_optimizer: OptimizerConfig = field(default_factory=OptimizerConfig)
    growth: GrowthConfig = field(default_factory=GrowthConfig)
    boost: BoostConfig = field(default_factory=BoostConfig)
    evaluation: EvaluationConfig = field(default_factory=EvaluationConfig)
    run: RunConfig = field(default_factory=RunConfig)


def to_mapping(config: object) -> dict[str, Any]:
    """Return a configuration as plain dictionaries, lists and numbers (what config.yaml holds)."""
    return {
        f.name: _plain(getattr(config, f.name))
        for f in dataclasses.fields(config)  # type: ignore[arg-type]
    }


def from_mapping(values: object, cls: type = Config, where: str = "") -> Any:
    """Build a configuration from nested mappings; missing keys take their defaults.

    Raises:
        InputError: unknown key (nearest one offered), wrong type, or a value no field can take.

    >>> from_mapping({"seed": 3}).seed
    3
    """
    if not isinstance(values, Mapping):
        raise InputError(
            f"{where.rstrip('.') or 'the configuration'} must be a mapping of settings"
        )
    hints = typing.get_type_hints(cls)
    strange = [
        str(unknown("setting", f"{where}{key}", (f"{where}{name}" for name in hints)))
        for key in values
        if key not in hints
    ]
    if strange:
        raise InputError("; ".join(strange))
    built = {k: _convert(v, hints[k], f"{where}{k}") for k, v in values.items()}
    try:
        return cls(**built)
    except TypeError as error:
        raise InputError(f"{where.rstrip('.')}: {error}") from None


def merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Return `base` with `over` laid on it, mapping by mapping; lists are replaced whole."""
    merged = dict(base)
    for key, value in over.items():
        both = isinstance(value, Mapping) and isinstance(merged.get(key), Mapping)
        merged[key] = merge(merged[key], value) if both else value
    return merged


def as_schedule(value: float | Schedule) -> Schedule:
    """Return a schedule: a plain number is one that never changes."""
    return value if isinstance(value, Schedule) else Schedule(float(value))


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return to_mapping(value)
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    return value


def _convert(value: Any, hint: Any, where: str) -> Any:
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        return _convert_union(value, typing.get_args(hint), where)
    if origin is tuple:
        item = typing.get_args(hint)[0]
        if item in (int, float):
            value = _numbers(value)
        if isinstance(value, str) or not isinstance(value, list | tuple):
            raise InputError(f"{where} is {value!r}: a list is needed")
        return tuple(_convert(v, item, f"{where}[{i}]") for i, v in enumerate(value))
    if dataclasses.is_dataclass(hint):
        ready = isinstance(value, hint)  # type: ignore[arg-type]
        return value if ready else from_mapping(value, hint, f"{where}.")  # type: ignore[arg-type]
    return _convert_scalar(value, hint, where)


def _numbers(value: Any) -> Any:
    """Return `28`, `32x48` and `0,255`, as a person writes them, as lists of what is between."""
    if isinstance(value, str):
        return [part.strip() for part in re.split("[,x]", value)]
    return [value] if isinstance(value, int | float) else value


def _convert_union(value: Any, options: tuple[Any, ...], where: str) -> Any:
    if value is None:
        if type(None) in options:
            return None
        raise InputError(f"{where} is empty: a value is needed")
    nested = [o for o in options if dataclasses.is_dataclass(o)]
    if nested and (isinstance(value, Mapping) or dataclasses.is_dataclass(value)):
        return _convert(value, nested[0], where)
    plain = [o for o in options if o is not type(None) and o not in nested]
    # a flag can only say "none" in letters; where a text is wanted that is the text
    if type(None) in options and plain[0] is not str and str(value).lower() == "none":
        return None
    return _convert(value, plain[0], where)


def _convert_scalar(value: Any, hint: type, where: str) -> Any:
    names = {int: "a whole number", float: "a number", bool: "true or false", str: "a text"}
    if hint is float and isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError:
            raise InputError(f"{where} is too large for a number: give a smaller one") from None
    if hint is int and isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and hint is not str:
        return _parse(value, hint, where, names[hint])
    if not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
        raise InputError(f"{where} is {value!r}: {names[hint]} is needed")
    return value


def _parse(text: str, hint: type, where: str, wanted: str) -> Any:
    words = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
    try:
        return words[text.lower()] if hint is bool else hint(text)
    except (ValueError, KeyError):
        raise InputError(f"{where} is {text!r}: {wanted} is needed") from None
