"""What a network cannot be built from, refused with the reason."""

from __future__ import annotations

from collections.abc import Iterator

from zerosum.recipes.config import Config, NetworkConfig


def bad_networks(config: Config) -> Iterator[str]:
    """Yield a sentence for every network setting that cannot work, or that its network never looks at."""
    for player in ("generator", "discriminator"):
        yield from _bad_network(player, getattr(config, player))


def _bad_network(player: str, network: NetworkConfig) -> Iterator[str]:
    widths = network.channels
    own = {
        "channels": (widths, None),
        "group": (network.group, 16),
        "embedding": (network.embedding, 0),
    }
    for name, (value, default) in own.items():
        if value != default and network.name != "residual":
            yield (
                f"{player}.{name} is {value}, which only residual looks at: leave it out (or write "
                f"{'none' if default is None else default}) for {network.name}"
            )
    if widths is not None and (len(widths) < 2 or min(widths) < 1):
        yield (
            f"{player}.channels is {list(widths)}: one width of 1 or more for each stage is needed, from "
            "4 x 4 pixels to the picture's size, at least two of them, such as 256,128,64"
        )
    if network.group < 1:
        yield f"{player}.group is {network.group}: at least 1 channel in a group is needed"
    if network.embedding < 0:
        yield f"{player}.embedding is {network.embedding}: 0 or more dimensions are needed"
