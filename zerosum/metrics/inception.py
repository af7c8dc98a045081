"""Inception-v3 as FID's published numbers were taken with it: the network, its input, no weights.

Not torchvision's: average pools leave the zeros of their border out, the last block's pool is a maximum,
and there are 1008 classes, as in the TensorFlow graph of 2015-12-05. Modules have the names that published
PyTorch copies of those weights have, so that such a file fits as it is (`metrics/weights.py` reads it).

A block is a table of branches, whose results are stacked; a branch is a chain of convolutions and pools, and
may end in a fork. Every convolution is followed by a batch normalisation (eps 1e-3) and a ReLU.

Source: Szegedy et al. 2016, arXiv:1512.00567; as a metric: Heusel et al. 2017, arXiv:1706.08500.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F

SIDE, FEATURES, CLASSES = 299, 2048, 1008


@dataclass(frozen=True)
class Conv:
    """A convolution by name: `out` channels, an odd kernel; one of stride 2 has no border."""

    name: str
    out: int
    kernel: int | tuple[int, int] = 1
    stride: int = 1


AVERAGE, MAXIMUM, HALVE = "average", "maximum", "halve"  # pools of 3 x 3, the last of stride 2
Step = Conv | str | tuple[Conv, ...]  # a tuple is a fork
Branches = tuple[tuple[Step, ...], ...]

_A3 = (Conv("branch3x3dbl_1", 64), Conv("branch3x3dbl_2", 96, 3))
_LINE, _COLUMN = (1, 7), (7, 1)


def _a(pooled: int) -> Branches:
    return (
        (Conv("branch1x1", 64),),
        (Conv("branch5x5_1", 48), Conv("branch5x5_2", 64, 5)),
        (*_A3, Conv("branch3x3dbl_3", 96, 3)),
        (AVERAGE, Conv("branch_pool", pooled)),
    )


def _c(inner: int) -> Branches:
    return (
        (Conv("branch1x1", 192),),
        (
            Conv("branch7x7_1", inner),
            Conv("branch7x7_2", inner, _LINE),
            Conv("branch7x7_3", 192, _COLUMN),
        ),
        (
            Conv("branch7x7dbl_1", inner),
            Conv("branch7x7dbl_2", inner, _COLUMN),
            Conv("branch7x7dbl_3", inner, _LINE),
            Conv("branch7x7dbl_4", inner, _COLUMN),
            Conv("branch7x7dbl_5", 192, _LINE),
        ),
        (AVERAGE, Conv("branch_pool", 192)),
    )


def _e(pool: str) -> Branches:
    def fork(name: str) -> tuple[Conv, Conv]:
        return Conv(f"{name}a", 384, (1, 3)), Conv(f"{name}b", 384, (3, 1))

    return (
        (Conv("branch1x1", 320),),
        (Conv("branch3x3_1", 384), fork("branch3x3_2")),
        (Conv("branch3x3dbl_1", 448), Conv("branch3x3dbl_2", 384, 3), fork("branch3x3dbl_3")),
        (pool, Conv("branch_pool", 192)),
    )


_B: Branches = (
    (Conv("branch3x3", 384, 3, 2),),
    (*_A3, Conv("branch3x3dbl_3", 96, 3, 2)),
    (HALVE,),
)
_D: Branches = (
    (Conv("branch3x3_1", 192), Conv("branch3x3_2", 320, 3, 2)),
    (
        Conv("branch7x7x3_1", 192),
        Conv("branch7x7x3_2", 192, _LINE),
        Conv("branch7x7x3_3", 192, _COLUMN),
        Conv("branch7x7x3_4", 192, 3, 2),
    ),
    (HALVE,),
)
# name, channels that come in, branches
_BLOCKS: tuple[tuple[str, int, Branches], ...] = (
    ("Mixed_5b", 192, _a(32)),
    ("Mixed_5c", 256, _a(64)),
    ("Mixed_5d", 288, _a(64)),
    ("Mixed_6a", 288, _B),
    ("Mixed_6b", 768, _c(128)),
    ("Mixed_6c", 768, _c(160)),
    ("Mixed_6d", 768, _c(160)),
    ("Mixed_6e", 768, _c(192)),
    ("Mixed_7a", 768, _D),
    ("Mixed_7b", 1280, _e(AVERAGE)),
    ("Mixed_7c", 2048, _e(MAXIMUM)),
)


class Unit(nn.Module):
    """relu(norm(conv(x)))."""

    def __init__(self, inputs: int, made: Conv, *, padded: bool) -> None:
        super().__init__()
        sides = made.kernel if isinstance(made.kernel, tuple) else (made.kernel, made.kernel)
        border = (sides[0] // 2, sides[1] // 2) if padded else (0, 0)
        self.conv = nn.Conv2d(inputs, made.out, sides, made.stride, border, bias=False)
        self.bn = nn.BatchNorm2d(made.out, eps=1e-3)

    def forward(self, x: Float[Tensor, "n c h w"]) -> Float[Tensor, "n k v u"]:
        """Return the unit's maps."""
        return torch.relu(self.bn(self.conv(x)))


class Mixed(nn.Module):
    """A block: its branches' maps, stacked in order."""

    def __init__(self, inputs: int, branches: Branches) -> None:
        super().__init__()
        self.branches = branches
        for branch in branches:
            for made, channels in _convolutions(branch, inputs):
                self.add_module(made.name, Unit(channels, made, padded=made.stride == 1))

    def forward(self, x: Float[Tensor, "n c h w"]) -> Float[Tensor, "n k v u"]:
        """Return the block's maps."""
        return torch.cat([part for branch in self.branches for part in self._follow(branch, x)], 1)

    def _follow(self, branch: tuple[Step, ...], x: Tensor) -> list[Tensor]:
        for step in branch:
            if isinstance(step, tuple):
                return [self.get_submodule(made.name)(x) for made in step]
            x = _pool(step, x) if isinstance(step, str) else self.get_submodule(step.name)(x)
        return [x]


def _convolutions(branch: tuple[Step, ...], channels: int) -> Iterator[tuple[Conv, int]]:
    """Yield a branch's convolutions with the channels that come into each."""
    for step in branch:
        if isinstance(step, Conv):
            yield step, channels
            channels = step.out
        elif isinstance(step, tuple):
            yield from ((made, channels) for made in step)


def _pool(kind: str, x: Tensor) -> Tensor:
    if kind == AVERAGE:
        return F.avg_pool2d(x, 3, 1, 1, count_include_pad=False)
    return F.max_pool2d(x, 3, 2) if kind == HALVE else F.max_pool2d(x, 3, 1, 1)


class Inception(nn.Module):
    """Pictures to 2048 features; `logits` of those says the 1008 classes."""

    def __init__(self) -> None:
        super().__init__()
        self.Conv2d_1a_3x3 = Unit(3, Conv("", 32, 3, 2), padded=False)
        self.Conv2d_2a_3x3 = Unit(32, Conv("", 32, 3), padded=False)
        self.Conv2d_2b_3x3 = Unit(32, Conv("", 64, 3), padded=True)
        self.Conv2d_3b_1x1 = Unit(64, Conv("", 80), padded=False)
        self.Conv2d_4a_3x3 = Unit(80, Conv("", 192, 3), padded=False)
        for name, inputs, branches in _BLOCKS:
            self.add_module(name, Mixed(inputs, branches))
        self.fc = nn.Linear(FEATURES, CLASSES)
        self.eval()

    def forward(self, x: Float[Tensor, "n 3 h w"]) -> Float[Tensor, "n 2048"]:
        """Return the features of pictures in [-1, 1], 299 pixels a side (75 or more will do)."""
        x = self.Conv2d_2b_3x3(self.Conv2d_2a_3x3(self.Conv2d_1a_3x3(x)))
        x = self.Conv2d_4a_3x3(self.Conv2d_3b_1x1(_pool(HALVE, x)))
        x = _pool(HALVE, x)
        for name, _, _ in _BLOCKS:
            x = self.get_submodule(name)(x)
        return x.mean(dim=(2, 3))

    def logits(self, features: Float[Tensor, "n 2048"]) -> Float[Tensor, "n 1008"]:
        """Return the class numbers whose softmax the Inception Score takes: without the bias.

        As the published TensorFlow code does; with the bias the score is another by some hundredths.
        """
        return F.linear(features, self.fc.weight)
