"""Packing: the discriminator judges m rows together, so that it can see their variety.

    a(x_1, ..., x_m),   x_1 ... x_m ~ p_d independent   against   G(z_1), ..., G(z_m)

A pack of generated rows whose modes are missing repeats itself more often than a pack of real ones,
which one row alone cannot show: the discriminator compares p_d^m with p_g^m. Only its first layer
grows; the generator, the losses and their minima are those of m = 1.

Source: Lin, Khetan, Fanti and Oh 2018, arXiv 1712.04086.
Not to be confused with minibatch discrimination, which compares all rows of a batch.
"""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor

from zerosum.errors import InputError


def packed(
    x: Float[Tensor, "rows channels *pixels"], m: int
) -> Float[Tensor, "packs together *pixels"]:
    """Return m neighbouring rows at a time as one, put together along the first axis of a row.

        pack i = (x_{mi}, x_{mi+1}, ..., x_{mi+m-1})

    Args:
        x: (batch, columns) or (batch, channels, height, width), rows independent of each other.
        m: rows in a pack.

    Returns: (batch/m, m·columns) or (batch/m, m·channels, height, width); x itself for m = 1.

    Raises: InputError: m does not divide the batch.

    >>> import torch
    >>> packed(torch.arange(8).reshape(4, 2).float(), 2).tolist()
    [[0.0, 1.0, 2.0, 3.0], [4.0, 5.0, 6.0, 7.0]]
    """
    if m == 1:
        return x
    if len(x) % m:
        raise InputError(
            f"game.pack is {m} and the batch has {len(x)} rows, which do not make whole packs: give "
            f"a batch that {m} divides, such as {max(m, len(x) - len(x) % m)}"
        )
    return x.unflatten(0, (-1, m)).flatten(1, 2)


def unpacked(
    x: Float[Tensor, "packs together *pixels"], m: int
) -> Float[Tensor, "rows channels *pixels"]:
    """Return the rows that `packed` put together.

    Args: x: packs of m rows. m: rows in a pack.
    Returns: (m·packs, columns) or (m·packs, channels, height, width).
    """
    return x if m == 1 else x.unflatten(1, (m, -1)).flatten(0, 1)


def packed_shape(event: tuple[int, ...], m: int) -> tuple[int, ...]:
    """Return the shape of a pack of m rows of this shape.

    >>> packed_shape((3, 32, 32), 4)
    (12, 32, 32)
    """
    return (m * event[0], *event[1:])
