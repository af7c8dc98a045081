"""The pictures of a study of inference, as files beside it or inside its page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from zerosum.reports import svg
from zerosum.reports.html import Markup, figure
from zerosum.studies.monte_carlo import figures as figures
from zerosum.studies.monte_carlo.cells import Table
from zerosum.studies.monte_carlo.part import Part
from zerosum.studies.monte_carlo.rate import means_against_n
from zerosum.studies.monte_carlo.truths import Truth

_SIZE = (5.2, 3.2)


def pictures(parts: Sequence[Part], table: Table, truth: Truth) -> dict[str, bytes]:
    """Return PNG files by name: of one n means, distances and T; of several the rate, from its table."""
    if len(parts) > 1:
        return {"rate": svg.png(partial(_rate, table), (10.4, 3.6), (1, 2))}
    paints = {"means": partial(_means, parts[0], truth), "distances": partial(_distances, parts[0])}
    if parts[0].study.statistic is not None:
        paints["functional"] = partial(_functional, parts[0], truth)
    return {name: svg.png(paint, _SIZE) for name, paint in paints.items()}


def mean_figures(part: Part, truth: Truth) -> list[Markup]:
    """Return the distribution of the mean, and the coverage of its intervals."""
    means = "How the mean scatters over members: of the GAN's samples, of its data, and by theory."
    covered = (
        "Coverage of each named interval, ± 1.96 errors. The green band holds 95 of 100 studies of this "
        "size whose intervals truly cover 95 %."
    )
    return [
        _drawn(part, "means", means, partial(_means, part, truth)),
        _drawn(part, "coverage", covered, partial(_coverage, part)),
    ]


def distance_figures(part: Part) -> list[Markup]:
    """Return the distribution of the distance from F, and the errors of the quantiles."""
    apart = (
        "How far from the truth: the largest gap between two distribution functions, over members."
    )
    errors = (
        "Squared errors of five quantiles, each over that of the data's own: below 1 is better."
    )
    return [
        _drawn(part, "distances", apart, partial(_distances, part)),
        _drawn(part, "quantiles", errors, partial(_quantiles, part)),
    ]


def functional_figures(part: Part, truth: Truth) -> list[Markup]:
    """Return the distribution of T over members, and the coverage of its intervals."""
    caption = "How T scatters over members, and where it should be."
    covered = "Coverage of four intervals for T, ± 1.96 errors; the green band as above."
    return [
        _drawn(part, "functional", caption, partial(_functional, part, truth)),
        _drawn(part, "intervals", covered, partial(_intervals, part)),
    ]


def rate_figures(table: Table) -> list[Markup]:
    """Return the mean distance against n, plain and times √n."""
    plain = "Mean distance from F against n with 1.96 errors; dashed, what theory says of F_n."
    scaled = "The same times √n: level lines fall as 1/√n, a rising one falls more slowly."
    return [
        figure(svg.draw("rate", plain, partial(_distance_against_n, table), _SIZE), plain),
        figure(svg.draw("rate-scaled", scaled, partial(_scaled, table), _SIZE), scaled),
    ]


def _drawn(part: Part, name: str, caption: str, paint: svg.Paint) -> Markup:
    return figure(svg.draw(f"{name}-{part.study.n}", caption, paint, _SIZE), caption)


def _means(part: Part, truth: Truth, axes: Any) -> None:
    figures.paint_means(axes, part.statistics, truth, part.study.n)


def _distances(part: Part, axes: Any) -> None:
    figures.paint_distances(axes, part.statistics)


def _coverage(part: Part, axes: Any) -> None:
    figures.paint_coverage(axes, part.table)


def _quantiles(part: Part, axes: Any) -> None:
    figures.paint_quantiles(axes, part.table)


def _functional(part: Part, truth: Truth, axes: Any) -> None:
    chosen = part.study.functional
    assert chosen is not None, "a figure of T is asked for where no T was chosen"
    figures.paint_functional(axes, part.statistics, chosen.name, chosen.of_truth(truth))


def _intervals(part: Part, axes: Any) -> None:
    figures.paint_intervals(axes, part.table)


def _distance_against_n(table: Table, axes: Any) -> None:
    sizes, means, errors = means_against_n(table)
    figures.paint_distance_against_n(axes, np.array(sizes), means, errors)


def _scaled(table: Table, axes: Any) -> None:
    sizes, means, _ = means_against_n(table)
    figures.paint_rate(axes, np.array(sizes), means)


def _rate(table: Table, axes: Any) -> None:
    _distance_against_n(table, axes[0])
    _scaled(table, axes[1])
