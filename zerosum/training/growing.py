"""Growing in steps of the run: which level after how many samples, and what players then look at.

    phase p (from 0) has `stabilise` samples at level p, then `fade` samples in which p + 1 fades in:
    level(seen) = min(depth, p + max(0, r - stabilise) / fade),   p, r = divmod(seen, stabilise + fade)

Real rows are shown as a generator that has no finer level could at best make them: averaged down to
the level's resolution, and while it fades in their finest detail with the same weight,

    x_a = (1 - a) double(halve(x)) + a x

The level is a function of samples seen, so a resumed run stands where it stood. When a layer begins
to fade in, and when it has, every optimiser forgets its moments: they are of another function. So
does the paper's code. A layer whose level has not come has no gradient and does not move, nor does
its average, which is then that of the same weights, exactly.

Source: Karras et al. 2018, arXiv:1710.10196, section 2 and appendix A.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

import torch
from jaxtyping import Float
from torch import Tensor, nn

from zerosum.errors import InputError
from zerosum.games.protocol import Draw
from zerosum.networks.progressive import Growing
from zerosum.training.member_draws import MemberDraw

AnyDraw = TypeVar("AnyDraw", Draw, MemberDraw)


@dataclass(frozen=True)
class Growth:
    """When resolutions come.

    Attributes:
        depth: doublings. stabilise: samples at a resolution before the next begins to fade in.
        fade: samples that fading in takes; 0: at once.

    >>> growth = Growth(depth=2, stabilise=100, fade=50)
    >>> [growth.at(seen) for seen in (0, 100, 125, 150, 275, 10_000)]
    [0.0, 0.0, 0.5, 1.0, 1.5, 2.0]
    """

    depth: int
    stabilise: int
    fade: int

    @property
    def samples(self) -> int:
        """Samples seen when the last level is there."""
        return self.depth * (self.stabilise + self.fade)

    def at(self, seen: int) -> float:
        """Return the level after `seen` samples."""
        if seen >= self.samples:
            return float(self.depth)
        phase, rest = divmod(seen, self.stabilise + self.fade)
        return phase + max(0, rest - self.stabilise) / max(1, self.fade)

    def turns(self, seen: int, rows: int) -> bool:
        """Whether a layer begins to fade in with the round after `seen` samples, or has just done so."""
        now, before = self.at(seen), self.at(max(0, seen - rows))
        return (math.floor(now), math.ceil(now)) != (math.floor(before), math.ceil(before))


def set_level(modules: Iterable[nn.Module], level: float) -> None:
    """Put every growing network among these on this level."""
    for module in modules:
        if isinstance(module, Growing):
            module.level = level


def require_grown(modules: Iterable[nn.Module]) -> None:
    """Raise InputError if a network among these has not come to its full size yet."""
    for module in modules:
        if isinstance(module, Growing) and module.level < module.depth:
            raise InputError(
                f"the duality gap belongs to one fixed game, but this one grows and stands at level "
                f"{module.level:.3g} of {module.depth}: measure it when the last resolution is there"
            )


def shown(
    rows: Float[Tensor, "*batch channels height width"], level: float, depth: int
) -> Float[Tensor, "*batch channels h w"]:
    """Return real rows as they are shown at this level: averaged down, and faded in.

    Args: rows: full pictures. level: from 0 to depth. depth: doublings that full pictures have.
    Returns: pictures of 2^(depth − ceil(level)) times smaller sides.
    """
    alpha = level - math.floor(level)
    x = _pooled(rows, 2 ** (depth - math.ceil(level)))
    if alpha == 0:
        return x
    coarse = _pooled(x, 2).repeat_interleave(2, -1).repeat_interleave(2, -2)
    return (1.0 - alpha) * coarse + alpha * x


def shown_draw(draw: AnyDraw, growth: Growth, seen: int) -> AnyDraw:
    """Return a draw, of one game or of a population, with its real rows as they are shown now."""
    return replace(draw, real=shown(draw.real, growth.at(seen), growth.depth))


def growth_record(growth: Growth, seen: int, real: Tensor) -> dict[str, Tensor]:
    """Return what to plot of the growth: level, alpha, and the shorter side of the rows shown, in pixels."""
    level = growth.at(seen)
    numbers = {
        "level": level,
        "alpha": level - math.floor(level),
        "resolution": float(min(real.shape[-2:])),
    }
    members = real.shape[: real.ndim - 4]  # () for one game
    return {
        f"game/growth/{name}": torch.full(members, value, device=real.device)
        for name, value in numbers.items()
    }


def _pooled(x: Tensor, factor: int) -> Tensor:
    if factor == 1:
        return x
    return x.unflatten(-1, (-1, factor)).unflatten(-3, (-1, factor)).mean((-3, -1))
