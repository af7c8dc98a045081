"""Extractors with published weights: Inception-v3 as FID has it, and DINOv2.

The weights come from outside (`runs/extractors.py` reads or downloads them); here is what is done with them.
How a picture is resized is part of an extractor: it moves a Fréchet distance by several points.

    clean   cubic with antialiasing, in float, clipped to the range: as clean-fid (Parmar 2022)
    tf1     linear without antialiasing, corner to corner: as the TensorFlow code of 2017 and torch-fidelity

References: Parmar, Zhang and Zhu 2022, arXiv:2104.11222.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F

from zerosum.errors import InputError, unknown
from zerosum.metrics import dinov2
from zerosum.metrics.dinov2 import DINOv2
from zerosum.metrics.inception import FEATURES, Inception
from zerosum.metrics.inception import SIDE as INCEPTION_SIDE

RESIZES = ("clean", "tf1")
_HASH = 8  # hex digits of the weights' hash in an id


@dataclass(frozen=True, eq=False)
class InceptionV3:
    """2048 features of the last pool, at 299 pixels. A Fréchet distance of these is an FID.

    Attributes:
        network: with its weights. digest: hash of the file they came from. resize: a name of `RESIZES`.
    """

    network: Inception
    digest: str
    resize: str = "clean"
    input_range: str = "[-1, 1]"

    @property
    def dim(self) -> int:
        """Number of features."""
        return FEATURES

    @property
    def id(self) -> str:
        """`inception-v3-compat`, number of features, resize and the hash of the weights."""
        return (
            f"inception-v3-compat:{FEATURES}d:{self.resize}-{INCEPTION_SIDE}:{self.digest[:_HASH]}"
        )

    def __call__(self, batch: Float[Tensor, "n c h w"]) -> Float[Tensor, "n 2048"]:
        """Return the features of pictures in [-1, 1], one or three channels, of any size."""
        levels = (in_colour(batch) + 1) * 127.5
        return self.network((resized(levels, INCEPTION_SIDE, self.resize) - 128) / 128)


@dataclass(frozen=True, eq=False)
class DinoV2:
    """The class token of DINOv2, at 224 pixels.

    Attributes:
        network: with its weights. digest: hash of the file they came from. resize: a name of `RESIZES`.
    """

    network: DINOv2
    digest: str
    resize: str = "clean"
    input_range: str = "[-1, 1]"

    @property
    def dim(self) -> int:
        """Number of features."""
        return self.network.width

    @property
    def id(self) -> str:
        """`dinov2-vit14`, number of features, resize and the hash of the weights."""
        return f"dinov2-vit14:{self.dim}d:{self.resize}-{dinov2.SIDE}:{self.digest[:_HASH]}"

    def __call__(self, batch: Float[Tensor, "n c h w"]) -> Float[Tensor, "n d"]:
        """Return the features of pictures in [-1, 1], one or three channels, of any size."""
        levels = resized((in_colour(batch) + 1) * 127.5, dinov2.SIDE, self.resize) / 255
        mean, std = (torch.tensor(v).reshape(3, 1, 1) for v in (dinov2.MEAN, dinov2.STD))
        return self.network((levels - mean) / std)


def inception_v3(
    weights: Mapping[str, Tensor], digest: str, *, resize: str = "clean"
) -> InceptionV3:
    """Return the extractor with these weights.

    Raises:
        InputError: an unknown resize, or weights of another network.
    """
    network = Inception()
    _fill(network, weights, resize, "Inception-v3 with 1008 classes")
    return InceptionV3(network, digest, resize)


def dino_v2(weights: Mapping[str, Tensor], digest: str, *, resize: str = "clean") -> DinoV2:
    """Return the extractor with these weights, whose size says which of the three networks it is.

    Raises:
        InputError: an unknown resize, or weights of another network.
    """
    found = weights.get("cls_token")
    widths = {width: size for size, (width, _, _) in dinov2.SIZES.items()}
    size = widths.get(found.shape[-1] if found is not None and found.ndim else 0)
    if size is None:
        raise InputError(
            "the weights are of no DINOv2 that is known here: give the publisher's file of "
            f"ViT-S/14, ViT-B/14 or ViT-L/14, {', '.join(map(str, widths))} features"
        )
    network = DINOv2(size)
    _fill(network, weights, resize, f"DINOv2 {size}")
    return DinoV2(network, digest, resize)


def in_colour(batch: Float[Tensor, "n c h w"]) -> Float[Tensor, "n 3 h w"]:
    """Return float32 pictures of three channels; a grey one has three equal ones.

    Raises:
        InputError: another number of channels than 1 or 3.
    """
    if batch.ndim != 4 or batch.shape[1] not in (1, 3):
        raise InputError(
            f"pictures of shape {tuple(batch.shape[1:])} were given to a network for (1 or 3, rows, "
            "columns): give grey or colour pictures"
        )
    return batch.float().expand(-1, 3, -1, -1)


def resized(
    levels: Float[Tensor, "n 3 h w"], side: int, how: str
) -> Float[Tensor, "n 3 side side"]:
    """Return pictures of 0 to 255 with `side` rows and columns, unrounded."""
    if levels.shape[2] == levels.shape[3] == side:
        return levels
    if how == "clean":
        made = F.interpolate(levels, (side, side), mode="bicubic", antialias=True)
        return made.clamp(0, 255)
    return _corners(_corners(levels, side, 2), side, 3)


def _corners(x: Tensor, side: int, axis: int) -> Tensor:
    """Return linear interpolation along one axis, result i taken at i · n / side."""
    n = x.shape[axis]
    at = torch.arange(side, dtype=torch.float32) * (n / side)
    below = at.floor().long().clamp(max=n - 1)
    above = (below + 1).clamp(max=n - 1)
    share = (at - below).reshape(-1, *(1,) * (3 - axis))
    low, high = x.index_select(axis, below), x.index_select(axis, above)
    return low + (high - low) * share


def _fill(network: nn.Module, weights: Mapping[str, Tensor], resize: str, name: str) -> None:
    if resize not in RESIZES:
        raise unknown("resize", resize, RESIZES)
    # how often a norm was updated plays no part, and some publishers leave it out
    wanted = {k: v for k, v in network.state_dict().items() if "num_batches" not in k}
    wrong = [k for k, v in wanted.items() if k not in weights or weights[k].shape != v.shape]
    if wrong:
        raise InputError(
            f"the weights are not those of {name}: {len(wrong)} of its {len(wanted)} tensors are absent or "
            f"of another shape, first {wrong[0]!r}; give the publisher's file"
        )
    network.load_state_dict({k: weights[k] for k in wanted}, strict=False)
    network.requires_grad_(False)
