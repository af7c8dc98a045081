"""The data of one chunk of a population as the bytes of a safetensors file, and back.

What several members share stands there once. Data that were given by name or path are only named,
with their hash: whoever does the work reads them by that name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from zerosum.data.codec import codec_from_json
from zerosum.data.load import load
from zerosum.data.options import DataOptions
from zerosum.data.source import Source
from zerosum.errors import InputError
from zerosum.recipes.config import Config
from zerosum.records.arrays import encode_arrays
from zerosum.records.text import dump_json, parse_json
from zerosum.runs.job import GIVEN, data_options
from zerosum.runs.member_settings import Configured

_NAME = "the data of a chunk"


def places(members: Sequence[Configured]) -> list[int]:
    """Return which of the chunk's distinct data sets, in order of appearance, each member has."""
    known: dict[int, int] = {}
    return [known.setdefault(id(source), len(known)) for _, source in members]


def encoded_data(members: Sequence[Configured], *, by_name: bool) -> bytes:
    """Return the distinct data sets of a chunk as a file.

    Args:
        members: settings and data of each.
        by_name: only name those that have a name or path.
    """
    stacks: dict[str, list[np.ndarray]] = {}
    entries = [
        _named(config, source)
        if by_name and config.data.spec != GIVEN
        else _described(source, stacks)
        for config, source in {id(source): (config, source) for config, source in members}.values()
    ]
    arrays = {name: np.stack(parts) for name, parts in stacks.items()}
    text = dump_json(entries, _NAME, indent=None)
    return encode_arrays({**arrays, "sources": np.frombuffer(text, np.uint8)}, _NAME)


def decoded_data(
    arrays: Mapping[str, np.ndarray], which: Sequence[int], configs: Sequence[Config]
) -> list[Source]:
    """Return the data of each member.

    Args:
        arrays: of the file. which: from `places`. configs: settings of each member.
    Raises: InputError: data given by name that are not there, or are not the same any more.
    """
    entries = parse_json(arrays["sources"].tobytes(), _NAME)
    config_of = dict(zip(reversed(which), reversed(configs), strict=True))
    sources = [_source(entry, arrays, config_of[i]) for i, entry in enumerate(entries)]
    return [sources[i] for i in which]


def data_bytes(members: Sequence[Configured], *, by_name: bool) -> int:
    """Return about how many bytes the file of these members holds."""
    given = {id(s): s for c, s in members if not (by_name and c.data.spec != GIVEN)}
    return sum(source.rows.nbytes for source in given.values())


def _named(config: Config, source: Source) -> dict[str, Any]:
    return {"spec": config.data.spec, "sha256": source.fingerprint}


def _described(source: Source, stacks: dict[str, list[np.ndarray]]) -> dict[str, Any]:
    """Put a data set on the stacks of its like, and return where it lies and what it is."""
    labels = None if source.labels is None else _put(source.labels, "labels", stacks)
    return {
        "name": source.name,
        "kind": source.kind,
        "rows": _put(source.rows, "rows", stacks),
        "labels": labels,
        "classes": list(source.classes),
        "codec": source.codec.to_json(),
    }


def _put(array: np.ndarray, what: str, stacks: dict[str, list[np.ndarray]]) -> list[Any]:
    # files hold numbers in the order of bytes of today's machines
    array = array.astype(array.dtype.newbyteorder("="), copy=False)
    name = f"{what}.{array.dtype}.{'x'.join(map(str, array.shape))}"
    stack = stacks.setdefault(name, [])
    stack.append(array)
    return [name, len(stack) - 1]


def _source(entry: dict[str, Any], arrays: Mapping[str, np.ndarray], config: Config) -> Source:
    if "spec" in entry:
        return _loaded(entry["spec"], data_options(config.data), entry["sha256"])
    (rows, at), labels = entry["rows"], entry["labels"]
    return Source(
        name=entry["name"],
        kind=entry["kind"],
        rows=arrays[rows][at],
        codec=codec_from_json(entry["codec"]),
        labels=None if labels is None else arrays[labels[0]][labels[1]],
        classes=tuple(entry["classes"]),
    )


@lru_cache(maxsize=1)  # a worker's next chunk mostly has the same
def _loaded(spec: str, options: DataOptions, sha256: str) -> Source:
    source = load(spec, options=options)
    if source.fingerprint != sha256:
        raise InputError(
            f"{spec} has changed since this population began, or is another here; give a folder of its "
            "own to a population on the new data"
        )
    return source
