"""A small two-player game in float64: its networks, its draws, and what they are called with."""

from __future__ import annotations

import torch

from zerosum import noise
from zerosum.games.protocol import Draw
from zerosum.networks.mlp import MLPDiscriminator, MLPGenerator

BATCH, LATENT, EVENT, CLASSES = 6, 3, (2, 2), 4
TOLERANCE = {"rtol": 1e-10, "atol": 1e-12}
WEIGHT = 0.7


def networks(classes=0, seed=0):
    """A smooth generator and discriminator in float64."""
    torch.manual_seed(seed)
    generator = MLPGenerator(
        latent=LATENT, event_shape=EVENT, width=5, depth=1, classes=classes, activation="tanh"
    )
    discriminator = MLPDiscriminator(
        event_shape=EVENT, width=7, depth=2, classes=classes, activation="softplus"
    )
    return {"generator": generator.double(), "discriminator": discriminator.double()}


def draw(classes=0, key=11, batch=BATCH):
    """Real rows round 2, latents, labels and a key, all functions of `key`."""
    label = noise.integers(key + 3, (batch,), classes) if classes else None
    real = 2 + noise.normal(key + 1, (batch, *EVENT), dtype=torch.float64)
    latent = noise.normal(key + 2, (batch, LATENT), dtype=torch.float64)
    return Draw(real, latent, label, torch.tensor(key))


def gradients(loss, module):
    """Gradients by parameter name; None where there is none."""
    names, parameters = zip(*module.named_parameters(), strict=True)
    return dict(zip(names, torch.autograd.grad(loss, parameters, allow_unused=True), strict=True))


class Recording:
    """A network that notes what it is called with."""

    def __init__(self, module):
        self.module, self.calls = module, []

    def __call__(self, *arguments):
        self.calls.append(arguments)
        return self.module(*arguments)


def recorded(classes=0):
    """The same networks, noting their calls."""
    return {name: Recording(module) for name, module in networks(classes).items()}
