"""Checkpoints that a kill, a full disk or a flipped bit cannot turn into a wrong resume.

checkpoints/ckpt-000001000/
    tensors.safetensors   every tensor of the training state
    state.json            every number and word of it
    manifest.json         schema, step, size and SHA-256 of each file, SHA-256 of itself

Written as: space check . temporary folder . each file, synchronised . manifest last . folder
synchronised . rename . parent synchronised . read again and verified . only then old ones deleted.
A checkpoint is complete when it has its final name and its manifest verifies. Killing the process
at any operation leaves either the former set or the new one; the order of the synchronisations is
made to say the same of a power cut.
"""

from __future__ import annotations

import errno
import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zerosum.errors import InputError, ZerosumError
from zerosum.records import atomic, leftovers, retention
from zerosum.records.reading import display, read_bytes
from zerosum.records.tensors import MAX_FILE, Tensors, decode, encode
from zerosum.records.text import MAX_JSON, dump_json, parse_json

SCHEMA = 1
FOLDER = "checkpoints"
TENSORS, STATE, MANIFEST = "tensors.safetensors", "state.json", "manifest.json"

_LIMITS = {TENSORS: MAX_FILE, STATE: MAX_JSON}
_MAX_MANIFEST = 100_000  # bytes
_STEP = re.compile(r"ckpt-(\d{9,18})")
_DAMAGE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EIO, errno.ELOOP})


class Damaged(InputError):
    """A checkpoint is incomplete, or its bytes are not those that were written."""


@dataclass(frozen=True)
class Loaded:
    """A verified checkpoint.

    Attributes:
        step: the step it was taken at.
        tensors: name -> tensor, on the CPU.
        state: the JSON state given to `write`.
        path: its folder.
        passed_over: a sentence for each newer checkpoint that was damaged: which file, the hash
            expected and found, and the steps lost.
    """

    step: int
    tensors: dict[str, Any]
    state: dict[str, Any]
    path: Path
    passed_over: list[str]


def write(
    run: Path,
    step: int,
    tensors: Tensors,
    state: dict[str, Any],
    *,
    keep: int = 3,
    keep_every: int | None = None,
    protect: Collection[int] = (),
) -> Path:
    """Write a checkpoint, verify it, then delete the old ones that need not stay.

    Args:
        run: the run folder, whose lock the caller holds.
        step: the step it was taken at, >= 0.
        tensors: name -> tensor of any shape, dtype (but complex128) and device.
        state: all else, as `text.dump_json` can write it; NaN and infinities are allowed.
        keep, keep_every, protect: which ones stay, see `retention.victims`.
    Returns:
        the checkpoint's folder.
    Errors: InputError for tensors or state that cannot be written; ZerosumError when the disk
        refuses, with the former checkpoints intact.
    """
    if step < 0:
        raise InputError(f"step={step} is no step; give 0 or more")
    retention.victims((), step, keep=keep, keep_every=keep_every)
    folder = Path(run) / FOLDER / f"ckpt-{step:09d}"
    files = {
        TENSORS: encode(tensors, f"checkpoint {step}"),
        STATE: dump_json(state, "state", finite=False),
    }
    files[MANIFEST] = _manifest(step, files)
    size = sum(len(data) for data in files.values())
    needed = size + size // 2
    with atomic.reporting(folder, needed):
        atomic.make_folders(folder.parent)
        atomic.require_space(folder.parent, needed)
        former = leftovers.place_folder(folder, files)
        _verify_or_undo(folder, former)
    steps = dict(_listing(Path(run)))
    gone = retention.victims(steps, step, keep=keep, keep_every=keep_every, protect=protect)
    with atomic.reporting(folder.parent):
        leftovers.delete(steps[old] for old in gone)
    return folder


def read(path: Path) -> Loaded:
    """Read one checkpoint, all hashes verified before anything is built from it.

    Args:
        path: a checkpoint's folder.
    Errors: Damaged, an InputError, naming the file and both hashes; InputError when it was made by
        a newer version or may not be read.
    """
    path = Path(path)
    manifest = _read_manifest(path)
    contents = {name: _read_verified(path / name, manifest["files"][name]) for name in _LIMITS}
    try:
        state = parse_json(contents[STATE], display(path / STATE), finite=False)
        tensors = decode(contents[TENSORS], display(path / TENSORS), finite=False)
    except InputError as error:
        raise Damaged(str(error)) from error
    return Loaded(manifest["step"], tensors, state, path, [])


def newest_valid(run: Path) -> Loaded | None:
    """Read the newest checkpoint that verifies; damaged newer ones are passed over by name.

    Args:
        run: the run folder.
    Returns:
        the checkpoint, or None when the run has never written one.
    Errors: InputError when there are checkpoints and none verifies, so that a run never restarts
        at step 0 unasked; or when the newest was made by a newer version.
    """
    damaged: list[tuple[int, str]] = []
    for step, path in reversed(_listing(Path(run))):
        try:
            found = read(path)
        except Damaged as error:
            damaged.append((step, str(error)))
            continue
        lost = [
            f"{why}; went back to step {found.step}, {newer - found.step} steps lost"
            for newer, why in damaged
        ]
        return Loaded(found.step, found.tensors, found.state, found.path, lost)
    if not damaged:
        return None
    raise InputError(
        f"none of the {len(damaged)} checkpoints of {display(run)} can be used, and training does "
        f"not restart at step 0 unasked ({'; '.join(why for _, why in damaged)}); "
        "put back a copy of one, or start a new run"
    )


def discard_after(run: Path, step: int) -> list[int]:
    """Delete the checkpoints after `step`, given up by going back to it; returns their steps.

    A run that resumes from an earlier step would otherwise find them again after its next crash.

    Errors: ZerosumError when the disk refuses.
    """
    later = {number: path for number, path in _listing(Path(run)) if number > step}
    with atomic.reporting(Path(run) / FOLDER):
        leftovers.delete(later.values())
    return list(later)


def _listing(run: Path) -> list[tuple[int, Path]]:
    """Return (step, folder) of each checkpoint, oldest first, by the number in its name."""
    folder = run / FOLDER
    if not run.is_dir():
        raise InputError(f"{display(run)} is no run folder; give one that exists")
    if not folder.is_dir():
        return []
    entries = {path.name: path for path in folder.iterdir()} | leftovers.standing_in(folder)
    steps = ((_STEP.fullmatch(name), path) for name, path in entries.items())
    return sorted((int(parts[1]), path) for parts, path in steps if parts)


def _verify_or_undo(folder: Path, former: Path | None) -> None:
    """Read the new checkpoint back; when it differs, give the former one of that step its place."""
    try:
        read(folder)
    except BaseException as error:
        leftovers.put_back(folder, former)
        if isinstance(error, InputError):
            raise ZerosumError(
                f"what was written does not read back: {error}; the checkpoint was deleted, the "
                "former ones are untouched: check the disk, then resume"
            ) from error
        raise
    if former is not None:
        atomic.delete_tree(former)


def _manifest(step: int, files: dict[str, bytes]) -> bytes:
    entries = {
        name: {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in sorted(files.items())
    }
    return _signed({"schema": SCHEMA, "step": step, "files": entries})


def _signed(body: dict[str, Any]) -> bytes:
    """Return a manifest with the hash of its own body: the same JSON without the hash."""
    digest = hashlib.sha256(dump_json(body, MANIFEST)).hexdigest()
    return dump_json({**body, "sha256": digest}, MANIFEST)


def _read_manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    data = _read(path, _MAX_MANIFEST)
    try:
        manifest = parse_json(data, display(path))
    except InputError as error:
        raise Damaged(str(error)) from error
    body = dict(manifest) if isinstance(manifest, dict) else {}
    expected = body.pop("sha256", None)
    # Comparing the whole text, not only the hash, also finds a changed blank.
    if _signed(body) != data:
        actual = hashlib.sha256(dump_json(body, MANIFEST)).hexdigest()
        raise _changed(path, str(expected), actual)
    if type(body.get("schema")) is int and body["schema"] > SCHEMA:
        raise InputError(
            f"{display(folder)} was made by a newer version (schema {body['schema']}, this one "
            f"reads up to {SCHEMA}); upgrade zerosum"
        )
    if not _well_formed(body, folder):
        raise Damaged(f"{display(path)} does not describe this checkpoint")
    return body


def _well_formed(body: dict[str, Any], folder: Path) -> bool:
    """Whether a manifest has schema 1, and the step in the folder's name if it has one."""
    named = _STEP.search(folder.name)
    return (
        set(body) == {"schema", "step", "files"}
        and type(body["step"]) is int
        and (named is None or int(named[1]) == body["step"])
        and isinstance(body["files"], dict)
        and set(body["files"]) == set(_LIMITS)
        and all(_is_entry(entry) for entry in body["files"].values())
    )


def _is_entry(entry: Any) -> bool:
    return (
        isinstance(entry, dict)
        and set(entry) == {"size", "sha256"}
        and type(entry["size"]) is int
        and isinstance(entry["sha256"], str)
    )


def _read_verified(path: Path, entry: dict[str, Any]) -> bytes:
    data = _read(path, _LIMITS[path.name])
    if len(data) != entry["size"]:
        raise Damaged(f"{display(path)} has {len(data)} bytes where {entry['size']} were written")
    actual = hashlib.sha256(data).hexdigest()
    if actual != entry["sha256"]:
        raise _changed(path, entry["sha256"], actual)
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


def _changed(path: Path, expected: str, actual: str) -> Damaged:
    return Damaged(
        f"{display(path)} is damaged: SHA-256 expected {expected[:16]}, found {actual[:16]}"
    )
