"""What a failed training counts as in a comparison, and how many failed.

Dropping failures would favour the objective that fails most, so every statistic of a comparison sees
them. A failed training of the search counts as the worst finite score of all objectives' search, as
it did when the draws were chosen; a failed final training as the worst of the whole study. That is a
convention, and a mild one: the true loss of a diverged training has no bound. Means move with it,
so the counts stand beside them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from zerosum.errors import InputError, unknown
from zerosum.metrics.intervals import Share, wilson
from zerosum.studies.comparison.trials import Trials


@dataclass(frozen=True)
class Costs:
    """The scores of a comparison, failures included, turned so that lower is better.

    Attributes:
        search: (objectives, draws, seeds). final: (objectives, fresh seeds).
        worst_search, worst_final: what a failed training of each counts as: the largest finite cost
            of the search, and of both.
        sign: a score is sign × cost: 1 where lower scores are better, −1 where higher ones are.
    """

    search: Float[np.ndarray, "objectives draws seeds"]
    final: Float[np.ndarray, "objectives fresh"]
    worst_search: float
    worst_final: float
    sign: float


@dataclass(frozen=True)
class Failures:
    """How often one objective's trainings failed.

    Attributes:
        objective: its name.
        trainings: failed trainings of the search, of `tried`.
        draws: share of draws of which any training failed; draws are independent, the trainings of
            one draw are not.
        final: share of the final trainings that failed.
    """

    objective: str
    trainings: int
    tried: int
    draws: Share
    final: Share


def costs(trials: Trials) -> Costs:
    """Return all scores as costs, each failed training at the worst finite score.

    A score that is not finite counts as a failure too.

    Raises: InputError for a score the trials lack, no training of a kind, or a search in which no
            training ended with a finite score.
    """
    if trials.score not in trials.scores or trials.score not in trials.final:
        raise unknown("score", trials.score, trials.scores.keys() & trials.final.keys())
    sign = 1.0 if trials.better == "lower" else -1.0
    search = _cost(trials.scores[trials.score], trials.failed, sign)
    final = _cost(trials.final[trials.score], trials.final_failed, sign)
    if 0 in search.shape or 0 in final.shape:
        raise InputError(
            f"the search holds {search.shape} (objectives, draws, seeds) and the final trainings "
            f"{final.shape} (objectives, seeds), so something is never trained; pass at least one "
            "of each"
        )
    if not np.isfinite(search).any():
        raise InputError(
            f"no training of the search on {trials.data!r} ended with a finite score, so nothing can "
            "be compared; narrow the ranges of the hyper-parameters"
        )
    worst = float(np.nanmax(search))
    worst_final = float(np.nanmax(final, initial=worst))
    return Costs(
        search=np.where(np.isnan(search), worst, search),
        final=np.where(np.isnan(final), worst_final, final),
        worst_search=worst,
        worst_final=worst_final,
        sign=sign,
    )


def failures(trials: Trials, *, level: float = 0.95) -> tuple[Failures, ...]:
    """Return each objective's failures with Wilson intervals that hold together.

    Each interval has level 1 − (1 − level)/m for m objectives (Bonferroni), so that two objectives
    whose intervals do not overlap fail unequally often; of the others nothing is said.
    """
    each = 1.0 - (1.0 - level) / len(trials.objectives)
    search = trials.failed | ~np.isfinite(trials.scores[trials.score])
    final = trials.final_failed | ~np.isfinite(trials.final[trials.score])
    return tuple(
        Failures(
            objective=name,
            trainings=int(of_search.sum()),
            tried=int(of_search.size),
            draws=wilson(int(of_search.any(axis=1).sum()), len(of_search), level=each),
            final=wilson(int(of_final.sum()), len(of_final), level=each),
        )
        for name, of_search, of_final in zip(trials.objectives, search, final, strict=True)
    )


def _cost(scores: np.ndarray, failed: np.ndarray, sign: float) -> np.ndarray:
    values = sign * scores.astype(np.float64)
    return np.where(failed | ~np.isfinite(values), np.nan, values)
