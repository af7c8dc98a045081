"""How much each hyper-parameter matters to each objective, from the random draws of the search.

Two numbers on the ranks of the draws' mean scores, so that a few terrible draws do not decide:

    ρ    Spearman's rank correlation with the parameter: is more of it better or worse?
    ε²   the share of the ranks' variance that the parameter explains alone, in any shape: the
         first-order Sobol index V[E(rank | parameter)]/V(rank)

Both look at one parameter with all others at random: a parameter that matters only together with
another shows in neither. The variance includes that of the seeds, which nothing explains.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import rankdata

from zerosum import noise
from zerosum.metrics.holm import holm
from zerosum.studies.comparison.budget import seed_weights
from zerosum.studies.comparison.failures import costs
from zerosum.studies.comparison.trials import Trials

MOST_BINS = 10  # a straight line over 10 bins keeps 1 − 1/10² of its variance
PERMUTATIONS = 4999
FEWEST_DRAWS = 6  # below, two bins of three draws are no estimate


@dataclass(frozen=True)
class Sensitivity:
    """What one hyper-parameter does to the score of one objective.

    Attributes:
        objective, parameter: names.
        rho: Spearman's correlation of parameter and score; negative where more of it lowers the
            score, whichever way is better. low, high: its 95 % bootstrap band over draws and seeds.
        p: of rho, by permutation. p_holm: corrected over all objectives and parameters.
        share: ε², bins' bias removed; about 0, and as often below, where nothing depends on it.
        share_p: its p by permutation. share_p_holm: corrected alike.
        bins: how many; a parameter of few values has one for each.
        draws: that have the parameter.
    """

    objective: str
    parameter: str
    rho: float
    low: float
    high: float
    p: float
    p_holm: float
    share: float
    share_p: float
    share_p_holm: float
    bins: int
    draws: int


def sensitivity(trials: Trials, *, key: int, resamples: int = 1000) -> tuple[Sensitivity, ...]:
    """Return the sensitivity of each objective to each of its hyper-parameters.

    A parameter that an objective lacks, that has one value, or that fewer than 6 draws have, gives
    nothing; neither does an objective whose draws all score alike. A failed training counts as the
    worst finite score (`failures`).

    Args: key: noise key. resamples: of the band.
    """
    study = costs(trials)
    found = []
    for i, objective in enumerate(trials.objectives):
        scores = study.search[i] * study.sign
        for parameter, table in trials.parameters.items():
            there = np.isfinite(table[i])
            x, values = table[i][there], scores[there]
            if len(x) >= FEWEST_DRAWS and np.ptp(x) > 0.0 and np.ptp(values.mean(axis=1)) > 0.0:
                found.append((objective, parameter, _measure(x, values, key, resamples)))
    p = holm(np.array([m["p"] for *_, m in found]))
    share_p = holm(np.array([m["share_p"] for *_, m in found]))
    return tuple(
        Sensitivity(objective, parameter, p_holm=float(p[i]), share_p_holm=float(share_p[i]), **m)
        for i, (objective, parameter, m) in enumerate(found)
    )


def spearman(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the correlation of midranks along the last axis; NaN where a side has one value.

    Args: x, y: (..., n). Returns: (...).
    """
    a, b = (_centred_ranks(side) for side in (x, y))
    scale = np.sqrt((a * a).sum(axis=-1) * (b * b).sum(axis=-1))
    with np.errstate(invalid="ignore"):
        return np.asarray((a * b).sum(axis=-1) / scale)


def bins(x: np.ndarray) -> np.ndarray:
    """Return the bin of each value, 0, 1, …: its own value, or one of equally many draws.

    Values have bins of their own where there are at most 10 and a third of the draws. Else there
    are about √n bins (2 to 10) of equal numbers, and equal values stay together.
    """
    n = len(x)
    distinct, by_value = np.unique(x, return_inverse=True)
    if len(distinct) <= min(MOST_BINS, n // 3):
        return by_value
    number = int(np.clip(round(np.sqrt(n)), 2, MOST_BINS))
    places = (rankdata(x) - 0.5) / n
    return np.unique(np.floor(places * number), return_inverse=True)[1]


def explained(groups: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the share of the variance of y between groups, freed of the bias of having groups.

        ε² = 1 − (SS within/(n − J)) / (SS total/(n − 1))

    Its mean over all permutations of y is 0, where that of η² = SS between/SS total is
    (J − 1)/(n − 1). Source: Kelley 1935, doi:10.1073/pnas.21.9.554.

    Args: groups: (n,), 0 … J − 1, J < n. y: (..., n), not all equal. Returns: (...).
    """
    members = groups[:, None] == np.arange(groups.max() + 1)
    n, j = members.shape
    centred = y - y.mean(axis=-1, keepdims=True)
    total = (centred**2).sum(axis=-1)
    between = ((centred @ members) ** 2 / members.sum(axis=0)).sum(axis=-1)
    return np.asarray(1.0 - (total - between) / (n - j) / (total / (n - 1)))


def _measure(x: np.ndarray, values: np.ndarray, key: int, resamples: int) -> dict[str, Any]:
    groups, ranks = bins(x), rankdata(values.mean(axis=1))
    rho, share = float(spearman(x, ranks)), float(explained(groups, ranks))
    keys = noise.bits(noise.fold(key, "permutations"), PERMUTATIONS)
    permuted = ranks[noise.permutation(keys, len(x)).numpy()]
    low, high = _band(x, values, key, resamples)
    return {
        "rho": rho,
        "low": low,
        "high": high,
        "p": _share_above(np.abs(_correlate(x, permuted)), abs(rho)),
        "share": share,
        "share_p": _share_above(explained(groups, permuted), share),
        "bins": int(groups.max()) + 1,
        "draws": len(x),
    }


def _band(x: np.ndarray, values: np.ndarray, key: int, resamples: int) -> tuple[float, float]:
    n, seeds = values.shape
    rows = noise.integers(noise.fold(key, "draws"), (resamples, n), n).numpy()
    means = seed_weights(noise.fold(key, "seeds"), resamples, seeds) @ values.T
    rho = spearman(x[rows], np.take_along_axis(means, rows, axis=1))
    kept = rho[np.isfinite(rho)]  # a resample of one draw alone has no ranks
    low, high = np.quantile(kept, [0.025, 0.975]) if len(kept) else (np.nan, np.nan)
    return float(low), float(high)


def _correlate(x: np.ndarray, permuted: np.ndarray) -> np.ndarray:
    # permuted ranks are ranks, so they are centred and scaled once for all of them
    a, b = _centred_ranks(x), permuted - permuted[0].mean()
    return b @ a / np.sqrt((a @ a) * (b[0] @ b[0]))


def _share_above(permuted: np.ndarray, observed: float) -> float:
    # equal up to rounding counts as reached; the observed order is one of the permutations
    hits = int((permuted >= observed - 1e-12).sum())
    return (1 + hits) / (1 + len(permuted))


def _centred_ranks(values: np.ndarray) -> np.ndarray:
    ranks = rankdata(values, axis=-1)
    return ranks - ranks.mean(axis=-1, keepdims=True)
