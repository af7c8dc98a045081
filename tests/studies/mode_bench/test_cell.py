"""One cell: hand-made generators get the scores that their modes say, and failures the worst."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.studies.mode_bench.benches import enter, team
from zerosum.studies.mode_bench.bench import REAL, Bench
from zerosum.studies.mode_bench.cell import kept, modes_of, work, worst_score
from zerosum.studies.mode_bench.protocols import protocol


def cell(monkeypatch, trainer, seeds, system="gan"):
    enter(monkeypatch, gan=trainer)
    bench = Bench(("ring-veegan", "ring-pacgan"), ("gan",), seeds=seeds)
    description = bench.description()
    number = [c["system"] for c in description["work"]].index(system)
    return work(description, number)


def test_scores_of_modes_that_were_kept(monkeypatch):
    found = cell(monkeypatch, team([8, 4, 8]), 3)
    assert found["scores"].shape == (3, 8)  # two protocols of four scores
    np.testing.assert_array_equal(found["scores"][:, :4], found["scores"][:, 4:])
    np.testing.assert_array_equal(found["scores"][:, 0], [8, 4, 8])
    np.testing.assert_array_equal(found["scores"][:, 1], 100.0)
    # half the modes, evenly: log 2, less (8 - 1)/(2 * 2500)
    assert found["scores"][1, 2] == pytest.approx(math.log(2) - 7 / 5000, abs=1e-6)
    assert found["samples"].shape == (1000, 2) and not found["failed"].any()
    assert found["rounds"].tolist() == [7] and found["parameters"].tolist() == [11, 13]


def test_failures_stay_with_the_worst_scores(monkeypatch):
    found = cell(monkeypatch, team([8, 0, 8], dead=(2,)), 3)  # fine; NaN samples; diverged
    assert found["failed"].tolist() == [False, True, True]
    np.testing.assert_allclose(found["scores"][1:, :4], [[0, 0, math.log(8), math.log(8)]] * 2)


def test_real_rows_are_judged_alike(monkeypatch):
    found = cell(monkeypatch, team([8, 8]), 2, REAL)
    assert found["scores"][:, 0].tolist() == [8, 8] and not found["failed"].any()
    # 4 standard errors of a share of 2,500
    perfect = 1 - math.exp(-4.5)
    error = 400 * math.sqrt(perfect * (1 - perfect) / 2500)
    assert abs(found["scores"][:, 1] - 100 * perfect).max() < error


def test_the_worst_of_each_score():
    grid, mixture = protocol("grid"), protocol("adagan-3")
    assert [worst_score(s, grid) for s in grid.scores] == [0, 0, math.log(25), math.log(25)]
    assert [worst_score(s, mixture) for s in mixture.scores] == [0]
    assert modes_of(grid) == 25 and math.isnan(modes_of(mixture))


def test_what_is_kept_for_a_picture():
    assert kept(np.zeros((2500, 2))).shape == (1000, 2)
    assert kept(np.zeros((2500, 1200))).shape == (0, 1200)
    assert kept(np.zeros((26_000, 8, 8, 3), np.uint8)).shape == (16, 8, 8, 3)
