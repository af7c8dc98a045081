"""The draws of a population are those of its members, bit for bit."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
import torch
from torch.testing import assert_close

from tests.training.tiny import prepared
from zerosum.errors import InputError
from zerosum.runs.crowd import member_draws
from zerosum.runs.job import assemble
from zerosum.training.member_draws import MemberDraws, Rhythm

SETTINGS = {
    "plain": {"game": {"objective": "ns", "fresh_latents": False, "solver": "alternating"}},
    "fresh, three turns": {
        "game": {
            "fresh_latents": True,
            "discriminator_steps": 3,
            "solver": "alternating",
            "spectral": False,
        }
    },
}


@pytest.mark.parametrize("name", SETTINGS)
def test_they_are_those_of_each_member(name):
    jobs = [prepared(seed=i, data={"seed": i}, **SETTINGS[name]) for i in range(3)]
    together = member_draws(jobs)
    for step in (0, 1, 17, 18, 40, 3):  # 300 rows in batches of 16: epochs end within a batch
        drawn = together.step(step)
        for i, job in enumerate(jobs):
            alone = job.draws.step(step)
            assert len(drawn) == len(alone)
            for mine, [theirs] in zip(drawn, alone, strict=True):
                for field in ("real", "latent", "key"):
                    assert_close(getattr(mine, field)[i], getattr(theirs, field), rtol=0, atol=0)
        shared = [a is b for a, b in pairwise(drawn)]
        alone = [a[0] is b[0] for a, b in pairwise(job.draws.step(step))]
        assert shared == alone


def test_members_that_share_data_share_their_rows():
    one = prepared({}, spec="digits", recipe="r3gan", conditional=True)
    jobs = [one, *(assemble(replace(one.config, seed=s), one.source, one) for s in (1, 2))]
    assert all(job.feed.kept[0] is one.feed.kept[0] for job in jobs)
    drawn = member_draws(jobs).step(30)
    for place, seed in enumerate((0, 1, 2)):
        alone = prepared({}, spec="digits", recipe="r3gan", conditional=True, seed=seed)
        [theirs] = alone.draws.step(30)[0]
        assert torch.equal(drawn[0].real[place], theirs.real)
        assert torch.equal(drawn[0].label[place], theirs.label)


def test_labels_come_along():
    jobs = [prepared({}, spec="digits", recipe="r3gan", seed=i, conditional=True) for i in range(2)]
    drawn, alone = member_draws(jobs).step(5), jobs[1].draws.step(5)
    assert torch.equal(drawn[0].label[1], alone[0][0].label)


def test_what_cannot_be_stacked_is_refused():
    jobs = [prepared(seed=i) for i in range(2)]
    rhythm = Rhythm(turns=2, fresh_last=False, latent=4, labelled=False)

    class Large:
        size, seed, kept = 16, 0, None

        def ordered(self, order, epoch):
            return order

    with pytest.raises(InputError, match="member 1's data are too large"):
        MemberDraws([jobs[0].feed, Large()], [0, 1], rhythm)
    shorter = prepared(seed=1, data={"n": 200})
    with pytest.raises(InputError, match="member 1 trains on rows of shape"):
        MemberDraws([jobs[0].feed, shorter.feed], [0, 1], rhythm)
