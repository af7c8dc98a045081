"""Deep convolutional networks by the five DCGAN guidelines, for images of any height and width.

1. strided convolutions instead of pooling (fractionally strided in the generator)
2. BatchNorm in both, but not on the generator's output nor on the discriminator's first layer
3. no fully connected hidden layers
4. ReLU in the generator, tanh at its output
5. LeakyReLU with slope 0.2 in the discriminator

Sizes: from the image inwards each side of 8 or more is halved (kernel 4, stride 2; an odd side is
rounded down, and the generator adds the missing row back), each shorter one is left alone (kernel
3, stride 1), until both are between 4 and 7; images of at most 7 × 7 get one convolution that
halves nothing. Widths double inwards from `width`, up to 8 times it.

The paper's first layer, a convolution of a 1 × 1 latent image, and its last one, from 4 × 4 to a
number, are exactly linear maps, and `nn.Linear` runs them several times faster. Both order features
as (height, width, channels), which makes the first activation channels-last. Weights N(0, 0.02²),
BatchNorm scales N(1, 0.02²). BatchNorm couples the samples of a batch: no gradient penalty fits it;
norm "none" leaves it out.

Source: Radford, Metz and Chintala 2016, arXiv:1511.06434.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from jaxtyping import Float, Int64
from torch import Tensor, nn

from zerosum.errors import unknown
from zerosum.networks.checks import image_shape_of, require_event, require_sizes
from zerosum.networks.conditional import LabelledLatent, LogitHead
from zerosum.noise import Key

_LEAST_SIDE = 4
_WIDEST = 8  # times the width at the image: 64 → 512 in the paper's discriminator
NORMS = ("batch", "none")


@dataclass(frozen=True)
class Level:
    """One convolution between an outer (nearer the image) and an inner (smaller) feature map."""

    outer: tuple[int, int]
    inner: tuple[int, int]

    @property
    def halved(self) -> tuple[bool, bool]:
        """Which of height and width this level halves."""
        return self.outer[0] != self.inner[0], self.outer[1] != self.inner[1]

    @property
    def kernel(self) -> tuple[int, int]:
        """4 where a side is halved, 3 where not; the padding is 1 for both."""
        height, width = self.halved
        return 3 + height, 3 + width

    @property
    def stride(self) -> tuple[int, int]:
        """2 where a side is halved, 1 where not."""
        height, width = self.halved
        return 1 + height, 1 + width

    @property
    def rest(self) -> tuple[int, int]:
        """1 where an odd side was rounded down: what the way back must add."""
        h, w = self.stride
        return self.outer[0] - h * self.inner[0], self.outer[1] - w * self.inner[1]


def levels(height: int, width: int) -> tuple[Level, ...]:
    """Return the levels from the image inwards.

    >>> [level.inner for level in levels(28, 64)]
    [(14, 32), (7, 16), (7, 8), (7, 4)]
    """
    sides = [(height, width)]
    while max(sides[-1]) >= 2 * _LEAST_SIDE or len(sides) == 1:
        h, w = (n // 2 if n >= 2 * _LEAST_SIDE else n for n in sides[-1])
        sides.append((h, w))
    return tuple(Level(outer, inner) for outer, inner in pairwise(sides))


class DCGANGenerator(nn.Module):
    """Latent to image: a linear stem, then transposed convolutions up to the image."""

    def __init__(
        self,
        *,
        latent: int,
        event_shape: Sequence[int],
        width: int = 64,
        classes: int = 0,
        norm: str = "batch",
    ) -> None:
        super().__init__()
        channels, height, breadth = image_shape_of(event_shape, least=_LEAST_SIDE)
        steps = levels(height, breadth)
        sizes = _widths(width, len(steps))
        self.input = LabelledLatent(latent=latent, classes=classes)
        self.base = (*steps[-1].inner, sizes[-1])
        plain = _is_plain(norm)
        self.stem = nn.Linear(self.input.size, math.prod(self.base), bias=plain)
        self.first = nn.Sequential(*_norm(sizes[-1], plain), nn.ReLU())
        blocks: list[nn.Module] = []
        for i in range(len(steps) - 1, 0, -1):
            up = _up(steps[i], sizes[i], sizes[i - 1], bias=plain)
            blocks += [up, *_norm(sizes[i - 1], plain), nn.ReLU()]
        blocks += [_up(steps[0], sizes[0], channels, bias=True), nn.Tanh()]
        self.body = nn.Sequential(*blocks)
        _initialise(self)

    def forward(
        self, z: Float[Tensor, "batch latent"], label: Int64[Tensor, " batch"] | None = None
    ) -> Float[Tensor, " batch *event"]:
        """Return generated images in (−1, 1).

        Args: z: latents, shape (batch, latent). label: class numbers (batch,), or None.
        Returns: shape (batch, channels, height, width).
        Raises: InputError for a wrong latent size or a missing label.
        """
        h = self.stem(self.input(z, label)).unflatten(1, self.base).permute(0, 3, 1, 2)
        return self.body(self.first(h))


class DCGANDiscriminator(nn.Module):
    """Image to raw logit: strided convolutions, then one linear map; a key is ignored."""

    def __init__(
        self,
        *,
        event_shape: Sequence[int],
        width: int = 64,
        classes: int = 0,
        auxiliary: bool = False,
        norm: str = "batch",
    ) -> None:
        super().__init__()
        self.event_shape = image_shape_of(event_shape, least=_LEAST_SIDE)
        steps = levels(*self.event_shape[1:])
        sizes = _widths(width, len(steps))
        plain = _is_plain(norm)
        blocks: list[nn.Module] = [_down(steps[0], self.event_shape[0], sizes[0], bias=True)]
        blocks += [nn.LeakyReLU(0.2)]
        for i in range(1, len(steps)):
            down = _down(steps[i], sizes[i - 1], sizes[i], bias=plain)
            blocks += [down, *_norm(sizes[i], plain), nn.LeakyReLU(0.2)]
        self.body = nn.Sequential(*blocks)
        self.head = LogitHead(
            features=math.prod(steps[-1].inner) * sizes[-1], classes=classes, auxiliary=auxiliary
        )
        _initialise(self)

    def forward(
        self,
        x: Float[Tensor, " batch *event"],
        label: Int64[Tensor, " batch"] | None = None,
        key: Key | None = None,
    ) -> Float[Tensor, " batch *classes"]:
        """Return raw logits.

        Args: x: images, shape (batch, channels, height, width). label: class numbers (batch,), or
            None. key: not looked at.
        Returns: shape (batch,); with `auxiliary` (batch, 1 + classes), the logits first.
        Raises: InputError for a wrong event shape or a missing label.
        """
        require_event(x, self.event_shape)
        return self.head(self.body(x).permute(0, 2, 3, 1).flatten(1), label)


def _widths(width: int, n: int) -> list[int]:
    require_sizes(width=width)
    return [width * min(2**i, _WIDEST) for i in range(n)]


def _is_plain(norm: str) -> bool:
    if norm not in NORMS:
        raise unknown("norm", norm, NORMS)
    return norm == "none"


def _up(level: Level, inner: int, outer: int, *, bias: bool) -> nn.ConvTranspose2d:
    return nn.ConvTranspose2d(
        inner, outer, level.kernel, level.stride, 1, output_padding=level.rest, bias=bias
    )


def _down(level: Level, outer: int, inner: int, *, bias: bool) -> nn.Conv2d:
    return nn.Conv2d(outer, inner, level.kernel, level.stride, 1, bias=bias)


def _norm(features: int, plain: bool) -> list[nn.Module]:
    # no bias in the layer below: BatchNorm takes it out again, and Adam would turn its rounding
    # noise into full steps
    return [] if plain else [nn.BatchNorm2d(features)]


def _initialise(network: nn.Module) -> None:
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            nn.init.normal_(module.weight, 0.0, 0.02)
        if isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.weight, 1.0, 0.02)
        bias = getattr(module, "bias", None)
        if isinstance(bias, Tensor):
            nn.init.zeros_(bias)
