"""Networks of pairs by name: who judges a row with its latent, and who finds the latent of a row."""

from __future__ import annotations

from torch import nn

from zerosum.networks.pairs import ConvEncoder, ConvPair, MLPEncoder, MLPPair
from zerosum.recipes.config import NetworkConfig
from zerosum.recipes.networks import Builder, Sizes


def _mlp_pair(config: NetworkConfig, sizes: Sizes) -> nn.Module:
    """Fully connected on a row and its latent (VEEGAN), for points, tables and small pictures."""
    return MLPPair(**_connected(config, sizes))


def _conv_pair(config: NetworkConfig, sizes: Sizes) -> nn.Module:
    """Strided convolutions, joined with the latent (VEEGAN, Srivastava 2017); pictures."""
    return ConvPair(event_shape=sizes.event, latent=sizes.latent, width=config.width)


def _mlp_encoder(config: NetworkConfig, sizes: Sizes) -> nn.Module:
    """Fully connected, for points, tables and small pictures."""
    return MLPEncoder(**_connected(config, sizes))


def _conv_encoder(config: NetworkConfig, sizes: Sizes) -> nn.Module:
    """Strided convolutions (VEEGAN, Srivastava 2017); pictures."""
    return ConvEncoder(event_shape=sizes.event, latent=sizes.latent, width=config.width)


def _connected(config: NetworkConfig, sizes: Sizes) -> dict:
    activation = {} if config.activation == "auto" else {"activation": config.activation}
    return {
        "event_shape": sizes.event,
        "latent": sizes.latent,
        "width": config.width,
        "depth": config.depth,
        **activation,
    }


# discriminators that look at a row and a latent
PAIRS: dict[str, Builder] = {"mlp-pair": _mlp_pair, "conv-pair": _conv_pair}

RECONSTRUCTORS: dict[str, Builder] = {"mlp-encoder": _mlp_encoder, "conv-encoder": _conv_encoder}
