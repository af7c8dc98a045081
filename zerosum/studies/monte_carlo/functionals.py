"""Estimators T(F*) and T(F_n) of a functional T of the distribution, their errors and their intervals.

    percentile interval: [α/2 and 1 − α/2 quantiles of T of n draws from G]
        G = F_n: Efron's bootstrap                  G = F*: n of a GAN's m samples, a GAN bootstrap

Both measure how T would scatter if G were the truth. Neither knows how far G itself is from F: a bias
of the GAN moves its interval as a whole, and only a study over known truths can show by how much.

Source: Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapter 13.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64

from zerosum import noise
from zerosum.errors import InputError, unknown
from zerosum.studies.monte_carlo import cells
from zerosum.studies.monte_carlo.cells import Cell, Table
from zerosum.studies.monte_carlo.statistics import Statistics, rows, same_members
from zerosum.studies.monte_carlo.truths import Truth

Rows = Float64[np.ndarray, "members n"]
Numbers = Float64[np.ndarray, " members"]
Statistic = Callable[[np.ndarray], Any]  # one sample, (n,) -> one number

INTERVALS = "intervals for T"
PAIRED, MSE = "GAN − data, paired", "mean squared error"
NODES = 100_001  # equal steps of probability at which T of a truth is taken, for a user's T
_BLOCK = 2**19  # numbers of a block of resamples: 4 MiB


@dataclass(frozen=True, eq=False)
class Functional:
    """A functional T of a distribution.

    Attributes:
        name: what tables call it.
        of: T of each row, (members, n) float64 -> (members,).
        of_truth: T of a known distribution.
    """

    name: str
    of: Callable[[np.ndarray], np.ndarray]
    of_truth: Callable[[Truth], float]


def quantile(share: float) -> Functional:
    """Return T = the quantile of this share, straight between order statistics, at place (n − 1) p."""
    if not 0.0 < share < 1.0:
        raise InputError(f"quantile {share:g} does not exist; pass a share between 0 and 1")
    level = np.array([share])

    def of(x: np.ndarray) -> np.ndarray:
        """Return the quantile of each row."""
        return np.quantile(x, share, axis=1)

    def of_truth(truth: Truth) -> float:
        """Return F⁻¹(share)."""
        return float(truth.quantile(level)[0])

    return Functional(f"quantile:{share:g}", of, of_truth)


def _mean_of(x: np.ndarray) -> np.ndarray:
    return x.mean(axis=1)


def _median_of(x: np.ndarray) -> np.ndarray:
    return np.median(x, axis=1)


def _variance_of(x: np.ndarray) -> np.ndarray:
    return x.var(axis=1, ddof=1)


FUNCTIONALS: dict[str, Functional] = {
    "mean": Functional("mean", _mean_of, lambda truth: truth.mean),
    "median": Functional("median", _median_of, quantile(0.5).of_truth),
    "variance": Functional("variance", _variance_of, lambda truth: truth.variance),
}


def functional(chosen: str | Statistic, name: str | None = None) -> Functional:
    """Return T by name (mean, median, variance, quantile:0.9), or made from a function of one sample.

    Args:
        chosen: a name; or a function of (n,) float64 that returns one finite number. T of a truth
            is then that of NODES of its quantiles at equal steps of probability, which leaves out
            what lies beyond the outermost 1 in 200,000.
        name: what tables call it; a function's own name when left out.
    Raises: InputError for an unknown name, with the nearest one, or a share outside (0, 1).
    """
    if callable(chosen):
        return _users(chosen, name or str(getattr(chosen, "__name__", "statistic")))
    if chosen in FUNCTIONALS:
        return FUNCTIONALS[chosen]
    kind, _, share = chosen.partition(":")
    if kind != "quantile":
        raise unknown("statistic", chosen, [*FUNCTIONALS, "quantile:0.9"])
    try:
        return quantile(float(share))
    except ValueError as problem:
        if isinstance(problem, InputError):
            raise
        raise InputError(
            f"quantile {share!r} is no number; write the share after the colon, as quantile:0.9"
        ) from problem


def functional_statistics(data: Any, samples: Any, chosen: Functional) -> Statistics:
    """Return T of each member's GAN samples and of its data: gan and data, (members,) each.

    Args: data: (members, n). samples: (members, m). chosen: T.
    Raises: InputError as `member_statistics`, or where T is not finite (naming the member).
    """
    given, made = rows("data", data), rows("samples", samples)
    same_members(given, made)
    pairs = {"gan": made, "data": given}
    return {name: _checked(chosen, part.astype(np.float64), name) for name, part in pairs.items()}


def percentile_intervals(
    given: Any,
    chosen: Functional,
    key: int,
    *,
    n: int | None = None,
    resamples: int = 1000,
    level: float = 0.95,
    first: int = 0,
) -> tuple[Numbers, Numbers]:
    """Return the percentile interval of T for each row: low and high, (members,) each.

    Args:
        given: (members, k): data sets, or each GAN's samples.
        chosen: T.
        key: of the resamples; member i draws with fold(key, i), whatever stands beside it.
        n: draws in a resample: the size of the data set. k when left out.
        resamples: how many; the ends scatter by about 1/√resamples of the interval.
        level: between 0 and 1.
        first: the number of the first member, where the rows are a chunk of a study.
    Raises: InputError for rows that are none, too few resamples for the level, or a T not finite.
    """
    pool = rows("given", given).astype(np.float64)
    size = pool.shape[1] if n is None else n
    least = math.ceil(2.0 / (1.0 - level)) if 0.0 < level < 1.0 else math.inf
    if size < 2 or resamples < least:
        raise InputError(
            f"{resamples} resamples of {size} draws make no interval of level {level:g}; pass a level "
            "between 0 and 1, 2 draws or more and at least 2/(1 − level) resamples"
        )
    tail = (1.0 - level) / 2
    ends = np.empty((len(pool), 2))
    for i, row in enumerate(pool):
        values = _resampled(row, chosen, noise.fold(key, first + i), size, resamples, first + i)
        ends[i] = np.quantile(values, [tail, 1.0 - tail])
    return ends[:, 0], ends[:, 1]


def functional_summary(
    statistics: Statistics,
    chosen: Functional,
    truth: Truth,
    intervals: dict[str, tuple[np.ndarray, np.ndarray]] | None = None,
) -> Table:
    """Return bias, variance and mean squared error of T(F*) and T(F_n), and of their difference.

    Args:
        statistics: from `functional_statistics`, joined over chunks; at least 2 members.
        chosen: T. truth: F.
        intervals: (low, high) of each member by name, such as bootstrap or GAN, for coverage and
            mean width.
    Raises: InputError for fewer than 2 members.
    """
    members, wanted = len(statistics["gan"]), chosen.of_truth(truth)
    if members < 2:
        raise InputError(f"{members} members have no spread; pass the statistics of at least 2")
    group = f"T = {chosen.name}, T(F) = {wanted:.6g}"
    found: list[Cell] = []
    for of, name in (("T(F*), GAN", "gan"), ("T(F_n), data", "data")):
        found += _errors(group, of, statistics[name] - wanted)
    wins = np.abs(statistics["gan"] - wanted) < np.abs(statistics["data"] - wanted)
    found.append(cells.share_cell(group, "T(F*), GAN", "closer", wins))
    apart = statistics["gan"] - statistics["data"]
    found.append(cells.mean_cell(group, PAIRED, "bias", apart))
    paired = (statistics["gan"] - wanted) ** 2 - (statistics["data"] - wanted) ** 2
    found.append(cells.mean_cell(group, PAIRED, MSE, paired))
    for of, (low, high) in (intervals or {}).items():
        hits = (low <= wanted) & (wanted <= high)
        found.append(cells.share_cell(INTERVALS, of, "coverage", hits))
        found.append(cells.mean_cell(INTERVALS, of, "mean width", high - low))
    title = f"{chosen.name} of {members:,} members, truth {truth.label}"
    return Table(title, {"truth": truth.label, "members": members}, tuple(found))


def _errors(group: str, of: str, errors: np.ndarray) -> list[Cell]:
    return [
        cells.mean_cell(group, of, "bias", errors),
        cells.variance_cell(group, of, "variance", errors),
        cells.mean_cell(group, of, MSE, errors**2),
    ]


def _resampled(
    row: np.ndarray, chosen: Functional, key: int, n: int, resamples: int, member: int
) -> np.ndarray:
    step = max(1, _BLOCK // n)
    values = []
    for start in range(0, resamples, step):
        count = min(step, resamples - start)
        places = noise.integers(noise.fold(key, start), (count, n), len(row)).numpy()
        values.append(chosen.of(row[places]))
    joined = np.concatenate(values)
    if not np.isfinite(joined).all():
        raise InputError(
            f"{chosen.name} of a resample of member {member} is not a finite number; choose a "
            "statistic that exists for every sample with ties"
        )
    return joined


def _checked(chosen: Functional, given: np.ndarray, name: str) -> np.ndarray:
    values = np.asarray(chosen.of(given), dtype=np.float64)
    if not np.isfinite(values).all():
        member = int(np.argmin(np.isfinite(values)))
        raise InputError(
            f"{chosen.name} of member {member}'s {name} is not a finite number; choose a statistic "
            "that exists for it, or leave that member out"
        )
    return values


def _users(statistic: Statistic, name: str) -> Functional:
    def one(x: np.ndarray) -> float:
        """Return the user's statistic of one sample as a number."""
        try:
            value = np.asarray(statistic(x), dtype=np.float64)
        except Exception as error:
            what = " ".join(f"{type(error).__name__}: {error}".split())
            raise InputError(
                f"{name} failed on a sample of {len(x)} numbers: {what}; give a function of one array "
                "that returns one finite number"
            ) from error
        if value.size != 1:
            raise InputError(
                f"{name} returned {value.size} numbers for one sample; return one number"
            )
        return float(value.reshape(()))

    def of(x: np.ndarray) -> np.ndarray:
        """Return the statistic of each row."""
        return np.array([one(row) for row in x])

    def of_truth(truth: Truth) -> float:
        """Return the statistic of NODES quantiles at equal steps of probability."""
        return one(truth.quantile((np.arange(NODES) + 0.5) / NODES))

    return Functional(name, of, of_truth)
