"""Turn what was given into finite arrays, or say in one sentence why it cannot be used."""

from __future__ import annotations

from typing import Any

import numpy as np

from zerosum.errors import InputError


def matrix(name: str, x: Any, *, least: int = 2, single: bool = False) -> np.ndarray:
    """Return x as a finite float64 array of shape (n, d); a 1-D array becomes one column.

    Args:
        name: what x is, for the error sentence.
        x: array-like, (n,), (n, d) or (n, ...), the last being flattened.
        least: smallest number of rows that the caller can use.
        single: whether float32 may stay float32, for a caller that computes in it anyway.

    Raises:
        InputError: fewer rows than `least`, no column, or a number that is not finite.
    """
    array = np.asarray(x)
    array = array if single and array.dtype == np.float32 else np.asarray(x, dtype=np.float64)
    if array.ndim == 0 or len(array) < least:
        n = 0 if array.ndim == 0 else len(array)
        raise InputError(f"{name} has {n} rows, but this measure needs at least {least}: give more")
    array = array.reshape(len(array), -1)
    if array.shape[1] == 0:
        raise InputError(f"{name} has no columns, so nothing can be measured: give (n, d) rows")
    finite = np.isfinite(array).all(axis=1)
    if not finite.all():
        row = int(np.argmin(finite))
        raise InputError(
            f"{name} holds NaN or infinity, first in row {row}: remove or repair such rows"
        )
    return array


def pair(
    x: Any,
    y: Any,
    *,
    names: tuple[str, str] = ("real", "fake"),
    least: int = 2,
    single: bool = False,
) -> tuple[np.ndarray, np.ndarray]:
    """Return both sets as matrices of the same width, float64 unless `single` and both float32.

    Raises:
        InputError: as `matrix`, or when the widths differ.
    """
    single = single and getattr(x, "dtype", None) == getattr(y, "dtype", None) == np.float32
    a, b = (
        matrix(name, v, least=least, single=single) for name, v in zip(names, (x, y), strict=True)
    )
    if a.shape[1] != b.shape[1]:
        raise InputError(
            f"{names[0]} has {a.shape[1]} columns and {names[1]} has {b.shape[1]}: "
            "give both in the same feature space"
        )
    return a, b


def column(name: str, x: Any, *, least: int = 1) -> np.ndarray:
    """Return x as a finite float64 vector of shape (n,).

    Raises:
        InputError: as `matrix`, or when x has more than one column.
    """
    array = matrix(name, x, least=least)
    if array.shape[1] != 1:
        raise InputError(
            f"{name} has {array.shape[1]} columns, but this measure is for one: pass one column"
        )
    return array[:, 0]
