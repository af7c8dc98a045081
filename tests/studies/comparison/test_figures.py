"""The figures draw what the statistics say, on any axes."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from matplotlib.figure import Figure

from tests.studies.comparison.pages import compared, played
from zerosum.studies.comparison import figures as figures
from zerosum.studies.comparison.table import compare

found = cache(compared)


def painted(paint, *given):
    axes = Figure().subplots()
    paint(axes, *given)
    return axes


def points(axes):
    """The points of each scatter, in the order drawn."""
    return [np.ma.getdata(c.get_offsets()) for c in axes.collections]


def test_every_final_training_is_a_dot_or_a_cross():
    axes, trials = painted(figures.paint_final, found()), found().trials
    dots, crosses, last_dots, last_cross = points(axes)
    np.testing.assert_allclose(dots[:, 0], trials.final["distance"][0])
    assert (len(crosses), len(last_dots), len(last_cross)) == (0, 5, 1)
    assert last_cross[0, 0] == found().worst_final
    intervals = [line.get_xdata() for line in axes.lines if line.get_linewidth() == 2.0]
    ends = [[one.low, one.high] for one in found().ranking.standings]
    np.testing.assert_allclose(intervals, ends)
    assert [text.get_text() for text in axes.texts] == [
        one.letters for one in found().ranking.standings
    ]
    assert "lower is better" in axes.get_xlabel()


def test_every_draw_is_a_dot_or_a_cross():
    axes = painted(figures.paint_draws, found())
    dots, crosses, last_dots, last_crosses = points(axes)
    assert (len(dots), len(crosses), len(last_dots), len(last_crosses)) == (12, 0, 10, 2)
    np.testing.assert_allclose(dots[:, 0], found().trials.scores["distance"][0].mean(axis=1))
    # of the first failed draw one training of two failed: it counts as the worst of the search
    half = found().trials.scores["distance"][1, 0, 1]
    assert last_crosses[0, 0] == pytest.approx((found().worst_search + half) / 2)
    ticks = [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "|"]
    assert ticks == pytest.approx([row.median for row in found().rows])


def test_rows_lie_apart_and_dots_inside_them():
    for axes in (painted(figures.paint_final, found()), painted(figures.paint_draws, found())):
        for row, (dots, crosses) in enumerate(zip(*[iter(points(axes))] * 2, strict=True)):
            both = np.concatenate([dots, crosses])[:, 1]
            assert (np.abs(both - row) < 0.5).all()


def test_the_band_ends_where_it_is_no_longer_trusted():
    budget = found().budget
    axes = painted(figures.paint_budget, found(), 1)
    band = axes.collections[0].get_paths()[0].vertices
    assert (band[:, 0].min(), band[:, 0].max()) == (1, budget.trusted) == (1, 3)
    mine = next(line for line in axes.lines if line.get_linewidth() == 2.0)
    np.testing.assert_array_equal(mine.get_ydata(), budget.best[1])
    low, high = axes.get_ylim()
    assert low < budget.low[:, :3].min() and high > budget.high[:, :3].max()
    assert axes.get_xscale() == "log"


def test_a_search_that_learns_has_no_band_and_its_own_curve():
    learned = compare(played(facts={"search": "tpe"}))
    axes = painted(figures.paint_budget, learned, 0)
    assert not axes.collections
    mine = next(line for line in axes.lines if line.get_linewidth() == 2.0)
    means = learned.trials.scores["distance"][0].mean(axis=1)
    np.testing.assert_allclose(mine.get_ydata(), np.minimum.accumulate(means))


@pytest.mark.parametrize(("better", "edge"), [("lower", 1.0), ("higher", 0.0)])
def test_failed_draws_stand_at_the_worse_edge(better, edge):
    axes = painted(figures.paint_parameter, found(better=better), 1, "clip")
    dots, crosses = points(axes)
    assert (len(dots), len(crosses)) == (10, 2)
    np.testing.assert_array_equal(crosses[:, 1], edge)
    np.testing.assert_array_equal(crosses[:, 0], found().trials.parameters["clip"][1, :2])
    assert axes.get_xscale() == "log"


def test_axes_are_those_of_the_ranges():
    rate, turns, norm, beta = (
        painted(figures.paint_parameter, found(), 1, name)
        for name in ("lr", "k", "batch_norm", "beta1")
    )
    assert rate.get_xscale() == "log" and rate.get_xlim() == pytest.approx((1e-5 / 1.3, 1.3e-2))
    assert [t.get_text() for t in turns.get_xticklabels()] == list("12345")
    assert [t.get_text() for t in norm.get_xticklabels()] == ["off", "on"]
    assert beta.get_xscale() == "linear" and beta.get_xlabel() == "beta1"


def test_an_unknown_parameter_is_drawn_on_a_plain_axis():
    heat = np.linspace(1, 2, 24).reshape(2, 12)
    study = compare(replace(played(), parameters={"heat": heat}))
    assert painted(figures.paint_parameter, study, 0, "heat").get_xscale() == "linear"


def test_scores_of_one_scale_are_drawn_linearly_and_without_real_rows():
    even = compare(played(apart=0.0, real={}))
    assert painted(figures.paint_final, even).get_xscale() == "linear"
    assert painted(figures.paint_budget, even, 0).get_ylabel() == "distance (lower is better)"
