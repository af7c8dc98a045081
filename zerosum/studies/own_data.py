"""Intervals for a statistic of one person's data, whose truth nobody knows: bootstrap beside GAN.

What is justified is said with the numbers, in the notes of the table.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from zerosum import noise
from zerosum.errors import InputError
from zerosum.studies.cells import Cell, Table
from zerosum.studies.functionals import Functional, functional_statistics, percentile_intervals
from zerosum.studies.inference_statistics import rows

BOOTSTRAP, GAN = "bootstrap, F_n", "GAN, F*"
ESTIMATE, INTERVAL = "estimate", "percentile interval"
FEW = 30  # draws below which a percentile interval is known to be too short by several per cent


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
