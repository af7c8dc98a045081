"""Fully connected networks, for points, tables and small images.

`depth` hidden layers of `width` units; depth 0 is one affine map, the smallest player there is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType

import torch
from jaxtyping import Float, Int64
from torch import Tensor, nn
from torch.nn import functional

from zerosum.errors import unknown
from zerosum.networks.checks import event_shape_of, require_event, require_sizes
from zerosum.networks.conditional import LabelledLatent, LogitHead
from zerosum.noise import Key

Pointwise = Callable[[Tensor], Tensor]


def leaky_relu(x: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """Return max(x, 0.2 x), the slope that DCGAN and R3GAN use."""
    return functional.leaky_relu(x, 0.2)


def linear(x: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """Return x: outputs on the whole line."""
    return x


def scaled_sigmoid(x: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """Return 2σ(x) − 1: a sigmoid's (0, 1) moved to the encoded range (−1, 1)."""
    return 2 * torch.sigmoid(x) - 1


ACTIVATIONS: Mapping[str, Pointwise] = MappingProxyType(
    {
        "relu": functional.relu,
        "leaky_relu": leaky_relu,
        "elu": functional.elu,
        "gelu": functional.gelu,
        "silu": functional.silu,
        "softplus": functional.softplus,
        "tanh": torch.tanh,
    }
)
OUTPUTS: Mapping[str, Pointwise] = MappingProxyType(
    {"linear": linear, "tanh": torch.tanh, "sigmoid": scaled_sigmoid}
)


class MLPGenerator(nn.Module):
    """Latent to sample through `depth` hidden layers."""

    def __init__(
        self,
        *,
        latent: int,
        event_shape: Sequence[int],
        width: int,
        depth: int,
        classes: int = 0,
        activation: str = "relu",
        output: str = "linear",
        norm: str = "none",
    ) -> None:
        super().__init__()
        self.event_shape = event_shape_of(event_shape)
        self.input = LabelledLatent(latent=latent, classes=classes)
        self.hidden, features = hidden_layers(self.input.size, width, depth, [norm] * depth)
        self.out = nn.Linear(features, math.prod(self.event_shape))
        self.activation = _pick("activation", activation, ACTIVATIONS)
        self.output = _pick("output", output, OUTPUTS)

    def forward(
        self, z: Float[Tensor, "batch latent"], label: Int64[Tensor, " batch"] | None = None
    ) -> Float[Tensor, " batch *event"]:
        """Return generated samples.

        Args: z: latents, shape (batch, latent). label: class numbers (batch,), or None.
        Returns: shape (batch, *event_shape); in (−1, 1) for output "tanh" or "sigmoid".
        Raises: InputError for a wrong latent size or a missing label.
        """
        h = self.input(z, label)
        for layer in self.hidden:
            h = self.activation(layer(h))
        return self.output(self.out(h)).unflatten(1, self.event_shape)


class MLPDiscriminator(nn.Module):
    """Sample to raw logit through `depth` hidden layers; no dropout, so a key is ignored.

    With norm "batch" all hidden layers but the first are batch-normalised (Radford 2016, 1511.06434).
    """

    def __init__(
        self,
        *,
        event_shape: Sequence[int],
        width: int,
        depth: int,
        classes: int = 0,
        auxiliary: bool = False,
        activation: str = "leaky_relu",
        norm: str = "none",
    ) -> None:
        super().__init__()
        self.event_shape = event_shape_of(event_shape)
        # normalising what the first layer sees would hide the samples' mean from the generator
        norms = ["none", *[norm] * (depth - 1)][:depth]
        self.hidden, features = hidden_layers(math.prod(self.event_shape), width, depth, norms)
        self.head = LogitHead(features=features, classes=classes, auxiliary=auxiliary)
        self.activation = _pick("activation", activation, ACTIVATIONS)

    def forward(
        self,
        x: Float[Tensor, " batch *event"],
        label: Int64[Tensor, " batch"] | None = None,
        key: Key | None = None,
    ) -> Float[Tensor, " batch *classes"]:
        """Return raw logits.

        Args: x: samples, shape (batch, *event_shape). label: class numbers (batch,), or None.
            key: not looked at.
        Returns: shape (batch,); with `auxiliary` (batch, 1 + classes), the logits first.
        Raises: InputError for a wrong event shape or a missing label.
        """
        require_event(x, self.event_shape)
        h = x.flatten(1)
        for layer in self.hidden:
            h = self.activation(layer(h))
        return self.head(h, label)


def hidden_layers(
    features: int, width: int, depth: int, norms: Sequence[str] = ()
) -> tuple[nn.ModuleList, int]:
    """Return `depth` linear layers of `width` units, and how many features come out.

    With norm "batch" a layer is followed by batch normalisation (Ioffe and Szegedy 2015, 1502.03167).
    """
    require_sizes(width=width)
    require_sizes(0, depth=depth)
    sizes = [features] + [width] * depth
    norms = list(norms) or ["none"] * depth
    layers = (_layer(a, b, norm) for (a, b), norm in zip(pairwise(sizes), norms, strict=True))
    return nn.ModuleList(layers), sizes[-1]


def _layer(features: int, width: int, norm: str) -> nn.Module:
    if norm == "none":
        return nn.Linear(features, width)
    if norm != "batch":
        raise unknown("norm", norm, ("none", "batch"))
    # a bias before the normalisation has no effect, and Adam would walk it about by rounding errors
    return nn.Sequential(nn.Linear(features, width, bias=False), nn.BatchNorm1d(width))


def _pick(field: str, name: str, table: Mapping[str, Pointwise]) -> Pointwise:
    if name not in table:
        raise unknown(field, name, table)
    return table[name]
