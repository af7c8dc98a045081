"""Weights that somebody else published: a file of tensors by name, and its hash.

A `.safetensors` file cannot run code. A `.pth` file is a pickle in a zip archive, as most published weights
are; it is read by torch's reader of weights, which knows tensors and plain containers and refuses all else.
Our own files are never written so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zerosum.errors import InputError
from zerosum.records.reading import display, explaining, open_regular
from zerosum.records.tensors import decode

if TYPE_CHECKING:
    from torch import Tensor
else:
    Tensor = Any

MAX_FILE = 4_000_000_000  # bytes; the largest network here has 1.2 GB
_PICKLED = (".pth", ".pt")
_INSIDE = ("state_dict", "model", "teacher")  # where some publishers put the tensors


@dataclass(frozen=True, eq=False)
class Weights:
    """Tensors by name, on the CPU, and the SHA-256 of the file they came from, in hexadecimal."""

    tensors: Mapping[str, Tensor]
    sha256: str


def read_weights(path: Path) -> Weights:
    """Return the tensors of a `.safetensors`, `.pth` or `.pt` file.

    Raises:
        InputError: no such file, another kind of file, one that holds more than tensors, or numbers that
            are not finite.
    """
    name, suffix = display(path), path.suffix.lower()
    if suffix not in (".safetensors", *_PICKLED):
        raise InputError(
            f"{name} is no file of weights by its name: give one that ends in .safetensors, .pth or .pt"
        )
    with explaining(path), open_regular(path, MAX_FILE) as (file, size):
        data = file.read(size)
    tensors = decode(data, name) if suffix == ".safetensors" else _unpickled(data, name)
    return Weights(tensors, hashlib.sha256(data).hexdigest())


def _unpickled(data: bytes, name: str) -> dict[str, Tensor]:
    import io

    import torch

    try:
        found = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    except Exception as error:  # whatever a damaged or a hostile file makes the reader raise
        raise InputError(
            f"{name} holds more than tensors, or is damaged, and is not opened: take the publisher's file of "
            "weights alone, best as .safetensors"
        ) from error
    for key in _INSIDE:
        if isinstance(found, dict) and isinstance(found.get(key), dict):
            found = found[key]
    if not isinstance(found, dict) or not found:
        raise InputError(f"{name} holds no tensors by name: give a file of a network's weights")
    for key, value in found.items():
        if not isinstance(key, str) or not isinstance(value, torch.Tensor):
            raise InputError(
                f"{name} holds {key!r}, which is no tensor: give a file of a network's weights alone"
            )
        if value.is_floating_point() and not bool(value.isfinite().all()):
            raise InputError(f"{name} holds NaN or infinity in {key!r}: copy or download it again")
    return found
