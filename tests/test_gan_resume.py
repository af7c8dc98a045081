"""Going on with a run from Python, its data given again where they are not kept with it."""

from __future__ import annotations

import numpy as np
import pytest

import zerosum as zs
from tests.tiny_runs import finished, settings, small_pictures
from tests.training.tiny import digest_of_run
from zerosum.records.lock import Lock
from zerosum.runs import session
from zerosum.runs.job import prepare
from zerosum.training.signals import StopRequest

PICTURES, LABELS = small_pictures(), np.array(["cat", "dog"])[np.arange(120) % 2]


@pytest.fixture(autouse=True)
def concluded(monkeypatch) -> list[int]:
    """Leave out the measuring and the report that come after the last step, but note that they came."""
    steps: list[int] = []

    def conclude(work):
        steps.append(work.job.state.step)
        return {}

    monkeypatch.setattr(session.Session, "conclude", conclude)
    return steps


def stopped(root, data, y=None):
    """A run stopped at its second step of four."""
    job = prepare(data, labels=y, settings=settings(conditional=y is not None))
    work = session.begin(job, root)
    with Lock(work.run):
        assert work.train(lambda: job.state.step >= 2) == "interrupted"
    return work.run


def test_labelled_rows_given_again_go_on_bit_for_bit(tmp_path, concluded):
    untouched = finished(tmp_path / "untouched", PICTURES, y=LABELS, conditional=True)
    run = stopped(tmp_path / "stopped", PICTURES, LABELS)
    gan = zs.resume(run, PICTURES, LABELS)
    assert digest_of_run(run) == digest_of_run(untouched)
    assert concluded == [4, 4] and gan.run_ == run
    assert gan.sample(2, label="dog").shape == (2, 6, 6)


def test_named_data_need_not_be_given_again(tmp_path):
    run = stopped(tmp_path, "ring")
    assert zs.resume(str(run)).config_.data.spec == "ring"
    assert digest_of_run(run) == digest_of_run(finished(tmp_path, "ring"))


def test_missing_or_other_data_are_refused_and_nothing_is_changed(tmp_path, concluded):
    run = stopped(tmp_path, PICTURES, LABELS)
    before = digest_of_run(run)
    with pytest.raises(zs.InputError, match=r"go on in Python with zerosum\.resume\('.*', X, y\)"):
        zs.resume(run)
    for given in ((PICTURES,), (PICTURES, LABELS[::-1]), (PICTURES[:, ::-1], LABELS)):
        with pytest.raises(zs.InputError, match=r"are not what .* was trained on.*labels"):
            zs.resume(run, *given)
    assert digest_of_run(run) == before and concluded == []


@pytest.mark.filterwarnings("ignore:the array")
@pytest.mark.parametrize(
    ("labels", "given"), [(None, ", X"), (LABELS, ", X, y=y")], ids=["plain", "labelled"]
)
def test_an_interrupted_fit_says_how_to_go_on(tmp_path, monkeypatch, labels, given):
    gan = zs.GAN(settings=settings(), out=tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(StopRequest, "__call__", lambda self: True)
        with pytest.raises(KeyboardInterrupt) as said:
            gan.fit(PICTURES, labels)
    assert (
        str(said.value) == f"stopped at step 1; to go on: zerosum.resume({str(gan.run_)!r}{given})"
    )
    assert zs.resume(gan.run_, PICTURES, labels).config_ == gan.config_
