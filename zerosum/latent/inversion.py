"""Which latent makes this row? The least of a distance over z, from several starts at once.

    J(z) = Σ_j m_j (x_j - G(z)_j)² / Σ_j m_j  +  weight · mean (f(x) - f(G(z)))²  +  prior · surprise(z)

m are weights of a row's numbers (0: unknown, to be painted in), f a feature extractor, and the
surprise that of ‖z‖ (`norms.norm_surprise`), near (‖z‖ - sqrt(d))²: it keeps z where latents lie.

Starts are the drawn latents whose rows are nearest, and some that are merely drawn, the same for all
rows; Adam moves them all, L-BFGS the best of each row (`descent`), and then, one after the other, the
next best starts of those rows alone that are not found yet, to 1 % of the generator's own spread. What is
found is a local minimum: its error bounds the least one from above, and how far the starts disagree says
how much to trust it.
Invert the generator's own rows, of which the least error is 0, before an error of others is read.

Sources: Zhu et al. 2016, arXiv:1609.03552; Creswell and Bharath 2018, arXiv:1611.05644; Lipton and
Tripathi 2017, arXiv:1702.04782; Yeh et al. 2017, arXiv:1607.07539 (masks).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from jaxtyping import Float, Int
from torch import Tensor

from zerosum import noise
from zerosum.errors import InputError
from zerosum.latent import asked, descent
from zerosum.latent.checks import Generate
from zerosum.latent.descent import Found, adam, lbfgs
from zerosum.latent.norms import norm_surprise

Features = Callable[[Tensor], Tensor]  # rows (n, ...) -> features (n, ...)

_AT_ONCE = 1024  # latents moved together: bounds memory
_FOUND = 0.01  # relative error below which a row is looked for no more


@dataclass(frozen=True)
class Effort:
    """How hard a least distance is looked for.

    Args:
        starts: of each row, a quarter of them merely drawn. steps: of Adam for every start.
        polish: steps of L-BFGS for the best. drawn: latents among which the nearest are starts.
        again: further starts that L-BFGS polishes, of rows whose error is still above 1 %.

    Raises:
        InputError: no start, a negative number of steps, or fewer latents drawn than starts.
    """

    starts: int = 8
    steps: int = 200
    polish: int = 50
    drawn: int = 1024
    again: int = 3

    def __post_init__(self) -> None:
        least = min(self.steps, self.polish, self.again)
        if self.starts < 1 or least < 0 or self.drawn < self.starts:
            raise InputError(
                f"{self} cannot be searched with: give starts of 1 or more, drawn of at least as "
                "many, and steps, polish and again of 0 or more"
            )


USUAL = Effort()


@dataclass(frozen=True, eq=False)
class Moment:
    """How far a search has come.

    Attributes:
        stage: "adam" moves every start, "lbfgs" the best of each row, "again" the next best of the rows
            that are not found. step: of so many: `steps`.
        latents: (n, k, latent) the best so far of each start. value: (n, k) their J.
    """

    stage: str
    step: int
    steps: int
    latents: Float[Tensor, "n k latent"]
    value: Float[Tensor, "n k"]


Watch = Callable[[Moment], None]


@dataclass(frozen=True, eq=False)
class Inversion:
    """The best latent found for each of n rows.

    Attributes:
        latents: (n, latent). reconstruction: (n, *event) what the generator makes of them.
        error: (n,) root mean square of x - G(z) over the numbers that count, in the rows' units.
        relative: (n,) error over the standard deviation of the generator's own numbers there; 1 is
            no better than the mean of what it makes, whatever offset and units the rows have.
        value: (n,) the least J. errors: (n, starts) error at the end of each start, of which the best
            is polished, and others where that was not enough; infinite where one has diverged.
        spread: (n,) their standard deviation.
    """

    latents: Float[Tensor, "n latent"]
    reconstruction: Float[Tensor, " n *event"]
    error: Float[Tensor, " n"]
    relative: Float[Tensor, " n"]
    value: Float[Tensor, " n"]
    errors: Float[Tensor, "n starts"]
    spread: Float[Tensor, " n"]


@dataclass(frozen=True, eq=False)
class _Aim:
    """What G(z) shall be like: rows with weights that sum to 1, the generator's spread, features."""

    generate: Generate
    rows: Float[Tensor, " n *event"]
    mask: Float[Tensor, " n *event"]
    scale: Float[Tensor, " n"]
    features: Features | None
    told: Float[Tensor, " n *features"] | None
    weight: float
    prior: float

    def of(self, index: Int[Tensor, " k"]) -> _Aim:
        told = None if self.told is None else self.told[index]
        return replace(
            self, rows=self.rows[index], mask=self.mask[index], scale=self.scale[index], told=told
        )

    def residual(self, z: Tensor) -> Float[Tensor, " n"]:
        return self._residual(self.generate(z))

    def __call__(self, z: Tensor) -> Float[Tensor, " n"]:
        made = self.generate(z)
        value = self._residual(made)
        if self.features is not None and self.told is not None:
            apart = self.features(asked.seen(made, self.mask)) - self.told
            value = value + self.weight * apart.square().flatten(1).mean(dim=1)
        return value + self.prior * norm_surprise(z) if self.prior else value

    def _residual(self, made: Tensor) -> Float[Tensor, " n"]:
        return ((self.rows - made).square() * self.mask).flatten(1).sum(dim=1)


def invert(
    generate: Generate,
    rows: Tensor,
    latent: int,
    *,
    mask: Tensor | None = None,
    prior: float = 0.0,
    features: Features | None = None,
    weight: float = 1.0,
    first: Tensor | None = None,
    effort: Effort = USUAL,
    key: int = 0,
    watch: Watch | None = None,
) -> Inversion:
    """Return the latents whose rows are nearest to the given ones, by J(z) above.

    Args:
        generate: latents (k, latent) to rows (k, *event), differentiable, each row by itself:
            a network in eval mode. One of a class closes over its label.
        rows: (n, *event), in the generator's units, dtype and device.
        latent: numbers of a latent, standard normal.
        mask: weights of 0 or more that broadcast to the rows; where 0, a row may hold NaN.
        prior: weight of the surprise of ‖z‖, in squared units of the rows.
        features: a differentiable extractor whose features shall agree too (unknown numbers are 0
            in both); weight: of their mean squared difference.
        first: (n, latent) latents to start from as well, such as an encoder's; they replace a start.
        effort: starts and steps. key: noise key of the latents drawn.
        watch: told after each step, of so many rows as are moved together; it may raise to end it.

    Raises:
        InputError: rows that are not finite or of another shape than the generator's, a mask of
            another shape, first latents of another shape, or a generator that cannot be inverted.
    """
    asked.require_weights(prior=prior, weight=weight)
    pool = noise.normal(
        noise.fold(key, "inversion"), (effort.drawn, latent), dtype=asked.dtype(rows)
    )
    pool = pool.to(rows.device)
    with torch.no_grad():
        made = torch.cat([generate(part) for part in pool.split(_AT_ONCE)])
        pool, made = asked.finite(pool, made, effort.starts)
        asked.require_alike(generate, pool, made, rows)
        mask = asked.weights(mask, rows)
        rows = asked.known(rows, mask)
        told = None if features is None else features(asked.seen(rows, mask))
        scale = (made.var(dim=0, correction=0) * mask).flatten(1).sum(dim=1).sqrt()
        aim = _Aim(generate, rows, mask, scale, features, told, weight, prior)
        starts = _starts(aim, pool, made, asked.guess(first, len(rows), latent), effort.starts)
    chunks = torch.arange(len(rows), device=rows.device).split(max(1, _AT_ONCE // effort.starts))
    return _read(aim, [_solved(aim.of(i), starts[i], effort, watch) for i in chunks])


def _solved(
    aim: _Aim, starts: Tensor, effort: Effort, watch: Watch | None
) -> tuple[Tensor, Tensor, Tensor]:
    """Return best latents (n, d), their J (n,), and the errors of all starts (n, starts)."""
    n, k = starts.shape[:2]
    own = torch.arange(n, device=starts.device)
    wide = aim.of(own.repeat_interleave(k))
    found = adam(
        wide, starts.flatten(0, 1), effort.steps, watch=_told(watch, "adam", effort.steps, n)
    )
    z, order = (
        found.z.unflatten(0, (n, k)),
        found.value.unflatten(0, (n, k)).argsort(dim=1, stable=True),
    )
    told = _told(watch, "lbfgs", effort.polish, n)
    end = lbfgs(aim, z[own, order[:, 0]], effort.polish, watch=told)
    errors = _residual(wide, found.z).sqrt().unflatten(0, (n, k))
    errors[own, order[:, 0]] = _residual(aim, end.z).sqrt()
    for rank in range(1, min(k, 1 + effort.again)):
        # false for NaN, so that a row without any finite value is looked for again
        left = own[~(_residual(aim, end.z).sqrt() < _FOUND * aim.scale)]
        if not len(left):
            break
        rest, start = aim.of(left), order[left, rank]
        told = _told(watch, "again", effort.polish, len(left))
        more = lbfgs(rest, z[left, start], effort.polish, watch=told)
        errors[left, start] = _residual(rest, more.z).sqrt()
        end = _better(end, more, left)
    return end.z, end.value, torch.where(errors.isfinite(), errors, torch.inf)


@torch.no_grad()
def _residual(aim: _Aim, z: Tensor) -> Float[Tensor, " n"]:
    return aim.residual(z)


def _better(end: Found, more: Found, index: Int[Tensor, " k"]) -> Found:
    """Return what was found, with what is better of more of some rows."""
    better = more.value < end.value[index]
    z, value = end.z.clone(), end.value.clone()
    z[index[better]], value[index[better]] = more.z[better], more.value[better]
    return Found(z, value)


def _told(watch: Watch | None, stage: str, steps: int, n: int) -> descent.Watch | None:
    if watch is None:
        return None

    def told(step: int, z: Tensor, value: Tensor) -> None:
        latents = z.unflatten(0, (n, len(z) // n))
        watch(Moment(stage, step, steps, latents, value.unflatten(0, (n, len(z) // n))))

    return told


def _read(aim: _Aim, parts: list[tuple[Tensor, Tensor, Tensor]]) -> Inversion:
    z, value, errors = (torch.cat(part) for part in zip(*parts, strict=True))
    with torch.no_grad():
        there = torch.cat([aim.generate(part) for part in z.split(_AT_ONCE)])
    error = (there - aim.rows).square().mul(aim.mask).flatten(1).sum(dim=1).sqrt()
    # a generator of one row only: any error is infinitely large beside nothing, and none is none
    relative = torch.where(error > 0, error / aim.scale, 0)
    finite = errors.isfinite()
    mean = torch.where(finite, errors, 0).sum(dim=1) / finite.sum(dim=1)
    apart = torch.where(finite, errors - mean[:, None], 0)
    spread = (apart.square().sum(dim=1) / finite.sum(dim=1)).sqrt()
    return Inversion(z, there, error, relative, value, errors, spread)


def _starts(
    aim: _Aim, pool: Tensor, made: Tensor, first: Tensor | None, starts: int
) -> Float[Tensor, "n starts d"]:
    """Return the first guess if there is one, the nearest of the drawn, and the first drawn."""
    flat, weights = made.flatten(1), aim.mask.flatten(1)
    squared = weights @ flat.square().T - 2 * (weights * aim.rows.flatten(1)) @ flat.T
    near = squared.topk(starts - starts // 4, dim=1, largest=False).indices
    drawn = pool[: starts // 4].expand(len(near), -1, -1)
    guesses = [] if first is None else [first[:, None].to(pool)]
    return torch.cat([*guesses, pool[near], drawn], dim=1)[:, :starts]
