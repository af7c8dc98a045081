"""Turn what was given into finite latents, or say in one sentence why it cannot be used."""

from __future__ import annotations

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor

from zerosum.errors import InputError

Generate = Callable[[Tensor], Tensor]  # latents (n, d) -> rows (n, ...)


def latents(z: Tensor, name: str) -> Float[Tensor, "*shape d"]:
    """Return z (..., d), which must be finite numbers of a floating type.

    Raises:
        InputError: a single number, no coordinate, whole numbers, NaN or infinity.
    """
    if z.ndim == 0 or z.shape[-1] == 0:
        raise InputError(
            f"{name} has shape {tuple(z.shape)}, but a latent has coordinates along its last axis: "
            "give (..., d) with d of at least 1"
        )
    if not z.is_floating_point():
        raise InputError(f"{name} holds {z.dtype}, but latents are real numbers: call .float()")
    if not bool(torch.isfinite(z).all()):
        raise InputError(f"{name} holds NaN or infinity: leave those latents out")
    return z


def rows(z: Tensor, name: str, least: int = 1) -> Float[Tensor, "n d"]:
    """Return z (n, d) of finite numbers with at least `least` rows.

    Raises:
        InputError: not two axes, too few rows, or what `latents` refuses.
    """
    if z.ndim != 2:
        raise InputError(f"{name} has shape {tuple(z.shape)}, but a table of rows (n, d) is needed")
    if len(z) < least:
        raise InputError(f"{name} has {len(z)} rows, but at least {least} are needed: give more")
    return latents(z, name)


def alike(z: Tensor, other: Tensor, names: tuple[str, str]) -> None:
    """Raise InputError unless both have the same dtype and number of coordinates."""
    if z.shape[-1] != other.shape[-1] or z.dtype != other.dtype:
        raise InputError(
            f"{names[0]} has {z.shape[-1]} coordinates of {z.dtype} and {names[1]} "
            f"{other.shape[-1]} of {other.dtype}: give latents of one generator in one dtype"
        )
