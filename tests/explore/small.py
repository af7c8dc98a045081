"""Artefacts whose networks are written down: rows are linear in the latent, plus a shift of the class."""

from __future__ import annotations

from functools import cache

import numpy as np
import torch
from torch import nn

from zerosum import noise
from zerosum.data.codec import ImageCodec, NumericCodec
from zerosum.explore.judging import Judge, judge_of
from zerosum.generator import Generator
from zerosum.recipes.config import NetworkConfig
from zerosum.recipes.tables import Sizes

PICTURES = ImageCodec((1, 4, 4), "nhw", "<f8", 0.0, 16.0)  # floats: nothing is rounded
LATENT = 3
SIDES = ("left", "right")  # of what the judge tells apart


class Linear(nn.Module):
    """z, y -> W z + 0.15 y in every other number, reshaped."""

    def __init__(self, event: tuple[int, ...], latent: int = LATENT, key: int = 1) -> None:
        super().__init__()
        size = torch.Size(event).numel()
        self.layer = nn.Linear(latent, size, bias=False)
        self.layer.weight.data = 0.1 * noise.normal(key, (size, latent))
        self.event = event

    def forward(self, z: torch.Tensor, label: torch.Tensor | None = None) -> torch.Tensor:
        """Return rows."""
        rows = self.layer(z)
        if label is not None:
            # classes differ in a way that no latent can make
            rows = rows + 0.15 * label[:, None] * (torch.arange(rows.shape[1]) % 2)
        return rows.reshape(len(z), *self.event)


def pictures(classes: int = 0, key: int = 1) -> Generator:
    """4 x 4 grey pictures from 0 to 16."""
    config, sizes = NetworkConfig("mlp"), Sizes(LATENT, PICTURES.event_shape, classes)
    network = Linear(PICTURES.event_shape, key=key).requires_grad_(False).eval()
    return Generator(network, config, sizes, PICTURES, tuple("abcd"[:classes]))


def table() -> Generator:
    """Five columns of standard deviations 1 to 5."""
    codec = NumericCodec(tuple("pqrst"), (0.0,) * 5, (1.0, 2.0, 3.0, 4.0, 5.0), (False,) * 5, "<f8")
    network = Linear((5,)).requires_grad_(False).eval()
    return Generator(network, NetworkConfig("mlp"), Sizes(LATENT, (5,), 0), codec)


def halves(n: int = 60) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return n pictures that are brighter on one side, and which side that is."""
    y = np.arange(n) % 2
    rows = 6 + 2 * np.asarray(noise.uniform(1, (n, 4, 4), dtype=torch.float64))
    for i, side in enumerate(y):
        rows[i, :, 2 * side : 2 * side + 2] += 6
    return rows, tuple(SIDES[i] for i in y)


@cache
def taught_judge() -> Judge:
    """Return a judge of bright sides, taught once."""
    return judge_of(pictures(), *halves())
