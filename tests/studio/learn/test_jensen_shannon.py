"""The valley: numbers by scipy's quadrature, the curve through the handle, the floor where p_g = p_d."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import rel_entr
from scipy.stats import norm

from zerosum.studio.learn.jensen_shannon import MEANS, SDS, Values, picture
from zerosum.theory import gaussian, generator_criterion


@pytest.mark.parametrize(("mean", "sd"), [(0.0, 1.0), (1.5, 0.7), (-3.0, 2.0)])
def test_divergence_and_criterion(mean, sd):
    def half(x):
        p, q = norm.pdf(x), norm.pdf(x, mean, sd)
        return 0.5 * (rel_entr(p, (p + q) / 2) + rel_entr(q, (p + q) / 2))

    ends = np.linspace(-16, 16, 17)
    exact = sum(quad(half, a, b, epsabs=1e-13)[0] for a, b in itertools.pairwise(ends))
    figure = picture(Values(mean=mean, sd=sd))
    assert figure.number("JSD(p_d, p_g)") == pytest.approx(exact, abs=1e-9)
    assert figure.number("C(G) = V(D*, G)") == pytest.approx(-math.log(4) + 2 * exact, abs=1e-9)
    assert figure.number("−log 4 + 2 JSD") == pytest.approx(-math.log(4) + 2 * exact, abs=1e-9)
    assert figure.number("C(G) + log 4") == pytest.approx(2 * exact, abs=1e-9)

    def apart(x):
        return 0.5 * abs(norm.pdf(x) - norm.pdf(x, mean, sd))

    gap = sum(quad(apart, a, b, epsabs=1e-9)[0] for a, b in itertools.pairwise(ends))
    # two kinks at most, each off by slope · 0.01² / 2; slopes are below 1
    assert figure.number("TV²") == pytest.approx(gap**2, abs=2e-4)
    assert gap**2 <= 2 * exact + 1e-9


def test_the_curve_runs_through_the_handle():
    panel = picture(Values(mean=1.5, sd=0.7)).panels[1]
    height = np.interp(1.5, panel.marks[0].x, panel.marks[0].y)
    assert height == pytest.approx(panel.handles[0].y, abs=1e-9)  # 1.5 is one of the curve's places


def test_the_map_has_its_floor_at_the_data():
    table = picture(Values()).panels[2].marks[0].values
    row, column = np.unravel_index(np.argmin(table), table.shape)
    assert abs(MEANS[column]) < 1e-12
    assert abs(math.log(SDS[row])) <= math.log(SDS[1] / SDS[0])
    inner = table[1:-1, 1:-1]
    lower = [
        table[i : i + inner.shape[0], j : j + inner.shape[1]]
        for i in range(3)
        for j in range(3)
        if (i, j) != (1, 1)
    ]
    assert (inner < np.min(lower, axis=0)).sum() == 1  # one valley


def test_the_map_is_the_criterion_at_its_places():
    panel = picture(Values()).panels[2]
    for row, column in ((0, 3), (12, 40), (40, 64)):
        mean, sd = float(MEANS[column]), float(SDS[row])
        exact = generator_criterion(gaussian(), gaussian(mean, sd))
        # sums in steps of 0.05, a sixth of the narrowest bell
        assert panel.marks[0].values[row, column] == pytest.approx(exact, abs=1e-6)
    for place, words in panel.y.ticks:
        assert 10**place == pytest.approx(float(words))


def test_densities_are_of_what_they_are_named():
    panel = picture(Values(mean=1.5, sd=0.7)).panels[0]
    _, real, _, fake, half = panel.marks
    assert (real.colour, fake.colour) == ("real", "fake")
    assert np.allclose(real.y, norm.pdf(real.x)) and np.allclose(fake.y, norm.pdf(fake.x, 1.5, 0.7))
    assert np.allclose(half.y, (real.y + fake.y) / 2)
