"""GAN against bootstrap for one functional T, over many data sets of a known truth.

Four named intervals of 95 % for T(F), from the same resamples of n draws, T° being T of one of them:

    percentile, bootstrap     [quantiles of T° from F_n]
    percentile, GAN           [quantiles of T° from F*]
    basic, bootstrap          2 T(F_n) − [quantiles of T° from F_n], ends exchanged
    GAN scatter at T(F_n)     T(F_n) − T(F*) + [quantiles of T° from F*]: the data say where, the GAN how wide

Source: Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapter 13; Davison and Hinkley
1997, Bootstrap Methods and their Application, (5.6).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from zerosum import noise
from zerosum.errors import InputError
from zerosum.recipes.own_function import OwnFunction, looks_typed, placed, typed
from zerosum.studies.monte_carlo.cells import NORMAL_95, Cell, Table
from zerosum.studies.monte_carlo.functionals import (
    MSE,
    PAIRED,
    Functional,
    Statistic,
    functional,
    functional_statistics,
    functional_summary,
    percentile_intervals,
)
from zerosum.studies.monte_carlo.statistics import Statistics
from zerosum.studies.monte_carlo.table import band
from zerosum.studies.monte_carlo.truths import Truth

RESAMPLES = 1000
COLUMNS = ("t_gan", "t_data", "low_gan", "high_gan", "low_data", "high_data")


def described(chosen: str | Statistic) -> tuple[str, str | None]:
    """Return what a study's description holds of T: its name or place, and the SHA-256 of own code.

    Args: chosen: a name of `functionals`, FILE.py:NAME, or a function of a module's top level.
    Returns: (name, None), or (place of the person's own function, hash).
    Raises: InputError for an unknown name, or a function no other process can find.
    """
    if isinstance(chosen, str) and not looks_typed(chosen):
        return functional(chosen).name, None
    own = typed(chosen) if isinstance(chosen, str) else placed(chosen)
    return own.place, own.sha256


def chosen_functional(statistic: str, sha256: str | None) -> Functional:
    """Return T from what `described` gave; a person's own file is run here.

    Raises: InputError where the file is another by now, or has no such function.
    """
    if sha256 is None:
        return functional(statistic)
    own = OwnFunction(statistic, sha256)
    return functional(own.load(), own.name)


def check_functional(chosen: Functional, truth: Truth, draws: np.ndarray) -> None:
    """Raise InputError unless T is one finite number for the truth and for a first data set, (n,)."""
    row = draws.astype(np.float64).reshape(1, -1)
    found = {truth.label: chosen.of_truth(truth), "a data set": float(chosen.of(row)[0])}
    for of, value in found.items():
        if not math.isfinite(value):
            raise InputError(
                f"{chosen.name} of {of} is {value}, and there is nothing to compare; choose a statistic "
                "that is a finite number there"
            )


def functional_columns(
    data: Any, samples: Any, chosen: Functional, seed: int, first: int
) -> Statistics:
    """Return T and the percentile ends of each member, COLUMNS, (members,) each.

    Args:
        data: (members, n) or (members, n, 1). samples: (members, m) or (members, m, 1). chosen: T.
        seed: of the study. first: the number of the first member.
    Raises: InputError as `functional_statistics` and `percentile_intervals`.
    """
    n = data.shape[1]
    found = functional_statistics(data, samples, chosen)
    result = {"t_gan": found["gan"], "t_data": found["data"]}
    for name, rows in (("gan", samples), ("data", data)):
        low, high = percentile_intervals(
            rows, chosen, noise.fold(seed, "resamples", name), n=n, resamples=RESAMPLES, first=first
        )
        result |= {f"low_{name}": low, f"high_{name}": high}
    return result


def functional_table(statistics: Statistics, chosen: Functional, truth: Truth) -> Table:
    """Return errors, coverage of the named intervals, and who is nearer, with the paired error.

    Args: statistics: with COLUMNS, at least 2 members. chosen: T. truth: F.
    """
    gan, data = statistics["t_gan"], statistics["t_data"]
    of_gan = (statistics["low_gan"], statistics["high_gan"])
    of_data = (statistics["low_data"], statistics["high_data"])
    named = {
        "percentile, bootstrap": of_data,
        "percentile, GAN": of_gan,
        "basic, bootstrap": (2 * data - of_data[1], 2 * data - of_data[0]),
        "GAN scatter at T(F_n)": (data - gan + of_gan[0], data - gan + of_gan[1]),
    }
    table = functional_summary({"gan": gan, "data": data}, chosen, truth, named)
    group = table.cells[-1].group
    cells = (*table.cells, Cell(group, "tolerance", "coverage", 0.95, math.nan, *band(len(gan))))
    return Table(table.title, table.facts, cells, (*_notes(chosen), verdict(table, chosen.name)))


def verdict(table: Table, name: str) -> str:
    """Return who has the smaller mean squared error of T, or that this study cannot say."""
    paired = next(c for c in table.cells if (c.of, c.what) == (PAIRED, MSE))
    apart = f"paired difference of the squared errors {paired}"
    if not abs(paired.value) > NORMAL_95 * paired.error:
        return f"T = {name}: neither GAN nor data is nearer to the truth by more than 1.96 errors ({apart})."
    nearer, other = ("GAN", "data") if paired.value < 0 else ("data", "GAN")
    return f"T = {name}: the {nearer} is nearer to the truth than the {other}, in the mean square ({apart})."


def _notes(chosen: Functional) -> tuple[str, ...]:
    return (
        f"T = {chosen.name}. T(F_n) is what the bootstrap resamples around, T(F*) that of the GAN's "
        f"samples. Intervals are of 95 %, from {RESAMPLES:,} resamples of n draws: percentile, of T from "
        "F_n (Efron's bootstrap) or from F*; basic: 2 T(F_n) minus the bootstrap's ends; GAN scatter at "
        "T(F_n): the GAN's ends moved by T(F_n) − T(F*).",
    )
