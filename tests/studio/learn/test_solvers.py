"""Paths by matrices against rounds that the library's own solvers play, and |λ| by closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest

from zerosum.claims.play import dirac_toy, payoff_toy, play
from zerosum.claims.solvers import SOLVERS
from zerosum.objectives.nonsaturating import NONSATURATING
from zerosum.penalties.zero_centred import R1
from zerosum.studio.learn.solvers import Values, field, path, picture, rounds
from zerosum.theory import bilinear, saddle


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize(("game", "payoff"), [("xy", bilinear), ("x² − y² + xy", saddle)])
def test_paths_are_those_of_the_library(solver, game, payoff):
    values = Values(game=game, step=0.3, rounds=12, weight=0.4)
    turn = rounds(values)[solver](field(values), values.step)
    played = play(
        payoff_toy(payoff), (values.x, values.y), values.step, values.rounds, SOLVERS[solver]
    )
    assert np.allclose(path(turn, (values.x, values.y), values.rounds), played, atol=1e-12)


@pytest.mark.parametrize("solver", SOLVERS)
def test_the_dirac_gan_near_rest(solver):
    values = Values(game="Dirac-GAN", step=0.3, rounds=10, gamma=0.8, weight=0.4)
    turn = rounds(values)[solver](field(values), values.step)
    small = 1e-4
    played = play(
        dirac_toy(NONSATURATING, ((R1, 0.8),)), (small, 0.6 * small), 0.3, 10, SOLVERS[solver]
    )
    # what the matrix leaves out is of the third order of the distance, in each of ten rounds
    assert np.allclose(path(turn, (small, 0.6 * small), 10), played, atol=10 * small**2)


def test_factors_on_the_bilinear_game():
    figure = picture(Values(game="xy", step=0.4, weight=0.5))
    wanted = {
        "simultaneous": math.hypot(1, 0.4), "alternating": 1.0,
        "extragradient": math.sqrt(1 - 0.4**2 + 0.4**4),
        "optimistic": math.sqrt((1 + math.sqrt(1 - 4 * 0.4**2)) / 2),
        "consensus": math.hypot(1 - 0.4 * 0.5, 0.4),
    }  # fmt: skip
    for name, value in wanted.items():
        assert figure.number(f"|λ|, {name}") == pytest.approx(value, abs=1e-12)
    notes = {n.name: n.note for n in figure.numbers}
    assert notes["|λ|, simultaneous"] == "leaves"
    assert notes["|λ|, alternating"] == "circles"
    assert notes["|λ|, extragradient"] == "comes to rest"


def test_what_ran_far_away_is_a_gap():
    figure = picture(Values(step=1.2, rounds=100))
    line = figure.panels[0].marks[0]
    assert np.isnan(line.x[-1]) and np.isfinite(line.x[0])


@pytest.mark.parametrize(
    "values", [Values(weight=1.5), Values(game="Dirac-GAN", gamma=2.0, step=0.6)]
)
def test_curves_run_through_their_points_and_paths_through_theirs(values):
    paths, factors = picture(values).panels
    for line, point in zip(factors.marks[1::2], factors.marks[2::2], strict=True):
        height = np.interp(values.step, line.x, line.y)  # 0.3 and 0.6 are places of the curves
        assert line.name == point.name and height == pytest.approx(point.y[0], abs=1e-9)
    for line, points in zip(paths.marks[:-1:2], paths.marks[1:-1:2], strict=True):
        assert np.array_equal(line.x[1:], points.x, equal_nan=True)
        assert np.array_equal(line.y[1:], points.y, equal_nan=True)
        assert (line.x[0], line.y[0]) == (values.x, values.y)
