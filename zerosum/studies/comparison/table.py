"""The table of a comparison: for each objective its best draw, its final trainings, its failures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from zerosum import noise
from zerosum.studies.comparison.budget import Budget, budget
from zerosum.studies.comparison.failures import Costs, Failures, costs, failures
from zerosum.studies.comparison.paired import Pair, pairs
from zerosum.studies.comparison.ranking import Ranking, Standing, ranking
from zerosum.studies.comparison.sensitivity import Sensitivity, sensitivity
from zerosum.studies.comparison.trials import Trials


@dataclass(frozen=True)
class Row:
    """One objective. Failures count as the worst finite score, in all numbers but `others`.

    Attributes:
        objective: its name.
        search: mean score over seeds of the chosen draw, by which it was chosen: optimistic.
        unseen: what the same choice scores on a seed that had no part in it, from the search alone.
        median: mean score over seeds of the median draw.
        mean, sd: of the final trainings, fresh seeds on other rows; the paper's "mean ± sd".
        smallest, largest: of the final trainings.
        places: the best and the worst place it can have (`ranking`).
        failures: counts and shares. parameters: those of the chosen draw.
        others: other scores of the final trainings that did not fail, as (mean, sd, how many).
    """

    objective: str
    search: float
    unseen: float
    median: float
    mean: float
    sd: float
    smallest: float
    largest: float
    places: tuple[int, int]
    failures: Failures
    parameters: Mapping[str, float]
    others: Mapping[str, tuple[float, float, int]]


@dataclass(frozen=True)
class Comparison:
    """All statistics of one study; `text.text` prints them.

    Attributes:
        trials: what they are computed from.
        worst_search, worst_final: what a failed training of each counts as.
        rows: one for each objective, in the order asked for.
        ranking, pairs, budget, sensitivity: see the file of each.
    """

    trials: Trials
    worst_search: float
    worst_final: float
    rows: tuple[Row, ...]
    ranking: Ranking
    pairs: tuple[Pair, ...]
    budget: Budget
    sensitivity: tuple[Sensitivity, ...]

    def records(self) -> list[dict[str, Any]]:
        """Return the rows as flat records, as CSV and frames take them; NaN where nothing is."""
        return [_record(row, self.trials) for row in self.rows]

    def to_json(self) -> dict[str, Any]:
        """Return all of it as one JSON object; a number that does not exist is null there."""
        curves = {name: getattr(self.budget, name) for name in ("best", "low", "high", "unseen")}
        found = {
            "data": self.trials.data,
            "score": self.trials.score,
            "better": self.trials.better,
            "real": dict(self.trials.real),
            "facts": dict(self.trials.facts),
            "failed_counts_as": {"search": self.worst_search, "final": self.worst_final},
            "rows": self.records(),
            "ranking": asdict(self.ranking),
            "pairs": [asdict(pair) for pair in self.pairs],
            "budget": {
                name: dict(zip(self.trials.objectives, curve.tolist(), strict=True))
                for name, curve in curves.items()
            },
            "sensitivity": [asdict(one) for one in self.sensitivity],
        }
        return _plain(found)


def compare(trials: Trials, *, key: int = 0) -> Comparison:
    """Return every statistic of a comparison; the same trials and key always give the same.

    Args: key: noise key of bootstraps and permutations.
    Raises: InputError where nothing was trained, or nothing ended with a finite score.
    """
    study = costs(trials)
    stands, failed = ranking(trials), failures(trials)
    curves = budget(trials, key=noise.fold(key, "budget"))
    rows = [
        _row(trials, study, i, float(curves.unseen[i, -1]), stands.standings[i], failed[i])
        for i in range(len(trials.objectives))
    ]
    return Comparison(
        trials=trials,
        worst_search=study.worst_search * study.sign,
        worst_final=study.worst_final * study.sign,
        rows=tuple(rows),
        ranking=stands,
        pairs=pairs(trials, key=noise.fold(key, "pairs")),
        budget=curves,
        sensitivity=sensitivity(trials, key=noise.fold(key, "sensitivity")),
    )


def _row(
    trials: Trials, study: Costs, i: int, unseen: float, standing: Standing, failed: Failures
) -> Row:
    # + 0.0: a score of 0 that came back from a cost of -0 is no -0
    draws = study.search[i].mean(axis=1) * study.sign + 0.0
    final = study.final[i] * study.sign + 0.0
    best = int(trials.best[i])
    chosen = {name: float(values[i, best]) for name, values in trials.parameters.items()}
    return Row(
        objective=trials.objectives[i],
        search=float(draws[best]),
        unseen=unseen,
        median=float(np.median(draws)),
        mean=standing.mean + 0.0,
        sd=_sd(final),
        smallest=float(final.min()),
        largest=float(final.max()),
        places=standing.places,
        failures=failed,
        parameters={name: value for name, value in chosen.items() if not math.isnan(value)},
        others={name: _kept(trials, name, i) for name in trials.final if name != trials.score},
    )


def _kept(trials: Trials, score: str, i: int) -> tuple[float, float, int]:
    # no direction is known of these scores, so a failure has no worst value to count as
    values = trials.final[score][i][~trials.final_failed[i]]
    values = values[np.isfinite(values)]
    mean = float(values.mean()) if len(values) else math.nan
    return mean, _sd(values), len(values)


def _sd(values: np.ndarray) -> float:
    return float(values.std(ddof=1)) if len(values) > 1 else math.nan


def _record(row: Row, trials: Trials) -> dict[str, Any]:
    failed = row.failures
    return {
        "data": trials.data,
        "objective": row.objective,
        "score": trials.score,
        "search_best": row.search,
        "search_unseen": row.unseen,
        "search_median": row.median,
        "final_mean": row.mean,
        "final_sd": row.sd,
        "final_min": row.smallest,
        "final_max": row.largest,
        "final_seeds": failed.final.n,
        "final_failed": round(failed.final.value * failed.final.n),
        "search_trainings": failed.tried,
        "search_failed": failed.trainings,
        "place_from": row.places[0],
        "place_to": row.places[1],
        **{f"best_{name}": row.parameters.get(name, math.nan) for name in trials.parameters},
        **{f"final_{name}": mean for name, (mean, _, _) in row.others.items()},
    }


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
