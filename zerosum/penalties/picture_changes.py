"""What can be done to a picture, as functions of how much: moving it, colouring it, cutting a square out.

    moved        x'(q) = x(A q)      q a place of the new picture, A q where it was, bilinear between pixels
    recoloured   x' = M c (x + b),   M = ±P + s (cos t Q + sin t K)
    cut          x' = 0 in a square

P projects a pixel's colour on the grey axis v = (1, 1, 1)/√3, Q = I - P, and K turns round v: luma is
kept or flipped (±), the rest is stretched (s) and turned (t). Beyond its border a picture is its own
mirror image. Every function is linear in the pixels, has slopes of any order in them, and gives a picture
back bit for bit where nothing is to be done.

Source: Karras et al. 2020, arXiv 2006.06676, appendix B. Deviation: the paper moves pictures between
two passes of a wavelet filter at twice the size; here four neighbours are weighed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

Pictures = Float[Tensor, "batch channels height width"]
Each = Float[Tensor, " batch"]
Pair = Float[Tensor, "batch 2"]
Maps = Float[Tensor, "batch 3 3"]


@dataclass(frozen=True)
class Moves:
    """Where each picture goes, one change after the other in this order.

    Attributes:
        mirror: -1 swaps left and right, 1 does not.
        quarters: quarter turns anticlockwise.
        shift: whole pixels to the right and down.
        scale: factor of size. before, after: turns anticlockwise in radians round `stretch`, the factor
            of width and the divisor of height.
        slide: pixels to the right and down.
    """

    mirror: Each
    quarters: Each
    shift: Pair
    scale: Each
    before: Each
    stretch: Each
    after: Each
    slide: Pair


@dataclass(frozen=True)
class Colours:
    """How each picture is coloured.

    Attributes:
        brightness: added to every number. contrast: their factor after that.
        luma: 1 turns light into dark. hue: turn of the colours in radians. saturation: their factor;
            these three for three channels only.
    """

    brightness: Each
    contrast: Each
    luma: Each
    hue: Each
    saturation: Each


def origins(moves: Moves) -> Maps:
    """Return A of each picture: homogeneous, in pixels from the centre, x to the right and y down.

    A = T1⁻¹ T2⁻¹ ... Tn⁻¹   for changes T1, then T2, ..., then Tn
    """
    one = torch.ones_like(moves.scale)
    # round: a quarter's cosine is a whole number, so that blits hit pixels exactly
    quarter = moves.quarters * (math.pi / 2)
    found = _scaled(moves.mirror, one) @ _turned(quarter.cos().round(), quarter.sin().round())
    found = found @ _slid(moves.shift) @ _scaled(1 / moves.scale, 1 / moves.scale)
    found = found @ _turned(moves.before.cos(), moves.before.sin())
    found = found @ _scaled(1 / moves.stretch, moves.stretch)
    found = found @ _turned(moves.after.cos(), moves.after.sin())
    return found @ _slid(moves.slide)


def moved(x: Pictures, maps: Maps) -> Pictures:
    """Return x'(q) = x(A q), bilinear, mirrored beyond the border.

    Args: x: pictures. maps: A of each, from `origins`.
    Returns: shape of x.
    """
    height, width = x.shape[2:]
    right = torch.arange(width, dtype=maps.dtype, device=x.device) - (width - 1) / 2
    down = torch.arange(height, dtype=maps.dtype, device=x.device)[:, None] - (height - 1) / 2
    a = maps[:, :, :, None, None]
    columns = _neighbours(a[:, 0, 0] * right + a[:, 0, 1] * down + a[:, 0, 2], width)
    lines = _neighbours(a[:, 1, 0] * right + a[:, 1, 1] * down + a[:, 1, 2], height)
    flat, out = x.flatten(2), torch.zeros_like(x)
    for line, vertical in lines:
        for column, horizontal in columns:
            place = (line * width + column).flatten(1)[:, None].expand(-1, x.shape[1], -1)
            pixels = flat.gather(2, place).unflatten(2, (height, width))
            out = out + (vertical * horizontal)[:, None] * pixels
    return out


def recoloured(x: Pictures, colours: Colours) -> Pictures:
    """Return M c (x + b), or c (x + b) where there are not three channels.

    Args: x: pictures, 0 the middle grey. colours: of each.
    Returns: shape of x.
    """
    b, c, flip, turn, s = (
        value[:, None, None, None]
        for value in (
            colours.brightness, colours.contrast, colours.luma, colours.hue, colours.saturation,
        )
    )  # fmt: skip
    x = c * (x + b)
    if x.shape[1] != 3:
        return x
    grey = x.mean(1, keepdim=True)
    across = (x.roll(1, 1) - x.roll(-1, 1)) / math.sqrt(3)  # v × x
    # M - I, so that nothing is added where nothing is to be done
    return x - 2 * flip * grey + (s * turn.cos() - 1) * (x - grey) + s * turn.sin() * across


def cut(x: Pictures, centre: Pair, side: Each) -> Pictures:
    """Return pictures that are 0 in a rectangle of the picture's own proportions.

    Args: x: pictures. centre: right and down, as shares of width and height. side: of the rectangle,
        as a share of the picture's; 0 cuts nothing.
    Returns: shape of x.
    """
    height, width = x.shape[2:]
    right = (torch.arange(width, dtype=side.dtype, device=x.device) + 0.5) / width
    down = (torch.arange(height, dtype=side.dtype, device=x.device) + 0.5) / height
    inside_x = (right - centre[:, :1]).abs() < side[:, None] / 2
    inside_y = (down - centre[:, 1:]).abs() < side[:, None] / 2
    return x.masked_fill((inside_y[:, :, None] & inside_x[:, None, :])[:, None], 0.0)


def _neighbours(place: Tensor, size: int) -> list[tuple[Tensor, Tensor]]:
    """Return the two whole places beside each place from the centre, and their weights."""
    place = place + (size - 1) / 2
    below = place.floor()
    share = place - below
    return [(_reflected(below, size), 1 - share), (_reflected(below + 1, size), share)]


def _reflected(place: Tensor, size: int) -> Tensor:
    """Return whole places from 0 to size - 1: 0 1 2 1 0 1 ... for size 3."""
    if size == 1:
        return torch.zeros_like(place, dtype=torch.int64)
    return size - 1 - (place.long().remainder(2 * size - 2) - (size - 1)).abs()


def _scaled(x: Tensor, y: Tensor) -> Tensor:
    zero = torch.zeros_like(x)
    return _rows((x, zero, zero), (zero, y, zero))


def _turned(cos: Tensor, sin: Tensor) -> Tensor:
    # the inverse of an anticlockwise turn where y points down
    zero = torch.zeros_like(cos)
    return _rows((cos, -sin, zero), (sin, cos, zero))


def _slid(by: Tensor) -> Tensor:
    one, zero = torch.ones_like(by[:, 0]), torch.zeros_like(by[:, 0])
    return _rows((one, zero, -by[:, 0]), (zero, one, -by[:, 1]))


def _rows(first: tuple[Tensor, ...], second: tuple[Tensor, ...]) -> Tensor:
    zero, one = torch.zeros_like(first[0]), torch.ones_like(first[0])
    numbers = (*first, *second, zero, zero, one)
    return torch.stack(numbers, dim=-1).unflatten(-1, (3, 3))
