"""Networks by name: what is built from a network's settings and the sizes of the data."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from torch import nn

from zerosum.networks.autoencoder import ConvAutoencoder, MLPAutoencoder, UpsamplingGenerator
from zerosum.networks.dcgan import DCGANDiscriminator, DCGANGenerator
from zerosum.networks.maxout import GoodfellowGenerator, MaxoutDiscriminator
from zerosum.networks.mlp import MLPDiscriminator, MLPGenerator
from zerosum.networks.progressive import ProgressiveDiscriminator, ProgressiveGenerator
from zerosum.networks.residual import ResidualDiscriminator, ResidualGenerator, stage_count
from zerosum.recipes.config import NetworkConfig


@dataclass(frozen=True)
class Sizes:
    """What a network has to fit: latent dimension, event shape, number of classes (0: none)."""

    latent: int
    event: tuple[int, ...]
    classes: int = 0
    auxiliary: bool = False  # whether a discriminator says classes instead of being told them

    @property
    def image(self) -> bool:
        """Whether a row is a picture."""
        return len(self.event) == 3


Builder = Callable[[NetworkConfig, Sizes], nn.Module]


def _mlp_generator(config: NetworkConfig, sizes: Sizes) -> nn.Module:
    """Fully connected, tanh at the end of pictures, linear elsewhere."""
    return MLPGenerator(
        latent=sizes.latent,
        event_shape=sizes.event,
        width=config.width,
        depth=config.depth,
        classes=sizes.classes,
        output="tanh" if sizes.image else "linear",
        norm=config.norm,
        **_activation(config),
    )


def _mlp_discriminator(config: NetworkConfig, sizes: Sizes) -> nn.Module:
    """Fully connected, for points, tables and small pictures."""
    return MLPDiscriminator(
        event_shape=sizes.event,
        width=config.width,
        depth=config.depth,
        classes=sizes.classes,
        auxiliary=sizes.auxiliary,
        norm=config.norm,
        **_activation(config),
    )


def _activation(config: NetworkConfig) -> dict[str, str]:
    return {} if config.activation == "auto" else {"activation": config.activation}


def _making(config: NetworkConfig, sizes: Sizes) -> dict[str, Any]:
    """Return what every generator of a width and a depth is made from."""
    return {
        "latent": sizes.latent,
        "event_shape": sizes.event,
        "width": config.width,
        "depth": config.depth,
        "classes": sizes.classes,
    }


def _judging(config: NetworkConfig, sizes: Sizes) -> dict[str, Any]:
    """Return what every discriminator of a width and a depth is made from."""
    return {
        "event_shape": sizes.event,
        "width": config.width,
        "depth": config.depth,
        "classes": sizes.classes,
        "auxiliary": sizes.auxiliary,
    }


def _goodfellow_generator(config: NetworkConfig, sizes: Sizes) -> nn.Module:
    """Rectifiers and a sigmoid (Goodfellow 2014); pictures."""
    return GoodfellowGenerator(**_making(config, sizes))


def _maxout_discriminator(config: NetworkConfig, sizes: Sizes) -> nn.Module:
    """Maxout units with dropout (Goodfellow 2014)."""
    return MaxoutDiscriminator(**_judging(config, sizes))


def _plain_maxout(config: NetworkConfig, sizes: Sizes) -> nn.Module:
    """Maxout units without dropout (PacGAN's toys, Lin 2018), so that it may be penalised."""
    return MaxoutDiscriminator(**_judging(config, sizes), keep_input=1.0, keep_hidden=1.0)


def _dcgan_generator(config: NetworkConfig, sizes: Sizes) -> nn.Module:
    """Fractionally strided convolutions (Radford 2016); pictures of any size."""
    return DCGANGenerator(
        latent=sizes.latent,
        event_shape=sizes.event,
        width=config.width,
        norm=config.norm,
        classes=sizes.classes,
    )


def _dcgan_discriminator(config: NetworkConfig, sizes: Sizes) -> nn.Module:
    """Strided convolutions (Radford 2016); pictures of any size."""
    return DCGANDiscriminator(
        event_shape=sizes.event,
        width=config.width,
        norm=config.norm,
        classes=sizes.classes,
        auxiliary=sizes.auxiliary,
    )


def _residual_generator(config: NetworkConfig, sizes: Sizes) -> nn.Module:
    """Residual stages without normalisation (R3GAN, Huang 2024); pictures."""
    return ResidualGenerator(
        latent=sizes.latent,
        event_shape=sizes.event,
        channels=_stage_channels(config, sizes),
        blocks=config.depth,
        group=config.group,
        classes=sizes.classes,
        embedding=config.embedding,
    )


def _residual_discriminator(config: NetworkConfig, sizes: Sizes) -> nn.Module:
    """Residual stages without normalisation (R3GAN, Huang 2024); pictures."""
    return ResidualDiscriminator(
        event_shape=sizes.event,
        channels=_stage_channels(config, sizes),
        blocks=config.depth,
        group=config.group,
        classes=sizes.classes,
        embedding=config.embedding,
        auxiliary=sizes.auxiliary,
    )


def _stage_channels(config: NetworkConfig, sizes: Sizes) -> list[int]:
    """Coarse to fine: as said, or the width at the finest stage and up to 4 times as many below."""
    if config.channels is not None:
        return list(config.channels)
    stages = stage_count(*sizes.event[1:])
    return [config.width * min(4, 2**i) for i in range(stages - 1, -1, -1)]


def _upsampling_generator(config: NetworkConfig, sizes: Sizes) -> nn.Module:
    """Convolutions between repeated pixels, no normalisation (BEGAN, Berthelot 2017); pictures."""
    return UpsamplingGenerator(**_making(config, sizes))


def _progressive_generator(config: NetworkConfig, sizes: Sizes) -> nn.Module:
    """Grows from small pictures to large ones (Karras 2018); sides of 2^depth times a start."""
    return ProgressiveGenerator(**_making(config, sizes))


def _progressive_discriminator(config: NetworkConfig, sizes: Sizes) -> nn.Module:
    """Grows with its generator (Karras 2018); sees how varied groups of 4 rows are."""
    return ProgressiveDiscriminator(**_judging(config, sizes))


def _mlp_autoencoder(config: NetworkConfig, sizes: Sizes) -> nn.Module:
    """Fully connected, to a code and back, for points, tables and small pictures."""
    return MLPAutoencoder(
        event_shape=sizes.event,
        code=_code(sizes),
        width=config.width,
        depth=config.depth,
        classes=sizes.classes,
        output="tanh" if sizes.image else "linear",
        **_activation(config),
    )


def _conv_autoencoder(config: NetworkConfig, sizes: Sizes) -> nn.Module:
    """Convolutions, to a code and back (BEGAN, Berthelot 2017); pictures."""
    return ConvAutoencoder(
        event_shape=sizes.event,
        code=_code(sizes),
        width=config.width,
        depth=config.depth,
        classes=sizes.classes,
    )


def _code(sizes: Sizes) -> int:
    """As many numbers as the latent has, but at most half of a row's: else all could be copied."""
    return max(1, min(sizes.latent, math.prod(sizes.event) // 2))


GENERATORS: dict[str, Builder] = {
    "mlp": _mlp_generator,
    "goodfellow": _goodfellow_generator,
    "dcgan": _dcgan_generator,
    "residual": _residual_generator,
    "upsampling": _upsampling_generator,
    "progressive": _progressive_generator,
}

DISCRIMINATORS: dict[str, Builder] = {
    "mlp": _mlp_discriminator,
    "maxout": _maxout_discriminator,
    "maxout-plain": _plain_maxout,
    "dcgan": _dcgan_discriminator,
    "residual": _residual_discriminator,
    "progressive": _progressive_discriminator,
}

# discriminators that give a row back instead of a logit
AUTOENCODERS: dict[str, Builder] = {
    "mlp-autoencoder": _mlp_autoencoder,
    "conv-autoencoder": _conv_autoencoder,
}
