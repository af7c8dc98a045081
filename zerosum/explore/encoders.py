"""An encoder of an artefact: a network that guesses a row's latent, taught by the generator's own rows."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor, nn

from zerosum.data.codec import ImageCodec
from zerosum.generator import Generator
from zerosum.latent.encoder import EncoderFit, fit_encoder
from zerosum.recipes.build import build_encoder
from zerosum.recipes.config import NetworkConfig

_CONNECTED = NetworkConfig("mlp-encoder", width=256, depth=2)
_CONVOLVED = NetworkConfig("conv-encoder", width=32)
_LEAST_SIDE = 16  # pixels from which convolutions are worth it
_STEPS = 2000


def own_encoder(
    generator: Generator, *, steps: int = _STEPS, seed: int = 0
) -> tuple[nn.Module, EncoderFit]:
    """Return an encoder of encoded rows, trained on nothing but what the generator makes.

    A conditional generator's rows are of all classes in turn, and the encoder is not told which.

    Args: steps: of training. seed: of the first weights and of the latents.
    Returns: the network, rows (n, *event) -> latents (n, latent), and how well it does on fresh ones.
    """
    config, sizes = _config(generator), replace(generator.sizes, classes=0)
    encoder = build_encoder(config, sizes, seed)

    def generate(latents: Tensor) -> Tensor:
        made: Tensor = generator.network(latents, generator.labels(len(latents)))
        return made.to(torch.promote_types(made.dtype, torch.float32))

    return encoder, fit_encoder(encoder, generate, sizes.latent, steps=steps, key=seed)


def _config(generator: Generator) -> NetworkConfig:
    large = (
        isinstance(generator.codec, ImageCodec) and min(generator.sizes.event[1:]) >= _LEAST_SIDE
    )
    return _CONVOLVED if large else _CONNECTED
