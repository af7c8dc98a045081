"""Augmentation: pictures changed at random before the discriminator looks, real and generated alike.

    a(T(x))   against   a(T(G(z))),     T made of many changes, each made with probability p

With little data a discriminator learns its rows by heart; it cannot where it never sees the same one
twice. As long as p is below 1, p_g = p_d is still the only way for both sides to look alike, so that
changes do not leak into the samples (the paper saw leaks above 0.8). The chance p is a number, a schedule
(R3GAN), or steered (`games/adaptive.py`).

    blit       mirror (of which half are none), quarter turns, whole shifts up to 1/8 of the side
    geometry   scale 2^N(0, 0.2²), turn up to ±180°, stretch 2^N(0, 0.2²), shifts N(0, 1/8²) of the side
    colour     brightness N(0, 0.2²), contrast 2^N(0, 0.5²), luma flip, hue ±180°, saturation 2^N(0, 1)
    cutout     a rectangle of half the picture's sides

Source: Karras et al. 2020, arXiv 2006.06676; its code's ranges. Left out: image-space filters and
noise, which neither paper's recipe has. A turn comes before or after the stretch or at both places,
with probability p in all. Deviation: luma flip, hue and saturation are for three channels only.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from zerosum import noise
from zerosum.errors import InputError
from zerosum.penalties.picture_changes import Colours, Moves, cut, moved, origins, recoloured

# in the order in which they are drawn
_CHANGES = (
    "mirror", "quarters", "shift", "scale", "before", "stretch", "after", "slide", "brightness", "contrast",
    "luma", "hue", "saturation", "cutout",
)  # fmt: skip


@dataclass(frozen=True)
class Shares:
    """The probability of each category's changes as a share of p; 0 leaves the category out.

    ADA's "bgc" is (1, 1, 1, 0); R3GAN has (1, 1, 0.5, 1).
    """

    blit: float = 1.0
    geometry: float = 1.0
    colour: float = 1.0
    cutout: float = 0.0


BGC = Shares()


def augment(
    x: Float[Tensor, " batch *event"], p: float | Tensor, key: noise.Key, shares: Shares
) -> Float[Tensor, " batch *event"]:
    """Return every picture changed at random by itself; the graph of x is kept.

    Args:
        x: (batch, channels, height, width), 0 the middle grey. p: probability of each change, a number
            or a 0-d tensor; 0 returns x bit for bit, and as a number at no cost.
        key: random key. shares: of p for each category.
    Returns: shape and type of x; computed in float32 at least.
    Raises: InputError: rows that are no pictures.
    """
    if x.ndim != 4:
        raise InputError(
            f"game.augment changes pictures, but a row here has shape {tuple(x.shape[1:])}: leave "
            "game.augment out"
        )
    if isinstance(p, int | float) and p == 0:
        return x
    # places on a grid need more than the eight bits that autocast would leave them
    with torch.autocast(x.device.type, enabled=False):
        full = x.to(torch.promote_types(x.dtype, torch.float32))
        # in one type from the start, so that alone and among many the same throws are below it
        dice = _thrown(full, torch.as_tensor(p, dtype=full.dtype), key)
        if shares.blit or shares.geometry:
            full = moved(full, origins(_moves(dice, shares, full)))
        if shares.colour:
            full = recoloured(full, _colours(dice, shares.colour))
        if shares.cutout:
            half = torch.full_like(dice.first("cutout"), 0.5)
            full = cut(full, dice.pair("cutout"), dice.some("cutout", shares.cutout, half, 0.0))
    return full.to(x.dtype)


@dataclass(frozen=True)
class _Dice:
    """A batch's throws: for each change whether it is made, two uniform numbers and two normal ones."""

    p: Tensor
    gate: Float[Tensor, "batch changes"]
    uniform: Float[Tensor, "batch changes 2"]
    normal: Float[Tensor, "batch changes 2"]

    def some(self, name: str, share: float, made: Tensor, not_made: float) -> Tensor:
        """Return `made` for the pictures where the change is made, with probability share · p."""
        return self.where(name, share * self.p, made, not_made)

    def where(self, name: str, chance: Tensor, made: Tensor, not_made: float) -> Tensor:
        """Return `made` for the pictures where the change is made, with this probability."""
        on = self.gate[:, _CHANGES.index(name)] < chance
        return torch.where(on if made.ndim == 1 else on[:, None], made, not_made)

    def first(self, name: str) -> Tensor:
        """Return one uniform number a picture."""
        return self.uniform[:, _CHANGES.index(name), 0]

    def pair(self, name: str) -> Tensor:
        """Return two uniform numbers a picture."""
        return self.uniform[:, _CHANGES.index(name)]

    def power(self, name: str, deviation: float) -> Tensor:
        """Return 2^N(0, deviation²), one a picture."""
        return (self.normals(name)[:, 0] * deviation).exp2()

    def normals(self, name: str) -> Tensor:
        """Return two standard normal numbers a picture."""
        return self.normal[:, _CHANGES.index(name)]

    def angle(self, name: str) -> Tensor:
        """Return one angle a picture, uniform on the circle."""
        return (2 * self.first(name) - 1) * math.pi


def _thrown(x: Tensor, p: Tensor, key: noise.Key) -> _Dice:
    batch, count = len(x), len(_CHANGES)
    uniform = noise.uniform(key, (batch, count, 3), dtype=x.dtype, device=x.device)
    normal = noise.normal(key + 1, (batch, count, 2), dtype=x.dtype, device=x.device)
    return _Dice(p, uniform[..., 0], uniform[..., 1:], normal)


def _moves(dice: _Dice, shares: Shares, x: Tensor) -> Moves:
    blit, geometry = shares.blit, shares.geometry
    sides = torch.tensor([x.shape[3], x.shape[2]], dtype=x.dtype, device=x.device)
    shift = ((2 * dice.pair("shift") - 1) * sides / 8).round()
    # two turns, of which at least one happens with probability p
    turn = 1 - (1 - (geometry * dice.p).clamp(0, 1)).sqrt()
    return Moves(
        mirror=dice.some("mirror", blit, (dice.first("mirror") - 0.5).sign(), 1.0),
        quarters=dice.some("quarters", blit, (4 * dice.first("quarters")).floor(), 0.0),
        shift=dice.some("shift", blit, shift, 0.0),
        scale=dice.some("scale", geometry, dice.power("scale", 0.2), 1.0),
        before=dice.where("before", turn, dice.angle("before"), 0.0),
        stretch=dice.some("stretch", geometry, dice.power("stretch", 0.2), 1.0),
        after=dice.where("after", turn, dice.angle("after"), 0.0),
        slide=dice.some("slide", geometry, dice.normals("slide") * sides / 8, 0.0),
    )


def _colours(dice: _Dice, share: float) -> Colours:
    luma = (dice.first("luma") < 0.5).to(dice.uniform.dtype)
    return Colours(
        brightness=dice.some("brightness", share, 0.2 * dice.normals("brightness")[:, 0], 0.0),
        contrast=dice.some("contrast", share, dice.power("contrast", 0.5), 1.0),
        luma=dice.some("luma", share, luma, 0.0),
        hue=dice.some("hue", share, dice.angle("hue"), 0.0),
        saturation=dice.some("saturation", share, dice.power("saturation", 1.0), 1.0),
    )
