"""Criteria against adaptive quadrature, best Gaussians against closed forms, shares against integrals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import norm

from zerosum.claims.gaussian_fits import REACH, SPREAD, two_modes
from zerosum.studio.learn.mode_dropping import CRITERIA, SAID, Values, fits, landscape, picture
from zerosum.theory import divergence_between, gaussian


@pytest.mark.parametrize("criterion", CRITERIA)
@pytest.mark.parametrize(
    ("distance", "mean", "sd"), [(4.0, 0.5, 1.5), (2.0, 1.0, 0.6), (6.0, -3.0, 0.5)]
)
def test_the_criterion(criterion, distance, mean, sd):
    figure = picture(Values(criterion=criterion, distance=distance, mean=mean, sd=sd))
    exact = divergence_between(CRITERIA[criterion], two_modes(distance), gaussian(mean, sd))
    assert figure.number(f"{SAID[criterion]}, your model") == pytest.approx(exact, rel=1e-8)
    assert figure.number(f"{SAID[criterion]}, best Gaussian") <= exact + 1e-9


@pytest.mark.parametrize("distance", [1.0, 4.0, 7.0])
def test_kl_covers(distance):
    note = next(
        n.note
        for n in picture(Values(criterion="kl", distance=distance)).numbers
        if "best Gaussian" in n.name
    )
    assert note == f"mean 0.00, sd {SPREAD * math.hypot(1, distance):.2f}"


def test_reverse_kl_drops_and_jsd_changes_its_mind():
    def covers(criterion, distance):
        figure = picture(Values(criterion=criterion, distance=distance))
        return figure.number("best that covers both modes") < figure.number("best beside one mode")

    assert not covers("reverse-kl", 4.0)
    assert covers("jensen-shannon", 4.0) and not covers("jensen-shannon", 4.5)  # at 4.245


@pytest.mark.parametrize("distance", [0.0, 1.0, 3.0, 5.0])
def test_the_share_off_the_data_counts_a_region_once(distance):
    values = Values(distance=distance, mean=0.5, sd=1.5)
    x = np.linspace(-12, 12, 240_001)
    near = (
        np.minimum(np.abs(x - distance * SPREAD), np.abs(x + distance * SPREAD)) <= REACH * SPREAD
    )
    off = norm.pdf(x, 0.5, 1.5)[~near].sum() * (x[1] - x[0])
    found = picture(values).number("your model off the data")
    assert found == pytest.approx(
        off, abs=4 * 1e-4 * 0.27
    )  # four ends, each a step of 1e-4 at density 0.27


def test_the_landscape_is_the_criterion_at_its_places():
    table = landscape("reverse-kl", 4.0)
    exact = divergence_between(CRITERIA["reverse-kl"], two_modes(4.0), gaussian(-4.0, 0.3))
    assert table[0, 0] == pytest.approx(exact, rel=1e-6)
    assert np.allclose(table, table[:, ::-1])


def test_the_share_of_the_data_that_is_left_out():
    x = np.linspace(-12, 12, 240_001)
    data = 0.5 * (norm.pdf(x, -2 * SPREAD, SPREAD) + norm.pdf(x, 2 * SPREAD, SPREAD))
    missed = data[np.abs(x - 1.0) > REACH * 0.4].sum() * (x[1] - x[0])
    found = picture(Values(distance=2.0, mean=1.0, sd=0.4)).number(
        "data that your model leaves out"
    )
    assert found == pytest.approx(missed, abs=2 * 1e-4 * 0.5)  # two ends at a density below 0.5


@pytest.mark.parametrize(("distance", "covers"), [(4.0, True), (6.0, False)])
def test_the_best_are_marked(distance, covers):
    values = Values(criterion="jensen-shannon", distance=distance)
    densities, landscapes = picture(values).panels
    covering, dropping = fits("jensen-shannon", distance)
    assert abs(covering.mean) < 1e-6 < 0.1 < abs(dropping.mean)
    numbers = [n.value for n in picture(values).numbers[1:4]]
    assert numbers == [min(covering.value, dropping.value), covering.value, dropping.value]
    _, best, other, yours = landscapes.marks
    wanted = (covering, dropping) if covers else (dropping, covering)
    for mark, fit in zip((best, other), wanted, strict=True):
        assert mark.x == [fit.mean, -fit.mean] and mark.y == [math.log(fit.sd)] * 2
    assert (yours.x, yours.y) == ([values.mean], [math.log(values.sd)])
    assert all(math.exp(place) == pytest.approx(float(w)) for place, w in landscapes.y.ticks)
    curve = densities.marks[-1]
    assert np.allclose(curve.y, norm.pdf(curve.x, wanted[0].mean, wanted[0].sd))
