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

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zerosum.errors import InputError, ZerosumError
from zerosum.records import atomic, leftovers, manifest, retention
from zerosum.records.manifest import Damaged
from zerosum.records.reading import display
from zerosum.records.tensors import MAX_FILE, Tensors, decode, encode
from zerosum.records.text import MAX_JSON, dump_json, parse_json

FOLDER = "checkpoints"
TENSORS, STATE = "tensors.safetensors", "state.json"

_LIMITS = {TENSORS: MAX_FILE, STATE: MAX_JSON}
_STEP = re.compile(r"ckpt-(\d{9,18})")


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
    files[manifest.FILE] = manifest.make(step, files)
    size = sum(len(data) for data in files.values())
    needed = size + size // 2
    with atomic.reporting(folder, needed):
        atomic.make_folders(folder.parent)
        atomic.require_space(folder.parent, needed)
        former = leftovers.place_folder(folder, files)
        _verify_or_undo(folder, former)
    kept = steps(run)
    gone = retention.victims(kept, step, keep=keep, keep_every=keep_every, protect=protect)
    with atomic.reporting(folder.parent):
        leftovers.delete(kept[old] for old in gone)
    return folder


def read(path: Path) -> Loaded:
    """Read one checkpoint, all hashes verified before anything is built from it.

    Args:
        path: a checkpoint's folder.
    Errors: Damaged, an InputError, naming the file and both hashes; InputError when it was made by
        a newer version or may not be read.
    """
    path = Path(path)
    step, contents = manifest.read(path, _LIMITS)
    named = _STEP.search(path.name)
    if named and int(named[1]) != step:
        raise Damaged(f"{display(path)} holds the checkpoint of step {step}, not the one it names")
    try:
        state = parse_json(contents[STATE], display(path / STATE), finite=False)
        tensors = decode(contents[TENSORS], display(path / TENSORS), finite=False)
    except InputError as error:
        raise Damaged(str(error)) from error
    return Loaded(step, tensors, state, path, [])


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


def steps(run: Path) -> dict[int, Path]:
    """Return the folder of each checkpoint that is kept, whole or not, by its step, oldest first."""
    return dict(_listing(Path(run)))


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
