"""Named NumPy arrays in safetensors files: the same checks as for tensors, and torch stays unloaded.

A process that only computes with NumPy starts in a tenth of a second; loading torch to write its
results would cost more than a second each time. NaN is let through: it is how a study says that a
member diverged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zerosum.errors import InputError
from zerosum.records.reading import display, explaining, open_regular
from zerosum.records.tensors import MAX_FILE, MAX_HEADER, check_layout, check_name, read_whole

Arrays = Mapping[str, Any]  # of NumPy arrays; this room does not import NumPy

_DTYPES = {
    "BOOL": "bool", "U8": "uint8", "I8": "int8", "U16": "uint16", "I16": "int16",
    "F16": "float16", "U32": "uint32", "I32": "int32", "F32": "float32",
    "U64": "uint64", "I64": "int64", "F64": "float64",
}  # fmt: skip


@dataclass(frozen=True)
class Spec:
    """What a file's header says of one array.

    Attributes:
        dtype: NumPy's name of it.
        shape: of the array.
    """

    dtype: str
    shape: tuple[int, ...]


def encode_arrays(arrays: Arrays, name: str) -> bytes:
    """Return arrays as the bytes of a safetensors file.

    Args:
        arrays: name -> NumPy array of numbers or truth values, of any shape.
        name: what messages call the file.
    Errors: InputError naming the array that the format cannot hold.
    """
    from safetensors.numpy import save

    for key, array in arrays.items():
        check_name(key, name)
        if str(array.dtype) not in _DTYPES.values():
            raise InputError(
                f"{name} cannot hold array {key!r} of dtype {array.dtype}; give numbers of at most "
                "64 bits or truth values"
            )
    # the library takes the memory as it lies, so a transposed array would come back scrambled
    data = save({k: a if a.flags.c_contiguous else a.copy(order="C") for k, a in arrays.items()})
    if int.from_bytes(data[:8], "little") > MAX_HEADER:
        raise InputError(
            f"{name} would hold {len(arrays)} arrays, whose names fill more than 1 MB; stack them"
        )
    return data


def read_arrays(path: Path, *, sha256: str | None = None) -> dict[str, Any]:
    """Return the NumPy arrays of a safetensors file.

    Args:
        path: the file.
        sha256: the hash the file must have, in hexadecimal; None accepts any.
    Errors: InputError, one sentence naming the file.
    """
    return decode_arrays(read_whole(path, sha256), display(path))


def decode_arrays(data: bytes, name: str) -> dict[str, Any]:
    """Return the NumPy arrays of a safetensors file's bytes.

    Args:
        data: the whole file.
        name: what messages call it.
    Errors: InputError, one sentence naming the file.
    """
    _specs(check_layout(data[: 8 + MAX_HEADER], len(data), name), name)
    from safetensors.numpy import load

    return load(data)


def read_specs(path: Path) -> dict[str, Spec]:
    """Return dtype and shape of the arrays in a safetensors file, reading only its header.

    Errors: InputError, one sentence naming the file.
    """
    with explaining(path), open_regular(path, MAX_FILE) as (file, size):
        header = check_layout(file.read(8 + MAX_HEADER), size, display(path))
    return _specs(header, display(path))


def _specs(header: dict[str, Any], name: str) -> dict[str, Spec]:
    for key, entry in header.items():
        if entry["dtype"] not in _DTYPES:
            raise InputError(
                f"{name} holds {key!r} of dtype {entry['dtype']}, which NumPy does not have; "
                "read it as tensors"
            )
    return {k: Spec(_DTYPES[e["dtype"]], tuple(e["shape"])) for k, e in header.items()}
