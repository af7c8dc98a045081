"""Perceptual path length: how fast pictures change on the way from one latent to another.

    PPL = E d(G(interp(z, z', t)), G(interp(z, z', t + ε))) / ε²,    d: squared L2 of features, t ~ U(0, 1)

Traps avoided. Rounding pictures to 256 levels, as published tools do, swallows a step of ε = 1e-4: it
reads 0 or ε⁻² noise; here nothing is rounded, whole-number output is refused, and pairs that did not
move at all are counted. A straight line between Gaussian latents leaves the shell where they lie, so
the way is named: `lerp` (for a space such as StyleGAN's w) or `slerp` (for Gaussian latents). Numbers
of different ways, ε or features are different measures, and none of them is an absolute score.

Source: Karras, Laine and Aila 2019, arXiv:1812.04948; slerp: Shoemake 1985, doi:10.1145/325334.325242.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from zerosum import noise
from zerosum.errors import InputError, unknown

Generate = Callable[[Tensor], Tensor]  # latents (n, latent) -> (n, ...), real numbers
Features = Callable[[Tensor], Tensor]  # pictures (n, ...) -> (n, ...)

_AT_ONCE = 256  # pairs
_TRIM = 0.01


@dataclass(frozen=True)
class PathLength:
    """A perceptual path length.

    Fields:
        value: plain mean over pairs. error: its standard error over pairs.
        trimmed: mean without the lowest and highest 1 % of pairs, as published; biased downwards.
        trimmed_error: its standard error, from winsorised pairs (Tukey and McLaughlin 1963).
        unmoved: share of pairs whose pictures are equal to the last bit; above 0 something rounds.
        interpolation: "lerp" or "slerp". epsilon: ε. pairs: how many. lengths: of each pair.
    """

    value: float
    error: float
    trimmed: float
    trimmed_error: float
    unmoved: float
    interpolation: str
    epsilon: float
    pairs: int
    lengths: Float[np.ndarray, " pairs"] = field(compare=False, repr=False)


def lerp(
    a: Float[Tensor, "n latent"], b: Float[Tensor, "n latent"], t: Float[Tensor, " n"]
) -> Float[Tensor, "n latent"]:
    """Return (1 - t) a + t b."""
    return a + t[:, None] * (b - a)


def slerp(
    a: Float[Tensor, "n latent"], b: Float[Tensor, "n latent"], t: Float[Tensor, " n"]
) -> Float[Tensor, "n latent"]:
    """Return (sin((1-t)ω) a + sin(tω) b) / sin ω, ω the angle between a and b; lerp where ω = 0.

    >>> quarter = slerp(torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, 1.0]]), torch.tensor([0.5]))
    >>> [round(v, 4) for v in quarter[0].tolist()]
    [0.7071, 0.7071]
    """
    u, v = (x / x.norm(dim=1, keepdim=True).clamp_min(torch.finfo(x.dtype).tiny) for x in (a, b))
    # arccos loses half of the digits of a small angle; this does not
    omega = 2 * torch.atan2((u - v).norm(dim=1), (u + v).norm(dim=1))
    sine = torch.sin(omega)
    flat = sine < 1e-9
    safe = torch.where(flat, 1.0, sine)
    first = torch.where(flat, 1 - t, torch.sin((1 - t) * omega) / safe)
    second = torch.where(flat, t, torch.sin(t * omega) / safe)
    return first[:, None] * a + second[:, None] * b


_WAYS = {"lerp": lerp, "slerp": slerp}


def path_length(
    generate: Generate,
    starts: Tensor,
    ends: Tensor,
    *,
    interpolation: str,
    epsilon: float = 1e-4,
    features: Features | None = None,
    key: int = 0,
) -> PathLength:
    """Return the perceptual path length over n pairs of latents.

    Places between are computed in float64, then given to the generator in the dtype of `starts`.

    Args:
        generate: latents to pictures, not rounded.
        starts, ends: (n, latent) independent draws of what the generator is given, float32 or float64.
        interpolation: "lerp" or "slerp"; there is no default, since the two are different measures.
        epsilon: step, a fraction of the way, between 0 and 1.
        features: what pictures are compared in, or None for the pictures themselves.
        key: noise key of the places t.

    Raises:
        InputError: fewer than 2 pairs, shapes that differ, an unknown way, slerp of one dimension, a
            step outside (0, 1), or pictures that are whole numbers or not finite.
    """
    _check(starts, ends, interpolation, epsilon)
    t = noise.uniform(noise.fold(key, "path"), (len(starts),), dtype=torch.float64)
    way = _WAYS[interpolation]
    parts = []
    for rows in torch.arange(len(t)).split(_AT_ONCE):
        a, b, at = starts[rows].double(), ends[rows].double(), t[rows].to(starts.device)
        places = torch.cat((way(a, b, at), way(a, b, at + epsilon))).to(starts.dtype)
        here, there = _seen(generate, features, places).chunk(2)
        parts.append((there - here).square().sum(dim=1))
    lengths = (torch.cat(parts) / epsilon**2).cpu().numpy()
    return _summarised(lengths, interpolation, epsilon)


def _seen(generate: Generate, features: Features | None, places: Tensor) -> Tensor:
    with torch.no_grad():
        pictures = generate(places)
        if not pictures.is_floating_point():
            raise InputError(
                f"the generator's output is {pictures.dtype}, whole numbers in which a small step is "
                "lost: pass what it makes before rounding"
            )
        seen = (pictures if features is None else features(pictures)).flatten(1).double()
    if len(seen) != len(places) or not bool(seen.isfinite().all()):
        raise InputError(
            f"{len(places)} latents gave {len(seen)} rows or numbers that are not finite, so steps have "
            "no length: return one finite row for each latent"
        )
    return seen


def _summarised(lengths: np.ndarray, interpolation: str, epsilon: float) -> PathLength:
    n = len(lengths)
    low = np.percentile(lengths, 100 * _TRIM, method="lower")
    high = np.percentile(lengths, 100 * (1 - _TRIM), method="higher")
    kept = lengths[(lengths >= low) & (lengths <= high)]
    winsorised = float(lengths.clip(low, high).std(ddof=1))
    return PathLength(
        value=float(lengths.mean()),
        error=float(lengths.std(ddof=1) / np.sqrt(n)),
        trimmed=float(kept.mean()),
        trimmed_error=winsorised / ((1 - 2 * _TRIM) * float(np.sqrt(n))),
        unmoved=float((lengths == 0).mean()),
        interpolation=interpolation,
        epsilon=epsilon,
        pairs=n,
        lengths=lengths,
    )


def _check(starts: Tensor, ends: Tensor, interpolation: str, epsilon: float) -> None:
    if interpolation not in _WAYS:
        raise unknown("interpolation", interpolation, _WAYS)
    if starts.shape != ends.shape or starts.ndim != 2 or len(starts) < 2:
        raise InputError(
            f"starts has shape {tuple(starts.shape)} and ends {tuple(ends.shape)}, but each start needs "
            "its end and an error needs two pairs: give both (n, latent), n >= 2"
        )
    if interpolation == "slerp" and starts.shape[1] < 2:
        raise InputError("slerp turns between directions and a line has none: use lerp")
    if not 0.0 < epsilon < 1.0:
        raise InputError(f"epsilon is {epsilon}, and a step is a part of the way: use 1e-4")
