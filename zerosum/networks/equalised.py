"""Layers of progressive growing: a learning rate equal for all weights, and norms without parameters.

    equalised rate     y = (g / sqrt(fan-in)) W x + b,  W ~ N(0, 1),  b = 0
    pixel norm         y = x / sqrt(mean over channels x² + 1e-8), at every pixel of every sample
    deviation channel  s = mean over channels and pixels of sqrt(var over a group of samples + 1e-8)

He's constant is in the function and not in the initial weights. Adam's steps do not depend on a
weight's scale, so weights of one scale all move at one speed. With pixel norm, signals of the
generator cannot grow without bound. The deviation channel tells the discriminator how varied a group
of samples is; it couples the samples of a group, so that a gradient penalty then restrains the slope
of the group's summed logits in each of its samples, as in the paper's own code.

Source: Karras et al. 2018, arXiv:1710.10196, sections 3 and 4; He et al. 2015, arXiv:1502.01852.
Not to be confused with spectral normalisation, whose divisor is a function of the weights.
"""

from __future__ import annotations

import math

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, conv2d, interpolate, leaky_relu, linear

from zerosum.networks.checks import require_sizes

GAIN = math.sqrt(2.0)  # He's, for rectifiers; the paper takes it for slope 0.2 too
GROUP = 4  # samples in a group, as published
_TINY = 1e-8
_SLOPE = 0.2


class EqualisedLinear(nn.Module):
    """x -> (gain / sqrt(before)) W x + b."""

    def __init__(self, before: int, after: int, *, gain: float = GAIN) -> None:
        super().__init__()
        require_sizes(before=before, after=after)
        self.weight = nn.Parameter(torch.empty(after, before))
        self.bias = nn.Parameter(torch.zeros(after))
        self.scale = gain / math.sqrt(before)
        nn.init.normal_(self.weight)

    def forward(self, x: Float[Tensor, "batch before"]) -> Float[Tensor, "batch after"]:
        """Return the linear map of x. Args: x: (batch, before). Returns: (batch, after)."""
        return linear(x, self.weight * self.scale, self.bias)


class EqualisedConv(nn.Module):
    """A convolution that keeps height and width, its weights scaled by gain / sqrt(before · side²)."""

    def __init__(self, before: int, after: int, side: int, *, gain: float = GAIN) -> None:
        super().__init__()
        require_sizes(before=before, after=after, side=side)
        self.weight = nn.Parameter(torch.empty(after, before, side, side))
        self.bias = nn.Parameter(torch.zeros(after))
        self.scale = gain / math.sqrt(before * side * side)
        nn.init.normal_(self.weight)

    def forward(self, x: Float[Tensor, "batch before h w"]) -> Float[Tensor, "batch after h w"]:
        """Return the convolution. Args: x: (batch, before, h, w). Returns: (batch, after, h, w)."""
        return conv2d(x, self.weight * self.scale, self.bias, padding=self.weight.shape[-1] // 2)


def leaky(x: Float[Tensor, " batch *event"]) -> Float[Tensor, " batch *event"]:
    """Return x where positive, 0.2 x elsewhere. Args: x: any shape. Returns: shape of x."""
    return leaky_relu(x, _SLOPE)


def pixel_norm(
    x: Float[Tensor, "batch channels *pixels"],
) -> Float[Tensor, "batch channels *pixels"]:
    """Return x over the root of its mean square over channels; of a latent, over all its numbers.

    Args: x: (batch, channels, h, w), or latents (batch, latent), which land on a sphere.
    Returns: shape of x.

    >>> pixel_norm(torch.tensor([[3.0, 4.0]])).square().mean().item()
    1.0
    """
    return x * (x.square().mean(1, keepdim=True) + _TINY).rsqrt()


def with_deviation(
    x: Float[Tensor, "batch channels h w"], group: int = GROUP
) -> Float[Tensor, "batch more h w"]:
    """Return x with one more channel: how much the samples of a group differ, one number a group.

    Sample i is of group i mod (batch / size), size the largest divisor of the batch up to `group`.

    Args: x: feature maps. group: samples in a group at most.
    Returns: (batch, channels + 1, h, w).
    """
    batch, _, height, width = x.shape
    size = max(n for n in range(1, min(group, batch) + 1) if batch % n == 0)
    of_group = x.unflatten(0, (size, batch // size))
    deviation = (of_group.var(0, correction=0) + _TINY).sqrt().mean((1, 2, 3))
    channel = deviation.repeat(size).reshape(batch, 1, 1, 1).expand(batch, 1, height, width)
    return torch.cat((x, channel), dim=1)


def double(x: Float[Tensor, "batch channels h w"]) -> Float[Tensor, "batch channels hh ww"]:
    """Return feature maps of twice the sides, each pixel repeated. Args: x: (batch, channels, h, w)."""
    return interpolate(x, scale_factor=2.0, mode="nearest")


def halve(x: Float[Tensor, "batch channels hh ww"]) -> Float[Tensor, "batch channels h w"]:
    """Return feature maps of half the sides, means of 2 x 2 pixels. Args: x: even sides."""
    return avg_pool2d(x, 2)


def blend(
    old: Float[Tensor, " batch *event"], new: Float[Tensor, " batch *event"], alpha: float
) -> Float[Tensor, " batch *event"]:
    """Return (1 − alpha) old + alpha new, exactly `old` at 0 and `new` at 1.

    Args: old, new: of one shape. alpha: from 0 to 1. Returns: their shape.
    """
    return (1.0 - alpha) * old + alpha * new
