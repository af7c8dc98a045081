"""The cases every contestant trains: the same networks, batch and data, made from one seed.

The networks are the ones of the DCGAN tutorial (strided 4x4 convolutions, batch normalisation,
width 64) and a three-layer MLP, written here so that no contestant brings its own. A generator is
called with latents (batch, latent), a discriminator returns logits of shape (batch,).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle

import torch
from torch import Tensor, nn

Step = Callable[[], object]
LEARNING_RATE = 2e-4
BETAS = (0.5, 0.999)
PENALTY_WEIGHT = 10.0


@dataclass(frozen=True)
class Case:
    """One thing to train. `loss` is "logistic" (non-saturating GAN) or "wasserstein-gp"."""

    name: str
    event_shape: tuple[int, ...]
    latent: int
    batch: int
    width: int
    loss: str = "logistic"

    @property
    def image(self) -> bool:
        return len(self.event_shape) == 3

    def networks(self) -> tuple[nn.Module, nn.Module]:
        """Return a fresh generator and discriminator, the same weights at every call."""
        torch.manual_seed(0)
        if not self.image:
            return _MLPGenerator(self), _MLPDiscriminator(self)
        pair = _ConvGenerator(self), _ConvDiscriminator(self)
        for network in pair:
            network.apply(_initialise)
        return pair

    def batches(self, n: int = 8) -> Iterator[Tensor]:
        """Return an endless iterator over n preloaded batches, shape (batch, *event_shape)."""
        rng = torch.Generator().manual_seed(1)
        draw = torch.randn(n, self.batch, *self.event_shape, generator=rng)
        return cycle(list((draw.tanh() if self.image else draw).unbind()))


class _ConvGenerator(nn.Module):
    def __init__(self, case: Case) -> None:
        super().__init__()
        channels, side, _ = case.event_shape
        width = case.width * side // 8
        layers: list[nn.Module] = [
            nn.ConvTranspose2d(case.latent, width, 4, 1, 0, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
        ]
        while width > case.width:
            layers += [
                nn.ConvTranspose2d(width, width // 2, 4, 2, 1, bias=False),
                nn.BatchNorm2d(width // 2),
                nn.ReLU(inplace=True),
            ]
            width //= 2
        layers += [nn.ConvTranspose2d(width, channels, 4, 2, 1, bias=False), nn.Tanh()]
        self.net = nn.Sequential(*layers)

    def forward(self, z: Tensor, label: Tensor | None = None) -> Tensor:
        return self.net(z[:, :, None, None])


class _ConvDiscriminator(nn.Module):
    def __init__(self, case: Case) -> None:
        super().__init__()
        channels, side, _ = case.event_shape
        width = case.width
        layers: list[nn.Module] = [
            nn.Conv2d(channels, width, 4, 2, 1, bias=False),
            nn.LeakyReLU(0.2, inplace=True),
        ]
        while side > 8:
            layers += [nn.Conv2d(width, 2 * width, 4, 2, 1, bias=False)]
            # a penalty on each sample's gradient has no meaning when the batch is coupled
            layers += [nn.BatchNorm2d(2 * width)] if case.loss == "logistic" else []
            layers += [nn.LeakyReLU(0.2, inplace=True)]
            width, side = 2 * width, side // 2
        layers += [nn.Conv2d(width, 1, 4, 1, 0, bias=False)]
        self.net = nn.Sequential(*layers)

    def forward(self, x: Tensor, label: Tensor | None = None, key: object = None) -> Tensor:
        return self.net(x).flatten()


def _initialise(module: nn.Module) -> None:
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(module.weight, 0.0, 0.02)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, 0.02)


class _MLPGenerator(nn.Module):
    def __init__(self, case: Case) -> None:
        super().__init__()
        self.net = _mlp(case.latent, case.width, case.event_shape[0])

    def forward(self, z: Tensor, label: Tensor | None = None) -> Tensor:
        return self.net(z)


class _MLPDiscriminator(nn.Module):
    def __init__(self, case: Case) -> None:
        super().__init__()
        self.net = _mlp(case.event_shape[0], case.width, 1)

    def forward(self, x: Tensor, label: Tensor | None = None, key: object = None) -> Tensor:
        return self.net(x).flatten()


def _mlp(inputs: int, width: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(inputs, width),
        nn.ReLU(),
        nn.Linear(width, width),
        nn.ReLU(),
        nn.Linear(width, outputs),
    )


CASES = {
    case.name: case
    for case in (
        Case("dcgan-32x32x1", (1, 32, 32), latent=100, batch=64, width=64),
        Case("dcgan-32x32x1-narrow", (1, 32, 32), latent=100, batch=64, width=32),
        Case("dcgan-64x64x3", (3, 64, 64), latent=100, batch=64, width=64),
        Case("mlp", (2,), latent=16, batch=256, width=128),
        Case("wgan-gp-critic", (3, 32, 32), 100, batch=64, width=32, loss="wasserstein-gp"),
    )
}
