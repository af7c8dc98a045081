"""The two players of the first GAN: rectifiers against maxout units with dropout.

    generator       z → relu layers → sigmoid, moved from (0, 1) to the encoded range (−1, 1)
    discriminator   h_j(x) = max over k = 1 ... pieces of (w_jkᵀx + b_jk);  dropout below each layer

A maxout unit is the greatest of a few linear maps, so it learns its own convex activation.
Published sizes for MNIST: latent 100, generator 2 × 1200, discriminator 2 × 240 units of 5 pieces,
inputs kept with probability 0.8, hidden units with 0.5; weights uniform on ±0.05 (generator) and
±0.005 (discriminator), which is `initial_range`. Those ranges fit those widths only: None, the
default, keeps torch's range of 1/√fan-in, under which smaller networks learn too.

Source: Goodfellow et al. 2014, arXiv:1406.2661, and its code; maxout: Goodfellow et al. 2013,
arXiv:1302.4389.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from jaxtyping import Float, Int64
from torch import Tensor, nn
from torch.nn.functional import relu

from zerosum.errors import InputError
from zerosum.networks.checks import event_shape_of, require_event, require_sizes
from zerosum.networks.conditional import LabelledLatent, LogitHead
from zerosum.networks.dropout import dropout, layer_key
from zerosum.networks.mlp import hidden_layers, scaled_sigmoid
from zerosum.noise import Key


class Maxout(nn.Module):
    """A layer of units, each the greatest of `pieces` linear maps of the layer below."""

    def __init__(self, *, features: int, units: int, pieces: int) -> None:
        super().__init__()
        require_sizes(features=features, units=units, pieces=pieces)
        self.units, self.pieces = units, pieces
        self.linear = nn.Linear(features, units * pieces)

    def forward(self, x: Float[Tensor, "batch features"]) -> Float[Tensor, "batch units"]:
        """Return max over k of (w_jkᵀx + b_jk) for each unit j.

        Args: x: shape (batch, features). Returns: shape (batch, units).
        """
        return self.linear(x).unflatten(1, (self.units, self.pieces)).amax(2)


class GoodfellowGenerator(nn.Module):
    """Latent to sample through rectifiers, the output a sigmoid moved to (−1, 1)."""

    def __init__(
        self,
        *,
        latent: int,
        event_shape: Sequence[int],
        width: int,
        depth: int,
        classes: int = 0,
        initial_range: float | None = None,
    ) -> None:
        super().__init__()
        self.event_shape = event_shape_of(event_shape)
        self.input = LabelledLatent(latent=latent, classes=classes)
        self.hidden, features = hidden_layers(self.input.size, width, depth)
        self.out = nn.Linear(features, math.prod(self.event_shape))
        _initialise(self, initial_range)

    def forward(
        self, z: Float[Tensor, "batch latent"], label: Int64[Tensor, " batch"] | None = None
    ) -> Float[Tensor, " batch *event"]:
        """Return generated samples in (−1, 1).

        Args: z: latents, shape (batch, latent). label: class numbers (batch,), or None.
        Returns: shape (batch, *event_shape).
        Raises: InputError for a wrong latent size or a missing label.
        """
        h = self.input(z, label)
        for layer in self.hidden:
            h = relu(layer(h))
        return scaled_sigmoid(self.out(h)).unflatten(1, self.event_shape)


class MaxoutDiscriminator(nn.Module):
    """Sample to raw logit through maxout layers, with dropout below each of them and the head."""

    def __init__(
        self,
        *,
        event_shape: Sequence[int],
        width: int,
        depth: int,
        classes: int = 0,
        auxiliary: bool = False,
        pieces: int = 5,
        keep_input: float = 0.8,
        keep_hidden: float = 0.5,
        initial_range: float | None = None,
    ) -> None:
        super().__init__()
        require_sizes(width=width, depth=depth, pieces=pieces)
        self.event_shape = event_shape_of(event_shape)
        sizes = [math.prod(self.event_shape)] + [width] * depth
        layers = (Maxout(features=a, units=b, pieces=pieces) for a, b in pairwise(sizes))
        self.hidden = nn.ModuleList(layers)
        self.head = LogitHead(features=width, classes=classes, auxiliary=auxiliary)
        self.keep = (_probability("keep_input", keep_input),) + depth * (
            _probability("keep_hidden", keep_hidden),
        )
        _initialise(self, initial_range)

    def forward(
        self,
        x: Float[Tensor, " batch *event"],
        label: Int64[Tensor, " batch"] | None = None,
        key: Key | None = None,
    ) -> Float[Tensor, " batch *classes"]:
        """Return raw logits.

        Args: x: samples, shape (batch, *event_shape). label: class numbers (batch,), or None.
            key: dropout key, another one for every pass; None is evaluation, without dropout.
        Returns: shape (batch,); with `auxiliary` (batch, 1 + classes), the logits first.
        Raises: InputError for a wrong event shape or a missing label.
        """
        require_event(x, self.event_shape)
        h = x.flatten(1)
        for i, layer in enumerate(self.hidden):
            h = layer(dropout(h, self.keep[i], None if key is None else layer_key(key, i)))
        last = len(self.hidden)
        h = dropout(h, self.keep[last], None if key is None else layer_key(key, last))
        return self.head(h, label)


def _initialise(network: nn.Module, initial_range: float | None) -> None:
    if initial_range is None:
        return
    for module in network.modules():
        if isinstance(module, nn.Linear):
            nn.init.uniform_(module.weight, -initial_range, initial_range)
            nn.init.zeros_(module.bias)


def _probability(field: str, value: float) -> float:
    if not 0 < value <= 1:
        raise InputError(f"{field} is {value}, which is no probability of keeping a unit; give 0.5")
    return value
