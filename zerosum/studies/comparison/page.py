"""A comparison as one page: what was compared, who stands where, what it depends on, how it was made."""

from __future__ import annotations

from collections.abc import Iterator

from zerosum.data.text import counted
from zerosum.reports.document import Section, document
from zerosum.reports.html import Markup, element, grid, join, lead, pairs
from zerosum.reports.numbers import significant
from zerosum.studies.comparison import page_tables as tables
from zerosum.studies.comparison import pictures as pictures
from zerosum.studies.comparison.figures import best_curves, is_random
from zerosum.studies.comparison.table import Comparison
from zerosum.studies.comparison.text import BUDGETS, by_place, notes
from zerosum.studies.comparison.words import compared, facts, findings

_TABLE = (
    "Sorted by place, the best and the worst that an objective can have given its interval: one is "
    "above another only where their intervals do not overlap, and objectives that share a letter are "
    "not ranked. The best of the search is optimistic, since it was chosen for its luck too; on an "
    "unseen seed the same choice has no luck left. Failed are counted in the search, then in the final "
    "trainings."
)
_SCORES = "First what is ranked, each objective’s best draw with fresh seeds; then every draw of the search."
_BUDGET = (
    "What a search of k random draws is expected to find, the best mean score, in vermilion with its "
    "95 % band as far as that is to be trusted. Dashed: the same choice on a seed it has not seen. "
    "Grey: the other objectives. Dotted blue: real rows."
)
_LEARNED = (
    "The best mean score among the first k draws of a search that learns, in vermilion: one search, "
    "so no band. Grey: the other objectives. Dotted blue: real rows."
)
_HEAT = (
    "The share of the score’s ranks that each hyper-parameter explains alone, and ρ, its rank "
    "correlation with the score. Blue: more of it is better; vermilion: worse; grey: no direction is "
    "shown, as where the best is in the middle. Empty: the objective has none of it. * p < 0.05 after "
    "Holm’s correction over all cells."
)
_SCATTER = (
    "Mean score of each draw ({score}, upwards) against its hyper-parameters, with medians of bins. "
    "Crosses at the frame: draws of which a training failed."
)
_FAILED = (
    "A training fails when a loss or a gradient is no longer finite. Shares with Wilson intervals that "
    "hold together with 95 %; trainings of one draw fail together, so draws are counted too."
)
_PAIRS = (
    "Two objectives trained with one seed see the same data order and latents, so their difference is "
    "free of what both share. These tests can tell objectives apart that the table, which asks that all "
    "intervals hold at once, leaves unranked. Which is better is said where p < 0.05 after correction "
    "and the interval leaves 0 out."
)


def page(found: Comparison, *, command: str = "zerosum study compare") -> str:
    """Return the whole page as text.

    Args: found: the statistics. command: what makes the study again.
    """
    trials = found.trials
    _, draws, seeds = trials.failed.shape
    said = (
        f"{len(found.rows)} objectives × {draws} draws × {counted(seeds, 'seed')} on {trials.data}"
    )
    head = join(
        (
            element("h1", f"Are GANs created equal? {trials.data}"),
            element("p", f"{said}, judged by {trials.score}.", class_="trained"),
            element("p", " ".join(findings(found)), class_="finding"),
        )
    )
    return document(
        f"{said} · zerosum study",
        head,
        list(_sections(found, command)),
        "Made by: zerosum study compare",
    )


def _sections(found: Comparison, command: str) -> Iterator[Section]:
    yield Section("compared", "What was compared", element("p", compared(found)))
    yield Section("table", "The table", _table(found))
    both = grid((pictures.final_figure(found), pictures.draws_figure(found)))
    yield Section("scores", "Scores", join((lead(_SCORES), both)))
    yield Section("budget", "Best against budget", _budget(found))
    if found.sensitivity:
        yield Section("sensitivity", "What hyper-parameters do", _sensitivity(found))
    yield Section("failures", "Failures", join((lead(_FAILED), tables.failures_table(found))))
    if found.pairs:
        yield Section(
            "pairs", "Pairs, seed by seed", join((lead(_PAIRS), tables.pairs_table(found)))
        )
    words = element("ol", *(element("li", note) for note in notes(found)))
    yield Section("notes", "What the numbers mean", words)
    yield Section("made", "How it was made", join((pairs(facts(found)), element("pre", command))))


def _table(found: Comparison) -> Markup:
    parts = [lead(_TABLE), tables.main_table(found)]
    parts += [element("h3", "Chosen hyper-parameters"), tables.chosen_table(found)]
    if found.rows[0].others:
        parts += [
            element("h3", "Other scores of the final trainings that did not fail, mean ± sd"),
            tables.others_table(found),
        ]
    return join(parts)


def _budget(found: Comparison) -> Markup:
    panels = grid(pictures.budget_figures(found), "grid three")
    if not is_random(found):
        return join((lead(_LEARNED), panels))
    numbers = element("details", element("summary", "Every number"), _numbers(found))
    return join((lead(_BUDGET), panels, numbers))


def _numbers(found: Comparison) -> Markup:
    curve, curves = found.budget, best_curves(found)
    shown = sorted({k for k in (*BUDGETS, len(curve.draws)) if k <= len(curve.draws)})
    rows = {}
    for row in by_place(found):
        i = found.trials.objectives.index(row.objective)
        rows[row.objective] = [
            significant(float(curves[i, k - 1]))
            + (
                f" [{significant(float(curve.low[i, k - 1]))}, {significant(float(curve.high[i, k - 1]))}]"
                if k <= curve.trusted
                else ""
            )
            for k in shown
        ]
    return tables.budget_table(shown, rows)


def _sensitivity(found: Comparison) -> Markup:
    parts = [lead(_HEAT), tables.heat_table(found)]
    parts += [element("h3", "Every draw"), lead(_SCATTER.format(score=found.trials.score))]
    for row in by_place(found):
        drawn = pictures.parameter_figures(found, row.objective)
        if drawn:
            title = element("summary", element("b", row.objective))
            parts.append(element("details", title, grid(drawn, "grid small"), open=True))
    return join(parts)
