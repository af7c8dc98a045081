"""Autoencoders: a row to a short code and back to the row. What BEGAN's discriminator is.

    D(v) = decode(encode(v)),    encode: v -> h in R^code,    decode: h -> a row

The decoders are the generators `MLPGenerator` and `UpsamplingGenerator`, with weights of their own:
in BEGAN the two players' ways from a vector to a row are the same function of different weights.

For pictures: 3 x 3 convolutions with ELU, no normalisation, nothing transposed. The encoder has n, 2n,
3n, ... channels from the picture inwards and halves by strides; the decoder has n everywhere and
doubles by repeating each pixel. Sizes are those of `dcgan.levels`.

Source: Berthelot, Schumm and Metz 2017, arXiv:1703.10717, section 3.5. Ours end in tanh where the data
are pictures, and have a linear map instead of the paper's skip connections and vanishing residuals.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from jaxtyping import Float, Int64
from torch import Tensor, nn

from zerosum.networks.checks import event_shape_of, image_shape_of, require_event, require_sizes
from zerosum.networks.conditional import LabelledLatent
from zerosum.networks.dcgan import Level, levels
from zerosum.networks.mlp import MLPGenerator, hidden_layers
from zerosum.noise import Key

_LEAST_SIDE = 4


class MLPAutoencoder(nn.Module):
    """Fully connected: `depth` hidden layers to the code, as many back."""

    def __init__(
        self,
        *,
        event_shape: Sequence[int],
        code: int,
        width: int,
        depth: int,
        classes: int = 0,
        activation: str = "elu",
        output: str = "linear",
    ) -> None:
        super().__init__()
        require_sizes(code=code)
        self.event_shape = event_shape_of(event_shape)
        self.hidden, features = hidden_layers(math.prod(self.event_shape), width, depth)
        self.code = nn.Linear(features, code)
        self.decoder = MLPGenerator(
            latent=code,
            event_shape=self.event_shape,
            width=width,
            depth=depth,
            classes=classes,
            activation=activation,
            output=output,
        )
        self.activation = self.decoder.activation

    def forward(
        self,
        x: Float[Tensor, " batch *event"],
        label: Int64[Tensor, " batch"] | None = None,
        key: Key | None = None,
    ) -> Float[Tensor, " batch *event"]:
        """Return D(x), the rows as the autoencoder gives them back.

        Args: x: rows, shape (batch, *event_shape). label: class numbers (batch,), which the decoder
            sees, or None. key: not looked at.
        Returns: shape of x.
        Raises: InputError for a wrong event shape or a missing label.
        """
        require_event(x, self.event_shape)
        h = x.flatten(1)
        for layer in self.hidden:
            h = self.activation(layer(h))
        return self.decoder(self.code(h), label)


class UpsamplingGenerator(nn.Module):
    """Latent to picture: a linear map, then `depth` convolutions a size, each size twice the last."""

    def __init__(
        self,
        *,
        latent: int,
        event_shape: Sequence[int],
        width: int = 64,
        depth: int = 2,
        classes: int = 0,
    ) -> None:
        super().__init__()
        channels, height, breadth = image_shape_of(event_shape, least=_LEAST_SIDE)
        require_sizes(width=width, depth=depth)
        steps = levels(height, breadth)
        self.input = LabelledLatent(latent=latent, classes=classes)
        self.base = (width, *steps[-1].inner)
        self.stem = nn.Linear(self.input.size, math.prod(self.base))
        blocks: list[nn.Module] = [*_convolutions(width, depth)]
        for level in reversed(steps):
            if any(level.halved):
                blocks += [nn.Upsample(size=level.outer, mode="nearest")]
                blocks += _convolutions(width, depth)
        self.body = nn.Sequential(*blocks)
        self.out = nn.Conv2d(width, channels, 3, padding=1)

    def forward(
        self, z: Float[Tensor, "batch latent"], label: Int64[Tensor, " batch"] | None = None
    ) -> Float[Tensor, " batch *event"]:
        """Return generated pictures in (-1, 1).

        Args: z: latents, shape (batch, latent). label: class numbers (batch,), or None.
        Returns: shape (batch, channels, height, width).
        Raises: InputError for a wrong latent size or a missing label.
        """
        h = self.stem(self.input(z, label)).unflatten(1, self.base)
        return torch.tanh(self.out(self.body(h)))


class ConvAutoencoder(nn.Module):
    """Strided convolutions to the code, and back by an `UpsamplingGenerator`."""

    def __init__(
        self,
        *,
        event_shape: Sequence[int],
        code: int,
        width: int = 64,
        depth: int = 2,
        classes: int = 0,
    ) -> None:
        super().__init__()
        self.event_shape = image_shape_of(event_shape, least=_LEAST_SIDE)
        require_sizes(code=code, width=width, depth=depth)
        steps = levels(*self.event_shape[1:])
        blocks: list[nn.Module] = [nn.Conv2d(self.event_shape[0], width, 3, padding=1), nn.ELU()]
        for number, level in enumerate(steps):
            blocks += _convolutions((number + 1) * width, depth)
            blocks += [_halving(level, (number + 1) * width, (number + 2) * width), nn.ELU()]
        self.body = nn.Sequential(*blocks)
        self.code = nn.Linear((len(steps) + 1) * width * math.prod(steps[-1].inner), code)
        self.decoder = UpsamplingGenerator(
            latent=code, event_shape=self.event_shape, width=width, depth=depth, classes=classes
        )

    def forward(
        self,
        x: Float[Tensor, " batch *event"],
        label: Int64[Tensor, " batch"] | None = None,
        key: Key | None = None,
    ) -> Float[Tensor, " batch *event"]:
        """Return D(x), the pictures as the autoencoder gives them back.

        Args: x: pictures, shape (batch, channels, height, width). label: class numbers (batch,), which
            the decoder sees, or None. key: not looked at.
        Returns: shape of x, in (-1, 1).
        Raises: InputError for a wrong event shape or a missing label.
        """
        require_event(x, self.event_shape)
        return self.decoder(self.code(self.body(x).flatten(1)), label)


def _convolutions(width: int, depth: int) -> list[nn.Module]:
    pairs = ((nn.Conv2d(width, width, 3, padding=1), nn.ELU()) for _ in range(depth))
    return [module for pair in pairs for module in pair]


def _halving(level: Level, outer: int, inner: int) -> nn.Conv2d:
    return nn.Conv2d(outer, inner, level.kernel, level.stride, 1)
