"""`hub:NAME` -> a source, through the `datasets` package, which is imported only here."""

from __future__ import annotations

from typing import Any

import numpy as np

from zerosum.data import image_rules as rules
from zerosum.data.arrays import with_labels
from zerosum.data.codec import ImageCodec
from zerosum.data.frames import from_frame
from zerosum.data.image_decode import Header, header, pixels
from zerosum.data.options import DataOptions
from zerosum.data.source import Source
from zerosum.data.text import counted, listed, shown
from zerosum.errors import InputError, unknown


def from_hub(name: str, options: DataOptions) -> Source:
    """Return the source of a hub data set's "train" split: pictures if it has any, else a table.

    Raises:
        InputError: `datasets` is not installed, the name cannot be loaded, or its columns are
            neither pictures nor numbers.
    """
    spec = f"hub:{shown(name)}"
    try:
        import datasets
    except ImportError:
        raise InputError(
            f"{spec} needs the datasets package; install it with: pip install 'zerosum[hub]'"
        ) from None
    try:
        # never trust_remote_code: a name must not be able to run a script
        rows = datasets.load_dataset(name, split="train")
    except Exception as error:
        raise InputError(
            f"{spec} cannot be loaded ({shown(error)[:120]}); check the name and the network"
        ) from None
    kinds = {column: type(feature).__name__ for column, feature in rows.features.items()}
    pictures = [column for column, kind in kinds.items() if kind == "Image"]
    if not pictures:
        return from_frame(spec, spec, rows.to_pandas(), options)
    column = _picture_column(spec, pictures, options.key)
    source = _pictures(spec, rows, column, options)
    return _with_classes(source, rows, kinds, options)


def _picture_column(spec: str, pictures: list[str], key: str | None) -> str:
    if key is not None and key not in pictures:
        raise unknown(f"picture column of {spec}", key, pictures)
    if key is None and len(pictures) > 1:
        raise InputError(
            f"{spec} has the picture columns {listed(pictures)}; choose one with --key"
        )
    return key or pictures[0]


def _pictures(spec: str, rows: Any, column: str, options: DataOptions) -> Source:
    headers = [_checked(spec, i, rows[i][column]) for i in range(len(rows))]
    if not headers:
        raise InputError(f"{spec} holds no pictures")
    size, why_size = rules.choose_size(headers, options)
    channels, why_channels = rules.choose_channels(headers, options)
    rules.check_memory(len(headers), size, channels)
    out = np.empty((len(headers), *size, channels), dtype=np.uint8)
    for i in range(len(headers)):
        out[i] = pixels(rows[i][column], size, channels)
    read = counted(len(headers), "picture")
    note = (
        f"{spec}: {read} of {size[0]} x {size[1]} pixels ({why_size}), "
        f"{counted(channels, 'channel')} ({why_channels})"
    )
    notes = (note, *rules.conversion_notes(spec, headers, size, channels))
    codec = ImageCodec((channels, *size), "nhwc", out.dtype.str, 0.0, 255.0)
    return Source(name=spec, kind="image", rows=out, codec=codec, notes=notes)


def _checked(spec: str, row: int, image: Any) -> Header:
    try:
        return header(image)
    except InputError as error:
        raise InputError(f"{spec}: row {row}: {error}") from None


def _with_classes(source: Source, rows: Any, kinds: dict[str, str], options: DataOptions) -> Source:
    """Return the source with the column of class labels, the one asked for or the only one."""
    found = [column for column, kind in kinds.items() if kind == "ClassLabel"]
    if options.labels not in (None, "none", *found):
        raise unknown(f"label column of {source.name}", options.labels, found)
    column = options.labels or (found[0] if len(found) == 1 else "none")
    if column == "none":
        return source
    names = tuple(shown(v) for v in rows.features[column].names)
    return with_labels(source, np.asarray(rows[column], dtype=np.int64), names)
