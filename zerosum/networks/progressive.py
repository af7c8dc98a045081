"""Networks that grow: trained from small pictures to large ones, a resolution at a time.

    level l + a      l doublings are done, and the next fades in with weight a, 0 <= a < 1
    generator        x_l = rgb_l(h_l),   h_l = stage_l(double(h_{l-1})),   h_0 = stem(z / |z|)
                     x   = (1 - a) double(x_l) + a x_{l+1}
    discriminator    d_l = down_l(leaky(rgb_l(x)))  and on to d_0;   where a > 0
                     d_l = (1 - a) leaky(rgb_l(halve(x))) + a down_{l+1}(leaky(rgb_{l+1}(x)))

`depth` is the number of doublings: both sides of a picture are 2^depth times those of level 0. Layers
of finer levels stand there from the beginning, untouched until their level comes: nothing is built
during training. `level` is a number of the module, kept in its `state_dict`; a fresh network stands at
the top, where it is a plain network. In training the generator returns pictures of its level's
resolution; in `eval()` always full ones, pixels repeated. The discriminator takes pictures of its
level's resolution, or full ones, which it averages down.

Channels are `width` at the finest level, twice as many a level inwards, up to 512 (the paper's).

Source: Karras et al. 2018, arXiv:1710.10196, appendix A. Layers: `equalised`.
Deviations: labels enter as in all networks here (`conditional`); level 0 has the pictures' own shape
where that is not 4 x 4; the stem's bias is one for each pixel and channel.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import torch
from jaxtyping import Float, Int64
from torch import Tensor, nn

from zerosum.errors import InputError
from zerosum.networks.checks import image_shape_of, require_event, require_sizes
from zerosum.networks.conditional import LabelledLatent, LogitHead
from zerosum.networks.equalised import (
    GAIN,
    GROUP,
    EqualisedConv,
    EqualisedLinear,
    blend,
    double,
    halve,
    leaky,
    pixel_norm,
    with_deviation,
)
from zerosum.noise import Key

_WIDEST = 512


class Growing(nn.Module):
    """A network with a level, from 0 to `depth`, that its `state_dict` holds."""

    def __init__(self, event_shape: Sequence[int], depth: int) -> None:
        super().__init__()
        self.event_shape = image_shape_of(event_shape, least=2)
        self.base = base_of(self.event_shape[1], self.event_shape[2], depth)
        self.depth, self.level = depth, float(depth)

    @property
    def shown(self) -> tuple[int, int, int]:
        """Shape of a picture at this level: that of the doubling that is done or fades in."""
        factor = 2 ** math.ceil(self.level)
        return self.event_shape[0], factor * self.base[0], factor * self.base[1]

    def get_extra_state(self) -> Tensor:
        """Return the level for the `state_dict`."""
        return torch.tensor(self.level, dtype=torch.float64)

    def set_extra_state(self, state: Tensor) -> None:
        """Take the level from a `state_dict`.

        Raises: InputError: it is not from 0 to depth.
        """
        level = float(state)
        if not 0 <= level <= self.depth:
            raise InputError(
                f"the stored level is {level:g}, but this network has levels 0 to {self.depth}: its "
                "files are damaged, or of another network"
            )
        self.level = level


class _Stage(nn.Module):
    """3 x 3 convolutions, each with leaky ReLU, and with pixel norm in a generator."""

    def __init__(self, *channels: int, norm: bool) -> None:
        super().__init__()
        self.convs = nn.ModuleList(EqualisedConv(a, b, 3) for a, b in pairwise(channels))
        self.norm = norm

    def forward(self, h: Float[Tensor, "batch before h w"]) -> Float[Tensor, "batch after h w"]:
        """Return the stage's feature maps. Args: h: feature maps. Returns: of the same sides."""
        for conv in self.convs:
            h = leaky(conv(h))
            h = pixel_norm(h) if self.norm else h
        return h


class ProgressiveGenerator(Growing):
    """Latent to picture, of the level's resolution in training and full size in `eval()`."""

    def __init__(
        self, *, latent: int, event_shape: Sequence[int], width: int, depth: int, classes: int = 0
    ) -> None:
        super().__init__(event_shape, depth)
        channels, area = channels_of(width, depth), math.prod(self.base)
        self.input = LabelledLatent(latent=latent, classes=classes)
        # He's constant of the transposed convolution that this map is, over as many taps as pixels
        gain = GAIN / math.sqrt(area)
        self.stem = EqualisedLinear(self.input.size, channels[0] * area, gain=gain)
        self.first = _Stage(channels[0], channels[0], norm=True)
        self.stages = nn.ModuleList(_Stage(a, b, b, norm=True) for a, b in pairwise(channels))
        self.rgb = nn.ModuleList(
            EqualisedConv(c, self.event_shape[0], 1, gain=1.0) for c in channels
        )

    def forward(
        self, z: Float[Tensor, "batch latent"], label: Int64[Tensor, " batch"] | None = None
    ) -> Float[Tensor, " batch *event"]:
        """Return generated pictures, not confined to any range.

        Args: z: latents, shape (batch, latent). label: class numbers (batch,), or None.
        Returns: (batch, channels, h, w), of the level's sides in training, else of the full ones.
        Raises: InputError for a wrong latent size or a missing label.
        """
        low, alpha = int(self.level), self.level - int(self.level)
        h = self.stem(pixel_norm(self.input(z, label))).unflatten(1, (-1, *self.base))
        h = self.first(pixel_norm(leaky(h)))
        for i in range(low):
            h = self.stages[i](double(h))
        x = self.rgb[low](h)
        if alpha > 0:
            x = blend(double(x), self.rgb[low + 1](self.stages[low](double(h))), alpha)
        missing = 0 if self.training else self.depth - math.ceil(self.level)
        for _ in range(missing):
            x = double(x)
        return x


class ProgressiveDiscriminator(Growing):
    """Picture to raw logit; a key is ignored. Samples of a group see each other (`with_deviation`)."""

    def __init__(
        self,
        *,
        event_shape: Sequence[int],
        width: int,
        depth: int,
        classes: int = 0,
        auxiliary: bool = False,
        group: int = GROUP,
    ) -> None:
        super().__init__(event_shape, depth)
        require_sizes(group=group)
        channels, inner = channels_of(width, depth), channels_of(width, depth)[0]
        self.group = group
        self.rgb = nn.ModuleList(EqualisedConv(self.event_shape[0], c, 1) for c in channels)
        self.stages = nn.ModuleList(_Stage(b, b, a, norm=False) for a, b in pairwise(channels))
        self.last = _Stage(inner + 1, inner, norm=False)
        self.dense = EqualisedLinear(inner * math.prod(self.base), inner)
        self.head = LogitHead(features=inner, classes=classes, auxiliary=auxiliary)
        for weight in self.head.parameters():
            (nn.init.zeros_ if weight.ndim == 1 else nn.init.normal_)(weight)

    def forward(
        self,
        x: Float[Tensor, " batch *event"],
        label: Int64[Tensor, " batch"] | None = None,
        key: Key | None = None,
    ) -> Float[Tensor, " batch *classes"]:
        """Return raw logits.

        Args: x: pictures (batch, channels, h, w), of the level's sides or the full ones. label: class
            numbers (batch,), or None. key: not looked at.
        Returns: shape (batch,); with `auxiliary` (batch, 1 + classes), the logits first.
        Raises: InputError for a wrong event shape or a missing label.
        """
        low, alpha = int(self.level), self.level - int(self.level)
        x = self._at_level(x)
        h = leaky(self.rgb[low + (alpha > 0)](x))
        if alpha > 0:
            h = blend(leaky(self.rgb[low](halve(x))), halve(self.stages[low](h)), alpha)
        for i in range(low, 0, -1):
            h = halve(self.stages[i - 1](h))
        h = self.last(with_deviation(h, self.group))
        h = leaky(self.dense(h.flatten(1)))
        # the head's equalised rate: its scale, taken on the other factor of the product
        return self.head(h / math.sqrt(h.shape[1]), label)

    def _at_level(self, x: Tensor) -> Tensor:
        if tuple(x.shape[1:]) == self.event_shape:
            for _ in range(self.depth - math.ceil(self.level)):
                x = halve(x)
        require_event(x, self.shown)
        return x


def channels_of(width: int, depth: int) -> list[int]:
    """Return the channels of every level, coarse to fine.

    >>> channels_of(64, 4)
    [512, 512, 256, 128, 64]
    """
    require_sizes(width=width, depth=depth)
    return [min(width * 2**i, max(width, _WIDEST)) for i in range(depth, -1, -1)]


def base_of(height: int, width: int, depth: int) -> tuple[int, int]:
    """Return the sides of level 0, or raise InputError if doubling them never gives the picture.

    >>> base_of(28, 56, 2)
    (7, 14)
    """
    require_sizes(depth=depth)
    factor = 2**depth
    if height % factor or width % factor or min(height, width) < 2 * factor:
        raise InputError(
            f"pictures of {height} x {width} are not {depth} times the double of any picture of at "
            f"least 2 x 2: give sides that {factor} divides, of at least {2 * factor}, or another depth"
        )
    return height // factor, width // factor
