"""The generator of a checkpoint: best, last, a step, of a run that is done or not."""

from __future__ import annotations

import numpy as np
import pytest

import zerosum as zs
from tests.tiny_runs import settings
from zerosum.errors import InputError
from zerosum.records.lock import Lock
from zerosum.runs import boosted, session
from zerosum.runs.checkpoints import find_checkpoint, generator_at, generator_of
from zerosum.runs.job import prepare
from zerosum.training.recorder import Found

EVERY = {"run": {"steps": 6, "checkpoints": 6, "keep": 2}, "evaluation": {"times": 6}}


def trained(root, **over):
    """Train to the end and keep the artefact, without measuring."""
    work = session.begin(prepare("ring", settings=settings(**over)), root)
    with Lock(work.run):
        work.train()
    work.job.generator().save(work.run / "model")
    return work.run


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A finished run whose second step was best, with the rows each step's generator made."""
    made = {}

    def likes_two(self, tell):
        def found(state):
            made[state.step] = self.job.generator().sample(5, seed=1)
            return Found(float(abs(state.step - 2)), 0.1)

        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session.Session, "_evaluator", likes_two)
        return trained(tmp_path_factory.mktemp("runs"), **EVERY), made


@pytest.mark.parametrize("which, step", [("best", 2), ("last", 6), (5, 5), ("5", 5)])
def test_it_makes_the_rows_it_made_then(run, which, step):
    folder, made = run
    generator = generator_at(folder, which)
    np.testing.assert_array_equal(generator.sample(5, seed=1), made[step])
    assert generator.provenance["steps"] == step
    loaded = zs.load(folder, checkpoint=which)
    np.testing.assert_array_equal(loaded.sample(5, seed=1), made[step])


def test_without_a_word_it_is_the_artefact(run):
    folder, made = run
    np.testing.assert_array_equal(generator_of(folder).sample(5, seed=1), made[6])


def test_a_step_that_is_gone_is_said(run):
    with pytest.raises(InputError, match="keeps no checkpoint of step 3: there are 2, 5, 6"):
        generator_at(run[0], 3)
    with pytest.raises(InputError, match="checkpoint is 'bset': give best, last, or a step"):
        generator_at(run[0], "bset")


def test_a_run_that_is_not_done_has_a_generator_too(tmp_path):
    job = prepare("ring", settings=settings(data={"spec": "ring"}, **EVERY))
    work = session.begin(job, tmp_path)
    with Lock(work.run):
        work.train(lambda: job.state.step == 3)
    expected = job.generator().sample(5)
    np.testing.assert_array_equal(generator_at(work.run, "last").sample(5), expected)
    assert find_checkpoint(work.run, "best").step == job.state.best["step"]


def test_without_evaluations_there_is_no_best(tmp_path):
    folder = trained(tmp_path, evaluation={"times": 0})
    with pytest.raises(InputError, match="has no best checkpoint: it was trained without eval"):
        generator_at(folder, "best")
    assert generator_at(folder, "last").provenance["steps"] == 4


def test_a_mixture_has_no_checkpoint_of_the_whole(tmp_path):
    over = {"boost": {"components": 2, "method": "ensemble"}}
    work = boosted.begin(prepare("ring", settings=settings(**over)), tmp_path)
    with pytest.raises(InputError, match="is a mixture, which keeps checkpoints of its components"):
        generator_at(work.run, "best")


def test_what_is_no_run_folder_is_said(run, tmp_path):
    with pytest.raises(InputError, match="is not a run folder"):
        generator_at(tmp_path, "best")
    with pytest.raises(InputError, match="is not a run folder"):
        generator_at(run[0] / "model", "best")
