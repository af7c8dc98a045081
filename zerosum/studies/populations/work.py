"""What a worker does with one chunk of a population, and what its result stands for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from zerosum.data.split import split
from zerosum.generator import filled_network
from zerosum.recipes.build import choose_device, placed
from zerosum.recipes.config import Config, from_mapping, to_mapping
from zerosum.records.arrays import decode_arrays, read_arrays
from zerosum.runs.chunking import Crowd
from zerosum.runs.crowd import Trained, train_chunk
from zerosum.runs.made import made_generator, sizes_of
from zerosum.runs.member_settings import Configured
from zerosum.studies.populations.data import decoded_data
from zerosum.training.checkpoint import module_tensors

_WEIGHTS = "weights/"


def described(crowd: Crowd, sizes: Sequence[int]) -> dict[str, Any]:
    """Return all that the members' generators depend on, as JSON values.

    That is member 0's settings by dotted name, where other members differ, the data's hash, and how
    many members of each structure are trained in lock step.
    """
    each = [_flat(config) for config, _ in crowd.members]
    differing = [key for key, value in each[0].items() if any(one[key] != value for one in each)]
    content = "\n".join(source.fingerprint for _, source in crowd.members)
    return {
        **each[0],
        "study": "population",
        "members": len(each),
        "vary": {key: [one[key] for one in each] for key in differing},
        "data": hashlib.sha256(content.encode()).hexdigest(),
        "sizes": list(sizes),
    }


def work(description: dict[str, Any], chunk: int) -> dict[str, np.ndarray]:
    """Train one chunk: what its members leave, stacked.

    Args:
        description: from `described`, and beside it, for each chunk, `chunks`: numbers of its members;
            `files`: hash of its data; `which` of them each member has; and, for all, `place`: the folder
            of the files, or `sent`: the files themselves by hash.
    """
    numbers, file = description["chunks"][chunk], description["files"][chunk]
    configs = [config_of(description, number) for number in numbers]
    if description["place"] is None:
        arrays = decode_arrays(description["sent"][file], "the data of a chunk")
    else:
        arrays = read_arrays(file_of(Path(description["place"]), file), sha256=file)
    sources = decoded_data(arrays, description["which"][chunk], configs)
    found = train_chunk(list(zip(configs, sources, strict=True)))
    tensors = [module_tensors(one.generator.network) for one in found]
    return {
        "stopped": np.array([one.stopped for one in found]),
        **{
            f"{_WEIGHTS}{name}": torch.stack([each[name] for each in tensors]).numpy()
            for name in tensors[0]
        },
    }


def file_of(place: Path, sha256: str) -> Path:
    """Return the path of a chunk's data."""
    return place / f"{sha256}.safetensors"


def config_of(description: Mapping[str, Any], number: int) -> Config:
    """Return the settings of one member."""
    settings: dict[str, Any] = {}
    for key in _flat(Config()):
        section, _, name = key.rpartition(".")
        own = description["vary"].get(key)
        value = description[key] if own is None else own[number]
        (settings.setdefault(section, {}) if section else settings)[name] = value
    return from_mapping(settings)


def trained(
    crowd: Crowd, chunks: Sequence[list[int]], results: Iterable[tuple[int, dict[str, np.ndarray]]]
) -> Iterator[tuple[list[int], list[Trained]]]:
    """Yield each chunk's members as training leaves them.

    Args:
        crowd: the members. chunks: their numbers. results: number of a chunk, and arrays from `work`.
    Raises: InputError: a result that is not such a chunk's.
    """
    for chunk, arrays in results:
        numbers = chunks[chunk]
        weights = {k.removeprefix(_WEIGHTS): v for k, v in arrays.items() if k != "stopped"}
        each = [
            _trained(
                crowd.members[number], {k: torch.tensor(v[i]) for k, v in weights.items()}, stop
            )
            for i, (number, stop) in enumerate(
                zip(numbers, arrays["stopped"].tolist(), strict=True)
            )
        ]
        yield numbers, each


def _trained(member: Configured, tensors: dict[str, torch.Tensor], stopped: int) -> Trained:
    config, source = member
    rows, _ = split(source.n, config.data.holdout, config.data.seed)
    sizes = sizes_of(config, source)
    misfit = "a result of the study does not fit its members' networks; begin it in another folder"
    network = filled_network(config.generator, sizes, tensors, misfit)
    network = placed(network, sizes, choose_device(config.run.device))
    step = config.run.steps if stopped < 0 else stopped
    return Trained(made_generator(config, source.fitted(rows), network, step), config, stopped)


def _flat(config: Config) -> dict[str, Any]:
    """Return settings by dotted name; a section holds values and no sections."""
    flat: dict[str, Any] = {}
    for key, value in to_mapping(config).items():
        inside = value.items() if isinstance(value, dict) else None
        flat |= {key: value} if inside is None else {f"{key}.{name}": v for name, v in inside}
    return flat
