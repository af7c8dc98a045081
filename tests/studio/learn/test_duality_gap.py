"""Gaps in closed form, and where each solver's gap goes."""

from __future__ import annotations

import numpy as np
import pytest

from zerosum.studio.learn.duality_gap import DIRAC, SADDLE, Values, gap_at, picture, play


@pytest.mark.parametrize(("x", "y"), [(0.5, -0.25), (0.0, 0.0), (-1.0, 1.0), (0.33, 0.9)])
def test_the_dirac_gan(x, y):
    figure = picture(Values(game=DIRAC, x=x, y=y))
    assert figure.number("duality gap") == pytest.approx(abs(x) + abs(y), abs=1e-12)
    assert figure.number("what ψ could gain alone") == pytest.approx(abs(x) + x * y, abs=1e-12)
    assert figure.number("what θ could gain alone") == pytest.approx(abs(y) - x * y, abs=1e-12)
    assert figure.number("M(θ, ψ)") == pytest.approx(-x * y, abs=1e-12)


@pytest.mark.parametrize(("x", "y"), [(0.5, -0.25), (0.0, 0.0), (-1.0, 1.0)])
def test_the_saddle(x, y):
    # each best answer, ±x/2, lies within 1/200 of a place of the grid: (1/200)² is missed at most, twice
    assert gap_at(Values(game=SADDLE), x, y) == pytest.approx(1.25 * (x * x + y * y), abs=5.1e-5)


@pytest.mark.parametrize("game", [DIRAC, SADDLE])
def test_the_map_is_the_gap_at_its_places(game):
    values = Values(game=game)
    heat = picture(values).panels[0].marks[0]
    side = np.linspace(-1, 1, heat.values.shape[0])
    for row, column in ((0, 5), (20, 20), (33, 12)):
        assert heat.values[row, column] == pytest.approx(
            gap_at(values, side[column], side[row]), abs=1e-12
        )


def test_who_comes_to_rest():
    ways = play(Values(x=0.5, y=-0.25, step=0.4))
    gaps = {name: [gap_at(Values(), *row) for row in way.tolist()] for name, way in ways.items()}
    assert gaps["simultaneous"][-1] > 1  # at the edge of the square
    assert gaps["its average"][-1] < 0.2 * gaps["simultaneous"][-1]
    assert gaps["extragradient"][-1] < 0.05
    assert all(min(gap) >= 0 for gap in gaps.values())


def test_the_first_moves():
    """θ descends −ψθ, ψ climbs it."""
    ways = play(Values(x=0.5, y=-0.25, step=0.2))
    x, y = 0.5 + 0.2 * -0.25, -0.25 - 0.2 * 0.5
    assert ways["simultaneous"][1] == pytest.approx([x, y], abs=1e-12)
    assert ways["alternating"][1] == pytest.approx([x, -0.25 - 0.2 * x], abs=1e-12)
    assert ways["extragradient"][1] == pytest.approx([0.5 + 0.2 * y, -0.25 - 0.2 * x], abs=1e-12)


def test_places_stay_in_the_square_and_are_averaged():
    ways = play(Values(x=0.9, y=0.9, step=0.8))
    assert all(np.abs(way).max() <= 1 for way in ways.values())
    for n in (0, 1, 60):
        mean = ways["simultaneous"][: n + 1].mean(axis=0)
        assert ways["its average"][n] == pytest.approx(mean, abs=1e-12)


@pytest.mark.parametrize("game", [DIRAC, SADDLE])
def test_best_answers_and_the_gap_as_they_play(game):
    values = Values(game=game, x=0.5, y=-0.25)
    _, answers, along = picture(values).panels
    to_x, to_y, here, best_y, best_x = answers.marks
    at = {DIRAC: (-1.0, -1.0), SADDLE: (0.25, 0.125)}[game]  # D: -yx is most at y = -1
    # x² − y² + xy is most at y = x/2 and least at x = −y/2; places are 1/100 apart
    assert (best_y.x[0], best_x.x[0]) == pytest.approx(at, abs=0.0051)
    assert best_y.y[0] == max(to_x.y) and best_x.y[0] == min(to_y.y)
    assert np.interp(0.5, to_y.x, to_y.y) == pytest.approx(here.y[0], abs=1e-12)
    assert np.interp(-0.25, to_x.x, to_x.y) == pytest.approx(here.y[0], abs=1e-12)
    for line in along.marks:
        assert line.y[0] == pytest.approx(gap_at(values, 0.5, -0.25), abs=1e-12)
