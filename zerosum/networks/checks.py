"""What sizes and samples must look like, said in one sentence when they do not."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from zerosum.errors import InputError


def require_sizes(least: int = 1, **fields: int) -> None:
    """Raise InputError naming the first field that is below `least` (1 unless told)."""
    for field, value in fields.items():
        if value < least:
            raise InputError(f"{field} is {value}, below the least possible; give {least} or more")


def event_shape_of(event_shape: Sequence[int]) -> tuple[int, ...]:
    """Return the shape as a tuple; raise InputError if it is empty or has a size below 1."""
    shape = tuple(int(size) for size in event_shape)
    if not shape or min(shape) < 1:
        raise InputError(
            f"event_shape is {shape}, which holds no number; give the shape of one sample, "
            "such as (2,) or (1, 28, 28)"
        )
    return shape


def image_shape_of(event_shape: Sequence[int], *, least: int) -> tuple[int, int, int]:
    """Return (channels, height, width); raise InputError if it is no image of that size or more."""
    shape = event_shape_of(event_shape)
    if len(shape) != 3 or min(shape[1:]) < least:
        raise InputError(
            f"event_shape is {shape}, but this network makes images (channels, height, width) with "
            f"sides of at least {least}; use an mlp network for other data"
        )
    return shape[0], shape[1], shape[2]


def require_event(x: Tensor, event_shape: tuple[int, ...]) -> None:
    """Raise InputError unless x is a batch of samples of this shape."""
    if tuple(x.shape[1:]) != event_shape:
        raise InputError(
            f"samples have shape {tuple(x.shape)}, but this discriminator was made for "
            f"event_shape {event_shape}; give (batch, {', '.join(map(str, event_shape))})"
        )


def require_latent(z: Tensor, latent: int) -> None:
    """Raise InputError unless z has shape (batch, latent)."""
    if z.ndim != 2 or z.shape[1] != latent:
        raise InputError(
            f"z has shape {tuple(z.shape)}, but this generator was made for latent {latent}; "
            f"give (batch, {latent})"
        )
