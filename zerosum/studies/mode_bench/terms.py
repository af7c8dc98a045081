"""What is equal for every system of the bench: networks, rows, updates, step size, seeds.

An update is one gradient of the discriminator on `batch` real and as many generated rows. A system that
takes several for one move of the generator plays so many rounds fewer: k turns of a critic, virtual steps
of an unrolled game, the components of a mixture. So all see the same number of rows, and nobody gets more
work for the same name; what an update costs in time still differs and is told.
What belongs to a system (objective, penalties, packing, clipping, who plays) is in `entrants`.

    scale ours      the same small networks for all, of which a CPU trains ten at once
    scale paper     PacGAN's networks and lengths on ring and grid (4 x 400 against 3 maxout layers of 200
                    with 5 pieces, 400 epochs of 100,000 rows) and on stacked MNIST (DCGAN with 64 channels,
                    50 epochs); ours on the other data, whose networks no paper prints or we do not know

References: Lin et al. 2018, arXiv:1712.04086, published configurations; Srivastava et al. 2017,
arXiv:1705.07761; Tolstikhin et al. 2017, arXiv:1701.02386 (latent 5, 15 epochs of 64,000 rows a component).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from zerosum.errors import unknown
from zerosum.recipes.config import merge

Settings = dict[str, Any]

SCALES = ("ours", "paper")
BUDGETS = ("quick", "full")


@dataclass(frozen=True)
class Terms:
    """What every system gets on one data set.

    Attributes:
        updates: of the discriminator in one training, in all.
        seeds: trainings of each system.
        batch: rows an update, divisible by every packing there is.
        latent: dimension. generator, discriminator: settings of the networks.
        rate: step size at the start; it falls to `last_rate` by a cosine that ends with the run.
        beta1, beta2: Adam's.
        half_life: of the generator's average, in rows seen.
        components: of a mixture.
        packs: whether a packed discriminator gets `batch` packs, as in PacGAN's code, and not rows.
        pictures: whether rows are pictures. values: numbers in a row.
    """

    updates: int
    seeds: int
    batch: int
    latent: int
    generator: Settings
    discriminator: Settings
    rate: float = 2e-3
    last_rate: float = 5e-5
    beta1: float = 0.0
    beta2: float = 0.99
    half_life: float = 20_000.0
    components: int = 3
    packs: bool = False
    pictures: bool = False
    values: int = 2

    def settings(self, game: Settings, *, pack: int = 1, each: int = 1, **more: Any) -> Settings:
        """Return the settings of a system: these terms, and what is its own.

        Args:
            game: the section of that name. pack: rows judged together.
            each: gradients of the discriminator that a round takes. more: laid over the rest.
        """
        batch = self.batch * (pack if self.packs else 1)
        steps = max(1, self.updates // each)
        falls = {"start": self.rate, "end": self.last_rate, "over": steps * batch}
        rate = self.rate if self.rate == self.last_rate else falls
        adam = {"name": "adam", "lr": rate, "beta1": self.beta1, "beta2": self.beta2}
        judge = dict(self.discriminator)
        if game.get("penalties"):
            judge["norm"] = "none"  # a penalty is of one row, and normalisation makes it of a batch
        common = {
            "latent": self.latent,
            "game": {**game, "pack": pack},
            "generator": self.generator,
            "discriminator": judge,
            "generator_optimizer": adam,
            "discriminator_optimizer": adam,
            "run": {"steps": steps, "batch": batch, "ema_half_life": self.half_life},
        }
        return merge(common, more)

    def falling(self, start: float, end: float) -> Settings:
        """Return a number that falls by a cosine over a whole run of one turn a round."""
        return {"start": start, "end": end, "over": self.updates * self.batch}


def terms(data: str, scale: str, budget: str) -> Terms:
    """Return the terms on one data set.

    Raises:
        InputError: an unknown scale or budget.
    """
    for what, name, known in (("scale", scale, SCALES), ("budget", budget, BUDGETS)):
        if name not in known:
            raise unknown(what, name, known)
    table = _PAPER if scale == "paper" else _OURS
    found = replace(table.get(data) or table["adagan"], values=_VALUES.get(data, 2))
    if scale == "paper":
        return replace(found, components=10)  # the papers' lengths are what they are
    full = _FULL.get(data) or _FULL["adagan"]
    return found if budget == "quick" else replace(found, seeds=10, components=10, **full)


def _ours(updates: int, seeds: int, latent: int, width: int, depth: int = 3) -> Terms:
    network = {"name": "mlp", "width": width, "depth": depth}
    return Terms(updates, seeds, 96, latent, network, network)


def _stacked(updates: int) -> Terms:
    """One hidden layer: in as many updates deeper ones lose modes (`benchmarks/stacked_depth.py`)."""
    return replace(_ours(updates, 3, 64, 512, depth=1), pictures=True)


_OURS = {
    "ring": _ours(1500, 10, 8, 128),
    "grid": _ours(1500, 10, 8, 128),
    "adagan": _ours(900, 3, 8, 128),
    "manifolds-1200": _ours(700, 3, 64, 128),
    "stacked-digits": _stacked(1200),
    "stacked-mnist": _stacked(800),
}
_FULL: dict[str, dict[str, Any]] = {
    "ring": {"updates": 12_000, "batch": 240},
    "grid": {"updates": 12_000, "batch": 240},
    "adagan": {"updates": 4000},
    "manifolds-1200": {"updates": 3000},
    "stacked-digits": {"updates": 5000},
    "stacked-mnist": {"updates": 5000},
}
_VALUES = {"manifolds-1200": 1200, "stacked-digits": 8 * 8 * 3, "stacked-mnist": 28 * 28 * 3}

_PACGAN_PLANE = Terms(
    updates=400_000,
    seeds=10,
    batch=100,
    latent=2,
    generator={"name": "mlp", "width": 400, "depth": 4, "norm": "batch", "activation": "relu"},
    discriminator={"name": "maxout-plain", "width": 200, "depth": 3},
    rate=1e-4,
    last_rate=1e-4,
    beta1=0.8,
    beta2=0.999,
    half_life=0.0,
    packs=True,
)
_DCGAN = {"name": "dcgan", "width": 64, "norm": "batch"}
_STACKED = Terms(
    updates=100_000,
    seeds=5,
    batch=64,
    latent=100,
    generator=_DCGAN,
    discriminator=_DCGAN,
    rate=2e-4,
    last_rate=2e-4,
    beta1=0.5,
    beta2=0.999,
    half_life=0.0,
    packs=True,
    pictures=True,
)
_PAPER = {
    "ring": _PACGAN_PLANE,
    "grid": _PACGAN_PLANE,
    "adagan": replace(_OURS["adagan"], updates=10_000, seeds=10, latent=5),
    "manifolds-1200": replace(_OURS["manifolds-1200"], updates=6000, seeds=5),
    "stacked-digits": replace(_OURS["stacked-digits"], updates=15_000, seeds=5),
    "stacked-mnist": _STACKED,
}
