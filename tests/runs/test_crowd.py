"""What a chunk of a population takes, and how many members of it the memory holds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.tiny_runs import small_pictures
from zerosum.errors import InputError
from zerosum.runs.crowd import Footprint, fitting_chunk, footprint, train_chunk
from zerosum.runs.job import assemble, configure

DATA = np.random.default_rng(0).normal(size=(64, 2))


def configured(width=16, batch=16, **over):
    network = {"name": "mlp", "width": width, "depth": 2}
    settings = {
        "latent": 2,
        "generator": network,
        "discriminator": network,
        "run": {"steps": 3, "batch": batch},
        **over,
    }
    return configure(DATA, recipe="ns-r1", settings=settings)


def test_it_holds_weights_gradients_slots_and_averages():
    each = footprint(*configured(width=512, batch=2))
    inner = 2 * 512 + 512 + 512 * 512 + 512
    generator, discriminator = 4 * (inner + 512 * 2 + 2), 4 * (inner + 512 + 1)
    # kept: the average; at work both networks and the average, two moments each, and a gradient
    assert generator < each.kept < generator + 200_000
    assert each.state >= 2 * generator + discriminator
    assert each.played >= 2 * (generator + discriminator) + discriminator


def test_activations_grow_with_the_batch():
    played = [footprint(*configured(batch=b)).played for b in (8, 16, 32)]
    # what does not depend on the batch falls out of the differences
    assert 1.8 < (played[2] - played[1]) / (played[1] - played[0]) < 2.2


def test_the_largest_chunk_that_fits_is_taken():
    each = Footprint(state=10**5, played=10**6, kept=10**5, numbers=10**5, a_number=16.0)
    for members in (1, 7, 50, 199):
        free = each.chunk(members)
        assert fitting_chunk(each, 200, free) == members
        assert members == 1 or fitting_chunk(each, 200, free - 1) == members - 1
    assert fitting_chunk(each, 200, each.chunk(200)) == 200
    with pytest.raises(InputError, match=r"one member takes up to .* smaller batch"):
        fitting_chunk(each, 200, each.chunk(1) - 1)


def test_rows_that_members_share_are_counted_once():
    rows = 10**6
    own = Footprint(state=0, played=0, kept=0, numbers=1, a_number=0.0, rows=rows)
    shared = replace(own, shared=True)
    assert shared.chunk(50) - own.chunk(50) == pytest.approx(1.7 * rows * (1 - 2 * 50), rel=1e-6)
    settings = configured()
    many = train_chunk([settings] * 3)
    assert len({id(one.generator.codec) for one in many}) == 1  # one data set, fitted once


def test_mapped_files_are_read_into_memory(tmp_path):
    np.save(tmp_path / "x.npy", DATA)
    network = {"name": "mlp", "width": 8, "depth": 1}
    settings = {"generator": network, "discriminator": network, "run": {"steps": 2}}
    found = configure(tmp_path / "x.npy", recipe="ns-r1", settings=settings)
    assert [one.stopped for one in train_chunk([found, found])] == [-1, -1]


@pytest.mark.parametrize(
    ("recipe", "norm"), [("dcgan", "none"), ("dcgan", "batch"), ("began", "none")]
)
def test_convolutional_members_are_what_they_are_alone(recipe, norm):
    """Their weights lie channels last, which no view makes a row of."""
    small = {"width": 4, "norm": "none"}
    normed = {**small, "norm": norm}  # its running statistics see each batch once
    settings = {
        "latent": 4,
        "generator": normed,
        "discriminator": small,
        "run": {"steps": 3, "batch": 8},
    }
    each = [
        configure(small_pictures(40, 8), recipe=recipe, settings={**settings, "seed": seed})
        for seed in (3, 4)
    ]
    for one, alone in zip(train_chunk(each), each, strict=True):
        job = assemble(*alone)
        job.run()
        mine, theirs = (g.network.state_dict() for g in (one.generator, job.generator()))
        # float32 sums in another order: a few units of 6e-8 on numbers below 1, in three steps of 1e-4
        # to 5e-4 each, of which Adam's first have the size of the rate whatever the gradient's
        torch.testing.assert_close(mine, theirs, rtol=0, atol=1e-5)
