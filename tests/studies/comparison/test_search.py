"""Optuna's samplers as pure functions of the seed and the scores so far."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from zerosum.errors import InputError
from zerosum.studies.comparison.search import proposed_points, random_points, rounds

pytest.importorskip("optuna")
AXES = ("lr", "k")


def test_rounds_make_all_draws():
    for draws in (1, 2, 7, 19, 100, 101):
        assert rounds("random", draws) == (draws,)
        assert sum(rounds("tpe", draws)) == draws and min(rounds("tpe", draws)) > 0
    with pytest.raises(InputError, match="did you mean 'tpe'"):
        rounds("tpee", 10)


def test_random_points_are_uniform_and_a_function_of_the_seed():
    points = random_points(3, 400, AXES)
    assert points == random_points(3, 400, AXES) and points != random_points(4, 400, AXES)
    x = np.array([[p[a] for a in AXES] for p in points])
    # 4.5 standard errors of a uniform's mean, and of the correlation of independent columns
    assert np.abs(x.mean(axis=0) - 0.5).max() < 4.5 / np.sqrt(12 * 400)
    assert abs(np.corrcoef(x.T)[0, 1]) < 4.5 / np.sqrt(400)
    # a longer search begins with the same draws
    assert random_points(3, 10, AXES) == points[:10]


@pytest.mark.parametrize("direction", ["minimize", "maximize"])
def test_a_search_that_learns_goes_where_scores_are_good(direction):
    sign = 1.0 if direction == "minimize" else -1.0
    known = [(p, sign * (p["lr"] - 0.9) ** 2) for p in random_points(0, 60, AXES)]
    proposed = proposed_points(1, "ns", AXES, known, 30, direction)
    # 30 random points would have mean distance 0.41 from 0.9, with standard error 0.05
    assert np.mean([abs(p["lr"] - 0.9) for p in proposed]) < 0.2
    assert proposed == proposed_points(1, "ns", AXES, known, 30, direction)


def test_failures_are_avoided():
    bad = float("inf")
    known = [(p, bad if p["lr"] > 0.4 else 1.0) for p in random_points(0, 60, AXES)]
    proposed = proposed_points(1, "ns", AXES, known, 30, "minimize")
    assert np.mean([p["lr"] > 0.4 for p in proposed]) < 0.3  # 0.6 at random


def test_without_optuna_the_sentence_names_the_command(monkeypatch):
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(InputError, match=r"pip install 'zerosum\[study\]'"):
        random_points(0, 1, AXES)
