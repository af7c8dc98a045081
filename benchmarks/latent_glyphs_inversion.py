"""Latents of glyphs: of the generator's own, where the truth is known, and of real ones, held out or not."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from benchmarks.latent_glyphs_data import LETTERS, Glyphs
from zerosum import noise
from zerosum.explore.generating import generating
from zerosum.generator import Generator
from zerosum.latent.encoder import EncoderFit, encode, fit_encoder
from zerosum.latent.inversion import Effort, invert
from zerosum.metrics.intervals import wilson
from zerosum.metrics.inversion import nearest_sample
from zerosum.networks.pairs import ConvEncoder

GUESS = Effort(starts=1, steps=0, polish=0)  # a first guess as it is
SEARCH = Effort(starts=4, steps=60, polish=400)
GOAL = 0.01  # relative error of own samples


@dataclass(frozen=True)
class Inverted:
    """Rows of all characters, inverted: the fields of `Inversion` that are read here."""

    latents: Tensor
    reconstruction: Tensor
    error: Tensor
    relative: Tensor


@dataclass(frozen=True)
class HeldOut:
    """Glyphs, what the generator makes of them, their nearest training pictures, and their errors (n,)."""

    glyphs: np.ndarray
    made: np.ndarray
    nearest: np.ndarray
    errors: np.ndarray


def inverted(
    generator: Generator, rows: Tensor, letters: np.ndarray, effort: Effort, *,
    prior: float = 0.0, first: Tensor | None = None, key: int = 0,
) -> Inverted:  # fmt: skip
    """Return the inversion of rows (n, 1, 32, 32), each within its character where the generator is told."""
    groups = _groups(generator, letters)
    fields = [torch.empty(len(rows), generator.sizes.latent), torch.empty_like(rows),
              torch.empty(len(rows)), torch.empty(len(rows))]  # fmt: skip
    for label, index in groups:
        guess = None if first is None else first[index]
        one = invert(
            generating(generator, label), rows[index], generator.sizes.latent, prior=prior,
            first=guess, effort=effort, key=key,
        )  # fmt: skip
        for whole, part in zip(
            fields, (one.latents, one.reconstruction, one.error, one.relative), strict=True
        ):
            whole[index] = part
    return Inverted(*fields)


def _groups(generator: Generator, letters: np.ndarray) -> list[tuple[str | None, Tensor]]:
    if not generator.sizes.classes:
        return [(None, torch.arange(len(letters)))]
    each = ((name, np.flatnonzero(letters == k)) for k, name in enumerate(LETTERS))
    return [(name, torch.from_numpy(rows)) for name, rows in each if len(rows)]


def fitted_encoder(generator: Generator, steps: int, key: int) -> tuple[ConvEncoder, EncoderFit]:
    """Return an encoder of glyphs of all characters; it is not told which one it sees."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(noise.fold(key, "encoder"))
        encoder = ConvEncoder(
            event_shape=generator.sizes.event, latent=generator.sizes.latent, width=32
        )

    def generate(z: Tensor) -> Tensor:
        # characters in turn by the row's place: latents and guesses of one batch keep their places
        made: Tensor = generator.network(z, generator.labels(len(z)))
        return made

    fit = fit_encoder(encoder, generate, generator.sizes.latent, steps=steps, key=key)
    return encoder, fit


def own_samples(generator: Generator, encoder: ConvEncoder, n: int, key: int) -> dict[str, Any]:
    """Return how many of the generator's own samples are found again, by each way."""
    z = noise.normal(noise.fold(key, "own samples"), (n, generator.sizes.latent))
    labels = generator.labels(n)
    rows = generator.encoded(z, labels)
    letters = np.zeros(n, int) if labels is None else labels.numpy()
    first = encode(encoder, rows)
    ways = {"search": (SEARCH, None), "encoder": (GUESS, first), "both": (SEARCH, first)}
    found = {}
    for name, (effort, guess) in ways.items():
        one = inverted(generator, rows, letters, effort, first=guess, key=key)
        found[name] = _found(one, z) | {"effort": asdict(effort)}
    return found


def _found(one: Inverted, z: Tensor) -> dict[str, Any]:
    below = int((one.relative < GOAL).sum())
    away = (one.latents - z).norm(dim=1) / z.norm(dim=1)
    return {
        "below 1 %": asdict(wilson(below, len(z))),
        "relative error": _quantiles(one.relative),
        "error": _quantiles(one.error / 2),  # of pixels from 0 to 1, as held-out glyphs are judged
        "distance to the true latent, of its norm": _quantiles(away),
    }


def held_out(
    generator: Generator, encoder: ConvEncoder, train: Glyphs, test: Glyphs, each: int, prior: float, key: int
) -> tuple[dict[str, Any], HeldOut]:  # fmt: skip
    """Return the error of held-out glyphs beside that of their nearest training picture.

    Errors are root mean squares over pixels, which run from 0 to 1.

    Args: each: glyphs of each character.
    """
    index = some(test, each, noise.fold(key, "held out"))
    one = reconstructed(generator, encoder, test, index, prior, key)
    pixels, stock = (_pixels(generator, g) for g in (test.images[index], train.images))
    nearest, which = nearest_sample(pixels, stock)
    seen = some(train, each, noise.fold(key, "trained on"))
    trained = reconstructed(generator, encoder, train, seen, prior, key)
    mine = one.error / 2  # encoded pixels run from -1 to 1
    apart = nearest - mine
    figures = {
        "glyphs": len(index),
        "prior": prior,
        "effort": asdict(SEARCH),
        "reconstruction": _quantiles(mine),
        "nearest training picture": _quantiles(nearest),
        "nearest less reconstruction": {
            "mean": float(apart.mean()),
            "error": float(apart.std() / len(apart) ** 0.5),
        },
        "reconstruction is nearer": asdict(wilson(int((apart > 0).sum()), len(index))),
        "reconstruction of training glyphs": _quantiles(trained.error / 2),
        "norm of the latents": _quantiles(one.latents.norm(dim=1)),
    }
    made = generator.codec.decode(one.reconstruction)
    stored = train.images[which[:, 0].numpy()]
    return figures, HeldOut(test.images[index], made, stored, mine.numpy())


def reconstructed(
    generator: Generator, encoder: ConvEncoder, glyphs: Glyphs, index: np.ndarray, prior: float, key: int,
    effort: Effort = SEARCH,
) -> Inverted:  # fmt: skip
    """Return the inversion of real glyphs, by encoder and search."""
    rows = generator.codec.encode(glyphs.images[index])
    letters = np.searchsorted(LETTERS, glyphs.names[index])
    first = encode(encoder, rows)
    return inverted(generator, rows, letters, effort, prior=prior, first=first, key=key)


def some(glyphs: Glyphs, each: int, key: int) -> np.ndarray:
    """Return the rows of so many glyphs of each character, drawn by the key."""
    order = noise.permutation(key, len(glyphs.names)).numpy()
    return np.concatenate([order[glyphs.names[order] == name][:each] for name in LETTERS])


def _pixels(generator: Generator, images: np.ndarray) -> Tensor:
    return generator.codec.encode(images).flatten(1) / 2 + 0.5


def _quantiles(values: Tensor) -> dict[str, float]:
    q = torch.quantile(values, torch.tensor([0.5, 0.95]))
    return {
        "mean": float(values.mean()),
        "median": float(q[0]),
        "95 %": float(q[1]),
        "most": float(values.max()),
    }
