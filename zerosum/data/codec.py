"""The two ways between the user's units and the tensors that networks see.

Pictures:  x = 2 (v - low) / (high - low) - 1, in [-1, 1], axes (n, channels, height, width).
Numbers:   x = (v - mean) / std for each column, mean and std taken from the training rows.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
import torch
from jaxtyping import Float, Shaped
from torch import Tensor

from zerosum.data.options import LAYOUTS
from zerosum.errors import InputError, unknown


@runtime_checkable
class Codec(Protocol):
    """Encodes rows in the user's units, decodes tensors back into them."""

    @property
    def event_shape(self) -> tuple[int, ...]:
        """Shape of one encoded sample: (channels, height, width) or (columns,)."""

    def encode(self, rows: Shaped[np.ndarray, "n ..."]) -> Float[Tensor, "n ..."]:
        """Return float32 samples of shape (n, *event_shape)."""

    def decode(self, x: Float[Tensor, "n ..."]) -> Shaped[np.ndarray, "n ..."]:
        """Return samples in the user's units, dtype and layout."""

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object that `codec_from_json` turns back into an equal codec."""


@dataclass(frozen=True)
class ImageCodec:
    """Pixels in a stated range <-> [-1, 1], in any of the three layouts.

    Args:
        event_shape: (channels, height, width) in pixels.
        layout: the user's order of axes, "nhwc", "nchw" or "nhw" (one channel, no axis for it).
        dtype: the user's NumPy dtype, such as "|u1".
        low, high: pixel values that are encoded as -1 and 1.
    """

    event_shape: tuple[int, int, int]
    layout: str
    dtype: str
    low: float
    high: float

    def encode(self, rows: Shaped[np.ndarray, "n ..."]) -> Float[Tensor, "n channels height width"]:
        """Return float32 pictures in [-1, 1], axes (n, channels, height, width)."""
        x = np.asarray(rows).astype(np.float32)  # always a copy: the arithmetic below is in place
        x -= np.float32(self.low)
        x *= np.float32(2 / (self.high - self.low))
        x -= np.float32(1)
        if self.layout == "nhwc":
            x = np.moveaxis(x, -1, 1)
        return torch.from_numpy(np.ascontiguousarray(x).reshape(len(x), *self.event_shape))

    def decode(self, x: Float[Tensor, "n channels height width"]) -> Shaped[np.ndarray, "n ..."]:
        """Return pictures in the user's range, clipped to it; integer dtypes are rounded."""
        v = x.detach().to("cpu", torch.float64).numpy()
        v = np.clip((v + 1) * ((self.high - self.low) / 2) + self.low, self.low, self.high)
        if self.layout == "nhwc":
            v = np.moveaxis(v, 1, -1)
        if self.layout == "nhw":
            v = v[:, 0]
        return np.ascontiguousarray(_cast(v, np.dtype(self.dtype)))

    def to_json(self) -> dict[str, Any]:
        """Return the codec as a JSON object."""
        return {"kind": "image", **asdict(self), "event_shape": list(self.event_shape)}


@dataclass(frozen=True)
class NumericCodec:
    """Columns of numbers <-> standardised numbers; a constant column always decodes to its value.

    Args:
        columns: their names, in order.
        mean: of each column, in its own unit.
        std: of each column, in its own unit; 1 where the column is constant.
        constant: whether the column has one value only (its `mean` is then that value exactly).
        dtype: the user's NumPy dtype, such as "<f8".
        flat: whether a sample is a bare number, rows (n,), rather than a row of one, (n, 1).
    """

    columns: tuple[str, ...]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    constant: tuple[bool, ...]
    dtype: str
    flat: bool = False

    @property
    def event_shape(self) -> tuple[int, ...]:
        """Shape of one encoded sample, (columns,)."""
        return (len(self.columns),)

    def encode(self, rows: Shaped[np.ndarray, "n ..."]) -> Float[Tensor, "n columns"]:
        """Return float32 standardised columns, shape (n, columns)."""
        v = np.asarray(rows).astype(np.float64).reshape(len(rows), len(self.columns))
        return torch.from_numpy(((v - self.mean) / self.std).astype(np.float32))

    def decode(self, x: Float[Tensor, "n columns"]) -> Shaped[np.ndarray, "n ..."]:
        """Return columns in their own units, constant ones exactly; integer dtypes are rounded."""
        v = x.detach().to("cpu", torch.float64).numpy() * np.asarray(self.std) + self.mean
        v = np.where(self.constant, self.mean, v)
        v = _cast(v, np.dtype(self.dtype))
        return v[:, 0] if self.flat else v

    def to_json(self) -> dict[str, Any]:
        """Return the codec as a JSON object."""
        return {"kind": "numeric", **{k: _plain(v) for k, v in asdict(self).items()}}


def codec_from_json(d: dict[str, Any]) -> Codec:
    """Return the codec that `to_json` described, every field checked.

    Raises:
        InputError: an unknown kind, a missing or unknown field, or a value that cannot be.
    """
    if not isinstance(d, dict):
        raise InputError(f"a codec is a JSON object with a 'kind', not {type(d).__name__}")
    kinds = {"image": _image_from_json, "numeric": _numeric_from_json}
    if d.get("kind") not in kinds:
        raise unknown("codec kind", d.get("kind"), kinds)
    return kinds[d["kind"]](d)


def _image_from_json(d: dict[str, Any]) -> Codec:
    _fields(d, {"kind", "event_shape", "layout", "dtype", "low", "high"})
    shape = d["event_shape"]
    _check(isinstance(shape, list) and len(shape) == 3, "event_shape", shape)
    _check(all(type(s) is int and 0 < s < 2**16 for s in shape), "event_shape", shape)
    _check(shape[0] <= 4, "event_shape", shape)
    _check(d["layout"] in LAYOUTS, "layout", d["layout"])
    _check(d["layout"] != "nhw" or shape[0] == 1, "layout", d["layout"])
    low, high = _number(d, "low"), _number(d, "high")
    _check(low < high, "high", high)
    return ImageCodec((shape[0], shape[1], shape[2]), d["layout"], _dtype(d["dtype"]), low, high)


def _numeric_from_json(d: dict[str, Any]) -> Codec:
    _fields(d, {"kind", "columns", "mean", "std", "constant", "dtype", "flat"})
    columns = d["columns"]
    _check(isinstance(columns, list) and len(columns) > 0, "columns", columns)
    _check(all(isinstance(c, str) for c in columns), "columns", columns)
    for name in ("mean", "std", "constant"):
        _check(isinstance(d[name], list) and len(d[name]) == len(columns), name, d[name])
    _check(all(_finite(v) for v in d["mean"]), "mean", d["mean"])
    _check(all(_finite(v) and v > 0 for v in d["std"]), "std", d["std"])
    _check(all(isinstance(v, bool) for v in d["constant"]), "constant", d["constant"])
    _check(isinstance(d["flat"], bool) and (not d["flat"] or len(columns) == 1), "flat", d["flat"])
    mean, std = tuple(map(float, d["mean"])), tuple(map(float, d["std"]))
    return NumericCodec(
        tuple(columns), mean, std, tuple(d["constant"]), _dtype(d["dtype"]), d["flat"]
    )


def _cast(v: np.ndarray, dtype: np.dtype) -> np.ndarray:
    if dtype.kind == "b":
        return v >= 0.5
    if dtype.kind not in "iu":
        return v.astype(dtype)
    info = np.iinfo(dtype)
    # the largest float below 2**63 rather than 2**63 itself, which int64 cannot hold
    top = float(info.max) if info.bits < 64 else np.nextafter(float(info.max), 0)
    return np.clip(np.rint(v), float(info.min), top).astype(dtype)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _fields(d: dict[str, Any], wanted: set[str]) -> None:
    for name in sorted(set(d) - wanted):
        raise unknown("codec field", name, wanted)
    for name in sorted(wanted - set(d)):
        raise InputError(f"the codec lacks its field {name!r}; the file is damaged or too old")


def _check(holds: bool, name: str, value: object) -> None:
    if not holds:
        raise InputError(f"codec field {name!r} cannot be {str(value)[:80]!r}; the file is damaged")


def _finite(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return abs(value) < 1e300 and not math.isnan(value)


def _number(d: dict[str, Any], name: str) -> float:
    _check(_finite(d[name]), name, d[name])
    return float(d[name])


def _dtype(text: object) -> str:
    known = isinstance(text, str) and len(text) <= 4 and text.lstrip("<>|=") in _DTYPES
    _check(known, "dtype", text)
    return str(text)


_DTYPES = {"b1", *(f"{k}{w}" for k in "iu" for w in (1, 2, 4, 8)), "f2", "f4", "f8"}
