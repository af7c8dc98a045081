"""`latent_glyphs --run`: a run that is finished is taken as it is, one that was stopped goes on."""

from __future__ import annotations

import shutil
from types import SimpleNamespace

import numpy as np
import pytest

import zerosum as zs
from benchmarks.latent_glyphs import facts
from benchmarks.latent_glyphs_data import Glyphs, trained
from zerosum.errors import InputError
from zerosum.runs import session


def glyphs(n=60):
    """Pictures of one column for each of three characters, on a ground that differs."""
    images = (np.arange(n * 1024, dtype=np.int64) * 37 % 60).astype(np.uint8).reshape(n, 32, 32)
    names = np.array(["A", "B", "C"])[np.arange(n) % 3]
    for i in range(n):
        images[i, 4:28, 8 * (1 + i % 3)] = 250
    return Glyphs(images, names, np.arange(n), np.zeros((n, 3), dtype=bool))


def options(runs, **over):
    base = {
        "unconditional": False, "run": None, "steps": 4, "batch": 4, "width": 2, "latent": 4,
        "rate": 4e-4, "precision": "fp32", "seed": 0, "runs": runs,
    }  # fmt: skip
    return SimpleNamespace(**base | over)


@pytest.fixture(autouse=True)
def unmeasured(monkeypatch):
    """What is found of these generators, during training and after it, is no matter here."""

    def refuse(self, *given, **named):
        raise InputError("nothing is measured")

    monkeypatch.setattr(session.Session, "evidence", refuse)
    monkeypatch.setattr(session.Session, "_evaluator", lambda self, tell: None)
    monkeypatch.setattr(session.Session, "_reconstructed", lambda self: None)
    monkeypatch.setattr(session, "draw_gallery", lambda *given: None)


@pytest.mark.parametrize("unconditional", [False, True])
def test_a_finished_run_is_taken_as_it_is_and_a_stopped_one_goes_on(tmp_path, unconditional):
    train, asked = glyphs(), options(tmp_path / "runs", unconditional=unconditional)
    run = trained(train, asked)
    written = {p: p.stat().st_mtime_ns for p in run.rglob("*") if p.is_file()}
    assert trained(train, asked) == run == trained(train, options(tmp_path, run=run))
    assert {p: p.stat().st_mtime_ns for p in run.rglob("*") if p.is_file()} == written
    said = facts(run)
    assert said["steps"] == 4 and said["told the character"] is not unconditional
    stopped = shutil.copytree(run, tmp_path / "stopped")
    shutil.rmtree(stopped / "checkpoints" / "ckpt-000000004")
    shutil.rmtree(stopped / "model")
    (stopped / "report.html").unlink()
    # which of the two games it plays is the run's to say, not the flag's
    assert trained(train, options(tmp_path, run=stopped)) == stopped
    whole, again = (zs.load(folder).sample(6) for folder in (run, stopped))
    assert np.array_equal(whole, again)
    assert facts(stopped) | {"seconds of training": 0} == said | {"seconds of training": 0}
