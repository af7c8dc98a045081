"""The figures draw what the statistics say, on any axes."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure

from zerosum import noise
from zerosum.reports import svg
from zerosum.studies import inference_figures as figures
from zerosum.studies.inference_statistics import member_statistics
from zerosum.studies.truths import normal


@pytest.fixture(scope="module")
def statistics():
    data = normal().sample(noise.fold(0, "data"), (300, 20))
    return member_statistics(data, normal().sample(noise.fold(0, "gan"), (300, 200)), normal())


def axes():
    return Figure().subplots()


def test_colours_are_those_of_the_reports():
    assert (figures.REAL, figures.FAKE, figures.THIRD) == (svg.REAL, svg.FAKE, svg.THIRD)
    assert (figures.INK, figures.MUTED) == (svg.INK, svg.MUTED)


def test_means_have_the_curve_of_the_truth(statistics):
    drawn = axes()
    figures.paint_means(drawn, statistics, normal(), 20)
    x, y = drawn.lines[0].get_data()
    assert y.max() == pytest.approx(np.sqrt(20 / (2 * np.pi)), rel=1e-9)
    assert drawn.get_legend().get_texts()[0].get_text() == "GAN, X̄*"
    # all bars together are the whole: 300 members, the outermost 1 in 1000 left out
    bars = [p for p in drawn.patches if hasattr(p, "get_width")]
    assert sum(p.get_width() * p.get_height() for p in bars) == pytest.approx(1.0, abs=0.01)
    assert np.ptp(x) > 0


def test_distances_are_marked_with_their_means(statistics):
    drawn = axes()
    figures.paint_distances(drawn, statistics)
    places = [line.get_xdata()[0] for line in drawn.lines]
    wanted = [statistics[f"ks_{name}"].mean() for name in ("gan", "data", "kde")]
    np.testing.assert_allclose(places, wanted)


def test_equal_values_draw_too():
    drawn = axes()
    same = {f"ks_{name}": np.full(4, 0.2) for name in ("gan", "data", "kde")}
    figures.paint_distances(drawn, same)
    assert drawn.patches


def test_the_rate_is_scaled_by_root_n():
    drawn = axes()
    figures.paint_rate(drawn, np.array([25, 100]), {"GAN": np.array([0.1, 0.05])})
    np.testing.assert_allclose(drawn.lines[0].get_ydata(), [0.5, 0.5])
