"""What an inversion found, to files and words: originals beside reconstructions, latents, a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from zerosum.data.codec import Codec, ImageCodec
from zerosum.data.image_files import SUFFIXES as PICTURES
from zerosum.errors import InputError
from zerosum.explore.inverting import Inverted
from zerosum.explore.rows import encoded_mask
from zerosum.reports.pictures import save_grid, scatter_png
from zerosum.runs.blocks import save_strips
from zerosum.runs.saving import display, whole

SUFFIXES = (".png", ".npz")
_LINES = 24  # of the table


def check_inverted_target(out: Path) -> None:
    """Raise InputError when an inversion cannot be written to `out`; done before it is looked for."""
    suffix = out.suffix.lower()
    if suffix and suffix not in SUFFIXES:
        raise InputError(f"{out} ends in {suffix!r}: use one of {', '.join(SUFFIXES)}, or a folder")
    if suffix and not out.parent.is_dir():
        raise InputError(f"{out} cannot be written: the folder {out.parent} does not exist")
    if not suffix and out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError(f"{out} exists already: give a new or an empty folder")


def save_inverted(out: Path, found: Inverted, codec: Codec, mask: np.ndarray | None = None) -> Path:
    """Write an inversion: beside.png, arrays.npz, or a folder with both.

    Raises: InputError: as `check_inverted_target`.
    """
    check_inverted_target(out)
    suffix = out.suffix.lower()
    if not suffix:
        out.mkdir(exist_ok=True, parents=True)
        save_inverted(out / "inverted.png", found, codec, mask)
        save_inverted(out / "inverted.npz", found, codec, mask)
        return out
    with whole(out) as partial:
        if suffix == ".png":
            beside(partial, found, codec, mask)
        else:
            np.savez_compressed(partial, **_arrays(found))  # type: ignore[arg-type]
    return out


def save_projected(originals: Sequence[Path], found: Inverted, codec: Codec) -> list[Path]:
    """Write each picture's projection beside it, as NAME-projected.png; nothing beside other data.

    Args: originals: the files of the rows, in their order.
    """
    if len(originals) != len(found.rows) or not all(
        p.suffix.lower() in PICTURES for p in originals
    ):
        return []
    pictures = display(codec.encode(found.reconstruction))
    written = [path.with_name(f"{path.stem}-projected.png") for path in originals]
    for path, picture in zip(written, pictures, strict=True):
        with whole(path) as partial:
            save_grid(picture[None], partial, columns=1, scale=1)
    return written


def beside(path: Path, found: Inverted, codec: Codec, mask: np.ndarray | None = None) -> Path:
    """Write original | (what of it was seen |) reconstruction | residual of each row, or a scatter of points.

    A residual is mid-grey where both agree, lighter where the original is brighter.
    """
    if not isinstance(codec, ImageCodec):
        points, real = (
            np.asarray(rows, dtype=np.float64).reshape(len(rows), -1)
            for rows in (found.reconstruction, found.rows)
        )
        return scatter_png(points, path, real=real)
    x, made = codec.encode(found.rows).nan_to_num(-1), codec.encode(found.reconstruction)
    columns, weights = [x, made, x - made], encoded_mask(codec, mask, len(x))
    if weights is not None:
        seen = weights / weights.amax()
        columns = [x, x * seen, made, (x - made) * seen]
    return save_strips(path, columns)


def table(found: Inverted, extra: dict[str, np.ndarray] | None = None) -> str:
    """Return the errors as a table, a line a row, at most 24, and their medians.

    Args: extra: name -> (n,) further numbers in the unit of the error.
    """
    return "\n".join(_lines(found, extra or {}))


def _lines(found: Inverted, extra: dict[str, np.ndarray]) -> Iterator[str]:
    labels = found.labels or ("",) * len(found.error)
    wide = max(5, *map(len, labels)) if found.labels else 0
    named = f"  {'class':<{wide}}" if wide else ""
    more = "".join(f"  {name:>12}" for name in extra)
    yield f"{'row':>5}{named}  {'error':>9}  {'relative':>9}  {'spread':>9}{more}"
    columns = [found.error, found.relative, found.spread, *extra.values()]
    for i in range(min(len(found.error), _LINES)):
        name = f"  {labels[i]:<{wide}}" if wide else ""
        yield f"{i:>5}{name}{_numbers([c[i] for c in columns])}"
    if len(found.error) > _LINES:
        yield f"  ... {len(found.error) - _LINES:,} more"
    space = " " * (2 + wide) if wide else ""
    yield f"  all{space}{_numbers([np.median(c) for c in columns])}  (medians)"


def _numbers(values: list[float]) -> str:
    error, relative, spread, *extra = values
    text = f"  {error:>9.4f}  {100 * relative:>7.2f} %  {spread:>9.4f}"
    return text + "".join(f"  {v:>12.4f}" for v in extra)


def _arrays(found: Inverted) -> dict[str, np.ndarray]:
    names = ("rows", "reconstruction", "latents", "error", "relative", "errors", "spread")
    arrays = {name: getattr(found, name) for name in names}
    arrays["control"] = found.control.relative
    return arrays | ({"labels": np.asarray(found.labels, dtype=np.str_)} if found.labels else {})
