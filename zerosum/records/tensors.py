"""safetensors files, checked before they are trusted: layout, names, sizes and finite values.

Layout of the format: 8 bytes header length (little endian) . header in JSON, name -> {dtype,
shape, data_offsets} . data. Nothing in such a file can run code; the checks here keep a hostile one
from costing memory and a damaged one from becoming a network that samples noise.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zerosum.errors import InputError
from zerosum.records.reading import display, explaining, open_regular
from zerosum.records.text import parse_json

if TYPE_CHECKING:
    from torch import Tensor
else:
    Tensor = Any  # the report reads records, and must not wait for torch to be imported

Tensors = Mapping[str, Tensor]

MAX_HEADER = 1_000_000  # bytes
MAX_FILE = 64_000_000_000  # bytes
PICKLE_SUFFIXES = frozenset({".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".bin", ".joblib"})

_BYTES = {
    "BOOL": 1, "U8": 1, "I8": 1, "U16": 2, "I16": 2, "F16": 2, "BF16": 2,
    "U32": 4, "I32": 4, "F32": 4, "U64": 8, "I64": 8, "F64": 8, "C64": 8,
}  # fmt: skip
_NAME = re.compile(r"[A-Za-z0-9_./-]{1,256}")


def encode(tensors: Tensors, name: str, *, finite: bool = False) -> bytes:
    """Return tensors as the bytes of a safetensors file.

    Args:
        tensors: name -> tensor of any shape, on any device; names of A-Z a-z 0-9 _ . / -
        name: what messages call the file.
        finite: refuse NaN and infinities.
    Errors: InputError naming the tensor that the format, or `decode`, would refuse.
    """
    from safetensors.torch import save

    for key in tensors:
        check_name(key, name)
    plain = dict(_plain(tensors))
    if finite:
        _check_finite(plain, name)
    try:
        data = save(plain)
    except (KeyError, ValueError) as error:
        raise InputError(f"{name} cannot hold these tensors: {error}; give dense ones") from error
    if int.from_bytes(data[:8], "little") > MAX_HEADER:
        raise InputError(
            f"{name} would hold {len(plain)} tensors, whose names fill more than 1 MB; stack them"
        )
    return data


def decode(data: bytes, name: str, *, finite: bool = True) -> dict[str, Tensor]:
    """Return the tensors of a safetensors file's bytes, on the CPU.

    Args:
        data: the whole file.
        name: what messages call it.
        finite: refuse NaN and infinities.
    Errors: InputError, one sentence naming the file.
    """
    check_layout(data[: 8 + MAX_HEADER], len(data), name)
    from safetensors import SafetensorError
    from safetensors.torch import load

    try:
        tensors = load(data)
    except (SafetensorError, ValueError) as error:
        raise _invalid(name, str(error)) from error
    if finite:
        _check_finite(tensors, name)
    return tensors


def read_tensors(
    path: Path, *, finite: bool = True, sha256: str | None = None
) -> dict[str, Tensor]:
    """Return the tensors of a safetensors file, on the CPU.

    Args:
        path: the file.
        finite: refuse NaN and infinities.
        sha256: the hash the file must have, in hexadecimal; None accepts any.
    Errors: InputError, one sentence naming the file.
    """
    data = read_whole(path, sha256)
    return decode(data, display(path), finite=finite)


def read_whole(path: Path, sha256: str | None = None) -> bytes:
    """Return the bytes of a safetensors file whose layout, and hash if one is given, hold.

    Args:
        path: the file.
        sha256: the hash the file must have, in hexadecimal; None accepts any.
    Errors: InputError, one sentence naming the file.
    """
    refuse_pickle_name(path)
    name = display(path)
    with explaining(path), open_regular(path, MAX_FILE) as (file, size):
        # The header decides before the rest of the file takes any memory.
        check_layout(file.read(8 + MAX_HEADER), size, name)
        file.seek(0)
        data = file.read(size)
    actual = hashlib.sha256(data).hexdigest()
    if sha256 not in (None, actual):
        raise InputError(
            f"{name} is damaged: its SHA-256 is {actual[:16]} where {str(sha256)[:16]} was noted; "
            "copy it again"
        )
    return data


def refuse_pickle_name(path: Path) -> None:
    """Raise InputError for a file whose suffix says that it is a pickle."""
    if path.suffix.lower() in PICKLE_SUFFIXES:
        raise InputError(
            f"{display(path)} is a pickle by its name, and reading a pickle runs the code in it; "
            "give a folder with config.json and model.safetensors"
        )


def check_layout(head: bytes, size: int, name: str) -> dict[str, Any]:
    """Check that a safetensors file is what its header says, down to the last byte.

    Args:
        head: the first bytes of the file, at least its length field and header.
        size: bytes in the whole file.
        name: what messages call it.
    Returns:
        the header: name -> {dtype, shape, data_offsets}.
    Errors: InputError for a pickle, a header above 1 MB or past the end, unknown dtypes, names
        outside A-Z a-z 0-9 _ . / -, and spans that overlap, leave a hole or miss the file's end.
    """
    if _looks_pickled(head):
        raise InputError(
            f"{name} is a pickle, and reading a pickle runs the code in it; "
            "give a file in the safetensors format"
        )
    length = int.from_bytes(head[:8], "little")
    if len(head) < 8 or length > min(size - 8, MAX_HEADER) or head[8:9] != b"{":
        raise _invalid(name, "its header is missing, too long or not JSON")
    header = _parse_header(head[8 : 8 + length], name)
    header.pop("__metadata__", None)  # free text of whoever wrote the file; nothing reads it
    spans = sorted(_span(key, entry, name) for key, entry in header.items())
    end = 0
    for start, stop in spans:
        if start != end:
            raise _invalid(name, "its tensors overlap or leave a hole")
        end = stop
    if 8 + length + end != size:
        raise _invalid(name, f"its header promises {8 + length + end} bytes and it has {size}")
    return header


def _parse_header(text: bytes, name: str) -> dict[str, Any]:
    try:
        return parse_json(text, "its header")
    except InputError as error:
        raise _invalid(name, str(error).partition(";")[0]) from error


def _span(key: str, entry: Any, name: str) -> tuple[int, int]:
    """Return the (start, stop) of one tensor in the data, once its entry makes sense."""
    check_name(key, name)
    if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
        raise _invalid(name, f"the entry of tensor {key!r} is incomplete")
    shape, offsets, dtype = entry["shape"], entry["data_offsets"], entry["dtype"]
    if not (_naturals(shape) and _naturals(offsets) and len(offsets) == 2 and len(shape) <= 32):
        raise _invalid(name, f"tensor {key!r} has a shape or place that is no list of naturals")
    if not isinstance(dtype, str) or dtype not in _BYTES:
        raise _invalid(name, f"tensor {key!r} has the unknown dtype {dtype!r}")
    if offsets[1] - offsets[0] != math.prod(shape) * _BYTES[dtype]:
        raise _invalid(name, f"tensor {key!r} has a shape that its bytes do not fill")
    return offsets[0], offsets[1]


def _naturals(value: Any) -> bool:
    return isinstance(value, list) and all(type(v) is int and 0 <= v < 2**48 for v in value)


def check_name(key: str, name: str) -> None:
    """Raise InputError for a tensor name that a file may not have."""
    if not _NAME.fullmatch(key):
        raise InputError(
            f"{name} has a tensor named {key[:80]!r}; use letters, digits and _ . / - only"
        )


def _plain(tensors: Tensors) -> Iterator[tuple[str, Tensor]]:
    """Yield the tensors on the CPU, dense and each with a memory of its own."""
    seen = set()
    for key, tensor in tensors.items():
        plain = tensor.detach().to("cpu").contiguous()
        memory = plain.untyped_storage().data_ptr()
        yield key, plain.clone() if memory in seen else plain
        seen.add(memory)


def _check_finite(tensors: Tensors, name: str) -> None:
    for key, tensor in tensors.items():
        real = tensor.is_floating_point() or tensor.is_complex()
        if real and not bool(tensor.isfinite().all()):
            raise InputError(
                f"{name} holds NaN or infinity in tensor {key!r}; "
                "take a checkpoint from before the training diverged"
            )


def _looks_pickled(head: bytes) -> bool:
    """Whether the first bytes are those of a pickle, or of the zip archive torch puts one in."""
    zipped = head.startswith(b"PK\x03\x04")
    return zipped or (head[:1] == b"\x80" and head[1:2] in b"\2\3\4\5" and head[8:9] != b"{")


def _invalid(name: str, why: str) -> InputError:
    return InputError(f"{name} is not a valid safetensors file: {why}; copy it again")
