"""Feature extractors: the spaces in which distances between sets of samples are taken.

Every extractor has an id that changes when its numbers change; the id stands in every label.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol, runtime_checkable

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from zerosum import noise
from zerosum.errors import InputError
from zerosum.metrics import checks

PIXELS_SIDE = 16  # larger pictures are averaged down to this side for the pixel space
_BATCH = 512


@runtime_checkable
class Extractor(Protocol):
    """A map from a batch (n, *event) to features (n, dim).

    Attributes:
        id: names the extractor and everything its numbers depend on.
        dim: number of features.
        input_range: range of the values it expects, in words.
    """

    @property
    def id(self) -> str: ...
    @property
    def dim(self) -> int: ...
    @property
    def input_range(self) -> str: ...
    def __call__(self, batch: Float[Tensor, "n ..."]) -> Float[Tensor, "n d"]: ...


def extract(extractor: Extractor, batch: Float[Tensor, "n ..."]) -> Float[np.ndarray, "n d"]:
    """Return the features of a batch as float64, computed 512 rows at a time without gradients.

    Raises:
        InputError: when a feature is not finite, naming the row.
    """
    with torch.no_grad():
        parts = [extractor(part).double() for part in batch.split(_BATCH)]
    return checks.matrix(f"the {extractor.id} features", torch.cat(parts).numpy(), least=1)


def digest(arrays: Sequence[np.ndarray]) -> str:
    """Return 8 hex digits of a hash over shapes, dtypes and contents."""
    h = hashlib.sha256()
    for a in arrays:
        h.update(f"{a.dtype.str}{a.shape}".encode())
        h.update(np.ascontiguousarray(a).tobytes())
    return h.hexdigest()[:8]


@dataclass(frozen=True)
class Identity:
    """The rows themselves, flattened, less the TRAIN mean and over the TRAIN standard deviation.

    A column that is constant in the training rows is only shifted.
    """

    mean: tuple[float, ...]
    scale: tuple[float, ...]
    input_range: str = "user units"

    @classmethod
    def fit(cls, train: np.ndarray) -> Identity:
        """Return the extractor for training rows (n, d)."""
        rows = checks.matrix("train", train)
        std = rows.std(axis=0)
        std = np.where(std > 0.0, std, 1.0)
        return cls(tuple(rows.mean(axis=0).tolist()), tuple(std.tolist()))

    @property
    def dim(self) -> int:
        """Number of columns."""
        return len(self.scale)

    @property
    def id(self) -> str:
        """`identity-v1`, dimension and a hash of the training mean and standard deviation."""
        return f"identity-v1:{self.dim}d:train-std:{digest([np.array((self.mean, self.scale))])}"

    def __call__(self, batch: Float[Tensor, "n ..."]) -> Float[Tensor, "n d"]:
        """Return (batch - mean)/std as float64."""
        flat = batch.flatten(1).double()
        if flat.shape[1] != self.dim:
            raise InputError(
                f"rows have {flat.shape[1]} columns, training had {self.dim}: give as many"
            )
        mean, scale = (torch.tensor(v, dtype=torch.float64) for v in (self.mean, self.scale))
        return (flat - mean) / scale


@dataclass(frozen=True)
class Pixels:
    """The values of a picture, averaged over areas down to 16 x 16 when it is larger."""

    event_shape: tuple[int, int, int]
    input_range: str = "[-1, 1]"

    @property
    def _sides(self) -> tuple[int, int]:
        _, height, width = self.event_shape
        return min(height, PIXELS_SIDE), min(width, PIXELS_SIDE)

    @property
    def dim(self) -> int:
        """Channels times rows times columns after averaging."""
        return self.event_shape[0] * math.prod(self._sides)

    @property
    def id(self) -> str:
        """`pixels-v1` with the input shape and the number of values used."""
        return f"pixels-v1:{_shape_name(self.event_shape)}:{self.dim}d"

    def __call__(self, batch: Float[Tensor, "n c h w"]) -> Float[Tensor, "n d"]:
        """Return the flattened, perhaps averaged, values."""
        _check_pictures(batch, self.event_shape)
        return F.adaptive_avg_pool2d(batch.double(), self._sides).flatten(1)


@dataclass(frozen=True)
class RandConv:
    """`randconv-v1`: a fixed convolutional net with random weights, averaged over the picture.

    3x3 convolutions with zero padding and leaky ReLU (slope 0.2): 16 channels at stride 1, then
    stride 2 with 32, 64, 64, ... channels until the smaller side is 2 to 3 pixels; each of the 64
    last channels is averaged over the picture. Weights are N(0, 2/fan-in), biases N(0, 0.1²), both
    from `zerosum.noise`, so the id means the same numbers with any release of torch. Sees texture
    and artefacts well, missing classes less.

    References: random features for metrics far from ImageNet, Naeem et al. 2020, arXiv:2002.09797.
    """

    event_shape: tuple[int, int, int]
    seed: int = 0
    input_range: str = "[-1, 1]"
    dim: int = 64

    @property
    def id(self) -> str:
        """`randconv-v1` with seed, number of features and input shape."""
        return f"randconv-v1:seed{self.seed}:{self.dim}d:{_shape_name(self.event_shape)}"

    def weights(self) -> list[tuple[Tensor, Tensor]]:
        """Return (weight, bias) of each layer, float64."""
        strided = max(2, int(math.log2(max(min(self.event_shape[1:]), 1))) - 1)
        widths = [self.event_shape[0], 16, 32] + [self.dim] * (strided - 1)
        return [self._layer(i, a, b) for i, (a, b) in enumerate(pairwise(widths))]

    def _layer(self, i: int, inputs: int, outputs: int) -> tuple[Tensor, Tensor]:
        key = noise.fold("randconv-v1", self.seed, i)
        shape = (outputs, inputs, 3, 3)
        weight = noise.normal(noise.fold(key, "weight"), shape, dtype=torch.float64)
        bias = noise.normal(noise.fold(key, "bias"), (outputs,), dtype=torch.float64)
        return weight * math.sqrt(2.0 / (9 * inputs)), bias * 0.1

    def __call__(self, batch: Float[Tensor, "n c h w"]) -> Float[Tensor, "n d"]:
        """Return the 64 features of pictures in [-1, 1]."""
        _check_pictures(batch, self.event_shape)
        x = batch.double()
        for i, (weight, bias) in enumerate(self.weights()):
            x = F.leaky_relu(F.conv2d(x, weight, bias, stride=min(i + 1, 2), padding=1), 0.2)
        return x.mean(dim=(2, 3))


def _shape_name(shape: tuple[int, ...]) -> str:
    return "x".join(str(s) for s in shape)


def _check_pictures(batch: Tensor, event_shape: tuple[int, int, int]) -> None:
    if tuple(batch.shape[1:]) != tuple(event_shape):
        raise InputError(
            f"pictures of shape {tuple(batch.shape[1:])} were given to an extractor for "
            f"{tuple(event_shape)} (channels, rows, columns): encode them the same way"
        )
