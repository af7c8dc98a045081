"""Networks of a translation between two domains, by name: rows to rows, and logits of patches."""

from __future__ import annotations

from functools import partial

from torch import nn

from zerosum.networks.patch import PatchDiscriminator
from zerosum.networks.translator import MLPTranslator, Pair, SkipTranslator, Translator
from zerosum.recipes.config import NetworkConfig
from zerosum.recipes.networks import DISCRIMINATORS, Builder, Sizes


def _translator(config: NetworkConfig, sizes: Sizes) -> nn.Module:
    """Row to row: residual blocks between two halvings (CycleGAN, Zhu 2017); pictures."""
    return Translator(event_shape=sizes.event, width=config.width, depth=config.depth)


def _skip_translator(config: NetworkConfig, sizes: Sizes) -> nn.Module:
    """Row to row: what those layers would change, added to the picture; pictures."""
    return SkipTranslator(event_shape=sizes.event, width=config.width, depth=config.depth)


def _mlp_translator(config: NetworkConfig, sizes: Sizes) -> nn.Module:
    """Row to row: fully connected, for points, tables and small pictures."""
    return MLPTranslator(
        event_shape=sizes.event,
        width=config.width,
        depth=config.depth,
        output="tanh" if sizes.image else "linear",
        activation="relu" if config.activation == "auto" else config.activation,
    )


def _patch(config: NetworkConfig, sizes: Sizes) -> nn.Module:
    """A logit for each patch of a picture (PatchGAN, Isola 2017)."""
    return PatchDiscriminator(event_shape=sizes.event, width=config.width, depth=config.depth)


TRANSLATORS: dict[str, Builder] = {
    "translator": _translator,
    "skip-translator": _skip_translator,
    "mlp-translator": _mlp_translator,
}
PATCHES: dict[str, Builder] = {"patch": _patch}

# who may judge a translation: patches, or whole rows
JUDGES: dict[str, Builder] = {**PATCHES, "mlp": DISCRIMINATORS["mlp"]}


def pair_of(build: Builder) -> Builder:
    """Return what builds two networks that `build` makes: one for each direction."""
    return partial(_pair, build)


def _pair(build: Builder, config: NetworkConfig, sizes: Sizes) -> nn.Module:
    return Pair(build(config, sizes), build(config, sizes))
