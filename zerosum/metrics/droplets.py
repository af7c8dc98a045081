"""Droplets: artefacts that stand at one place, or in one region, of many generated pictures.

Each picture is filtered by a spot (mean of 3 x 3 pixels less mean of 7 x 7 around it), s. Four maps:

    spot      s, a channel and a place each                    a blob of one colour at one place
    region    mean of 7 x 7 less mean of 15 x 15, likewise     that blob, moving by a few pixels
    grain     log(max over channels |s| + c), a place each     a blob of any colour at one place
    roaming   log(max over a window |s| + c), a window each    that blob, moving within the window

the last two less their mean over the picture, so that sharpness of the whole says nothing. With d the
difference of means of two sets, in standard errors, a place stands out of its map by

    e = |d − median d| / max(1, 1.4826 median |d − median d|)   (spot, region; the others without | |)

and the value is the largest e. Where two sets are of one law d is standard normal nearly, and the value
is 4 or so. A generator whose pictures differ everywhere has a wide map, and only what stands out of
that counts: this is no distance. The p-value is exact for sets of one law: the share of permutations
of the pooled rows whose largest e is as large, over all maps and places (Westfall and Young 1993). A
small p alone says that the sets differ somewhere; a droplet has a large value too, and a place to look.

A difference of less than a hundredth of the range is no difference that anybody sees: c² is added to
every variance. Pictures of less than 16 pixels have no `region`, those of more than 32 are averaged down
first. The check is ours; the artefact is described by Karras et al. 2020, arXiv:1912.04958, section 2.
Not to be confused with mode collapse: pictures with droplets may be as varied as real ones.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from zerosum import noise
from zerosum.errors import InputError
from zerosum.metrics.features import digest
from zerosum.metrics.intervals import half_samples, spread

SIDE = 32  # pixels; larger pictures are averaged down
LEAST = 8  # pixels; smaller ones have no surroundings
_WIDE = 16  # pixels from which there is a wider spot
_FLOOR = 0.02  # c: one hundredth of the range from -1 to 1
_APART = 4  # pixels between two places that are reported
_MOST = 5  # places that are reported
_SPLITS = 10


@dataclass(frozen=True)
class Place:
    """Where generated pictures stand out: centre in pixels of the pictures given, map and size e."""

    row: float
    column: float
    map: str
    value: float


@dataclass(frozen=True)
class Droplets:
    """What was found.

    Attributes:
        value: the largest e. error: its standard error, from half samples, on the scale of all rows.
        p_value: share of permutations that reach it; at least 1 / (permutations + 1).
        limit: the value that 95 % of permutations stay below.
        places: where e is above the limit, largest first, at most 5, at least 4 pixels apart.
        label: what the numbers depend on.
    """

    value: float
    error: float
    p_value: float
    limit: float
    places: tuple[Place, ...]
    label: str


@dataclass(frozen=True)
class Maps:
    """The maps of pictures of one shape, one after the other in a row of numbers.

    Attributes:
        event_shape: (channels, height, width), sides of 8 or more.
    """

    event_shape: tuple[int, int, int]

    def __post_init__(self) -> None:
        """Refuse pictures without surroundings."""
        if min(self.event_shape[1:]) < LEAST:
            raise InputError(
                f"pictures of shape {self.event_shape} are too small for droplets: give sides of {LEAST} "
                "pixels or more"
            )

    @property
    def sides(self) -> tuple[int, int]:
        """Height and width of the maps."""
        return min(self.event_shape[1], SIDE), min(self.event_shape[2], SIDE)

    @property
    def window(self) -> int:
        """Side of a window, a quarter of the shorter side; windows overlap by half."""
        return max(4, 2 * (min(self.sides) // 8))

    @property
    def sizes(self) -> dict[str, int]:
        """How many numbers each map has."""
        area = math.prod(self.sides)
        windows = math.prod(2 * (s - self.window) // self.window + 1 for s in self.sides)
        colours = self.event_shape[0] * area
        region = {"region": colours} if min(self.sides) >= _WIDE else {}
        return {"spot": colours, **region, "grain": area, "roaming": windows}

    @property
    def id(self) -> str:
        """`droplets-v1` with the maps' sides."""
        return f"droplets-v1:{self.sides[0]}x{self.sides[1]}"

    def of(self, pictures: Float[Tensor, "n c h w"]) -> Float[np.ndarray, "n d"]:
        """Return the maps of pictures in [-1, 1], float64."""
        x = F.adaptive_avg_pool2d(pictures.float(), self.sides)
        spot = _mean(x, 3) - _mean(x, 7)
        size = spot.abs().amax(1, keepdim=True)
        step = self.window // 2
        windows = F.max_pool2d(size, self.window, step)
        sizes = [(m + _FLOOR).log() for m in (size, windows)]
        region = [_mean(x, 7) - _mean(x, 15)] if min(self.sides) >= _WIDE else []
        found = [spot, *region, *(m - m.mean((2, 3), keepdim=True) for m in sizes)]
        return torch.cat([m.flatten(1) for m in found], dim=1).double().numpy()

    def place(self, index: int, value: float) -> Place:
        """Return what the number at this index is about."""
        ends = np.cumsum(list(self.sizes.values()))
        which = int(np.searchsorted(ends, index, side="right"))
        name = list(self.sizes)[which]
        index -= int(ends[which]) - self.sizes[name]
        height, width = self.sides
        if name == "roaming":
            step, across = self.window // 2, 2 * (width - self.window) // self.window + 1
            row, column = (step * i + self.window / 2 for i in divmod(index, across))
        else:
            row, column = (i + 0.5 for i in divmod(index % (height * width), width))
        scale = [side / mine for side, mine in zip(self.event_shape[1:], self.sides, strict=True)]
        return Place(row * scale[0] - 0.5, column * scale[1] - 0.5, name, value)

    def prominence(self, d: Float[np.ndarray, "sets d"]) -> Float[np.ndarray, "sets d"]:
        """Return e at every place, from differences of means in standard errors."""
        parts = np.split(d, np.cumsum(list(self.sizes.values()))[:-1], axis=1)
        parts = [part - np.median(part, axis=1, keepdims=True) for part in parts]
        parts = [
            np.abs(part) if name in ("spot", "region") else part
            for name, part in zip(self.sizes, parts, strict=True)
        ]
        widths = [1.4826 * np.median(np.abs(part), axis=1, keepdims=True) for part in parts]
        return np.hstack([p / np.maximum(1.0, w) for p, w in zip(parts, widths, strict=True)])


def droplets(
    real: np.ndarray,
    fake: np.ndarray,
    *,
    key: int = 0,
    permutations: int = 199,
) -> Droplets:
    """Return whether generated pictures have something at one place that real ones do not have there.

    Args:
        real, fake: pictures in [-1, 1], (n, c, h, w) and (m, c, h, w), independent rows, sides of 8 pixels
            or more.
        key: noise key of permutations and halves. permutations: of the pooled rows.

    Raises:
        InputError: other shapes on the two sides, fewer than 8 rows, or pictures that are too small.
    """
    for name, rows in (("real", real), ("fake", fake)):
        if len(rows) < 8 or rows.ndim != 4 or rows.shape[1:] != real.shape[1:]:
            raise InputError(
                f"{name} has shape {rows.shape}: give at least 8 pictures (n, channels, height, width), of "
                "the same sides as the other set"
            )
    maps = Maps((int(real.shape[1]), int(real.shape[2]), int(real.shape[3])))
    x, y = (maps.of(torch.from_numpy(np.ascontiguousarray(rows))) for rows in (real, fake))
    e = stands_out(maps, x, y)
    chance = _by_chance(maps, np.concatenate((x, y)), len(x), permutations, key)
    limit, value = float(np.quantile(chance, 0.95)), float(e.max())
    return Droplets(
        value=value,
        error=_error(maps, x, y, key),
        p_value=float((1 + (chance >= value).sum()) / (1 + permutations)),
        limit=limit,
        places=_places(maps, e, limit),
        label=f"droplet[{maps.id} | {permutations} permutations | real={len(x)} #{digest([real])} | "
        f"fake={len(y)}]",
    )


def stands_out(
    maps: Maps, x: Float[np.ndarray, "n d"], y: Float[np.ndarray, "m d"]
) -> Float[np.ndarray, " d"]:
    """Return e at every place, of the maps y of one set beside those x of another."""
    n, m = len(x), len(y)
    squares = ((x - x.mean(0)) ** 2).sum(0) + ((y - y.mean(0)) ** 2).sum(0)
    d = _in_errors(y.mean(0) - x.mean(0), squares, n, m)
    return maps.prominence(d[None])[0]


def _in_errors(difference: np.ndarray, squares: np.ndarray, n: int, m: int) -> np.ndarray:
    """Return differences of means over their pooled standard errors, c² added to every variance."""
    return difference / np.sqrt((squares / (n + m - 2) + _FLOOR**2) * (1 / n + 1 / m))


def _by_chance(maps: Maps, pooled: np.ndarray, n: int, times: int, key: int) -> np.ndarray:
    """Return the largest e of random divisions of the pooled rows."""
    total = len(pooled)
    pooled = pooled - pooled.mean(0)
    whole = (pooled**2).sum(0)
    second = np.zeros((times, total))
    for t in range(times):
        rows = noise.permutation(noise.fold(key, "droplets", t), total).numpy()[n:]
        second[t, rows] = 1.0
    m = total - n
    mean = second @ pooled / m  # the other part's is -m/n of it
    difference = mean * (1 + m / n)
    squares = whole - (n * m / total) * difference**2  # within the parts: the whole less between
    return maps.prominence(_in_errors(difference, squares.clip(0), n, m)).max(1)


def _error(maps: Maps, x: np.ndarray, y: np.ndarray, key: int) -> float:
    """Return the standard error of the largest e, where it is on all rows."""
    e = stands_out(maps, x, y)
    at = int(e.argmax())
    halves = (
        half_samples(noise.fold(key, side), len(v), _SPLITS) for side, v in (("x", x), ("y", y))
    )
    values = [stands_out(maps, x[i], y[j])[at] for i, j in zip(*halves, strict=True)]
    return float(spread(np.asarray(values)))


def _places(maps: Maps, e: np.ndarray, limit: float) -> tuple[Place, ...]:
    found: list[Place] = []
    for index in np.argsort(-e)[: 50 * _MOST]:
        place = maps.place(int(index), float(e[index]))
        if place.value <= limit or len(found) == _MOST:
            break
        if all(math.hypot(place.row - f.row, place.column - f.column) >= _APART for f in found):
            found.append(place)
    return tuple(found)


def _mean(x: Tensor, side: int) -> Tensor:
    """Return the mean over a square round every pixel, the picture mirrored beyond its edges."""
    pad = side // 2
    x = F.pad(x, (pad, pad, pad, pad), mode="reflect")
    for axis in (2, 3):
        # differences of running sums: two additions a pixel, whatever the side
        sums = F.pad(x, (1, 0, 0, 0) if axis == 3 else (0, 0, 1, 0)).cumsum(axis)
        length = sums.shape[axis] - side
        x = (sums.narrow(axis, side, length) - sums.narrow(axis, 0, length)) / side
    return x
