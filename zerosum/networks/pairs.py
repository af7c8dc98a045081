"""Networks of pairs (x, z) of a row and a latent: who judges a pair, and who finds a row's latent.

    encoder          x -> z in R^latent
    discriminator    (x, z) -> a(x, z), one raw logit a pair

Fully connected for points, tables and small pictures; for other pictures strided convolutions, whose
features the judge joins with z before a hidden layer, so that every feature can be compared with every
dimension of z. Convolutions are those of `dcgan.levels`, without normalisation; slopes 0.2 below zero.

Source: the players of VEEGAN (Srivastava et al. 2017, arXiv:1705.07761); joining deep features with z is
also how ALI judges pairs (Dumoulin et al. 2017, arXiv:1606.00704).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor, nn

from zerosum.networks.checks import (
    event_shape_of,
    image_shape_of,
    require_event,
    require_latent,
    require_sizes,
)
from zerosum.networks.conditional import LogitHead
from zerosum.networks.dcgan import levels
from zerosum.networks.mlp import ACTIVATIONS, hidden_layers, leaky_relu

_LEAST_SIDE = 4
_JOINED = 4  # units of the layer that sees features and z, in widths


class MLPEncoder(nn.Module):
    """Row to latent through `depth` hidden layers."""

    def __init__(
        self,
        *,
        event_shape: Sequence[int],
        latent: int,
        width: int,
        depth: int,
        activation: str = "relu",
    ) -> None:
        super().__init__()
        require_sizes(latent=latent)
        self.event_shape = event_shape_of(event_shape)
        self.hidden, features = hidden_layers(math.prod(self.event_shape), width, depth)
        self.out = nn.Linear(features, latent)
        self.activation = ACTIVATIONS[activation]

    def forward(self, x: Float[Tensor, " batch *event"]) -> Float[Tensor, "batch latent"]:
        """Return latents on the whole line.

        Args: x: rows, shape (batch, *event_shape). Returns: shape (batch, latent).
        Raises: InputError for a wrong event shape.
        """
        require_event(x, self.event_shape)
        h = x.flatten(1)
        for layer in self.hidden:
            h = self.activation(layer(h))
        return self.out(h)


class MLPPair(nn.Module):
    """Row and latent, one after the other, to a raw logit through `depth` hidden layers."""

    def __init__(
        self,
        *,
        event_shape: Sequence[int],
        latent: int,
        width: int,
        depth: int,
        activation: str = "leaky_relu",
    ) -> None:
        super().__init__()
        require_sizes(latent=latent)
        self.event_shape, self.latent = event_shape_of(event_shape), latent
        sizes = math.prod(self.event_shape) + latent
        self.hidden, features = hidden_layers(sizes, width, depth)
        self.head = LogitHead(features=features, classes=0)
        self.activation = ACTIVATIONS[activation]

    def forward(
        self, x: Float[Tensor, " batch *event"], z: Float[Tensor, "batch latent"]
    ) -> Float[Tensor, " batch"]:
        """Return raw logits of pairs.

        Args: x: rows, shape (batch, *event_shape). z: latents, shape (batch, latent).
        Returns: shape (batch,).
        Raises: InputError for a wrong event shape or latent size.
        """
        require_event(x, self.event_shape)
        require_latent(z, self.latent)
        h = torch.cat((x.flatten(1), z.to(x.dtype)), dim=1)
        for layer in self.hidden:
            h = self.activation(layer(h))
        return self.head(h, None)


class ConvEncoder(nn.Module):
    """Picture to latent: strided convolutions, then one linear map."""

    def __init__(self, *, event_shape: Sequence[int], latent: int, width: int = 64) -> None:
        super().__init__()
        require_sizes(latent=latent)
        self.event_shape = image_shape_of(event_shape, least=_LEAST_SIDE)
        self.body, features = _strided(self.event_shape, width)
        self.out = nn.Linear(features, latent)

    def forward(self, x: Float[Tensor, " batch *event"]) -> Float[Tensor, "batch latent"]:
        """Return latents on the whole line.

        Args: x: pictures, shape (batch, channels, height, width). Returns: shape (batch, latent).
        Raises: InputError for a wrong event shape.
        """
        require_event(x, self.event_shape)
        return self.out(self.body(x).flatten(1))


class ConvPair(nn.Module):
    """Picture and latent to a raw logit: features of the picture, then a layer that sees z as well."""

    def __init__(self, *, event_shape: Sequence[int], latent: int, width: int = 64) -> None:
        super().__init__()
        require_sizes(latent=latent)
        self.event_shape, self.latent = image_shape_of(event_shape, least=_LEAST_SIDE), latent
        self.body, features = _strided(self.event_shape, width)
        self.joined = nn.Linear(features + latent, _JOINED * width)
        self.head = LogitHead(features=_JOINED * width, classes=0)

    def forward(
        self, x: Float[Tensor, " batch *event"], z: Float[Tensor, "batch latent"]
    ) -> Float[Tensor, " batch"]:
        """Return raw logits of pairs.

        Args: x: pictures, shape (batch, channels, height, width). z: latents, shape (batch, latent).
        Returns: shape (batch,).
        Raises: InputError for a wrong event shape or latent size.
        """
        require_event(x, self.event_shape)
        require_latent(z, self.latent)
        h = self.body(x).flatten(1)
        h = self.joined(torch.cat((h, z.to(h.dtype)), dim=1))
        return self.head(leaky_relu(h), None)


def _strided(event_shape: tuple[int, int, int], width: int) -> tuple[nn.Sequential, int]:
    """Return convolutions down to a side of 4 to 7 pixels, and how many features come out."""
    require_sizes(width=width)
    channels, *sides = event_shape
    steps = levels(*sides)
    blocks: list[nn.Module] = []
    for number, level in enumerate(steps):
        wider = width * min(2**number, 8)
        blocks += [nn.Conv2d(channels, wider, level.kernel, level.stride, 1), nn.LeakyReLU(0.2)]
        channels = wider
    return nn.Sequential(*blocks), channels * math.prod(steps[-1].inner)
