"""A comparison as text: aligned, readable in 100 columns, with notes that say how to read it."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator

from zerosum.data.text import counted
from zerosum.metrics import tables
from zerosum.studies.comparison.paired import smallest_p
from zerosum.studies.comparison.sensitivity import Sensitivity
from zerosum.studies.comparison.table import Comparison, Row

BUDGETS = (1, 2, 5, 10, 25, 50, 100, 200, 500, 1000)
_SHOWN = 3  # budgets with a band fit beside each other


def text(found: Comparison) -> str:
    """Return the whole comparison: table, chosen draws, ranking, pairs, budget, sensitivity, notes."""
    parts = [
        _title(found),
        _main(found),
        f"Chosen hyper-parameters\n{_chosen(found)}",
        *_others(found),
        f"Ranking\n{_ranking(found)}",
        *([f"Pairs, seed by seed\n{_pairs(found)}"] if found.pairs else []),
        f"Expected best against budget\n{_budget(found)}",
        *([f"Sensitivity\n{_sensitivity(found)}"] if found.sensitivity else []),
        "\n".join(tables.footnote(f"({i})", note) for i, note in enumerate(notes(found), 1)),
    ]
    return "\n\n".join(parts)


def notes(found: Comparison) -> Iterator[str]:
    """Yield what a reader must know to read the numbers."""
    trials, rows = found.trials, found.rows
    fresh = rows[0].failures.final.n
    yield (
        "best: the chosen draw's mean over the seeds it was chosen with, so optimistic. unseen: the "
        "same choice made without one seed, scored on that seed, mean over seeds. median: the median "
        f"draw. final: the chosen draw with {fresh} fresh seeds on other rows."
    )
    yield (
        "failed: trainings of the search, final trainings. In every number but other scores one of "
        f"the search counts as its worst finite score, {found.worst_search:.4g}, and a final one as "
        f"the worst of the whole study, {found.worst_final:.4g}."
    )
    yield (
        f"place: intervals of the final means that hold together with {100 * found.ranking.level:g} % "
        "(Student's t, Bonferroni). One objective is placed above another only where their intervals "
        "do not overlap; objectives that share a letter are not ranked."
    )
    if found.pairs:
        least = min(1.0, smallest_p(fresh) * len(found.pairs))
        yield (
            "pairs: mean difference with its own 95 % interval; sign-flip test, p corrected by Holm "
            f"over {len(found.pairs)} pairs. With {fresh} seeds it cannot be below {least:.2g}."
        )
    yield from _search_notes(found, trials.facts.get("search", "random") == "random")


def _search_notes(found: Comparison, random: bool) -> Iterator[str]:
    yield (
        "budget: expected best mean score of k draws, bootstrap band over draws and seeds. It leaves "
        "out other data and other ranges, and is too narrow for k near the number of draws, so "
        f"none is shown beyond k = {found.budget.trusted}."
    )
    yield (
        "sensitivity: ρ is Spearman's correlation with the score and its bootstrap band; share is "
        "the part of the ranks' variance that the parameter explains alone, in any shape (about 0, "
        "even below, where it explains nothing). p by permutation, corrected by Holm over all rows."
    )
    if not random:
        yield (
            "the draws were chosen by a search that learns, so they are no random sample: budget and "
            "sensitivity describe these draws and no others."
        )


def _title(found: Comparison) -> str:
    trials = found.trials
    _, draws, seeds = trials.failed.shape
    real = trials.real.get(trials.score, math.nan)
    title = (
        f"{trials.data}: {trials.score}, {trials.better} is better; {len(found.rows)} objectives × "
        f"{draws} draws × {counted(seeds, 'seed')}"
    )
    return title if math.isnan(real) else f"{title}; real rows get {real:.4g}"


def by_place(found: Comparison) -> list[Row]:
    """Return the rows by place; those that may stand equal are left in the order asked for."""
    return sorted(found.rows, key=lambda row: sum(row.places))


def _main(found: Comparison) -> str:
    head = (
        "objective",
        "best",
        "unseen",
        "median",
        "final: mean ± sd",
        "min … max",
        "failed",
        "place",
    )
    body = [
        (
            row.objective,
            f"{row.search:.4g}",
            _number(row.unseen),
            f"{row.median:.4g}",
            _spread(row.mean, row.sd),
            f"{row.smallest:.3g} … {row.largest:.3g}",
            _failed(row),
            _places(row.places),
        )
        for row in by_place(found)
    ]
    return tables.columns([head, *body])


def _chosen(found: Comparison) -> str:
    width = max(len(row.objective) for row in found.rows) + 2
    lines = []
    for row in found.rows:
        values = ", ".join(f"{name} {value:.3g}" for name, value in row.parameters.items())
        lines.append(
            textwrap.fill(
                values or "none",
                tables.WIDTH,
                initial_indent=row.objective.ljust(width),
                subsequent_indent=" " * width,
            )
        )
    return "\n".join(lines)


def _others(found: Comparison) -> Iterator[str]:
    names = list(found.rows[0].others)
    for start in range(0, len(names), _SHOWN):
        some = names[start : start + _SHOWN]
        body = [(row.objective, *(_other(row.others[name]) for name in some)) for row in found.rows]
        real = ("real rows", *(_number(found.trials.real.get(name, math.nan)) for name in some))
        table = tables.columns([("objective", *some), *body, real])
        yield f"Other scores of the final trainings that did not fail, mean ± sd\n{table}"


def _other(score: tuple[float, float, int]) -> str:
    mean, sd, count = score
    return "–" if count == 0 else _spread(mean, sd)


def _ranking(found: Comparison) -> str:
    standings = {one.objective: one for one in found.ranking.standings}
    body = []
    for row in by_place(found):
        one = standings[row.objective]
        places = _places(one.places)
        body.append((one.objective, _interval(one.mean, one.low, one.high), places, one.letters))
    return tables.columns([("objective", "mean [together 95 %]", "place", "letters"), *body])


def _pairs(found: Comparison) -> str:
    body = [
        (
            f"{pair.first} − {pair.second}",
            _interval(pair.difference, pair.low, pair.high),
            f"{pair.p:.2g}",
            f"{pair.p_holm:.2g}",
        )
        for pair in found.pairs
    ]
    return tables.columns([("pair", "difference [95 %]", "p", "p, Holm"), *body])


def _budget(found: Comparison) -> str:
    curve, n = found.budget, len(found.budget.draws)
    banded = [k for k in BUDGETS if k <= curve.trusted][-_SHOWN:]
    bare = list(dict.fromkeys([*(k for k in BUDGETS if curve.trusted < k < n), n]))[-_SHOWN:]
    body = []
    for i, name in enumerate(found.trials.objectives):
        cells = [
            _interval(*(float(c[i, k - 1]) for c in (curve.best, curve.low, curve.high)))
            for k in banded
        ]
        body.append(
            (name, *cells, *(f"{curve.best[i, k - 1]:.4g}" for k in bare if k not in banded))
        )
    heads = [f"k = {k}" for k in dict.fromkeys([*banded, *bare])]
    return tables.columns([("objective", *heads), *body])


def _sensitivity(found: Comparison) -> str:
    order = {name: i for i, name in enumerate(found.trials.objectives)}
    ranked = sorted(found.sensitivity, key=lambda one: (order[one.objective], -one.share))
    head = ("objective", "parameter", "ρ [95 %]", "p, Holm", "share", "p, Holm", "bins")
    return tables.columns([head, *(_influence(one) for one in ranked)])


def _influence(one: Sensitivity) -> tuple[str, ...]:
    return (
        one.objective,
        one.parameter,
        f"{one.rho:+.2f} [{one.low:+.2f}, {one.high:+.2f}]",
        f"{one.p_holm:.2g}",
        f"{one.share:+.2f}",
        f"{one.share_p_holm:.2g}",
        str(one.bins),
    )


def _interval(value: float, low: float, high: float) -> str:
    return f"{value:.3g} [{low:.3g}, {high:.3g}]"


def _spread(mean: float, sd: float) -> str:
    return tables.with_error(mean, None if math.isnan(sd) else sd)


def _number(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.4g}"


def _failed(row: Row) -> str:
    final = row.failures.final
    of_final = f"{round(final.value * final.n)}/{final.n}"
    return f"{row.failures.trainings}/{row.failures.tried}, {of_final}"


def _places(places: tuple[int, int]) -> str:
    first, last = places
    return str(first) if first == last else f"{first}–{last}"
