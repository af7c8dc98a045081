"""The distance of pictures to a manifold that is known exactly, {render(c)}: a projection.

    distance(x) = min over c of ‖x - render(c)‖ / sqrt(pixels)          (root mean square, grey units)

The minimum is over the whole manifold, not over a sample of it. It is found by taking the nearest
pictures of a fixed bank as starts and refining each by Levenberg and Marquardt's damped least
squares, every step put back onto the region where the law lives (Kanzow, Yamashita and Fukushima
2004, doi:10.1016/j.cam.2004.02.013). What is found is the distance to some point of the manifold,
so it is never below the truth; too small an effort errs upwards only.

Sources: Levenberg 1944, doi:10.1090/qam/10666; Marquardt 1963, doi:10.1137/0111030.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Float
from torch import Tensor

from zerosum import noise
from zerosum.metrics.effort import Effort

_BANK = 8192
_DIRECTIONS = 48  # principal directions of the bank among which starts are sought
_CHUNK = 64  # points refined at once, so that their slopes stay in the cache
_RIDGE = 1e-6
_EASIER, _HARDER = 0.2, 4.0  # what the damping is multiplied by after a good and after a bad step


@runtime_checkable
class Manifold(Protocol):
    """Pictures that are a known function of p numbers; frozen and hashable."""

    def __hash__(self) -> int:
        """Hash by value: the bank of a manifold is kept."""

    def draw(self, key: int, n: int) -> Tensor:
        """Return n points (n, p) of the law, a pure function of the key."""

    def render(self, points: Tensor) -> Tensor:
        """Return the pictures of points (n, p) as rows (n, pixels) in [0, 1]."""

    def slopes(self, points: Tensor) -> tuple[Tensor, Tensor]:
        """Return pictures (n, pixels) and their derivatives (n, p, pixels)."""

    def inside(self, points: Tensor) -> Tensor:
        """Return points moved back to where the law lives; NaN for those that cannot be."""

    def shifted(self, points: Tensor, by: Tensor) -> Tensor:
        """Return the points (n, p) of the pictures moved by (n, 2) pixels."""


QUICK = Effort(starts=2, early=3, late=6)
THOROUGH = Effort(starts=12, early=8, late=16)


@dataclass(frozen=True)
class Projection:
    """The nearest point of the manifold to each picture, and its distance (root mean square)."""

    points: Float[Tensor, "n p"]
    distances: Float[Tensor, " n"]


@dataclass(frozen=True)
class _Bank:
    """Points spread over the manifold, and how near their pictures are to a given one."""

    points: Float[Tensor, "bank p"]
    basis: Float[Tensor, "pixels directions"]
    seen: Float[Tensor, "bank directions"]

    def nearest(self, pictures: Float[Tensor, "n pixels"], k: int) -> Float[Tensor, "n k p"]:
        squared = self.seen.square().sum(dim=1) - 2 * (pictures @ self.basis) @ self.seen.T
        return self.points[squared.topk(k, dim=1, largest=False).indices]


def project(
    manifold: Manifold, pictures: Float[Tensor, "n pixels"], effort: Effort = THOROUGH
) -> Projection:
    """Return the nearest point of the manifold to each picture, and how far it is.

    Args:
        manifold: what is projected on.
        pictures: rows of pixels, float32, black 0 and white 1.
        effort: `THOROUGH` for single numbers, `QUICK` inside a study.
    """
    starts = _bank(manifold).nearest(pictures, effort.starts)
    rows = pictures.repeat_interleave(effort.starts, dim=0)
    first = _refined(manifold, rows, starts.flatten(0, 1), effort.early)
    best = first.distances.unflatten(0, (-1, effort.starts)).argmin(dim=1)
    points = first.points.unflatten(0, (-1, effort.starts))[torch.arange(len(best)), best]
    return _refined(manifold, pictures, points, effort.late)


@lru_cache(maxsize=4)
def _bank(manifold: Manifold) -> _Bank:
    """Return the bank of a manifold: made once, and always the same."""
    points = manifold.draw(noise.fold(0, "bank"), _BANK).float()
    shown = manifold.render(points)
    _, vectors = torch.linalg.eigh(shown.T @ shown)
    basis = vectors[:, -_DIRECTIONS:].contiguous()
    return _Bank(points, basis, shown @ basis)


@dataclass(frozen=True)
class _Fit:
    """Points, the squared distance there, and the normal equations of the linearised problem."""

    points: Float[Tensor, "n p"]
    squared: Float[Tensor, " n"]
    curvature: Float[Tensor, "n p p"]
    pull: Float[Tensor, "n p"]

    def better_of(self, other: _Fit) -> tuple[_Fit, Tensor]:
        won = other.squared < self.squared
        wide = won[:, None]
        points = torch.where(wide, other.points, self.points)
        squared = torch.where(won, other.squared, self.squared)
        curvature = torch.where(wide[..., None], other.curvature, self.curvature)
        return _Fit(points, squared, curvature, torch.where(wide, other.pull, self.pull)), won


def _refined(manifold: Manifold, pictures: Tensor, points: Tensor, steps: int) -> Projection:
    parts = zip(pictures.split(_CHUNK), points.split(_CHUNK), strict=True)
    fits = [_least_squares(manifold, rows, start, steps) for rows, start in parts]
    squared = torch.cat([fit.squared for fit in fits])
    found = torch.cat([fit.points for fit in fits])
    return Projection(found, (squared / pictures.shape[1]).sqrt())


def _least_squares(manifold: Manifold, pictures: Tensor, points: Tensor, steps: int) -> _Fit:
    fit = _fit(manifold, pictures, points)
    damping = torch.full_like(fit.squared, 1e-2)
    for _ in range(steps):
        trial = _stepped(manifold, fit, damping)
        fit, won = fit.better_of(_fit(manifold, pictures, trial))
        damping = (damping * torch.where(won, _EASIER, _HARDER)).clamp(1e-7, 1e7)
    return fit


def _stepped(manifold: Manifold, fit: _Fit, damping: Tensor) -> Float[Tensor, "n p"]:
    """Return where a damped step leads, numbers stopped by the border held while the rest go on."""
    diagonal = damping[:, None] * fit.curvature.diagonal(dim1=1, dim2=2) + _RIDGE
    system = fit.curvature + torch.diag_embed(diagonal)
    free = fit.points + torch.linalg.solve(system, fit.pull)
    moved = manifold.inside(free)
    held = moved != free
    fixed = torch.where(held & ~moved.isnan(), moved - fit.points, 0.0)
    identity = torch.eye(fit.points.shape[1]).to(system)
    system_free = torch.where(held[:, None] | held[..., None], identity, system)
    rest = fit.pull - (system @ fixed[..., None])[..., 0]
    step = torch.linalg.solve(system_free, torch.where(held, fixed, rest))
    trial = manifold.inside(fit.points + step)
    # a step that cannot be put back is replaced by standing still, which is never better
    return torch.where(trial.isnan(), fit.points, trial)


def _fit(manifold: Manifold, pictures: Tensor, points: Tensor) -> _Fit:
    shown, slopes = manifold.slopes(points)
    rest = pictures - shown
    pull = (slopes @ rest[..., None])[..., 0]
    return _Fit(points, rest.square().sum(dim=1), slopes @ slopes.mT, pull)
