"""Mixtures trained at once are those trained alone, up to rounding."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.tiny_runs import settings
from zerosum.errors import InputError
from zerosum.runs import boosted
from zerosum.runs.boosted_crowd import train_boosted
from zerosum.runs.boosting import component_job
from zerosum.runs.crowd import member_draws
from zerosum.runs.job import configure, prepare

SMALL = settings(
    boost={"components": 3, "rounds": 25, "width": 8},
    run={"steps": 4, "batch": 16, "checkpoints": 1},
)


def configured(members: int, **boost):
    over = {**SMALL, "boost": {**SMALL["boost"], **boost}}
    return [configure("ring", recipe="ns-r1", settings={**over, "seed": s}) for s in range(members)]


def weights_of(n: int, key: int) -> torch.Tensor:
    weights = (torch.arange(n, dtype=torch.float64) % 7 + key) ** 2
    return weights / weights.sum()


def test_weighted_members_draw_what_they_would_draw_alone():
    jobs = [prepare("ring", recipe="ns-r1", settings={**SMALL, "seed": s}) for s in range(3)]
    own = [component_job(j, 1, weights_of(len(j.trained), k)) for k, j in enumerate(jobs)]
    draws = member_draws(own)
    for step in (0, 3, 40):  # 16 rows of 160 a turn: epochs 0 and 4
        together = draws.step(step)
        for place, job in enumerate(own):
            for turn, alone in zip(together, job.draws.step(step), strict=True):
                assert torch.equal(turn.real[place], alone[0].real)
                assert torch.equal(turn.latent[place], alone[0].latent)


@pytest.mark.parametrize(
    "method",
    ["adagan", *(pytest.param(m, marks=pytest.mark.slow) for m in ("ensemble", "best"))],
)
def test_a_member_is_the_mixture_trained_alone(method, tmp_path):
    given = configured(2, method=method)
    members = train_boosted(given)
    for number, (config, _) in enumerate(given):
        job = prepare("ring", recipe="ns-r1", settings={**SMALL, "seed": number, "boost": {
            **SMALL["boost"], "method": method}})  # fmt: skip
        assert job.config == config
        alone = boosted.Boosted(tmp_path / str(number), job)
        (tmp_path / str(number)).mkdir()
        alone.train()
        mine, theirs = members[number], alone.job.generator()
        assert mine.generator.shares == pytest.approx(theirs.shares)
        assert mine.stopped == () and len(mine.parts) == 3
        rows, expected = mine.generator.sample(50, 1), theirs.sample(50, 1)
        # float32, twelve rounds and two classifiers: a batched product rounds otherwise than a single
        np.testing.assert_allclose(rows, expected, rtol=0, atol=1e-4)
        costs = [(p.cost.rounds, p.cost.samples) for p in mine.parts]
        assert costs == [(p.cost.rounds, p.cost.samples) for p in alone.parts]


def test_it_tells_of_every_component():
    told = []
    train_boosted(configured(2, method="ensemble"), told.append)
    assert told == [0, 1, 2]


def test_members_with_different_boost_sections_are_refused():
    first, second = configured(2)
    other = (replace(second[0], boost=replace(second[0].boost, width=9)), second[1])
    with pytest.raises(InputError, match="different boost sections"):
        train_boosted([first, other])
