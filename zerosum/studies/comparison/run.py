"""Run a comparison: the search round by round, then the best draws again, each a resumable study.

STUDY/
    search-00/  search-01/ ...   the rounds (random search has one)
    final/                       each objective's best draw with fresh seeds, on test rows
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from zerosum.errors import InputError
from zerosum.studies import ledger
from zerosum.studies.comparison.search import Point, proposed_points, random_points, rounds
from zerosum.studies.comparison.spaces import Formulation, axes, formulations
from zerosum.studies.comparison.stage import Compare, chunk_bytes, chunks, work
from zerosum.studies.comparison.trials import Trials
from zerosum.studies.drive import Progress
from zerosum.studies.results import Results
from zerosum.studies.study import Tell, run_study

Say = Callable[[str, Progress], None]  # stage, how far


def run_comparison(
    study: Compare,
    folder: Path,
    *,
    progress: Say = lambda stage, progress: None,
    tell: Tell = lambda sentence: None,
    **how: Any,
) -> Trials:
    """Run a comparison, or go on with one, and return its trainings.

    Args:
        study: what to compare. folder: of the study, made if absent.
        progress: told the stage and how far it is. tell: given sentences for a person.
        how: `run_study`'s other arguments: workers, executor, command.
    Raises:
        InputError: settings or data of which no comparison can be made, another study in the folder,
            or no training that ended well.
        Interrupted: the same call goes on.
    """
    study.check()
    case = study.case()
    seconds: list[float] = []

    def run(name: str, draws: Sequence[Sequence[Any]], fresh: bool) -> dict[str, np.ndarray]:
        stage = ledger.plain(study.stage(name, draws, fresh))
        results = run_study(
            Path(folder) / name, stage, len(chunks(stage)), work,
            progress=lambda at: progress(name, at), tell=tell,
            retry_failed=True, chunk_bytes=chunk_bytes(stage, case), **how,
        )  # fmt: skip
        seconds.extend(row.seconds for row in results.rows)
        return _grid(results, stage)

    values, found = _search(study, case.judge.better, case.judge.score, run)
    scores, failed = _split(found)
    best = _best(scores[case.judge.score], failed, case.judge.better)
    chosen = [[values[o][d]] for o, d in enumerate(best)]
    final, final_failed = _split(run("final", chosen, True))
    return Trials(
        data=case.train.name,
        score=case.judge.score,
        better=case.judge.better,
        objectives=study.objectives,
        parameters=_parameters(values),
        scores=scores,
        failed=failed,
        best=best,
        final={name: v[:, 0] for name, v in final.items()},
        final_failed=final_failed[:, 0],
        real=case.real("test"),
        facts=_facts(study, case.train.n, sum(seconds)),
    )


def _search(
    study: Compare, better: str, score: str, run: Callable[..., dict[str, np.ndarray]]
) -> tuple[list[list[dict[str, float]]], dict[str, np.ndarray]]:
    """Return every objective's draws and, as (objectives, draws, seeds), what they gave."""
    forms = formulations(study.objectives)
    units: list[list[Point]] = [[] for _ in forms]
    values: list[list[dict[str, float]]] = [[] for _ in forms]
    parts: list[dict[str, np.ndarray]] = []
    for number, count in enumerate(rounds(study.search, study.draws)):
        common = random_points(study.seed, count, axes()) if number == 0 else None
        fresh = []
        for o, form in enumerate(forms):
            mean = _means(parts, score, o, better)
            fresh.append(common or _proposed(study, o, form, units[o], mean, count, better))
            units[o] += fresh[o]
            values[o] += [form.values(point) for point in fresh[o]]
        parts.append(run(f"search-{number:02d}", [v[-count:] for v in values], False))
    joined = {name: np.concatenate([p[name] for p in parts], axis=1) for name in parts[0]}
    return values, joined


def _proposed(
    study: Compare,
    objective: int,
    form: Formulation,
    points: Sequence[Point],
    means: Sequence[float],
    count: int,
    better: str,
) -> list[Point]:
    names = [p.name for p in form.parameters]
    earlier = list(zip(points, means, strict=True))
    direction = "minimize" if better == "lower" else "maximize"
    name = study.objectives[objective]
    return proposed_points(study.seed, name, names, earlier, count, direction)


def _means(
    parts: Sequence[dict[str, np.ndarray]], score: str, objective: int, better: str
) -> list[float]:
    """Return one objective's mean score of each draw so far; infinitely bad where a seed failed."""
    if not parts:
        return []
    scores = np.concatenate([p[score][objective] for p in parts])
    means = scores.mean(axis=1)
    return list(np.where(np.isnan(means), np.inf if better == "lower" else -np.inf, means))


def _grid(results: Results, stage: dict[str, Any]) -> dict[str, np.ndarray]:
    """Return the results as (objectives, draws, seeds)."""
    if not results.complete:
        number, why = next(iter(results.failed.items()))
        raise InputError(
            f"chunk {number} of {stage['stage']} was given up ({why}): run the same command again, or "
            "change what it needs"
        )
    joined = results.arrays()
    order = np.argsort(joined.pop("training"))
    shape = (len(stage["draws"]), len(stage["draws"][0]), len(stage["seeds"]))
    return {name.replace("_", " "): v[order].reshape(shape) for name, v in joined.items()}


def _split(found: dict[str, np.ndarray]) -> tuple[dict[str, np.ndarray], np.ndarray]:
    scores = {name: v for name, v in found.items() if name != "alive"}
    return scores, ~found["alive"]


def _best(scores: np.ndarray, failed: np.ndarray, better: str) -> np.ndarray:
    """Return each objective's draw of the best mean; a failed training counts as the worst score."""
    if failed.all():
        raise InputError("every training diverged: nothing can be compared; try fewer --updates")
    worst, pick = (np.nanmax, np.argmin) if better == "lower" else (np.nanmin, np.argmax)
    filled = np.where(failed, worst(scores), scores)
    return pick(filled.mean(axis=2), axis=1)


def _parameters(values: Sequence[Sequence[dict[str, float]]]) -> dict[str, np.ndarray]:
    names = dict.fromkeys(name for of_one in values for name in of_one[0])
    return {
        name: np.array([[draw.get(name, np.nan) for draw in of_one] for of_one in values])
        for name in names
    }


def _facts(study: Compare, rows: int, seconds: float) -> dict[str, Any]:
    keys = ("draws", "seeds", "fresh", "search", "updates", "batch", "width", "depth", "latent")
    return {**{k: getattr(study, k) for k in (*keys, "seed")}, "rows": rows, "seconds": seconds}
