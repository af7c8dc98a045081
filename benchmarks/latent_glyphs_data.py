"""What `latent_glyphs` plays with: characters of fonts with known attributes, and a generator of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import zerosum as zs
from zerosum.runs.session import read_config

ATTRIBUTES = ("bold", "italic", "serif")
LETTERS = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


@dataclass(frozen=True)
class Glyphs:
    """Capitals of fonts of which all attributes are known.

    Attributes:
        images: (n, 32, 32) uint8. names: (n,) "A" to "Z". fonts: (n,) number of the font.
        attributes: (n, 3) True or False for each of `ATTRIBUTES`.
    """

    images: np.ndarray
    names: np.ndarray
    fonts: np.ndarray
    attributes: np.ndarray


def read(path: Path) -> tuple[Glyphs, Glyphs]:
    """Return training and test glyphs, split by clusters of font families that look alike."""
    with np.load(path, allow_pickle=False) as file:
        names = file["char_names"][file["char"]]
        # serif is -1 for scripts and hands, where the word says nothing
        kept = np.char.isupper(names) & (file["serif"] >= 0)
        test, images, fonts = file["is_test"], file["images"], file["font"]
        attributes = np.stack([file[name] == 1 for name in ATTRIBUTES], axis=1)

    def of(rows: np.ndarray) -> Glyphs:
        return Glyphs(images[rows], names[rows], fonts[rows], attributes[rows])

    return of(kept & ~test), of(kept & test)


def settings(options: Any) -> dict[str, Any]:
    """Return R3GAN's numbers with schedules as long as the run, and a step size that falls to an eighth.

    Not told the character, small convolutions make black pictures, and fully connected networks need a gamma
    of 50 (of 0.1, 10, 50 and 200 the one with the lowest Fréchet distance after 3,000 steps, to training
    glyphs held out of training).
    """
    seen, rate, told = options.steps * options.batch, options.rate, not options.unconditional
    most = 1.0 if told else 50.0
    gamma = {"start": most, "end": most / 10, "over": seen}
    moves = {"lr": {"start": rate, "end": rate / 8, "over": seen}, "beta1": 0.0,
             "beta2": {"start": 0.9, "end": 0.99, "over": seen}}  # fmt: skip
    network: dict[str, Any] = {"name": "dcgan", "width": options.width, "norm": "none"}
    if not told:
        network = {"name": "mlp", "width": 16 * options.width, "depth": 3}
    return {
        "latent": options.latent if told else 2 * options.latent,
        "game": {"penalties": [{"name": name, "weight": gamma} for name in ("r1", "r2")]},
        "generator": network,
        "discriminator": network,
        "generator_optimizer": moves,
        "discriminator_optimizer": moves,
        "run": {"ema_half_life": min(20_000, seen // 20), "threads": 1},
    }


def trained(train: Glyphs, options: Any) -> Path:
    """Return the run folder of a GAN of the training glyphs: the one that is given or begun, or a new one.

    A run that was stopped goes on, one that is finished is taken as it is.
    """
    kind = "unconditional" if options.unconditional else "conditional"
    place = options.runs / f"latent-glyphs-{kind}-{options.seed}"
    begun = [options.run] if options.run else [p.parent for p in place.glob("*/config.yaml")]
    if begun and (begun[-1] / "report.html").is_file():  # what a run writes last
        return begun[-1]
    if begun:
        told = read_config(begun[-1]).conditional
        gan = zs.resume(begun[-1], train.images, train.names if told else None)
    else:
        gan = zs.GAN(
            "r3gan", seed=options.seed, steps=options.steps, batch=options.batch, out=place,
            conditional=not options.unconditional, precision=options.precision, holdout=0.05,
            settings=settings(options),
        )  # fmt: skip
        gan.fit(train.images, None if options.unconditional else train.names)
    return gan.run_
