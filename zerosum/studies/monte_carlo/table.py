"""The table of a Monte-Carlo study of inference: the lecture's numbers, ours, and their errors.

Three intervals of 95 % for the mean are told apart by name, because each answers another question:

    known σ        X̄* ± 1.96 σ/√n                    is X̄* as good as the mean of n draws?
    own sd         X̄* ± t(n − 1) s* √(1/n + 1/m)     can one GAN, alone, say how far off it is?
    sd of members  X̄* ± 1.96 sd over members of X̄*   is X̄* without bias, and normal? (needs a study)

s* = √(n/(n − 1)) sd(samples): a generator learns F_n, whose variance has divisor n, where Student's
interval wants the one with divisor n − 1. 1/m is there because X̄* is the mean of m samples of it.
"own sd, plain" leaves both corrections out: X̄* ± t(n − 1) sd(samples)/√n.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from scipy.special import ndtr, stdtrit

from zerosum.errors import InputError
from zerosum.metrics.intervals import wilson
from zerosum.studies.monte_carlo import cells
from zerosum.studies.monte_carlo.cells import NORMAL_95, Cell, Table
from zerosum.studies.monte_carlo.statistics import ESTIMATORS, SHARES, Statistics
from zerosum.studies.monte_carlo.truths import Truth
from zerosum.theory.empirical import mean_distance

MEAN, COVERAGE, DISTANCE, CLOSER, ERRORS = (
    "the mean",
    "95 % coverage of the mean",
    "distance from F",
    "how often F* is closer to F",
    "quantiles: mean squared error",
)
GAN, DATA = "GAN", "data"
NAMES = dict(zip(ESTIMATORS, ("F*, GAN", "F_n, data", "smoothed", "normal"), strict=True))
KNOWN, OWN, PLAIN, MEMBERS = "known σ", "own sd", "own sd, plain", "sd of members"
UNNAMED = "not named"

SOURCE = "Boulaguiem, A 15min introduction to GANs, lecture of March 2020, simulation results"
# N(0, 1), n = 100, m = 10,000, 10,000 members; the interval of its coverage is not named there
PUBLISHED = {
    (MEAN, GAN, "mean"): 0.0053,
    (MEAN, DATA, "mean"): 0.0043,
    (MEAN, GAN, "variance"): 0.0124,
    (MEAN, DATA, "variance"): 0.0104,
    (COVERAGE, GAN, UNNAMED): 0.9509,
    (COVERAGE, DATA, UNNAMED): 0.9508,
}
PUBLISHED_BAND = (0.9457, 0.9542)
_PUBLISHED_N, _PUBLISHED_VARIANCE = 100, 0.0124


def summary(statistics: Statistics, truth: Truth, n: int, m: int) -> Table:
    """Return the table of a study from the statistics of its members.

    Args:
        statistics: from `member_statistics`, joined over chunks; at least 2 members.
        truth: F. n: draws in a data set. m: samples of each GAN.
    Raises: InputError for fewer than 2 members, or n or m below 2.
    """
    members = len(statistics["mean_gan"])
    if members < 2 or n < 2 or m < 2:
        raise InputError(
            f"a table of {members} members with n = {n}, m = {m} has no errors; pass at least 2 of "
            "each"
        )
    found = [
        *_mean(statistics, truth, n),
        *_coverage(statistics, truth, n, m),
        *_distance(statistics, n),
        *_closer(statistics),
        *_quantiles(statistics, truth),
    ]
    comparable = truth.label == "N(0, 1)" and n == _PUBLISHED_N
    facts = {"truth": truth.label, "members": members, "n": n, "m": m}
    if comparable:
        found = [*found, *_published()]
        facts["published"] = SOURCE
    title = f"{members:,} GANs, each on {n} draws of {truth.label}, {m:,} samples of each"
    # the sort is stable: a published row comes after ours, within the same part of the table
    order = {group: i for i, group in enumerate((MEAN, COVERAGE, DISTANCE, CLOSER, ERRORS))}
    ordered = tuple(sorted(found, key=lambda cell: order[cell.group]))
    return Table(title, facts, ordered, tuple(_notes(truth, n, m, members, comparable)))


def intervals(
    means: np.ndarray, sds: np.ndarray, truth: Truth, n: int, m: int | None = None
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return the named 95 % intervals of each member as (low, high), each (members,).

    Args:
        means, sds: (members,), of a GAN's samples or of the data.
        n: draws in a data set. m: samples of each GAN; None for the data, which are no samples of
            samples, and whose sd has divisor n − 1 already.
    """
    root, student = math.sqrt(n), float(stdtrit(n - 1, 0.975))
    half = {
        KNOWN: np.full(means.shape, NORMAL_95 * math.sqrt(truth.variance) / root),
        OWN: student * sds / root,
        MEMBERS: np.full(means.shape, NORMAL_95 * means.std(ddof=1)),
    }
    if m is not None:
        corrected = math.sqrt(n / (n - 1) * (1 + n / m))
        half |= {PLAIN: half[OWN], OWN: corrected * half[OWN]}
    return {name: (means - width, means + width) for name, width in half.items()}


def band(members: int, level: float = 0.95) -> tuple[float, float]:
    """Return level ± 1.96 √(level (1 − level)/B), where a true coverage is found 95 times of 100.

    >>> [round(end, 4) for end in band(10_000)]
    [0.9457, 0.9543]
    """
    half = NORMAL_95 * math.sqrt(level * (1.0 - level) / members)
    return level - half, min(1.0, level + half)


def _mean(statistics: Statistics, truth: Truth, n: int) -> Iterator[Cell]:
    gan, data = statistics["mean_gan"], statistics["mean_data"]
    for of, values in ((GAN, gan), (DATA, data)):
        yield cells.mean_cell(MEAN, of, "mean", values)
        yield cells.variance_cell(MEAN, of, "variance", values)
    yield cells.mean_cell(MEAN, GAN, "paired bias", gan - data)
    yield cells.correlation_cell(MEAN, GAN, "correlation", gan, data)
    yield Cell(MEAN, "truth", "mean", truth.mean)
    yield Cell(MEAN, "truth", "variance", truth.variance / n)
    if not math.isnan(truth.bound):
        yield Cell(MEAN, "Cramér-Rao bound", "variance", truth.cramer_rao(n))


def _coverage(statistics: Statistics, truth: Truth, n: int, m: int) -> Iterator[Cell]:
    for of, name, samples in ((GAN, "gan", m), (DATA, "data", None)):
        ends = intervals(statistics[f"mean_{name}"], statistics[f"sd_{name}"], truth, n, samples)
        for what, (low, high) in ends.items():
            hits = (low <= truth.mean) & (truth.mean <= high)
            yield cells.share_cell(COVERAGE, of, what, hits)
    ends_of_band = band(len(statistics["mean_gan"]))
    for what in (KNOWN, OWN, MEMBERS):
        yield Cell(COVERAGE, "tolerance", what, 0.95, math.nan, *ends_of_band)


def _distance(statistics: Statistics, n: int) -> Iterator[Cell]:
    for name, of in NAMES.items():
        values = statistics[f"ks_{name}"]
        yield cells.mean_cell(DISTANCE, of, "mean", values)
        yield cells.quantile_cell(DISTANCE, of, "median", values, 0.5)
        yield cells.quantile_cell(DISTANCE, of, "95 % quantile", values, 0.95)
    yield Cell(DISTANCE, "F_n, exact law", "mean", mean_distance(n))


def _closer(statistics: Statistics) -> Iterator[Cell]:
    wins = {NAMES["data"]: statistics["closer"]}
    wins |= {NAMES[k]: statistics["ks_gan"] < statistics[f"ks_{k}"] for k in ("kde", "normal")}
    for of, hits in wins.items():
        share = wilson(int(hits.sum()), len(hits))
        what = "share of members [95 %, Wilson]"
        yield Cell(CLOSER, f"than {of}", what, share.value, share.error, share.low, share.high)


def _quantiles(statistics: Statistics, truth: Truth) -> Iterator[Cell]:
    wanted = truth.quantile(np.array(SHARES))
    for name, of in NAMES.items():
        squares = (statistics[f"quantiles_{name}"] - wanted) ** 2
        for share, column in zip(SHARES, squares.T, strict=True):
            yield cells.mean_cell(ERRORS, of, f"{100 * share:g} %", column)


def _published() -> Iterator[Cell]:
    for (group, of, what), value in PUBLISHED.items():
        yield Cell(group, f"lecture, {of}", what, value)


def _notes(truth: Truth, n: int, m: int, members: int, comparable: bool) -> Iterator[str]:
    yield (
        f"Each ± is a Monte-Carlo standard error over {members:,} members. mean: X̄* of the GAN's "
        "samples, X̄ of its data; truth: σ²/n; paired bias: mean of X̄* − X̄; correlation: of both."
    )
    yield (
        "known σ: mean ± 1.96 σ/√n; own sd: mean ± t(n − 1) sd/√n, for the GAN with its samples' sd "
        "times √(n/(n − 1)), since F_n, which it learns, has the variance with divisor n, and √(1/n + 1/m) "
        "for 1/√n, since X̄* is a mean of m samples (plain: without these two); sd of members: mean ± "
        "1.96 times the standard deviation of that mean over members."
    )
    yield f"Cramér-Rao bound of the mean: {truth.model}."
    yield (
        f"F* is the distribution of m = {m:,} samples, so its distance and its mean carry their "
        f"noise (variance about σ²/m = {truth.variance / m:.2g}). smoothed: the smoothed bootstrap, "
        "Silverman's width, shrunk to keep the variance; normal: N(X̄, s²). Both are curves, without "
        "such noise."
    )
    if comparable:
        could = 2 * float(ndtr(NORMAL_95 * 0.1 / math.sqrt(_PUBLISHED_VARIANCE))) - 1
        yield (
            f"{SOURCE}. It does not name its interval: with variance {_PUBLISHED_VARIANCE} a known σ "
            f"would cover {could:.4f} and not 0.9509, so it must be scaled by the spread of X̄* over "
            f"members, or by an inflated sd. Its tolerance: [{PUBLISHED_BAND[0]}, {PUBLISHED_BAND[1]}]."
        )
