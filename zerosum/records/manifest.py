"""The manifest of a checkpoint: size and SHA-256 of each file, and the SHA-256 of itself.

It is written last, so that a folder with a manifest that verifies has all it should have.
"""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zerosum.errors import InputError
from zerosum.records.reading import display, read_bytes
from zerosum.records.text import dump_json, parse_json

SCHEMA = 1
FILE = "manifest.json"

_MAX_BYTES = 100_000
# What a failing disk or a deleted file gives; a lack of permission is no damage, and can be mended.
_DAMAGE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EIO, errno.ELOOP})


class Damaged(InputError):
    """A checkpoint is incomplete, or its bytes are not those that were written."""


def make(step: int, files: Mapping[str, bytes]) -> bytes:
    """Return the manifest of a checkpoint's files (name -> content)."""
    entries = {
        name: {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in sorted(files.items())
    }
    return _signed({"schema": SCHEMA, "step": step, "files": entries})


def read(folder: Path, limits: Mapping[str, int]) -> tuple[int, dict[str, bytes]]:
    """Return (step, name -> content) of a folder, every byte of it verified.

    Args:
        folder: the checkpoint.
        limits: the files it must have, with the most bytes of each.
    Errors: Damaged naming the file, with both hashes where they differ; InputError when a newer
        version made it or a file may not be read.
    """
    body = _read_body(folder)
    if not _well_formed(body, limits):
        raise Damaged(f"{display(folder / FILE)} does not describe this checkpoint")
    files = body["files"]
    return body["step"], {
        name: _verified(folder / name, files[name], limits[name]) for name in files
    }


def _signed(body: dict[str, Any]) -> bytes:
    """Return a manifest with the hash of its own body: the same JSON without the hash."""
    return dump_json({**body, "sha256": _hash(body)}, FILE)


def _hash(body: dict[str, Any]) -> str:
    return hashlib.sha256(dump_json(body, FILE)).hexdigest()


def _read_body(folder: Path) -> dict[str, Any]:
    path = folder / FILE
    data = _read(path, _MAX_BYTES)
    try:
        signed = parse_json(data, display(path))
    except InputError as error:
        raise Damaged(str(error)) from error
    body = dict(signed) if isinstance(signed, dict) else {}
    expected = body.pop("sha256", None)
    # Comparing the whole text, not only the hash, also finds a changed blank.
    if _signed(body) != data:
        raise _changed(path, display(str(expected)), _hash(body))
    # Only a manifest that verifies is believed to be newer: a flipped bit can raise the number too.
    if type(body.get("schema")) is int and body["schema"] > SCHEMA:
        raise InputError(
            f"{display(folder)} was made by a newer version (schema {body['schema']}, this one "
            f"reads up to {SCHEMA}); upgrade zerosum"
        )
    return body


def _well_formed(body: dict[str, Any], names: Mapping[str, int]) -> bool:
    return (
        set(body) == {"schema", "step", "files"}
        and body["schema"] == SCHEMA
        and type(body["step"]) is int
        and isinstance(body["files"], dict)
        and set(body["files"]) == set(names)
        and all(_is_entry(entry) for entry in body["files"].values())
    )


def _is_entry(entry: Any) -> bool:
    return (
        isinstance(entry, dict)
        and set(entry) == {"size", "sha256"}
        and type(entry["size"]) is int
        and isinstance(entry["sha256"], str)
    )


def _verified(path: Path, entry: dict[str, Any], limit: int) -> bytes:
    data = _read(path, limit)
    actual = hashlib.sha256(data).hexdigest()
    if actual != entry["sha256"]:
        sizes = f", {len(data)} bytes where {entry['size']} were written"
        raise _changed(path, entry["sha256"], actual, "" if len(data) == entry["size"] else sizes)
    return data


def _read(path: Path, limit: int) -> bytes:
    """Read a file of a checkpoint; what is missing or unreadable by the disk's fault is damage."""
    try:
        return read_bytes(path, limit)
    except InputError as error:
        raise Damaged(str(error)) from error
    except OSError as error:
        if error.errno in _DAMAGE:
            raise Damaged(f"{display(path)} cannot be read: {error.strerror}") from error
        raise InputError(
            f"{display(path)} cannot be read: {error.strerror}; make it readable, then resume"
        ) from error


def _changed(path: Path, expected: str, actual: str, sizes: str = "") -> Damaged:
    return Damaged(
        f"{display(path)} is damaged: SHA-256 expected {expected[:16]}, found {actual[:16]}{sizes}"
    )
