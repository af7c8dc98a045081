"""Name -> object, by hand: the only place where a text becomes a formulation, a penalty or a network.

Adding a formulation is its file and one line here; the command line, the contract tests and the
catalogue read these tables.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn

from zerosum.networks.dcgan import DCGANDiscriminator, DCGANGenerator
from zerosum.networks.maxout import GoodfellowGenerator, MaxoutDiscriminator
from zerosum.networks.mlp import MLPDiscriminator, MLPGenerator
from zerosum.networks.residual import ResidualDiscriminator, ResidualGenerator, stage_count
from zerosum.objectives.hinge import HINGE
from zerosum.objectives.least_squares import LEAST_SQUARES, LEAST_SQUARES_PEARSON
from zerosum.objectives.minimax import MINIMAX
from zerosum.objectives.nonsaturating import NONSATURATING
from zerosum.objectives.objective import Objective
from zerosum.objectives.relativistic import RELATIVISTIC_PAIRING
from zerosum.objectives.wasserstein import WASSERSTEIN
from zerosum.penalties.gradient_penalty import DRAGAN_CODE, DRAGAN_PAPER, WGAN_GP
from zerosum.penalties.penalty import Penalty
from zerosum.penalties.zero_centred import R1, R2
from zerosum.recipes.config import NetworkConfig, OptimizerConfig
from zerosum.training.schedule import Schedule

OBJECTIVES: dict[str, Objective] = {
    "mm": MINIMAX,
    "ns": NONSATURATING,
    "wgan": WASSERSTEIN,
    "lsgan": LEAST_SQUARES,
    "lsgan-pearson": LEAST_SQUARES_PEARSON,
    "hinge": HINGE,
    "rp": RELATIVISTIC_PAIRING,
}

PENALTIES: dict[str, Penalty] = {
    "r1": R1,
    "r2": R2,
    "wgan-gp": WGAN_GP,
    "dragan-paper": DRAGAN_PAPER,
    "dragan-code": DRAGAN_CODE,
}


@dataclass(frozen=True)
class Sizes:
    """What a network has to fit: latent dimension, event shape, number of classes (0: none)."""

    latent: int
    event: tuple[int, ...]
    classes: int = 0

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
    )


def _mlp_discriminator(config: NetworkConfig, sizes: Sizes) -> nn.Module:
    """Fully connected, for points, tables and small pictures."""
    return MLPDiscriminator(
        event_shape=sizes.event, width=config.width, depth=config.depth, classes=sizes.classes
    )


def _goodfellow_generator(config: NetworkConfig, sizes: Sizes) -> nn.Module:
    """Rectifiers and a sigmoid (Goodfellow 2014); pictures."""
    return GoodfellowGenerator(
        latent=sizes.latent,
        event_shape=sizes.event,
        width=config.width,
        depth=config.depth,
        classes=sizes.classes,
    )


def _maxout_discriminator(config: NetworkConfig, sizes: Sizes) -> nn.Module:
    """Maxout units with dropout (Goodfellow 2014)."""
    return MaxoutDiscriminator(
        event_shape=sizes.event, width=config.width, depth=config.depth, classes=sizes.classes
    )


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
        event_shape=sizes.event, width=config.width, norm=config.norm, classes=sizes.classes
    )


def _residual_generator(config: NetworkConfig, sizes: Sizes) -> nn.Module:
    """Residual stages without normalisation (R3GAN, Huang 2024); pictures."""
    return ResidualGenerator(
        latent=sizes.latent,
        event_shape=sizes.event,
        channels=_stage_channels(config, sizes),
        blocks=config.depth,
        classes=sizes.classes,
    )


def _residual_discriminator(config: NetworkConfig, sizes: Sizes) -> nn.Module:
    """Residual stages without normalisation (R3GAN, Huang 2024); pictures."""
    return ResidualDiscriminator(
        event_shape=sizes.event,
        channels=_stage_channels(config, sizes),
        blocks=config.depth,
        classes=sizes.classes,
    )


def _stage_channels(config: NetworkConfig, sizes: Sizes) -> list[int]:
    """Coarse to fine: the width at the finest resolution, up to 4 times as many channels below."""
    stages = stage_count(*sizes.event[1:])
    return [config.width * min(4, 2**i) for i in range(stages - 1, -1, -1)]


GENERATORS: dict[str, Builder] = {
    "mlp": _mlp_generator,
    "goodfellow": _goodfellow_generator,
    "dcgan": _dcgan_generator,
    "residual": _residual_generator,
}

DISCRIMINATORS: dict[str, Builder] = {
    "mlp": _mlp_discriminator,
    "maxout": _maxout_discriminator,
    "dcgan": _dcgan_discriminator,
    "residual": _residual_discriminator,
}


def _adam(config: OptimizerConfig, parameters: list[nn.Parameter]) -> torch.optim.Optimizer:
    """Adam (Kingma and Ba 2014, 1412.6980)."""
    betas = (float(config.beta1), _start(config.beta2))
    return torch.optim.Adam(parameters, lr=_start(config.lr), betas=betas, fused=True)


def _rmsprop(config: OptimizerConfig, parameters: list[nn.Parameter]) -> torch.optim.Optimizer:
    """RMSProp (Tieleman and Hinton 2012); beta2 is its smoothing."""
    return torch.optim.RMSprop(parameters, lr=_start(config.lr), alpha=_start(config.beta2))


def _sgd(config: OptimizerConfig, parameters: list[nn.Parameter]) -> torch.optim.Optimizer:
    """Gradient descent with momentum beta1."""
    return torch.optim.SGD(parameters, lr=_start(config.lr), momentum=config.beta1, fused=True)


OPTIMIZERS: dict[str, Callable[[OptimizerConfig, list[nn.Parameter]], torch.optim.Optimizer]] = {
    "adam": _adam,
    "rmsprop": _rmsprop,
    "sgd": _sgd,
}


def _start(value: float | Schedule) -> float:
    return value.start if isinstance(value, Schedule) else float(value)
