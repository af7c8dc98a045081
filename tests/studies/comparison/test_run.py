"""The whole of a comparison: rounds, choice, final trainings, and going on with it."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from tests.studies.comparison.test_stage import SMALL
from tests.studies.inline import Inline
from zerosum.errors import InputError
from zerosum.studies.comparison import run
from zerosum.studies.comparison.run import run_comparison
from zerosum.studies.comparison.stage import chunks

pytest.importorskip("optuna")
TWO = replace(SMALL, objectives=("ns", "wgan-gp"), draws=10)
here = partial(run_comparison, executor=Inline)


def pretend(stage, chunk):
    """Scores as they would be if the best rate were 1e-3; a rate above 5e-3 diverges."""
    numbers = chunks(stage)[chunk]
    seeds, count = len(stage["seeds"]), len(stage["draws"][0])
    rates = np.array(
        [stage["draws"][n // seeds // count][n // seeds % count]["lr"] for n in numbers]
    )
    luck = np.array([n % seeds for n in numbers]) / 100
    alive = rates < 5e-3
    scores = np.where(alive, abs(np.log10(rates / 1e-3)) + luck, np.nan)
    return {"training": np.array(numbers), "alive": alive, "W1_sliced": scores}


def refuse(stage, chunk):
    raise AssertionError("nothing is left to be done")


@pytest.fixture
def pretended(monkeypatch):
    monkeypatch.setattr(run, "work", pretend)


def test_real_trainings_are_scored_and_the_best_is_trained_anew(tmp_path):
    said = []
    found = here(replace(TWO, draws=2), tmp_path, progress=lambda stage, at: said.append(stage))
    assert found.score == "W1 sliced" and set(found.scores) == set(found.final)
    assert found.scores["W1 sliced"].shape == (2, 2, 2)
    assert not found.failed.any() and list(dict.fromkeys(said)) == ["search-00", "final"]
    assert 0 < found.real["W1 sliced"] < found.final["W1 sliced"].min()


def test_every_draw_stands_in_its_place(tmp_path, pretended):
    found = here(TWO, tmp_path)
    lr, weight = found.parameters["lr"], found.parameters["weight"]
    # common random numbers: the same rates for both, a weight for the one that has it
    assert np.array_equal(lr[0], lr[1]) and np.isnan(weight[0]).all() and (weight[1] > 0).all()
    assert np.array_equal(found.failed, np.repeat((lr >= 5e-3)[:, :, None], 2, axis=2))
    expected = abs(np.log10(lr / 1e-3))
    assert np.allclose(found.scores["W1 sliced"][:, :, 0], np.where(lr < 5e-3, expected, np.nan),
                       equal_nan=True)  # fmt: skip
    assert list(found.best) == [int(expected[0].argmin())] * 2
    assert np.allclose(found.final["W1 sliced"][:, 1], expected[0].min() + 0.01)


def test_it_goes_on_where_it_was(tmp_path, pretended, monkeypatch):
    first = here(TWO, tmp_path)
    monkeypatch.setattr(run, "work", refuse)
    again = here(TWO, tmp_path)
    assert np.array_equal(again.final["W1 sliced"], first.final["W1 sliced"])
    with pytest.raises(InputError, match="has updates 12 where 13 is given"):
        here(replace(TWO, updates=13), tmp_path)


def test_a_search_that_learns_uses_the_scores_so_far(tmp_path, pretended):
    found = here(replace(TWO, search="tpe", draws=60), tmp_path)
    lr = found.parameters["lr"]
    assert np.array_equal(lr[0, :12], lr[1, :12])  # the first fifth is common
    assert not np.array_equal(lr[0, 12:], lr[1, 12:]) and len(set(lr[0])) == 60
    assert len(list(tmp_path.glob("search-*"))) == 9  # the first round and eight proposed
    far = abs(np.log10(lr / 1e-3))
    # a random log-uniform rate is 0.83 decades away on average, with standard error 0.12 for 24
    assert far[:, -24:].mean() < 0.6


def test_a_chunk_that_was_given_up_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "work", refuse)
    with pytest.raises(InputError, match=r"chunk 0 of search-00 was given up .*nothing is left"):
        here(TWO, tmp_path)


@pytest.mark.parametrize("better", ["lower", "higher"])
def test_failures_count_as_the_worst_when_the_best_is_chosen(better):
    sign = 1.0 if better == "lower" else -1.0
    scores = sign * np.array([[[1.0, math.nan], [4.0, 5.0], [9.0, 9.0]]])
    # (1 + 9)/2 = 5 is worse than (4 + 5)/2
    assert list(run._best(scores, np.isnan(scores), better)) == [1]
    with pytest.raises(InputError, match="every training diverged"):
        run._best(scores * math.nan, np.ones((1, 3, 2), bool), better)
