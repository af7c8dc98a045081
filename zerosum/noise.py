"""Randomness as a pure function of a key: the same numbers on any device, in any order, after any resume.

A key is a 64-bit integer folded from (seed, stream, step, member, ...). Element i of a draw is
hash(key, i), so nothing is consumed and nothing has to be saved. A tensor of keys gives one
independent draw for each key, which is how a population gets its noise in one call.

The hash is SplitMix64's finaliser (Steele, Lea and Flood 2014, doi:10.1145/2660193.2660195) applied
to key + i times an odd constant. Normals come from the Box-Muller transform.
"""

from __future__ import annotations

import hashlib
import math

import torch
from torch import Tensor

Key = int | Tensor

_GOLDEN = 0x9E3779B97F4A7C15 - (1 << 64)  # odd, written as the signed 64-bit integer torch holds
_MIX_1 = 0xBF58476D1CE4E5B9 - (1 << 64)
_MIX_2 = 0x94D049BB133111EB - (1 << 64)


def fold(*fields: int | str) -> int:
    """Fold fields into one signed 64-bit key; any change of any field gives an unrelated key.

    >>> fold(0, "latent", 7) == fold(0, "latent", 7), fold(0, "latent", 7) == fold(0, "latent", 8)
    (True, False)
    """
    # doubled inside a field, the separator cannot make one field look like two
    parts = (f"{type(f).__name__}:{f}".replace("\x1f", "\x1f\x1f") for f in fields)
    text = "\x1f".join(parts)
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def bits(key: Key, n: int, *, device: torch.device | str | None = None) -> Tensor:
    """Return n hashed 64-bit integers for each key, shape (n,) or (keys, n)."""
    if isinstance(key, Tensor):
        counter = torch.arange(1, n + 1, dtype=torch.int64, device=key.device)
        x = key.unsqueeze(-1) + counter * _GOLDEN
    else:
        x = torch.arange(1, n + 1, dtype=torch.int64, device=device).mul_(_GOLDEN).add_(key)
    for shift, factor in ((30, _MIX_1), (27, _MIX_2)):
        x = x.bitwise_xor_(_shift_right(x, shift)).mul_(factor)
    return x.bitwise_xor_(_shift_right(x, 31))


def uniform(
    key: Key,
    shape: tuple[int, ...],
    *,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    """Return numbers uniform on the open interval (0, 1), shape (*shape) or (keys, *shape).

    The top 23 bits are used for float32 (24 would round to 1.0), 52 for float64.
    """
    width = 52 if dtype == torch.float64 else 23
    h = _shift_right(bits(key, math.prod(shape), device=device), 64 - width)
    work = torch.float64 if dtype == torch.float64 else torch.float32
    return h.to(work).add_(0.5).mul_(2.0**-width).to(dtype).reshape(_shape(key, shape))


def normal(
    key: Key,
    shape: tuple[int, ...],
    *,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    """Return standard normal numbers, shape (*shape) or (keys, *shape).

    sqrt(-2 log u) cos(2 pi v) and sqrt(-2 log u) sin(2 pi v) from the two halves of one hash.
    """
    n = math.prod(shape)
    work = torch.float64 if dtype == torch.float64 else torch.float32
    h = bits(key, (n + 1) // 2, device=device)
    scale = 2.0**-32
    u = _shift_right(h, 32).to(work).add_(0.5).mul_(scale)
    v = h.bitwise_and_(0xFFFFFFFF).to(work).mul_(2 * math.pi * scale)
    # float32 rounds the largest u up to 1, where log is 0: a radius of 0, which is harmless
    radius = u.log_().mul_(-2.0).sqrt_()
    pair = torch.cat((radius * torch.cos(v), radius * torch.sin(v)), dim=-1)
    return pair[..., :n].to(dtype).reshape(_shape(key, shape))


def stratified_normal(
    key: Key, shape: tuple[int, int], *, dtype: torch.dtype = torch.float32
) -> Tensor:
    """Return n standard normal rows of d numbers of which each 1/n quantile cell holds one a column.

        x_ij = Phi^-1((pi_j(i) + u_ij) / n),   pi_j a permutation, u uniform: a Latin hypercube

    Each row by itself is standard normal; together they cover the line more evenly than independent
    rows, so that means over them vary less. Source: McKay et al. 1979, doi:10.2307/1268522.

    Args: shape: (n, d). Returns: (n, d) or (keys, n, d).
    """
    n, d = shape
    columns = [key + 1 + j for j in range(d)]
    cells = torch.stack([permutation(column, n) for column in columns], dim=-1)
    jitter = uniform(key, shape, dtype=torch.float64)
    return torch.special.ndtri((cells + jitter) / n).to(dtype)


def integers(key: Key, shape: tuple[int, ...], high: int) -> Tensor:
    """Return int64 numbers uniform on 0 .. high - 1 (bias below high / 2**31)."""
    h = _shift_right(bits(key, math.prod(shape)), 33)
    return (h % high).reshape(_shape(key, shape))


def permutation(key: Key, n: int) -> Tensor:
    """Return a permutation of 0 .. n - 1, int64, shape (n,) or (keys, n)."""
    return torch.argsort(bits(key, n), dim=-1, stable=True)


def _shift_right(x: Tensor, by: int) -> Tensor:
    # torch's >> keeps the sign; masking the copied sign bits makes it the logical shift
    return (x >> by).bitwise_and_((1 << (64 - by)) - 1)


def _shape(key: Key, shape: tuple[int, ...]) -> tuple[int, ...]:
    return (*key.shape, *shape) if isinstance(key, Tensor) else tuple(shape)
