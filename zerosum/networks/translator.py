"""Row to row: a residual network for pictures, and a fully connected one for points and tables.

    T(x) = tanh(c7s1-k(u2(u1(R_n(... R_1(d2(d1(c7s1-w(x))))))))),    R(h) = h + conv(relu(conv(h)))

c7s1-w is a 7 x 7 convolution to w channels; d1 and d2 halve the picture and double the channels; each
R_i is two 3 x 3 convolutions on 4 w channels; u1 and u2 are transposed convolutions back. Borders are
mirrored before the 7 x 7 and the residual convolutions. After each convolution but the last comes an
instance norm (each channel of each picture by itself, so that no row knows of another) and a ReLU,
which a residual block leaves out at its end. An odd side is rounded up on the way in, and the way out
drops what that added.

Source: Zhu, Park, Isola and Efros 2017, arXiv:1703.10593, appendix 7.2: w = 64, n = 6 at 128 and 9 at
256 pixels; after Johnson, Alahi and Fei-Fei 2016, arXiv:1603.08155. Weights N(0, 0.02²).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor, nn

from zerosum.networks.checks import event_shape_of, image_shape_of, require_event, require_sizes
from zerosum.networks.mlp import MLPGenerator

LEAST_SIDE = 8
_EDGE = 3  # pixels of the mirrored border of a 7 x 7 convolution


class Translator(nn.Module):
    """Picture to picture of the same shape: in, down twice, `depth` residual blocks, up twice, out."""

    def __init__(self, *, event_shape: Sequence[int], width: int = 64, depth: int = 6) -> None:
        super().__init__()
        self.event_shape = image_shape_of(event_shape, least=LEAST_SIDE)
        self.body = nn.Sequential(*_layers(self.event_shape, width, depth), nn.Tanh())
        initialise(self)

    def forward(
        self, x: Float[Tensor, "batch channels height width"]
    ) -> Float[Tensor, "batch channels height width"]:
        """Return translated pictures in (-1, 1).

        Args: x: pictures, shape (batch, channels, height, width).
        Raises: InputError for a wrong event shape.
        """
        require_event(x, self.event_shape)
        return self.body(x)


class SkipTranslator(nn.Module):
    """The same layers say what to change: T(x) = x + h(x), and h = 0 at first.

    Not the paper's. It begins where leaving everything as it is would be, so that a short training spends
    its steps on the difference between the domains and not on learning to copy.
    """

    def __init__(self, *, event_shape: Sequence[int], width: int = 64, depth: int = 6) -> None:
        super().__init__()
        self.event_shape = image_shape_of(event_shape, least=LEAST_SIDE)
        self.change = nn.Sequential(*_layers(self.event_shape, width, depth))
        initialise(self)
        for parameter in self.change[-1].parameters():
            nn.init.zeros_(parameter)

    def forward(
        self, x: Float[Tensor, "batch channels height width"]
    ) -> Float[Tensor, "batch channels height width"]:
        """Return translated pictures, which a codec clips to [-1, 1].

        Args: x: pictures, shape (batch, channels, height, width).
        Raises: InputError for a wrong event shape.
        """
        require_event(x, self.event_shape)
        return x + self.change(x)


class Residual(nn.Module):
    """h + norm(conv(relu(norm(conv(h))))), borders mirrored."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3, bias=False), *_normed(channels),
            nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3, bias=False),
            nn.InstanceNorm2d(channels),
        )  # fmt: skip

    def forward(
        self, h: Float[Tensor, "batch channels height width"]
    ) -> Float[Tensor, "batch channels height width"]:
        """Return h and what is added to it."""
        return h + self.body(h)


class MLPTranslator(nn.Module):
    """Row to row of the same shape by a fully connected network."""

    def __init__(
        self,
        *,
        event_shape: Sequence[int],
        width: int,
        depth: int,
        output: str = "linear",
        activation: str = "relu",
    ) -> None:
        super().__init__()
        self.event_shape = event_shape_of(event_shape)
        self.body = MLPGenerator(
            latent=math.prod(self.event_shape),
            event_shape=self.event_shape,
            width=width,
            depth=depth,
            output=output,
            activation=activation,
        )

    def forward(self, x: Float[Tensor, " batch *event"]) -> Float[Tensor, " batch *event"]:
        """Return translated rows.

        Args: x: rows, shape (batch, *event_shape).
        Raises: InputError for a wrong event shape.
        """
        require_event(x, self.event_shape)
        return self.body(x.flatten(1))


class Pair(nn.Module):
    """Two networks of one kind, one for each direction, called together: (there(x), back(y)).

    One player moves both, since both share one loss; the two results have one shape and come stacked.
    """

    def __init__(self, there: nn.Module, back: nn.Module) -> None:
        super().__init__()
        self.there, self.back = there, back

    def forward(
        self, x: Float[Tensor, " batch *event"], y: Float[Tensor, " batch *event"]
    ) -> Float[Tensor, "two batch *out"]:
        """Return there(x) and back(y), shape (2, batch, ...)."""
        return torch.stack((self.there(x), self.back(y)))


def initialise(network: nn.Module) -> None:
    """Draw every convolution's weights from N(0, 0.02²) and set its biases to 0."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(module.weight, 0.0, 0.02)
            if module.bias is not None:
                nn.init.zeros_(module.bias)


def _layers(event: tuple[int, int, int], width: int, depth: int) -> list[nn.Module]:
    """Return the layers up to the last convolution."""
    require_sizes(width=width, depth=depth)
    channels, *sides = event
    halves = [(n + 1) // 2 for n in sides]
    layers: list[nn.Module] = [
        nn.ReflectionPad2d(_EDGE), nn.Conv2d(channels, width, 7, bias=False), *_normed(width),
        nn.Conv2d(width, 2 * width, 3, 2, 1, bias=False), *_normed(2 * width),
        nn.Conv2d(2 * width, 4 * width, 3, 2, 1, bias=False), *_normed(4 * width),
    ]  # fmt: skip
    layers += [Residual(4 * width) for _ in range(depth)]
    layers += [_up(4 * width, 2 * width, halves), *_normed(2 * width)]
    layers += [_up(2 * width, width, sides), *_normed(width)]
    return [*layers, nn.ReflectionPad2d(_EDGE), nn.Conv2d(width, channels, 7)]


def _normed(channels: int) -> tuple[nn.Module, nn.Module]:
    # the norm takes a bias below it out again, so that there is none
    return nn.InstanceNorm2d(channels), nn.ReLU()


def _up(inner: int, outer: int, sides: Sequence[int]) -> nn.ConvTranspose2d:
    """Twice the size, less one where that side of the result is odd."""
    added = ((sides[0] + 1) % 2, (sides[1] + 1) % 2)
    return nn.ConvTranspose2d(inner, outer, 3, 2, 1, output_padding=added, bias=False)
