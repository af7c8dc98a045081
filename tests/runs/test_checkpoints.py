"""The networks of a checkpoint: best, last, a step, of a run that is done or not."""

from __future__ import annotations

import numpy as np
import pytest

import zerosum as zs
from tests.tiny_runs import settings
from tests.training.test_resume_translation import TINY, pictures
from zerosum.errors import InputError
from zerosum.recipes.config import merge
from zerosum.records.lock import Lock
from zerosum.runs import boosted, session
from zerosum.runs.checkpoints import (
    find_checkpoint,
    generator_at,
    generator_of,
    job_at,
    translator_of,
    translators_at,
)
from zerosum.runs.job import prepare
from zerosum.runs.translating import translators
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


@pytest.fixture(scope="module")
def mixture(tmp_path_factory):
    """A mixture of two, with the rows that its second component's generator made at each step."""
    made = {}
    over = {"boost": {"components": 2, "method": "ensemble"}, "evaluation": {"times": 0}}
    work = boosted.begin(
        prepare("ring", settings=settings(run=EVERY["run"], **over)), tmp_path_factory.mktemp("mix")
    )
    write = session.Session.train

    def watched(self, stop, on_tick, **orders):
        def looked():
            made[self.job.state.step] = self.job.generator().sample(5, seed=1)
            return stop()

        return write(self, looked, on_tick, **orders)

    with pytest.MonkeyPatch.context() as patch, Lock(work.run):
        patch.setattr(session.Session, "train", watched)
        assert work.train() == "done"
    return work.run, made


def test_a_mixture_has_no_checkpoint_of_the_whole_and_says_where_its_components_are(mixture):
    for which in ("best", "last", 5):
        with pytest.raises(InputError, match=r"is a mixture, whose components .*components/00"):
            generator_at(mixture[0], which)


def test_a_component_is_a_training_of_its_own(mixture):
    folder, made = mixture
    second = folder / "components" / "01"
    np.testing.assert_array_equal(generator_at(second, 5).sample(5, seed=1), made[5])
    loaded = zs.load(second, checkpoint="last").sample(5, seed=1)
    np.testing.assert_array_equal(loaded, zs.load(second).sample(5, seed=1))
    assert not np.array_equal(loaded, made[5])
    with pytest.raises(InputError, match="as a mixture's component is"):
        generator_at(second, "best")


def test_a_component_in_training_is_said(tmp_path):
    over = {"boost": {"components": 2, "method": "ensemble"}, "evaluation": {"times": 0}}
    work = boosted.begin(prepare("ring", settings=settings(**over)), tmp_path)
    with Lock(work.run):
        work.train(lambda: True)
    with pytest.raises(InputError, match="is a component that is still being trained: finish its"):
        generator_at(work.run / "components" / "00", "last")


def pictures_of(tmp_path_factory):
    """Train translators; return the session, what each step's ones made of some rows, and these."""
    root, made = tmp_path_factory.mktemp("pair"), {}
    x = pictures(3, 9, 3)
    for i, name in enumerate("ab"):
        np.save(root / f"{name}.npy", pictures(40, i, 3))
    tiny = merge(TINY, {"data": {"holdout": 0.4}, **EVERY})
    job = prepare(str(root / "a.npy"), to=str(root / "b.npy"), recipe="cyclegan", settings=tiny)
    work = session.begin(job, root)

    def likes_two(self, tell):
        def found(state):
            made[state.step] = [t.translate(x) for t in translators(self.job)]
            return Found(float(abs(state.step - 2)), 0.1)

        return found

    with pytest.MonkeyPatch.context() as patch, Lock(work.run):
        patch.setattr(session.Session, "_evaluator", likes_two)
        work.train()
    return work, made, x


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    work, made, x = pictures_of(tmp_path_factory)
    there, back = translators(work.job)
    there.save(work.run / "model")
    back.save(work.run / "back")
    return work.run, made, x


@pytest.mark.parametrize("which, step", [("best", 2), ("last", 6), (5, 5), ("5", 5)])
def test_translators_give_the_rows_they_gave_then(pair, which, step):
    folder, made, x = pair
    for t, expected in zip(translators_at(folder, which), made[step], strict=True):
        np.testing.assert_array_equal(t.translate(x), expected)
        assert t.provenance["steps"] == step
    np.testing.assert_array_equal(zs.load(folder, checkpoint=which).translate(x), made[step][0])
    way_back = translator_of(folder, which, back=True)
    np.testing.assert_array_equal(way_back.translate(x), made[step][1])
    there, back = translators(job_at(folder, which))
    np.testing.assert_array_equal(there.translate(x), made[step][0])
    np.testing.assert_array_equal(back.translate(x), made[step][1])
    assert not np.array_equal(made[2][0], made[5][0])


def test_translators_of_a_step_that_is_gone_and_of_a_run_of_one_domain(pair, run):
    with pytest.raises(InputError, match="keeps no checkpoint of step 3: there are 2, 5, 6"):
        translators_at(pair[0], 3)
    with pytest.raises(InputError, match="holds a generator, which translates nothing"):
        translators_at(run[0], "best")
    with pytest.raises(InputError, match="holds a translator, which makes rows of rows"):
        generator_at(pair[0], "best")


def test_translators_that_are_not_done_are_taken_from_the_runs_data(tmp_path_factory):
    """Both folders are missing: the run was stopped."""
    work, made, x = pictures_of(tmp_path_factory)
    for which, step in (("best", 2), ("last", 6)):
        for t, expected in zip(translators_at(work.run, which), made[step], strict=True):
            np.testing.assert_array_equal(t.translate(x), expected)


def test_what_is_no_run_folder_is_said(run, tmp_path):
    with pytest.raises(InputError, match="is not a run folder"):
        generator_at(tmp_path, "best")
    with pytest.raises(InputError, match="is not a run folder"):
        generator_at(run[0] / "model", "best")
