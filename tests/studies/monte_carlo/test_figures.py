"""The figures draw what the statistics say, on any axes."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure

from zerosum import noise
from zerosum.reports import svg
from zerosum.studies.monte_carlo import figures as figures
from zerosum.studies.monte_carlo import table as tables
from zerosum.studies.monte_carlo.functional_table import functional_table
from zerosum.studies.monte_carlo.functionals import functional
from zerosum.studies.monte_carlo.statistics import member_statistics
from zerosum.studies.monte_carlo.table import summary
from zerosum.studies.monte_carlo.truths import normal

NAMED = ("known σ", "own sd", "sd of members")


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


def test_coverage_stands_on_its_band_beside_the_lectures(statistics):
    drawn = axes()
    table = summary(statistics, normal(), 100, 200)
    figures.paint_coverage(drawn, table)
    texts = [text.get_text() for text in drawn.get_legend().get_texts()]
    assert texts == ["where 95 % lies", "GAN", "lecture, GAN", "data", "lecture, data"]
    band = drawn.patches[0]
    assert (band.get_x(), band.get_x() + band.get_width()) == pytest.approx(tables.band(300))
    of_gan = [*NAMED, "own sd, plain"]
    wanted = [table.cell(tables.COVERAGE, "GAN", what).value for what in of_gan]
    np.testing.assert_allclose(drawn.containers[0].lines[0].get_xdata(orig=False), wanted)
    assert [label.get_text() for label in drawn.get_yticklabels()][::-1] == [*of_gan, "not named"]


def test_quantiles_are_measured_against_those_of_the_data(statistics):
    drawn = axes()
    table = summary(statistics, normal(), 20, 200)
    figures.paint_quantiles(drawn, table)
    values = [table.cell(tables.ERRORS, of, "50 %").value for of in ("F*, GAN", "F_n, data")]
    assert drawn.lines[1].get_ydata()[2] == pytest.approx(values[0] / values[1])


def test_a_functional_has_its_truth_and_its_intervals(statistics):
    t = functional("mean")
    ends = {"low": -0.1, "high": 0.2}
    columns = {f"{end}_{of}": np.full(300, v) for end, v in ends.items() for of in ("gan", "data")}
    columns |= {"t_gan": statistics["mean_gan"], "t_data": statistics["mean_data"]}
    drawn = axes()
    figures.paint_functional(drawn, columns, "mean", 0.25)
    assert list(drawn.lines[0].get_xdata()) == [0.25, 0.25]
    covered = axes()
    table = functional_table(columns, t, normal())
    figures.paint_intervals(covered, table)
    wanted = [
        table.cell("intervals for T", of, "coverage").value
        for of in ("percentile, bootstrap", "basic, bootstrap")
    ]
    np.testing.assert_allclose(covered.containers[0].lines[0].get_xdata(orig=False), wanted)


def test_distances_against_n_are_on_logarithms_with_their_errors():
    drawn = axes()
    sizes, means = np.array([25, 100]), {"GAN": np.array([0.1, 0.05]), "law": np.array([0.2, 0.1])}
    figures.paint_distance_against_n(drawn, sizes, means, {"GAN": np.array([0.01, 0.002])})
    assert (drawn.get_xscale(), drawn.get_yscale()) == ("log", "log")
    bars = drawn.collections[0].get_segments()
    np.testing.assert_allclose(bars[0][:, 1], [0.1 - 0.0196, 0.1 + 0.0196], rtol=1e-3)
