"""Runs that other GAN code described or measured wrongly; each test fails if it is done so here.

The numbers are those of the project's list of known bugs (docs/known-bugs.md).
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.tiny_runs import finished, settings, small_pictures
from zerosum import noise
from zerosum.data.load import load
from zerosum.errors import InputError
from zerosum.metrics.evidence import Evidence
from zerosum.records.events import read_events
from zerosum.runs import judging
from zerosum.runs.job import prepare
from zerosum.runs.rows import Rows
from zerosum.runs.saving import save_samples


def test_bug_25_both_sides_are_measured_in_one_type_and_scale(monkeypatch):
    """Floats against bytes: what rounding takes from one side only is measured as a distance."""
    job, given = prepare(small_pictures(), settings=settings()), {}
    monkeypatch.setattr(judging, "evaluate", lambda **named: given.update(named) or Evidence(()))
    train, held_out = (Rows(job.source, index) for index in (job.trained, job.held_out))
    judging.judge_generator(job.generator(), train, held_out)
    kinds = {(given[k].dtype, given[k].shape[1:]) for k in ("held_out", "train", "fake")}
    assert kinds == {(np.dtype(np.uint8), (6, 6))}
    assert given["encode"] == job.source.codec.encode


def test_bug_25_samples_are_never_saved_with_loss(tmp_path):
    codec = load(small_pictures()).codec
    for name in ("x.jpg", "x.jpeg", "x.webp"):
        with pytest.raises(InputError, match=r"use one of \.png, \.npy, \.csv, or a folder"):
            save_samples(tmp_path / name, small_pictures(4), codec)
    assert list(tmp_path.iterdir()) == []


def test_bug_26_evidence_is_taken_on_rows_that_fitted_nothing(monkeypatch):
    """A threshold or a scale taken from the rows it is then tried on flatters the model."""
    rows = noise.normal(1, (300, 2)).double().numpy()
    rows[:, 0] += np.arange(300)
    job, given = prepare(rows, settings=settings(data={"n": None})), {}
    monkeypatch.setattr(judging, "evaluate", lambda **named: given.update(named) or Evidence(()))
    train, held_out = (Rows(job.source, index) for index in (job.trained, job.held_out))
    judging.judge_generator(job.generator(), train, held_out)
    trained_on, seen = {tuple(r) for r in given["train"]}, {tuple(r) for r in given["held_out"]}
    assert trained_on == {tuple(r) for r in rows[job.trained]} and len(trained_on) == 240
    assert seen == {tuple(r) for r in rows[job.held_out]} and not seen & trained_on
    mean, std = rows[job.trained].mean(0), rows[job.trained].std(0)
    np.testing.assert_allclose(
        job.source.codec.encode(rows).numpy(), (rows - mean) / std, atol=1e-5
    )


def test_bug_27_logged_columns_are_spelt_and_filled_right(tmp_path):
    run = finished(tmp_path, game={"objective": "ns", "penalties": [{"name": "r1"}]})
    ticks = [e for e in read_events(run) if e["kind"] == "tick"]
    assert ticks
    for tick in ticks:
        assert tick.keys() == {
            "kind", "loss", "logit", "accuracy", "penalty", "step", "seen", "seconds", "rate",
        }  # fmt: skip
        assert tick["loss"].keys() == {"generator", "discriminator"}
        assert tick["logit"].keys() == tick["accuracy"].keys() == {"real", "fake"}
        assert tick["penalty"].keys() == {"r1"}
        # two cross-entropies round log 2 and a penalty for one player, a single one for the other
        assert tick["loss"]["discriminator"] > 1.0 > tick["loss"]["generator"]
