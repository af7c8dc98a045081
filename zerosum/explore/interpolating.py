"""Rows on the way from one sample to the next, along a line, a great circle or a shortest way.

A straight line between two normal latents passes nearer to 0 than latents ever lie, where a network was
not trained; a great circle keeps to their shell. A geodesic moves the points of a great circle until the
rows, and not the latents, change evenly and least (`latent/geodesic.py`).

Source: White 2016, arXiv:1609.04468; Shao, Kumar and Fletcher 2018, arXiv:1711.08014.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from zerosum.errors import InputError, unknown
from zerosum.explore.generating import generating
from zerosum.generator import Generator
from zerosum.latent.geodesic import geodesic
from zerosum.latent.paths import linear, spherical, walk

PATHS = ("spherical", "linear", "geodesic")
_MOST = 10_000  # rows of a way
_PRIOR = 0.05  # of a geodesic's latents: without it they leave the shell


def interpolate(
    generator: Generator,
    samples: Sequence[int] = (0, 1),
    *,
    steps: int = 8,
    path: str = "spherical",
    closed: bool = False,
    seed: int = 0,
    label: int | str | None = None,
) -> np.ndarray:
    """Return rows on the way through some samples, in the data's units.

    Args:
        generator: an artefact.
        samples: their numbers among those that `sample(n, seed)` gives, at least two.
        steps: from each to the next. path: a name of `PATHS`.
        closed: whether the last leads back to the first, which is then not repeated.
        seed: of the samples. label: class of all rows; None takes that of the samples.

    Returns: (steps · legs, ...) rows when closed, else one more, the samples among them.
    Raises:
        InputError: fewer than two samples, a number or path that there is not, samples of different
            classes without a label, or a mixture, between whose networks there is no way.
    """
    way = latents_between(
        generator, samples, steps=steps, path=path, closed=closed, seed=seed, label=label
    )
    label = _label(generator, samples) if label is None else label
    return generator.codec.decode(generator.encoded(way, generator.labels(len(way), label)))


def latents_between(
    generator: Generator,
    samples: Sequence[int],
    *,
    steps: int = 8,
    path: str = "spherical",
    closed: bool = False,
    seed: int = 0,
    label: int | str | None = None,
) -> Float[Tensor, "points latent"]:
    """Return the latents of the rows that `interpolate` returns, which says what is taken and refused."""
    if path not in PATHS:
        raise unknown("path", path, PATHS)
    legs = len(samples) - (not closed)
    if len(samples) < 2 or min(samples) < 0 or not 1 <= steps * legs <= _MOST:
        raise InputError(
            f"samples {list(samples)} with {steps} steps are no way: give two or more numbers from 0, and at "
            f"most {_MOST:,} steps in all"
        )
    if generator.shares:
        raise InputError("a mixture's samples are made by different networks: no way leads between")
    n = max(samples) + 1
    label = _label(generator, samples) if label is None else label
    anchors = generator.latents(n, seed)[list(samples)]
    way = walk(anchors, steps, closed=closed, between=linear if path == "linear" else spherical)
    return _shortest(generator, way, legs, steps, label) if path == "geodesic" else way


def strips(rows: np.ndarray, steps: int) -> np.ndarray:
    """Return a way's rows leg by leg, each from its first sample to its last, so that inner ones come twice.

    >>> strips(np.arange(5), 2).tolist(), strips(np.arange(4), 2).tolist()  # open, closed
    ([0, 1, 2, 2, 3, 4], [0, 1, 2, 2, 3, 0])
    """
    first = np.arange(0, len(rows) - len(rows) % steps, steps)
    return rows[(first[:, None] + np.arange(steps + 1)).ravel() % len(rows)]


def _label(generator: Generator, samples: Sequence[int]) -> str | int | None:
    """Return the class that all of the samples are of, by the rule of `Generator.labels`."""
    if not generator.sizes.classes:
        return None
    found = {i % generator.sizes.classes for i in samples}
    if len(found) > 1:
        raise InputError(
            f"samples {list(samples)} are of {len(found)} classes, and a class has no middle: give label, or "
            f"numbers that differ by multiples of {generator.sizes.classes}"
        )
    index = found.pop()
    return generator.classes[index] if generator.classes else index


def _shortest(
    generator: Generator, way: Tensor, legs: int, steps: int, label: int | str | None
) -> Tensor:
    """Return the way with the inner points of each leg moved."""
    generate, parts = generating(generator, label), []
    for leg in range(legs):
        index = torch.arange(leg * steps, leg * steps + steps + 1) % len(way)
        parts.append(geodesic(generate, way[index], prior=_PRIOR).latents[:-1])
    if legs * steps < len(way):  # an open way ends at its last sample
        parts.append(way[-1:])
    return torch.cat(parts)
