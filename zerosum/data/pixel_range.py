"""Which pixel values mean black and white: by dtype where that is custom, else recognised or asked.

uint8 0..255 · bool 0..1 · uint16 0..65535 · floats and other integers by their smallest and largest
value over ALL samples: [0, 1], [-1, 1], or [0, 255] when the largest is above 127. Any other range is
taken as black and white itself, and stated. int8 is asked for: it may be signed or wrapped.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Shaped

from zerosum.data import passes
from zerosum.errors import InputError

_BY_DTYPE = {"|u1": (0.0, 255.0), "|b1": (0.0, 1.0), "u2": (0.0, 65535.0)}


def pixel_range(
    name: str, rows: Shaped[np.ndarray, "n ..."], given: tuple[float, float] | None
) -> tuple[float, float, str]:
    """Return black, white and the sentence that says how they were found.

    Raises:
        InputError: nothing recognisable, or samples outside the range that was given.
    """
    by_dtype = _BY_DTYPE.get(rows.dtype.str.lstrip("<>="))
    if given is None and by_dtype is not None:
        low, high = by_dtype
        return low, high, f"pixels are {rows.dtype}: {low:g} is black, {high:g} is white"
    found = passes.extent(rows)
    if found.bad is not None:
        raise not_finite(name, rows)
    if given is not None:
        return _given(name, found, given)
    if rows.dtype.itemsize == 1 or found.low == found.high:
        raise InputError(
            f"{name} holds {rows.dtype} values from {found.low:g} to {found.high:g}, which may mean "
            "several things; give the black and the white value with --range"
        )
    low, high = _recognised(found.low, found.high) or (found.low, found.high)
    seen = f"{rows.dtype} from {found.low:g} to {found.high:g}"
    return low, high, f"pixels are {seen}: taken as [{low:g}, {high:g}]; --range says otherwise"


def not_finite(name: str, rows: Shaped[np.ndarray, "n ..."]) -> InputError:
    """Return the refusal of rows with a NaN or an infinity, naming the first such sample."""
    return InputError(
        f"{name}: sample {passes.extent(rows).bad} (counted from 0) holds a NaN or an infinity, "
        "which would spoil every weight it touches; remove or repair that sample"
    )


def _recognised(low: float, high: float) -> tuple[float, float] | None:
    if low >= 0 and high <= 1:
        return 0.0, 1.0
    if low >= -1 and high <= 1:
        return -1.0, 1.0
    # 0..16 or 0..100 would fit into 0..255 as well and come out almost black
    if low >= 0 and 127 < high <= 255:
        return 0.0, 255.0
    return None


def _given(name: str, found: passes.Extent, given: tuple[float, float]) -> tuple[float, float, str]:
    low, high = float(given[0]), float(given[1])
    if found.low < low or found.high > high:
        raise InputError(
            f"{name} holds values from {found.low:g} to {found.high:g}, outside the range "
            f"{low:g} to {high:g} that was given; widen the range or repair the data"
        )
    return low, high, f"pixels run from {low:g} (black) to {high:g} (white), as asked"
