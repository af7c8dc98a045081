"""Who is better than whom: objectives whose intervals overlap are not ranked.

Each objective's final mean gets an interval, all of which hold together with 95 %. One objective
stands above another only where its interval lies wholly on the better side. If all intervals hold,
every such statement is true, so the chance of a single wrong one is at most 5 % (for joint regions
of ranks built so: Klein, Wright and Wieczorek 2020, J. R. Stat. Soc. C 69, 589).

The intervals are Student's t at level 1 − 0.05/m for m objectives: Bonferroni, which holds whatever
the dependence (objectives share their seeds) and asks for no equal variances (objectives do not have
them). That is strict: of seven objectives with 20 seeds and one sd, two must differ by 6.0 sd/√20 to
stand apart, where Tukey's range, which asks for both, wants 4.2. The paired tests (`paired`)
see smaller differences and stand beside the ranking.
Student's t wants means that are about normal. In simulated studies of seven equal objectives and 10
seeds a wrong statement came in 0.3 % of studies; with means equal but tails very unequal (lognormal of
log-sd 1 against a narrow normal) in 10 %, with log-sd 0.3 in 2 %.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zerosum.studies.comparison.failures import costs
from zerosum.studies.comparison.paired import t_half_width
from zerosum.studies.comparison.trials import Trials


@dataclass(frozen=True)
class Standing:
    """Where one objective stands.

    Attributes:
        objective: its name.
        mean: of its final scores. low, high: the interval, holding together with all others.
        places: the best and the worst place it can have: one more than the objectives above it,
            and their number less those below it.
        letters: objectives that share a letter are not ranked against each other.
    """

    objective: str
    mean: float
    low: float
    high: float
    places: tuple[int, int]
    letters: str


@dataclass(frozen=True)
class Ranking:
    """A partial order of objectives.

    Attributes:
        standings: one for each objective, in the order asked for.
        tiers: groups, best first, such that every objective of one stands above every objective of
            the next; nothing is said of the order within a tier, though its ends may be apart.
        level: probability that all intervals hold together.
    """

    standings: tuple[Standing, ...]
    tiers: tuple[tuple[str, ...], ...]
    level: float


def ranking(trials: Trials, *, level: float = 0.95) -> Ranking:
    """Return who stands above whom after the final trainings.

    A failed training counts as the worst finite score (`failures`). An
    objective whose scores are all equal has an interval of no width: seeds, then, make no
    difference that so few of them would show.
    """
    study = costs(trials)
    mean = study.final.mean(axis=1)
    half = t_half_width(study.final, 1.0 - (1.0 - level) / len(mean))
    low, high = mean - half, mean + half
    above, letters = better(low, high), shared_letters(low, high)
    ends = np.sort(np.stack([low, high]) * study.sign, axis=0)
    standings = [
        Standing(
            objective=name,
            mean=float(mean[i] * study.sign),
            low=float(ends[0, i]),
            high=float(ends[1, i]),
            places=(1 + int(above[:, i].sum()), len(mean) - int(above[i].sum())),
            letters=letters[i],
        )
        for i, name in enumerate(trials.objectives)
    ]
    groups = [tuple(trials.objectives[i] for i in tier) for tier in tiers(low, high)]
    return Ranking(tuple(standings), tuple(groups), level)


def better(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return (m, m): whether interval i lies wholly below interval j; touching is overlapping."""
    return high[:, None] < low[None, :]


def shared_letters(low: np.ndarray, high: np.ndarray) -> list[str]:
    """Return letters such that two intervals overlap exactly where they share one.

    A letter is a largest set of intervals with a point in common, and such a point is the left end
    of one of them. `a` is the set furthest to the left. Display: Piepho 2004,
    doi:10.1198/1061860043515.

    >>> shared_letters(np.array([0.0, 1.0, 3.0]), np.array([2.0, 4.0, 5.0]))
    ['a', 'ab', 'b']
    """
    sets = [frozenset(np.flatnonzero((low <= x) & (x <= high)).tolist()) for x in np.sort(low)]
    distinct = list(dict.fromkeys(sets))
    largest = [s for s in distinct if not any(s < other for other in distinct)]
    names = [chr(ord("a") + i) for i in range(len(largest))]
    return [
        "".join(n for n, s in zip(names, largest, strict=True) if i in s) for i in range(len(low))
    ]


def tiers(low: np.ndarray, high: np.ndarray) -> list[list[int]]:
    """Return groups of intervals, lowest first, cut wherever a point is below all that follow.

    >>> tiers(np.array([0.0, 1.0, 3.0]), np.array([2.0, 2.5, 5.0]))
    [[0, 1], [2]]
    """
    groups: list[list[int]] = []
    end = -np.inf
    for i in np.argsort(low, kind="stable").tolist():
        if not groups or low[i] > end:
            groups.append([])
        groups[-1].append(i)
        end = max(end, high[i])
    return [sorted(group) for group in groups]
