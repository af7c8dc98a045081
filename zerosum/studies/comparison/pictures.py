"""The pictures of a comparison inside its page, each with a caption and words for who cannot see it."""

from __future__ import annotations

from functools import partial

from zerosum.reports import svg
from zerosum.reports.html import Markup, element, figure, join
from zerosum.reports.numbers import significant
from zerosum.studies.comparison import figures as figures
from zerosum.studies.comparison.table import Comparison
from zerosum.studies.comparison.text import by_place

_ROW = 0.44  # inches a row of a strip plot
_PANEL = (3.5, 2.5)
_SMALL = (2.15, 1.85)


def final_figure(found: Comparison) -> Markup:
    """Return the final trainings of every objective as dots."""
    standings = {one.objective: one for one in found.ranking.standings}
    said = (
        f"{row.objective} {significant(row.mean)} from "
        f"{significant(standings[row.objective].low)} to {significant(standings[row.objective].high)}"
        for row in by_place(found)
    )
    caption = (
        "A dot is one fresh seed, a cross one that failed, at the score it counts as. Diamond and bar: "
        "mean and interval; all intervals hold together with 95 %, and one that meets the frame goes "
        "on beyond it. Objectives that share a letter are not ranked. Dotted blue: what real rows get."
    )
    alt = f"Strip plot of the final scores. Means and intervals: {'; '.join(said)}."
    return _drawn(found, "final", alt, caption, partial(figures.paint_final, found=found))


def draws_figure(found: Comparison) -> Markup:
    """Return the scores of all draws of every objective."""
    said = (f"{row.objective} {significant(row.median)}" for row in by_place(found))
    caption = (
        "A dot is one draw of hyper-parameters, a cross one of which a training failed. Below: the "
        "middle half of all draws, with the median. Far right of the best dot: much depends on the draw."
    )
    if found.trials.better == "higher":
        caption = caption.replace("Far right", "Far left")
    alt = f"Strip plot of the mean scores of all draws. Medians: {'; '.join(said)}."
    return _drawn(found, "draws", alt, caption, partial(figures.paint_draws, found=found))


def budget_figures(found: Comparison) -> list[Markup]:
    """Return the best score against the number of draws, a panel for each objective."""
    return [_budget(found, found.trials.objectives.index(r.objective)) for r in by_place(found)]


def parameter_figures(found: Comparison, objective: str) -> list[Markup]:
    """Return the scores of one objective's draws against each of its hyper-parameters."""
    i = found.trials.objectives.index(objective)
    mine = [one for one in found.sensitivity if one.objective == objective]
    drawn = []
    for one in mine:
        alt = (
            f"Scores of {objective}’s draws against {one.parameter}: rank correlation "
            f"{one.rho:.2f}, share explained {one.share:.2f}."
        )
        number = list(found.trials.parameters).index(one.parameter)
        paint = partial(figures.paint_parameter, found=found, i=i, parameter=one.parameter)
        drawn.append(element("figure", svg.draw(f"scatter-{i}-{number}", alt, paint, _SMALL)))
    return drawn


def _budget(found: Comparison, i: int) -> Markup:
    name, curve = found.trials.objectives[i], found.budget
    last = figures.best_curves(found)[i, -1]
    if figures.is_random(found):
        k = curve.trusted - 1
        low, best, high = (significant(float(c[i, k])) for c in (curve.low, curve.best, curve.high))
        lines = [
            f"best of {curve.trusted}: {best} [{low}, {high}]",
            f"best of {len(curve.draws)}: {significant(last)}",
        ]
    else:
        lines = [f"best of the first {len(curve.draws)}: {significant(last)}"]
    paint = partial(figures.paint_budget, found=found, i=i)
    drawn = svg.draw(f"budget-{i}", f"{name} against budget: {', '.join(lines)}.", paint, _PANEL)
    return figure(drawn, join((element("b", name), *lines), element("br")))


def _drawn(found: Comparison, name: str, alt: str, caption: str, paint: svg.Paint) -> Markup:
    size = (5.4, 0.7 + _ROW * len(found.rows))
    return figure(svg.draw(name, alt, paint, size), caption)
