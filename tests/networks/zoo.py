"""One explicit list of every network at a small size, with and without classes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from zerosum.networks.autoencoder import UpsamplingGenerator
from zerosum.networks.dcgan import DCGANDiscriminator, DCGANGenerator
from zerosum.networks.maxout import GoodfellowGenerator, MaxoutDiscriminator
from zerosum.networks.mlp import MLPDiscriminator, MLPGenerator
from zerosum.networks.progressive import ProgressiveDiscriminator, ProgressiveGenerator
from zerosum.networks.residual import ResidualDiscriminator, ResidualGenerator

BATCH, LATENT, CLASSES = 6, 5, 3
LABEL = torch.tensor([0, 1, 2, 2, 1, 0])
PIECES = {"width": 8, "depth": 2}
STAGES = {"channels": (8, 6, 4), "blocks": 1}


@dataclass(frozen=True)
class Entry:
    """A class, the shape of its samples and its other sizes."""

    make: type[nn.Module]
    event_shape: tuple[int, ...]
    sizes: dict[str, Any] = field(default_factory=dict)
    level: float | None = None  # of a growing network: where all of its layers take part

    @property
    def is_generator(self) -> bool:
        return self.make.__name__.endswith("Generator")

    @property
    def couples_samples(self) -> bool:
        return self.make.__name__.startswith("DCGAN") and self.sizes.get("norm") != "none"

    @property
    def name(self) -> str:
        extra = [str(self.sizes["norm"])] if "norm" in self.sizes else []
        extra += ["classes"] if "classes" in self.sizes else []
        return "-".join([self.make.__name__, *extra])

    def build(self, seed: int = 0, **changes: Any) -> nn.Module:
        """The network in float64, every parameter moved off its initial value (some start at 0)."""
        sizes = {"event_shape": self.event_shape, **self.sizes}
        sizes |= {"latent": LATENT} if self.is_generator else {}
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            network = self.make(**(sizes | changes)).double()
            if self.level is not None:
                network.level = self.level
            for p in network.parameters():
                p.data += 0.2 * torch.randn_like(p)
        return network

    def inputs(self, seed: int = 0) -> tuple[Tensor, Tensor | None]:
        """A batch of latents or samples, with labels where the network takes them."""
        shape = (LATENT,) if self.is_generator else self.event_shape
        rng = torch.Generator().manual_seed(seed)
        x = torch.randn(BATCH, *shape, dtype=torch.float64, generator=rng)
        return x, LABEL if self.sizes.get("classes") else None


FAMILIES = (
    Entry(MLPGenerator, (2, 3), PIECES),
    Entry(MLPDiscriminator, (2, 3), PIECES),
    Entry(GoodfellowGenerator, (1, 4, 3), PIECES),
    Entry(MaxoutDiscriminator, (1, 4, 3), PIECES),
    Entry(DCGANGenerator, (3, 9, 16), {"width": 4, "norm": "batch"}),
    Entry(DCGANDiscriminator, (3, 9, 16), {"width": 4, "norm": "batch"}),
    Entry(DCGANGenerator, (3, 9, 16), {"width": 4, "norm": "none"}),
    Entry(DCGANDiscriminator, (3, 9, 16), {"width": 4, "norm": "none"}),
    Entry(ResidualGenerator, (3, 9, 16), STAGES),
    Entry(ResidualDiscriminator, (3, 9, 16), STAGES),
    Entry(UpsamplingGenerator, (3, 9, 16), {"width": 4, "depth": 1}),
    Entry(ProgressiveGenerator, (3, 6, 8), {"width": 4, "depth": 1}, level=0.5),
    # groups of one sample: what coupling does is in test_progressive
    Entry(ProgressiveDiscriminator, (3, 6, 8), {"width": 4, "depth": 1, "group": 1}, level=0.5),
)
ALL = tuple(
    Entry(e.make, e.event_shape, e.sizes | extra, e.level)
    for e in FAMILIES
    for extra in ({}, {"classes": CLASSES})
)
