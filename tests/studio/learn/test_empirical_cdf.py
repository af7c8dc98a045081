"""Distances against scipy's test statistic, the band and its probability against theirs."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import kstest, kstwo, norm

from zerosum.studio.learn.empirical_cdf import SETS, Values, distances, draws, picture
from zerosum.theory import mean_distance


@pytest.mark.parametrize("n", [2, 10, 40, 1000])
def test_distances(n):
    for number in (0, 17, SETS - 1):
        statistic = kstest(draws(n)[number], "uniform").statistic
        assert distances(n)[number] == pytest.approx(statistic, abs=1e-14)


@pytest.mark.parametrize(("n", "level"), [(10, 0.5), (40, 0.95), (1000, 0.99)])
def test_the_band(n, level):
    figure = picture(Values(n=n, level=level))
    band = math.sqrt(math.log(2 / (1 - level)) / (2 * n))
    assert figure.number("band ε = √(log(2/α)/2n)") == pytest.approx(band, rel=1e-12)
    inside = kstwo.cdf(band, n)
    assert figure.number("probability that F lies inside") == pytest.approx(inside, abs=1e-12)
    assert inside >= level
    share = figure.number("share of the 300 inside")
    assert abs(share - inside) < 4 * math.sqrt(inside * (1 - inside) / SETS)  # 4 standard errors


@pytest.mark.parametrize("n", [10, 100, 1000])
def test_the_mean(n):
    figure = picture(Values(n=n))
    root = math.sqrt(n)
    wanted = figure.number("√(π/2) log 2 − 1/(6√n)")
    assert wanted == pytest.approx(
        root * mean_distance(n), abs=1 / n
    )  # the next term of the series
    error = root * distances(n).std(ddof=1) / math.sqrt(SETS)
    assert abs(figure.number("√n · mean of the 300") - wanted) < 4 * error + 1 / n


def test_the_marked_distance_is_the_largest():
    figure = picture(Values(n=40, seed=5))
    marks = {mark.name: mark for mark in figure.panels[0].marks}
    line, steps, area = marks["largest distance"], marks["F_n"], marks["F_n ± ε"]
    u = draws(40)[5]
    for t in (-1.01, 0.02, 1.51):
        share = (u <= norm.cdf(t)).mean()
        assert np.interp(t, steps.x, steps.y) == pytest.approx(share, abs=1e-12)
    band = figure.number("band ε = √(log(2/α)/2n)")
    assert np.allclose(area.low, np.maximum(steps.y - band, 0))
    assert np.allclose(area.high, np.minimum(steps.y + band, 1))
    assert line.x[0] == pytest.approx(norm.ppf(line.y[0]), abs=1e-9)
    assert abs(line.y[1] - line.y[0]) == pytest.approx(
        figure.number("‖F_n − F‖ of this data set"), abs=1e-12
    )


def test_the_bars_count_every_data_set():
    figure = picture(Values(n=40, seed=5))
    bars, _, band, here = figure.panels[1].marks
    assert np.sum(bars.height) == pytest.approx(1.0)
    scaled = distances(40) * math.sqrt(40)
    counted = [np.mean(np.abs(scaled - middle) < 0.025) for middle in bars.x]  # bars 0.05 wide
    assert np.allclose(bars.height, counted, atol=1e-12)
    assert here.x[0] == pytest.approx(scaled[5])
    assert band.x[0] == pytest.approx(math.sqrt(math.log(2 / 0.05) / 2))
    note = next(n.note for n in figure.numbers if n.name.startswith("√n · mean"))
    assert note == f"standard error {np.std(scaled, ddof=1) / math.sqrt(SETS):.3f}"
