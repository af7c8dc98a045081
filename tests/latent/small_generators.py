"""Generators of fixed random weights, small enough for a test."""

from __future__ import annotations

from torch import nn

from zerosum import noise
from zerosum.networks.dcgan import DCGANGenerator
from zerosum.networks.mlp import MLPGenerator


def mlp(latent: int = 8, features: int = 64, key: int = 2, **settings: object) -> nn.Module:
    """128 units in 3 layers, weights that keep the variance (He), no biases."""
    settings = {"width": 128, "depth": 3} | settings
    network = MLPGenerator(latent=latent, event_shape=(features,), **settings)
    for i, p in enumerate(network.parameters()):
        fan = p.shape[-1]
        p.data = _normal(key, i, p.shape) * (2 / fan) ** 0.5 if p.ndim > 1 else p.data * 0
    return network.requires_grad_(False).eval()


def dcgan(latent: int = 16, key: int = 3) -> nn.Module:
    """32 x 32 x 1, width 16, batch norm in eval mode with scales about 1 and shifts about 0."""
    network = DCGANGenerator(latent=latent, event_shape=(1, 32, 32), width=16)
    for i, (name, p) in enumerate(network.named_parameters()):
        fan = p.shape[-1] if p.ndim == 2 else p.shape[0] * 4
        drawn = _normal(key, i, p.shape)
        scale = name.endswith("weight")
        p.data = drawn * (2 / fan) ** 0.5 if p.ndim > 1 else 0.1 * drawn + scale
    return network.requires_grad_(False).eval()


def _normal(key, i, shape):
    return noise.normal(noise.fold(key, i), tuple(shape))
