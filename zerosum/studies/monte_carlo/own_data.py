"""Intervals for a statistic of one person's data, whose truth nobody knows: bootstrap beside GAN.

What is justified is said with the numbers, in the notes of the table.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from zerosum import noise
from zerosum.data.load import load
from zerosum.data.options import DataOptions
from zerosum.errors import Diverged, InputError
from zerosum.population import Population
from zerosum.studies.memory import check_free
from zerosum.studies.monte_carlo.cells import Cell, Table
from zerosum.studies.monte_carlo.functional_table import chosen_functional, described
from zerosum.studies.monte_carlo.functionals import (
    Functional,
    Statistic,
    functional,
    functional_statistics,
    percentile_intervals,
)
from zerosum.studies.monte_carlo.statistics import rows
from zerosum.studies.monte_carlo.work import Inference, gan

BOOTSTRAP, GAN = "bootstrap, F_n", "GAN, F*"
ESTIMATE, INTERVAL = "estimate", "percentile interval"
FEW = 30  # draws below which a percentile interval is known to be too short by several per cent


def intervals_of(
    data: Any,
    statistic: str | Statistic = "mean",
    gans: int = 20,
    m: int = 10_000,
    seed: int = 0,
) -> Table:
    """Return bootstrap and GAN intervals for a statistic of somebody's own numbers.

    Args:
        data: one column: an array, a name or a path.
        statistic: a name of `functionals`, FILE.py:NAME, or a function of one sample.
        gans: trainings on all of the data, from different seeds. m: samples of each. seed: of all.
    Returns: estimates and 95 % intervals, with notes on what is justified and what is not.

    Raises:
        InputError: not one column of numbers, an unknown statistic, or numbers of which there can be none.
    """
    own = callable(statistic)
    chosen = functional(statistic) if own else chosen_functional(*described(statistic))
    if gans < 1 or m < 2:
        raise InputError(f"--gans {gans} and --m {m} make no samples: give at least 1 and 2")
    source = load(data, options=DataOptions())
    if source.event_shape != (1,):
        raise InputError(
            f"{source.name} has rows of shape {source.event_shape}: inference is about one column of numbers"
        )
    as_study = Inference(members=gans, n=source.n, m=m)
    needed = as_study.chunk_bytes + 8 * gans * m
    check_free(needed, f"{gans} GANs with {m} samples of each", "give a smaller --gans or --m")
    template = gan(source.n, seed << 32)
    many = Population(template, members=gans, chunk=as_study.chunk).fit(source)
    alive = [g for g, lives in zip(many.generators_, many.alive_, strict=True) if lives]
    if not alive:
        raise Diverged("every GAN diverged on these data: standardise them, or remove outliers")
    samples = np.stack(
        [g.sample(m, noise.fold(seed, "samples", i)).reshape(m) for i, g in enumerate(alive)]
    )
    values = np.asarray(source.rows, dtype=np.float64).reshape(source.n)
    return interval_table(values, samples, chosen, noise.fold(seed, "resamples"))


def interval_table(
    data: Any,
    samples: Any,
    chosen: Functional,
    key: int,
    *,
    resamples: int = 2000,
    level: float = 0.95,
) -> Table:
    """Return T of the data and of the GANs trained on it, with a percentile interval of each.

    Args:
        data: (n,), or (n, 1).
        samples: (gans, m): what each GAN generates, all trained on these data from other seeds;
            the ends of the GAN interval are means over them.
        chosen: T. key: of the resamples. resamples: of each GAN and of the data. level: in (0, 1).
    Raises: InputError as `percentile_intervals`.
    """
    given = rows("data", _one(data))
    made = rows("samples", samples)
    n, gans = given.shape[1], len(made)
    estimates = functional_statistics(np.repeat(given, gans, axis=0), made, chosen)
    options: dict[str, Any] = {"n": n, "resamples": resamples, "level": level}
    low, high = percentile_intervals(given, chosen, noise.fold(key, "data"), **options)
    lows, highs = percentile_intervals(made, chosen, noise.fold(key, "gan"), **options)
    group, interval = f"T = {chosen.name}", f"{100 * level:g} % {INTERVAL}"
    values = estimates["gan"]
    error = float(values.std(ddof=1)) if gans > 1 else math.nan
    of_data, of_gan = float(estimates["data"][0]), float(values.mean())
    cells = (
        Cell(group, BOOTSTRAP, ESTIMATE, of_data),
        Cell(group, BOOTSTRAP, interval, of_data, math.nan, float(low[0]), float(high[0])),
        Cell(group, GAN, ESTIMATE, of_gan, error),
        Cell(group, GAN, interval, of_gan, math.nan, float(lows.mean()), float(highs.mean())),
    )
    title = f"{chosen.name} of {n} numbers, and of {gans} GANs trained on them"
    facts = {"statistic": chosen.name, "n": n, "gans": gans, "m": made.shape[1], "level": level}
    return Table(title, facts, cells, notes(n, gans, level))


def notes(n: int, gans: int, level: float) -> tuple[str, ...]:
    """Return what the two intervals claim, and what they do not."""
    spread = (
        f"The ± beside the GAN's estimate is its sd over {gans} seeds of training, and no error "
        "with respect to the truth; the GAN interval's ends are means over these seeds."
        if gans > 1
        else "One GAN says nothing of how much training scatters; train several seeds to see it."
    )
    few = (
        f" With {n} numbers it is too short by several per cent even for the mean."
        if n < FEW
        else ""
    )
    return (
        f"Justified: the bootstrap interval, as n grows, for a smooth statistic of independent draws "
        f"with a finite variance, or a quantile where the density is above 0: "
        f"about {100 * level:g} % of such intervals hold the truth.{few}",
        "Not justified by either: extremes such as the maximum or the range, statistics of dependent "
        "or censored data, and means of distributions without a variance.",
        "Not justified: that the GAN interval holds the truth with this probability. It is the scatter "
        "of T if the GAN were the truth; no theorem bounds how far the GAN is from it. Where it lies "
        "away from the bootstrap interval, the GAN has missed part of the data: believe the bootstrap.",
        spread,
    )


def _one(data: Any) -> np.ndarray:
    array = np.asarray(data)
    if array.ndim > 2 or (array.ndim == 2 and array.shape[1] != 1):
        raise InputError(
            f"data has shape {array.shape}, and this study is of one column; pass (n,) numbers"
        )
    return array.reshape(1, -1)
