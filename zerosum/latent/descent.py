"""Many small minimisations at once: Adam, then L-BFGS, each row with steps and curvature of its own.

    value = loss(z),   z (n, d) -> (n,),   value_i a function of z_i alone

Adam (Kingma and Ba 2015, arXiv:1412.6980) with short memories and a rate that falls to nothing.
L-BFGS (Nocedal 1980, doi:10.2307/2006193): direction by the two-loop recursion, a unit step first,
and a smaller one where the value does not fall enough (Armijo), by the parabola through what is
known. One evaluation of all rows is one step: a row that is refused tries a shorter step while its
neighbours go on. Pairs of negative curvature are not remembered, so no Wolfe condition is needed.

`torch.optim.LBFGS` on the sum has one step length and one curvature for all rows together. Rows that
are alike do not mind; rows of different scales hold each other up, and one NaN stops them all.

Both return, for every row, the best point on the way; a row whose value stops being finite keeps
the best that it had, and its neighbours do not notice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from jaxtyping import Bool, Float
from torch import Tensor

Loss = Callable[[Tensor], Tensor]  # (n, d) -> (n,), differentiable
Watch = Callable[[int, Tensor, Tensor], None]  # steps done, the best points (n, d), values (n,)

_BETA_1, _BETA_2, _EPS = 0.8, 0.95, 1e-8
_MEMORY = 20  # pairs of L-BFGS
_FIRST = 0.1  # longest first step of L-BFGS, in units of a latent number
_ARMIJO = 1e-4
_SHORTEST = 2.0**-10  # of a unit step
_CURVED = 1e-8  # least cosine of step and change of slope that is remembered


@dataclass(frozen=True, eq=False)
class Found:
    """The best point of each row, (n, d), and its value, (n,), infinite where none was finite."""

    z: Float[Tensor, "n d"]
    value: Float[Tensor, " n"]


@dataclass(frozen=True, eq=False)
class _Here:
    """A point of each row with value and slope, and the last steps with their changes of slope."""

    z: Float[Tensor, "n d"]
    value: Float[Tensor, " n"]
    slope: Float[Tensor, "n d"]
    moved: Float[Tensor, "memory n d"]
    bent: Float[Tensor, "memory n d"]


def adam(
    loss: Loss,
    z: Float[Tensor, "n d"],
    steps: int,
    rate: float = 0.2,
    *,
    radius: float | None = None,
    watch: Watch | None = None,
) -> Found:
    """Return the best point of each row among the start and those after each of `steps` steps.

    Args:
        radius: of a ball round 0 onto which each step's end is projected; None lets z go anywhere.
        watch: told after each step; it may raise to end the search.
    """
    best, kept = torch.full_like(z[:, 0], torch.inf), z
    mean, square = torch.zeros_like(z), torch.zeros_like(z)
    for t in range(1, steps + 2):
        value, slope = evaluated(loss, z)
        better = value < best  # false for NaN
        kept, best = torch.where(better[:, None], z, kept), torch.where(better, value, best)
        if watch is not None:
            watch(t - 1, kept, best)
        if t > steps:
            break
        mean = _BETA_1 * mean + (1 - _BETA_1) * slope
        square = _BETA_2 * square + (1 - _BETA_2) * slope.square()
        unbiased = (square / (1 - _BETA_2**t)).sqrt() + _EPS
        # the rate falls to nothing in a straight line: the last steps settle
        z = z - rate * (1 - (t - 1) / steps) * mean / (1 - _BETA_1**t) / unbiased
        if radius is not None:
            z = z * (radius / z.norm(dim=1, keepdim=True)).clamp(max=1)
    return Found(kept, best)


def lbfgs(loss: Loss, z: Float[Tensor, "n d"], steps: int, *, watch: Watch | None = None) -> Found:
    """Return each row after at most `steps` steps of L-BFGS; no value is above that of the start.

    Args: watch: told after each step; it may raise to end the search.
    """
    here = _start(loss, z)
    way, length = -here.slope, _first(here.slope)
    for done in range(1, steps + 1):
        there = here.z + length[:, None] * way
        value, slope = evaluated(loss, there)
        fall = length * _dot(here.slope, way)
        good = value <= here.value + _ARMIJO * fall  # false for NaN
        shorter = length * _cut(value - here.value, fall)
        here = _moved(here, there, value, slope, good)
        # a unit step cut this short says that what is remembered is no longer true
        lost = ~good & (shorter < _SHORTEST) & _remembers(here)
        here = replace(here, moved=here.moved * ~lost[:, None], bent=here.bent * ~lost[:, None])
        way = torch.where((good | lost)[:, None], _direction(here), way)
        fresh = torch.where(_remembers(here), torch.ones_like(length), _first(here.slope))
        length = torch.where(good | lost, fresh, shorter)
        if watch is not None:
            watch(done, here.z, here.value)
        if _settled(here, way).all():
            break
    return Found(here.z, torch.where(here.value.isnan(), torch.inf, here.value))


def evaluated(
    loss: Loss, z: Float[Tensor, "n d"]
) -> tuple[Float[Tensor, " n"], Float[Tensor, "n d"]]:
    """Return the value of each row and its slope, both without a graph."""
    z = z.detach().requires_grad_()
    with torch.enable_grad():
        value = loss(z)
        (slope,) = torch.autograd.grad(value.sum(), z)
    return value.detach(), slope


def _start(loss: Loss, z: Tensor) -> _Here:
    value, slope = evaluated(loss, z)
    none = z.new_zeros((_MEMORY, *z.shape))
    return _Here(z, value, slope, none, none)


def _moved(here: _Here, there: Tensor, value: Tensor, slope: Tensor, good: Tensor) -> _Here:
    """Return the state with the good rows moved, and what they learnt of the curvature."""
    step, bend = there - here.z, slope - here.slope
    curved = _dot(step, bend) > _CURVED * (_dot(step, step) * _dot(bend, bend)).sqrt()
    new, wide = (good & curved)[:, None], good[:, None]
    moved = torch.where(new, torch.cat((here.moved[1:], step[None])), here.moved)
    bent = torch.where(new, torch.cat((here.bent[1:], bend[None])), here.bent)
    return _Here(
        torch.where(wide, there, here.z),
        torch.where(good, value, here.value),
        torch.where(wide, slope, here.slope),
        moved,
        bent,
    )


def _direction(here: _Here) -> Float[Tensor, "n d"]:
    """Return -H slope by the two-loop recursion; the slope downhill where nothing is remembered."""
    product = _dot(here.moved, here.bent)
    known = product > 0
    inverse = torch.where(known, 1 / torch.where(known, product, 1), 0)
    q, shares = here.slope, []
    for s, y, rho in zip(here.moved.flip(0), here.bent.flip(0), inverse.flip(0), strict=True):
        shares.append(rho * _dot(s, q))
        q = q - shares[-1][:, None] * y
    scale = product[-1] / _dot(here.bent[-1], here.bent[-1])
    q = q * torch.where(known[-1], scale, 1)[:, None]
    for s, y, rho, a in zip(here.moved, here.bent, inverse, reversed(shares), strict=True):
        q = q + (a - rho * _dot(y, q))[:, None] * s
    return -q


def _cut(rise: Float[Tensor, " n"], fall: Float[Tensor, " n"]) -> Float[Tensor, " n"]:
    """Return where the parabola through value, slope and tried value is least, in [0.1, 0.5]."""
    return (-fall / (2 * (rise - fall))).nan_to_num(0.1).clamp(0.1, 0.5)


def _first(slope: Float[Tensor, "n d"]) -> Float[Tensor, " n"]:
    return (_FIRST / _dot(slope, slope).sqrt()).clamp(max=1)


def _remembers(here: _Here) -> Bool[Tensor, " n"]:
    return _dot(here.moved[-1], here.bent[-1]) > 0


def _settled(here: _Here, way: Tensor) -> Bool[Tensor, " n"]:
    """Return the rows whose next step would not change their value's digits, and those of NaN."""
    fall = -_dot(here.slope, way)
    return ~(fall > torch.finfo(fall.dtype).eps * here.value.abs())


def _dot(a: Tensor, b: Tensor) -> Tensor:
    return (a * b).sum(dim=-1)
