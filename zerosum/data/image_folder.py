"""A folder of picture files -> a source.

Pictures are decoded once, to 8 bits, into one array (n, height, width, channels) in memory.
Classes are the subfolders, if every picture lies in exactly one level of them.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Int64, UInt8

from zerosum import noise
from zerosum.data import image_rules as rules
from zerosum.data import passes
from zerosum.data.codec import ImageCodec
from zerosum.data.image_decode import Header, read_header, read_pixels
from zerosum.data.image_files import SUFFIXES, Found, find_images
from zerosum.data.options import DataOptions
from zerosum.data.source import MINIMUM, Source
from zerosum.data.text import counted, shown
from zerosum.errors import InputError

Pictures = UInt8[np.ndarray, "n height width channels"]


@dataclass(frozen=True)
class Plan:
    """What to decode (paths below the root, with their headers) and into what."""

    paths: list[str]
    headers: list[Header]
    size: tuple[int, int]
    channels: int
    note: str


def read_folder(root: Path, options: DataOptions) -> Source:
    """Return the source of all pictures below a folder.

    Unusable files are skipped and listed in the notes while they are at most 10, or at most 1 % of
    the files, and no more than half of them.

    Raises:
        InputError: no picture, fewer than two, too many unusable ones, or more than fit in memory.
    """
    _check_options(root, options)
    name = shown(root.resolve().name)
    found = find_images(root)
    total = len(found.paths) + len(found.broken)
    if total == 0:
        raise InputError(
            f"no picture found in {shown(root)} ({found.other:,} other files); "
            f"pictures end in {', '.join(SUFFIXES)}"
        )
    plan, skipped = _plan(root, found, options)
    rows, kept, damaged = _decode(root, plan)
    skipped = sorted([*skipped, *damaged])
    rules.check_skipped(root, skipped, total)
    if len(rows) < MINIMUM:
        raise InputError(
            f"{shown(root)} holds {len(rows)} usable picture; training needs at least {MINIMUM}"
        )
    labels, classes = _classes([plan.paths[i] for i in kept], options)
    headers = [plan.headers[i] for i in kept]
    notes = [f"{name}: {counted(len(rows), 'picture')} {plan.note}"]
    notes += rules.conversion_notes(name, headers, plan.size, plan.channels)
    notes += _left_out(name, found, skipped, total)
    if passes.all_equal(rows):
        notes.append(f"{name}: all {len(rows):,} pictures are equal")
    codec = ImageCodec((plan.channels, *plan.size), "nhwc", rows.dtype.str, 0.0, 255.0)
    return Source(
        name=name,
        kind="image",
        rows=rows,
        codec=codec,
        labels=labels,
        classes=classes,
        notes=tuple(notes),
    )


def _check_options(root: Path, options: DataOptions) -> None:
    given = [k for k in ("key", "range", "layout") if getattr(options, k) is not None]
    if given:
        raise InputError(
            f"{given[0]} was given, but {shown(root)} is a folder of picture files, which state it "
            f"themselves; leave {given[0]} out"
        )
    if options.labels not in (None, "none"):
        raise InputError(
            f"labels {options.labels!r} cannot be: the classes of {shown(root)} are its "
            'subfolders; leave labels out, or give "none"'
        )


def _plan(root: Path, found: Found, options: DataOptions) -> tuple[Plan, list[tuple[str, str]]]:
    """Return what to decode, by the headers alone, and the files that their headers rule out."""
    paths, headers, skipped = [], [], list(found.broken)
    for path in found.paths:
        try:
            headers.append(read_header(root / path))
            paths.append(path)
        except InputError as error:
            skipped.append((path, str(error)))
    if not paths:
        rules.check_skipped(root, skipped, len(skipped))
    size, why_size = rules.choose_size(headers, options)
    channels, why_channels = rules.choose_channels(headers, options)
    note = (
        f"of {size[0]} x {size[1]} pixels ({why_size}), "
        f"{counted(channels, 'channel')} ({why_channels})"
    )
    if options.n is not None and options.n < len(paths):
        note += f", chosen at random from {len(paths):,}"
        order = noise.permutation(noise.fold(options.seed, "cap"), len(paths)).tolist()
        chosen = sorted(order[: options.n])
        paths, headers = [paths[i] for i in chosen], [headers[i] for i in chosen]
    rules.check_memory(len(paths), size, channels)
    return Plan(paths, headers, size, channels, note), skipped


def _decode(root: Path, plan: Plan) -> tuple[Pictures, list[int], list[tuple[str, str]]]:
    """Return the pictures, which paths they came from, and the files that would not decode."""
    rows = np.empty((len(plan.paths), *plan.size, plan.channels), dtype=np.uint8)
    kept: list[int] = []
    damaged: list[tuple[str, str]] = []
    for i, path in enumerate(plan.paths):
        try:
            rows[len(kept)] = read_pixels(root / path, plan.size, plan.channels)
            kept.append(i)
        except InputError as error:
            damaged.append((path, str(error)))
    return rows[: len(kept)], kept, damaged


def _classes(
    paths: Sequence[str], options: DataOptions
) -> tuple[Int64[np.ndarray, " n"] | None, tuple[str, ...]]:
    """Return labels and class names; (None, ()) unless each picture is in one subfolder."""
    parts = [path.split(os.sep) for path in paths]
    names = sorted({part[0] for part in parts}, key=os.fsencode)
    if options.labels == "none" or len(names) < 2 or any(len(part) != 2 for part in parts):
        return None, ()
    index = {name: i for i, name in enumerate(names)}
    labels = np.array([index[part[0]] for part in parts], dtype=np.int64)
    return labels, tuple(shown(name) for name in names)


def _left_out(name: str, found: Found, skipped: rules.Skipped, total: int) -> list[str]:
    notes = []
    if skipped:
        listed = rules.reasons(skipped, rules.SKIP_FILES)
        notes.append(f"{name}: skipped {len(skipped):,} of {total:,} files: {listed}")
    if found.hidden:
        notes.append(f"{name}: {counted(found.hidden, 'hidden picture file')} left alone")
    return notes
