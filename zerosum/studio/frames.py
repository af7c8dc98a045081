"""Numbers as bytes: one JSON header and any number of arrays, which a browser reads without copying.

    bytes 0-3     length of the header, little endian
    bytes 4-      the header, padded with spaces so that the arrays start at a multiple of 8
    then          the arrays, each padded to a multiple of 8

The header's `arrays` names them: {"name", "dtype", "shape", "offset"} with offsets from the first array.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

DTYPES = ("float32", "uint8", "int32")
_ALIGNED = 8


def pack(header: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> bytes:
    """Return a frame's bytes; other dtypes than `DTYPES` are sent as float32, NaN in the header as null."""
    told, parts, offset = [], [], 0
    for name, array in arrays.items():
        sent = np.ascontiguousarray(_small(array))
        raw = sent.tobytes()
        told.append(
            {"name": name, "dtype": sent.dtype.name, "shape": list(sent.shape), "offset": offset}
        )
        parts.append(raw + bytes(-len(raw) % _ALIGNED))
        offset += len(parts[-1])
    text = json.dumps({**_finite(header), "arrays": told}, allow_nan=False).encode()
    text += b" " * (-(len(text) + 4) % _ALIGNED)
    return len(text).to_bytes(4, "little") + text + b"".join(parts)


def unpack(frame: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return a frame's header and arrays; the inverse of `pack`."""
    length = int.from_bytes(frame[:4], "little")
    header = json.loads(frame[4 : 4 + length])
    arrays = {}
    for told in header.pop("arrays"):
        count = math.prod(told["shape"])
        start = 4 + length + told["offset"]
        flat = np.frombuffer(frame, told["dtype"], count, start)
        arrays[told["name"]] = flat.reshape(told["shape"])
    return header, arrays


def _small(array: np.ndarray) -> np.ndarray:
    """Return an array of a dtype that is sent; what float32 cannot hold becomes infinite."""
    if array.dtype.name in DTYPES:
        return array
    with np.errstate(over="ignore"):
        return array.astype("float32")


def _finite(value: Any) -> Any:
    """Return a header that JSON can hold: what is not finite becomes null."""
    if isinstance(value, Mapping):
        return {str(k): _finite(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(v) for v in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
