"""Checks of what a person passes to the theory: each raises one sentence that names the argument.

They take `object`, since it is their business to find out what was given.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from zerosum.errors import InputError

SUM_ERROR = 1e-6  # how far a sum or an integral of probabilities may be from 1

Numbers = Sequence[float] | np.ndarray | Tensor  # what a person may pass for an array


def probabilities(name: str, values: object) -> Float[np.ndarray, " symbols"]:
    """Return probabilities on a finite alphabet as float64: finite, at least 0, with sum 1.

    Args:
        name: of the argument, for the sentence.
        values: one probability a symbol.
    Raises: InputError when they are not one-dimensional, empty, not numbers, NaN, negative, or do
        not add up to 1 within 1e-6.
    """
    array = numbers(name, values)
    if array.ndim != 1 or array.size == 0:
        raise InputError(
            f"{name} has shape {array.shape}, but a distribution on a finite alphabet is one row of "
            "probabilities; pass a one-dimensional array with at least one entry"
        )
    worst = int(np.argmin(array))
    if array[worst] < 0:
        raise InputError(
            f"{name}[{worst}] is {array[worst]:g}, and a probability is never negative; clip or "
            "correct it and make the entries add up to 1 again"
        )
    total = float(array.sum())
    if abs(total - 1) > SUM_ERROR:
        raise InputError(
            f"the entries of {name} add up to {total:.8g} and not to 1, so they are no "
            f"distribution; divide {name} by its sum"
        )
    return array


def same_alphabet(
    p_name: str, p: Float[np.ndarray, " m"], q_name: str, q: Float[np.ndarray, " n"]
) -> None:
    """Raise InputError unless both distributions have the same number of symbols."""
    if len(p) != len(q):
        raise InputError(
            f"{p_name} has {len(p)} symbols and {q_name} has {len(q)}, so their entries do not "
            "belong to one alphabet; give a symbol that one of them lacks the probability 0"
        )


def numbers(name: str, values: object) -> Float[np.ndarray, " *shape"]:
    """Return an array of finite float64, or raise InputError naming the first entry that is not."""
    plain = values.detach().cpu() if isinstance(values, torch.Tensor) else values
    try:
        array = np.asarray(plain, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError(
            f"{name} is {str(values)[:60]!r}, which is no array of numbers; pass a list, an array "
            "or a tensor of them"
        ) from None
    wrong = np.flatnonzero(~np.isfinite(array.ravel()))
    if wrong.size:
        raise InputError(
            f"{name} holds {array.ravel()[wrong[0]]} at position {wrong[0]}, and nothing can be "
            "computed with that; leave it out or replace it"
        )
    return array


def positive(name: str, value: object) -> float:
    """Return a finite number above 0, or raise InputError."""
    number = finite(name, value)
    if number <= 0:
        raise InputError(f"{name} is {value!r}, and it must be above 0; pass a positive number")
    return number


def finite(name: str, value: object) -> float:
    """Return a finite number as a float, or raise InputError."""
    array = numbers(name, np.asarray(value))
    if array.ndim:
        raise InputError(f"{name} has shape {array.shape}, and one number is needed; pass a number")
    return float(array)


def interval(low: float, high: float, low_name: str = "low", high_name: str = "high") -> None:
    """Raise InputError unless low < high and neither is NaN (both may be infinite)."""
    if not low < high:
        raise InputError(
            f"{low_name} is {low!r} and {high_name} is {high!r}, so there is nothing between them; "
            f"pass numbers with {low_name} < {high_name}"
        )
