"""Ways through the latent space: straight lines, great circles, walks through anchors, random loops.

    linear      z(t) = (1 - t) a + t b
    spherical   z(t) = ((1 - t)‖a‖ + t‖b‖) (cos(tω) u + sin(tω) w),   u = a/‖a‖, ω the angle of a and b,
                w the part of b orthogonal to a, made a unit
    loop        z(t) = K^(-1/2) Σ_k a_k cos 2πkt + b_k sin 2πkt,   a_k, b_k ~ N(0, I)

Between two Gaussian latents the straight line leaves the shell where latents lie, the great circle
does not; norm and direction are interpolated apart, so that both ends are met whatever their norms.
Not to be confused with the form that gives a and b themselves Shoemake's weights
sin((1-t)ω)/sin ω and sin(tω)/sin ω: the two agree where ‖a‖ = ‖b‖.

Sources: Shoemake 1985, doi:10.1145/325165.325242; White 2016, arXiv:1609.04468.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from zerosum import noise
from zerosum.errors import InputError
from zerosum.latent import checks
from zerosum.latent.norms import to_shell

Between = Callable[[Tensor, Tensor, Tensor], Tensor]  # start, end, t -> path


def linear(start: Tensor, end: Tensor, t: Tensor) -> Float[Tensor, "steps *shape d"]:
    """Return the points of the straight line from start to end.

    Args:
        start: latents (..., d). end: the same shape.
        t: (steps,) times in [0, 1].

    Returns: (steps, ..., d), start at t = 0 and end at t = 1.
    Raises: InputError: shapes or dtypes that differ, times outside [0, 1], numbers not finite.

    >>> linear(torch.tensor([0.0]), torch.tensor([8.0]), torch.tensor([0.0, 0.25])).tolist()
    [[0.0], [2.0]]
    """
    start, end, t = _ends(start, end, t)
    return (1 - t) * start + t * end


def spherical(start: Tensor, end: Tensor, t: Tensor) -> Float[Tensor, "steps *shape d"]:
    """Return the points of the great circle from start to end, the norm changing evenly.

    Opposite ends have no shortest way round: it then goes by the coordinate axis on which start is
    smallest (the first of them), for d = 1 straight through 0. A zero vector takes the direction of
    the other end, so that only the norm changes.

    Args and Raises: as in `linear`. Returns: (steps, ..., d), the ends met to rounding.
    """
    start, end, t = _ends(start, end, t)
    if start.shape[-1] == 1:
        return (1 - t) * start + t * end
    u, v = to_shell(start, 1.0), to_shell(end, 1.0)
    u, v = torch.where(_is_zero(start), v, u), torch.where(_is_zero(end), u, v)
    along, across = (u * v).sum(dim=-1, keepdim=True), _without(u, v)
    sine = across.norm(dim=-1, keepdim=True)
    parallel = sine < 8 * torch.finfo(u.dtype).eps
    # twice: what rounding left of u in so short a vector would be magnified with it
    w = to_shell(_without(u, to_shell(torch.where(parallel, _axis(u), across), 1.0)), 1.0)
    angle = t * torch.atan2(sine, along)
    norm = (1 - t) * _norm(start) + t * _norm(end)
    return norm * (angle.cos() * u + angle.sin() * w)


def walk(
    anchors: Tensor, steps: int, *, closed: bool = False, between: Between = spherical
) -> Float[Tensor, "points *shape d"]:
    """Return a walk that takes `steps` steps from each anchor to the next.

    Args:
        anchors: (k, ..., d), at least 2.
        steps: of each leg, at least 1.
        closed: the last anchor leads back to the first, which is not repeated: frames of a loop.
        between: `spherical` or `linear`.

    Returns: (k steps, ..., d) when closed, else ((k - 1) steps + 1, ..., d).
    Raises: InputError: fewer than 2 anchors or 1 step, or numbers that are not finite.
    """
    anchors = checks.latents(anchors, "anchors")
    if anchors.ndim < 2 or len(anchors) < 2:
        raise InputError(f"anchors has shape {tuple(anchors.shape)}: a walk needs 2 or more (k, d)")
    if steps < 1:
        raise InputError(f"steps is {steps}, but each leg takes at least 1: use 30")
    start = anchors if closed else anchors[:-1]
    end = anchors.roll(-1, dims=0) if closed else anchors[1:]
    t = torch.arange(steps, dtype=anchors.dtype, device=anchors.device) / steps
    legs = between(start, end, t).transpose(0, 1).flatten(0, 1)
    return legs if closed else torch.cat((legs, anchors[-1:]))


def random_loop(
    key: int, steps: int, latent: int, *, waves: int = 2, dtype: torch.dtype = torch.float32
) -> Float[Tensor, "steps d"]:
    """Return a smooth random loop, each point of which is by itself a draw of N(0, I).

    E z(s)ᵀz(t) / d = (1/K) Σ_k cos 2πk(s - t);   on a sphere: `to_shell(random_loop(...))`

    Args:
        key: of the loop; the same key gives the same loop at any number of steps.
        steps: points; the first is not repeated at the end.
        latent: d.
        waves: K, 1 for an ellipse round 0; more wind the loop more.

    Raises: InputError: steps, latent or waves below 1.
    """
    if min(steps, latent, waves) < 1:
        raise InputError(
            f"a loop of {steps} steps, {latent} coordinates and {waves} waves is none: each of them "
            "must be at least 1"
        )
    a, b = noise.normal(noise.fold(key, "loop"), (2, waves, latent), dtype=dtype)
    times = torch.arange(steps, dtype=torch.float64)[:, None] / steps
    turns = 2 * math.pi * times * torch.arange(1, waves + 1)
    z = turns.cos().to(dtype) @ a + turns.sin().to(dtype) @ b
    return z / math.sqrt(waves)


def _ends(start: Tensor, end: Tensor, t: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return both ends, and t shaped to stand before their axes."""
    start, end = checks.latents(start, "start"), checks.latents(end, "end")
    checks.alike(start, end, ("start", "end"))
    if start.shape != end.shape:
        raise InputError(
            f"start has shape {tuple(start.shape)} and end {tuple(end.shape)}: give as many of both"
        )
    if t.ndim != 1 or not bool(((t >= 0) & (t <= 1)).all()):
        raise InputError(
            f"t has shape {tuple(t.shape)}, but times are a row of numbers from 0 to 1: "
            "use torch.linspace(0, 1, steps)"
        )
    return start, end, t.to(start).reshape(-1, *[1] * start.ndim)


def _norm(z: Tensor) -> Tensor:
    return z.norm(dim=-1, keepdim=True)


def _is_zero(z: Tensor) -> Tensor:
    return (z == 0).all(dim=-1, keepdim=True)


def _without(u: Tensor, v: Tensor) -> Tensor:
    """Return the part of v orthogonal to the unit u."""
    return v - (u * v).sum(dim=-1, keepdim=True) * u


def _axis(u: Tensor) -> Tensor:
    """Return the part orthogonal to u of the axis on which u is smallest."""
    axis = functional.one_hot(u.abs().argmin(dim=-1), u.shape[-1]).to(u)
    return _without(u, axis)
