"""The residual networks of R3GAN in plain PyTorch: no normalisation at all.

    stage   resample bilinearly to the stage's size (and 1×1 where widths differ), then blocks
    block   x + W₃ φ(W₂ ∗ φ(W₁x)),  W₁ and W₃ 1×1, W₂ 3×3 in groups of 16, φ = LeakyReLU(0.2)(· + b)
    generator's start    learned 4×4 basis, each channel scaled by a linear map of z
    discriminator's end  4×4 depthwise product, then linear

Biases live in the activations only. W₃ starts at 0, so that each block starts as the identity; W₁
and W₂ are N(0, g²/fan-in) · L^(−1/4), L the number of blocks in the network, g² = 2/(1 + 0.2²)
(Fixup). The generator's output is linear, without tanh.

Sizes: `channels` lists the widths from the 4×4 base to the image; stage j of K works at
ceil(side / 2^(K−1−j)), at least 4, each side by itself; the base is 4 × 4 and the last stage is
exactly height × width. K may be left to the side: 1 + ceil(log₂(longest side / 4)), at least 2.
Shrinking filters against aliasing: at factor 2 the kernel is R3GAN's (1, 3, 3, 1).

Labels enter as in all networks here (see `conditional`), unless `embedding` says in how many
dimensions, as the paper does: its generator gets z beside a linear map of the class in 64
dimensions, its discriminator maps picture and class into 768 and takes the inner product.

Source: Huang et al. 2024, arXiv:2501.05441, whose published networks these are with two blocks a
stage, `embedding`, and `group` 16 (32 for ImageNet); Fixup: Zhang et al. 2019, arXiv:1901.09321.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import torch
from jaxtyping import Float, Int64
from torch import Tensor, nn
from torch.nn.functional import interpolate, leaky_relu

from zerosum.errors import InputError
from zerosum.networks.checks import image_shape_of, require_event, require_sizes
from zerosum.networks.conditional import EmbeddedHead, LabelledLatent, LogitHead
from zerosum.noise import Key

_SLOPE = 0.2
_GAIN = math.sqrt(2 / (1 + _SLOPE**2))
_BASE = 4
_GROUP = 16

Size = tuple[int, int]


class BiasedLeakyReLU(nn.Module):
    """LeakyReLU(x + b) with one bias a channel: the only place where a bias lives."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(
        self, x: Float[Tensor, "batch channels h w"]
    ) -> Float[Tensor, "batch channels h w"]:
        """Return LeakyReLU(x + b). Args: x: feature maps. Returns: shape of x."""
        return leaky_relu(x + self.bias[:, None, None], _SLOPE)


class ResidualBlock(nn.Module):
    """x + W₃ φ(W₂ ∗ φ(W₁x)), `expansion` times wider inside."""

    def __init__(self, channels: int, *, expansion: int, blocks: int, group: int = _GROUP) -> None:
        super().__init__()
        inner = channels * expansion
        gain = _GAIN * blocks**-0.25
        groups = inner // _group_width(inner, group)
        self.enter = _conv(channels, inner, 1, gain=gain)
        self.enter_activation = BiasedLeakyReLU(inner)
        self.mix = _conv(inner, inner, 3, groups=groups, gain=gain)
        self.mix_activation = BiasedLeakyReLU(inner)
        self.leave = _conv(inner, channels, 1, gain=0.0)

    def forward(
        self, x: Float[Tensor, "batch channels h w"]
    ) -> Float[Tensor, "batch channels h w"]:
        """Return the block's output. Args: x: feature maps. Returns: shape of x."""
        h = self.enter_activation(self.enter(x))
        return x + self.leave(self.mix_activation(self.mix(h)))


class ResidualGenerator(nn.Module):
    """Latent to image, coarse to fine."""

    def __init__(
        self,
        *,
        latent: int,
        event_shape: Sequence[int],
        channels: Sequence[int],
        blocks: int | Sequence[int] = 2,
        expansion: int = 2,
        group: int = _GROUP,
        classes: int = 0,
        embedding: int = 0,
    ) -> None:
        super().__init__()
        colours, height, width = image_shape_of(event_shape, least=1)
        self.sizes = stage_sizes(height, width, len(channels))
        counts = _counts(channels, blocks, expansion, group)
        self.input = LabelledLatent(latent=latent, classes=classes, embedding=embedding)
        self.basis = nn.Parameter(torch.empty(_BASE, _BASE, channels[0]))
        nn.init.normal_(self.basis)
        self.modulation = _linear(self.input.size, channels[0])
        self.stages = _stages(channels, counts, expansion, group)
        self.transitions = nn.ModuleList(_transition(a, b) for a, b in pairwise(channels))
        self.out = _conv(channels[-1], colours, 1)

    def forward(
        self, z: Float[Tensor, "batch latent"], label: Int64[Tensor, " batch"] | None = None
    ) -> Float[Tensor, " batch *event"]:
        """Return generated images, not confined to any range.

        Args: z: latents, shape (batch, latent). label: class numbers (batch,), or None.
        Returns: shape (batch, channels, height, width).
        Raises: InputError for a wrong latent size or a missing label.
        """
        scale = self.modulation(self.input(z, label))
        h = (self.basis * scale[:, None, None, :]).permute(0, 3, 1, 2)  # channels-last in memory
        h = self.stages[0](h)
        for i, size in enumerate(self.sizes[1:]):
            h = self.stages[i + 1](resample(self.transitions[i](h), size))
        return self.out(h)


class ResidualDiscriminator(nn.Module):
    """Image to raw logit, fine to coarse; a key is ignored."""

    def __init__(
        self,
        *,
        event_shape: Sequence[int],
        channels: Sequence[int],
        blocks: int | Sequence[int] = 2,
        expansion: int = 2,
        group: int = _GROUP,
        classes: int = 0,
        embedding: int = 0,
        auxiliary: bool = False,
    ) -> None:
        super().__init__()
        self.event_shape = image_shape_of(event_shape, least=1)
        self.sizes = stage_sizes(*self.event_shape[1:], len(channels))[::-1]
        counts = _counts(channels, blocks, expansion, group)
        fine, last = list(channels)[::-1], channels[0]
        self.extract = _conv(self.event_shape[0], fine[0], 1)
        self.stages = _stages(fine, counts[::-1], expansion, group)
        self.transitions = nn.ModuleList(_transition(a, b) for a, b in pairwise(fine))
        self.basis = nn.Parameter(torch.empty(last, _BASE, _BASE))
        nn.init.normal_(self.basis, 0.0, 1 / _BASE)  # fan-in 4 · 4 of a depthwise 4×4 convolution
        if classes and embedding and not auxiliary:
            self.head: nn.Module = EmbeddedHead(features=last, classes=classes, embedding=embedding)
            return
        self.head = LogitHead(features=last, classes=classes, bias=False, auxiliary=auxiliary)
        nn.init.normal_(self.head.linear.weight, 0.0, 1 / math.sqrt(last))

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
        h = self.stages[0](self.extract(x))
        for i, size in enumerate(self.sizes[1:]):
            h = self.stages[i + 1](self.transitions[i](resample(h, size)))
        return self.head((h * self.basis).sum((2, 3)), label)


def stage_sizes(height: int, width: int, stages: int) -> tuple[Size, ...]:
    """Return (height, width) of each stage from the 4 × 4 base to the image.

    >>> stage_sizes(28, 20, 4)
    ((4, 4), (7, 5), (14, 10), (28, 20))
    """
    if stages < 2:
        raise InputError(
            f"channels lists {stages} stages, but the 4 × 4 base and the image are two; give one "
            "width for each stage, such as (64, 32)"
        )
    between = [
        (max(_BASE, -(-height // 2**k)), max(_BASE, -(-width // 2**k)))
        for k in range(stages - 2, 0, -1)
    ]
    return ((_BASE, _BASE), *between, (height, width))


def stage_count(height: int, width: int) -> int:
    """Return the least number of stages in which no side more than doubles, at least 2.

    >>> stage_count(32, 32), stage_count(28, 100), stage_count(4, 4)
    (4, 6, 2)
    """
    return max(2, 1 + math.ceil(math.log2(max(height, width, _BASE) / _BASE)))


def resample(
    x: Float[Tensor, "batch channels h w"], size: Size
) -> Float[Tensor, "batch channels a b"]:
    """Return feature maps at this (height, width): bilinear, filtered where they shrink.

    Args: x: feature maps. size: (height, width). Returns: shape (batch, channels, *size).
    """
    if tuple(x.shape[2:]) == size:
        return x
    shrinks = size[0] < x.shape[2] or size[1] < x.shape[3]
    # torch's filter against aliasing knows no bf16 on a CPU
    full = x.to(torch.promote_types(x.dtype, torch.float32)) if shrinks else x
    found = interpolate(full, size=size, mode="bilinear", align_corners=False, antialias=shrinks)
    return found.to(x.dtype)


def _counts(
    channels: Sequence[int], blocks: int | Sequence[int], expansion: int, group: int
) -> list[int]:
    widths = {f"channels[{i}]": c for i, c in enumerate(channels)}
    require_sizes(**widths, expansion=expansion, group=group)
    counts = [blocks] * len(channels) if isinstance(blocks, int) else list(blocks)
    if len(counts) != len(channels):
        raise InputError(
            f"blocks lists {len(counts)} stages and channels {len(channels)}; give one number of "
            "blocks for each width, or one number for all"
        )
    require_sizes(**{f"blocks[{i}]": n for i, n in enumerate(counts)})
    return counts


def _stages(
    channels: Sequence[int], counts: Sequence[int], expansion: int, group: int
) -> nn.ModuleList:
    sizes = {"expansion": expansion, "blocks": sum(counts), "group": group}
    return nn.ModuleList(
        nn.Sequential(*(ResidualBlock(c, **sizes) for _ in range(n)))
        for c, n in zip(channels, counts, strict=True)
    )


def _transition(before: int, after: int) -> nn.Module:
    return nn.Identity() if before == after else _conv(before, after, 1)


def _group_width(inner: int, group: int) -> int:
    # a width that the group does not divide takes its greatest divisor below
    return max(d for d in range(1, min(group, inner) + 1) if inner % d == 0)


def _conv(before: int, after: int, side: int, *, groups: int = 1, gain: float = 1.0) -> nn.Conv2d:
    conv = nn.Conv2d(before, after, side, padding=side // 2, groups=groups, bias=False)
    nn.init.normal_(conv.weight, 0.0, gain / math.sqrt(before // groups * side * side))
    return conv


def _linear(before: int, after: int) -> nn.Linear:
    linear = nn.Linear(before, after, bias=False)
    nn.init.normal_(linear.weight, 0.0, 1 / math.sqrt(before))
    return linear
