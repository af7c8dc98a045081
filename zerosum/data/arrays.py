"""Arrays -> sources: what the axes are and which values are black and white, stated or asked for.

| given                      | read as                                                      |
|----------------------------|--------------------------------------------------------------|
| (n,) or (n, d)             | n samples of d numbers                                       |
| (n, H, W)                  | n grey pictures                                              |
| (n, H, W, C), C = 1..4     | n pictures, channels last                                    |
| (n, C, H, W), C = 1..4     | n pictures, channels first                                   |

A shape that fits two rows of the table is refused until `layout` says which.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from jaxtyping import Shaped

from zerosum.data import passes
from zerosum.data.codec import ImageCodec
from zerosum.data.options import DataOptions
from zerosum.data.pixel_range import not_finite, pixel_range
from zerosum.data.source import MINIMUM, Source, standardising
from zerosum.data.text import counted, listed
from zerosum.errors import InputError

Rows = Shaped[np.ndarray, "..."]


def from_array(name: str, rows: Rows, options: DataOptions) -> Source:
    """Return the source for an array of pictures, points or a table.

    Args:
        name: for messages and for the source.
        rows: (n, ...) numbers; a np.memmap is read in blocks and never copied.
        options: `layout`, `range`, `channels` and `size` answer or check what the shape says.

    Raises:
        InputError: no number dtype, a shape or value range that fits nothing or two things, a value
            that is not finite, or fewer than two samples.
    """
    _check_dtype(name, rows)
    _check_shape(name, rows)
    if rows.ndim <= 2:
        return _numbers(name, rows, options)
    return _pictures(name, rows, options)


def refuse_image_options(name: str, options: DataOptions) -> None:
    """Raise InputError if a setting that only pictures have was given for numbers."""
    given = [k for k in ("size", "channels", "range", "layout") if getattr(options, k) is not None]
    if given:
        raise InputError(
            f"{given[0]} was given, but {name} holds no pictures; leave {given[0]} out"
        )


def _check_dtype(name: str, rows: Rows) -> None:
    if rows.dtype.kind not in "biuf" or rows.dtype.itemsize > 8:
        what = "mixed columns" if rows.dtype.names else f"dtype {rows.dtype}"
        raise InputError(
            f"{name} has {what}, which cannot be pixels or numbers to learn; "
            "give bool, integers or floats of at most 64 bits"
        )


def _check_shape(name: str, rows: Rows) -> None:
    if rows.ndim == 0 or rows.ndim > 4:
        raise InputError(
            f"{name} has {rows.ndim} axes, shape {rows.shape}; give (n, columns), "
            "(n, height, width), (n, height, width, channels) or (n, channels, height, width)"
        )
    if rows.shape[0] < MINIMUM or 0 in rows.shape:
        raise InputError(
            f"{name} has shape {rows.shape}: the first axis counts the samples, at least {MINIMUM} "
            "are needed, and no other axis may be empty"
        )


def _numbers(name: str, rows: Rows, options: DataOptions) -> Source:
    refuse_image_options(name, options)
    moments = passes.moments(rows)
    if not np.isfinite([moments.low, moments.high]).all():
        raise not_finite(name, rows)
    width = rows.shape[1] if rows.ndim == 2 else 1
    columns = tuple(f"column_{i + 1}" for i in range(width))
    codec = standardising(rows, columns, moments)
    kind = "points" if width <= 2 else "table"
    notes = [f"{name}: read as {len(rows):,} samples of {counted(width, 'number')}"]
    notes += constant_notes(name, columns, codec.constant)
    return Source(name=name, kind=kind, rows=rows, codec=codec, notes=tuple(notes))


def constant_notes(name: str, columns: tuple[str, ...], constant: tuple[bool, ...]) -> list[str]:
    """Return the note about columns that never vary, [] when there are none."""
    still = [c for c, same in zip(columns, constant, strict=True) if same]
    if not still:
        return []
    which = f"{counted(len(still), 'column')} ({listed(still)})"
    return [f"{name}: {which} of one value only; generated samples will hold it too"]


def _pictures(name: str, rows: Rows, options: DataOptions) -> Source:
    layout, why = _layout(name, rows, options.layout)
    shape = _event_shape(rows, layout)
    _check_channels(name, rows, shape, options)
    low, high, stated = pixel_range(name, rows, options.range)
    notes = [f"{name}: {why}", f"{name}: {stated}"]
    if passes.all_equal(rows):
        notes.append(f"{name}: all {len(rows):,} pictures are equal; only one can be learnt")
    codec = ImageCodec(shape, layout, rows.dtype.str, low, high)
    return Source(name=name, kind="image", rows=rows, codec=codec, notes=tuple(notes))


def _layout(name: str, rows: Rows, given: str | None) -> tuple[str, str]:
    """Return the layout and the sentence that says how it was found."""
    shape = rows.shape
    fits = _fitting(shape)
    if given is not None and given not in fits:
        raise InputError(
            f"layout {given} does not fit {name} of shape {shape}: it needs "
            f"{'three axes' if given == 'nhw' else 'four axes and 1 to 4 channels'}"
        )
    if given is None and not fits:
        raise InputError(
            f"{name} has shape {shape}, where neither the second nor the last axis can be 1 to 4 "
            "channels; give (n, height, width, channels) or (n, channels, height, width)"
        )
    if given is None and (len(fits) > 1 or _maybe_one_picture(shape)):
        reading = " or ".join(fits) if len(fits) > 1 else "several grey pictures or one in colour"
        raise InputError(
            f"{name} of shape {shape} can be read as {reading}; say which with --layout "
            f"({' or '.join(fits)}), or add the axis that counts the samples"
        )
    layout = given or fits[0]
    c, h, w = _event_shape(rows, layout)
    source = "as asked" if given else f"from the shape {shape}"
    return layout, (
        f"read as {len(rows):,} pictures of {h} x {w} pixels, {counted(c, 'channel')}, "
        f"{layout} {source}"
    )


def _fitting(shape: tuple[int, ...]) -> list[str]:
    if len(shape) == 3:
        return ["nhw"]
    return [layout for layout, axis in (("nhwc", 3), ("nchw", 1)) if shape[axis] <= 4]


def _maybe_one_picture(shape: tuple[int, ...]) -> bool:
    # (32, 32, 3) and (3, 32, 32) are far more often one colour picture than grey ones
    return len(shape) == 3 and (shape[2] <= 4 or shape[0] in (3, 4))


def _event_shape(rows: Rows, layout: str) -> tuple[int, int, int]:
    s = rows.shape
    if layout == "nhw":
        return 1, s[1], s[2]
    return (s[3], s[1], s[2]) if layout == "nhwc" else (s[1], s[2], s[3])


def _check_channels(
    name: str, rows: Rows, shape: tuple[int, int, int], options: DataOptions
) -> None:
    if options.channels not in (None, shape[0]):
        raise InputError(
            f"channels {options.channels} was asked for, but {name} holds {shape[0]}; arrays are "
            "used as they are: convert them first, or give a folder of picture files"
        )
    if options.size not in (None, shape[1:]):
        raise InputError(
            f"size {options.size} was asked for, but {name} holds {shape[1]} x {shape[2]} pixels; "
            "arrays are used as they are: resize them first, or give a folder of picture files"
        )


def with_labels(source: Source, labels: np.ndarray, names: tuple[str, ...] | None) -> Source:
    """Return the source with classes: the distinct labels in sorted order, or indices into `names`.

    Raises:
        InputError: labels of another length or shape than the samples, or an index outside `names`.
    """
    values = np.asarray(labels)
    if values.shape != (source.n,):
        raise InputError(
            f"{source.name} has {source.n:,} samples and labels of shape {values.shape}; "
            "give one label for each sample"
        )
    if values.dtype.kind not in "biuSU" and not _whole(values):
        raise InputError(
            f"{source.name}: labels are class numbers or names, not dtype {values.dtype}"
        )
    if names is None:
        found, index = np.unique(values, return_inverse=True)
        if 2 * len(found) > source.n and len(found) > 2:
            raise InputError(
                f"{source.name}: {len(found):,} different labels for {source.n:,} samples name the "
                "samples and do not class them; choose labels that repeat"
            )
        whole = found.astype(np.int64) if found.dtype.kind in "biuf" else found
        return _labelled(source, index.reshape(-1), tuple(str(v) for v in whole.tolist()))
    if values.min() < 0 or values.max() >= len(names):
        raise InputError(
            f"{source.name}: label {int(values.max())} has no name among the {len(names)} given; "
            "labels index the names from 0"
        )
    return _labelled(source, values, names)


def _whole(values: np.ndarray) -> bool:
    finite = values.dtype.kind == "f" and bool(np.isfinite(values).all())
    return finite and bool((values == np.rint(values)).all())


def _labelled(source: Source, index: np.ndarray, classes: tuple[str, ...]) -> Source:
    return replace(source, labels=index.astype(np.int64), classes=classes)
