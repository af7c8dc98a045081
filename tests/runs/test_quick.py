"""The quick distance by which one of several components is chosen."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.tiny_runs import settings, small_pictures
from zerosum.metrics.features import extract
from zerosum.metrics.frechet import frechet_distance
from zerosum.runs.job import prepare
from zerosum.runs.quick import quick_distance, seen_through


@pytest.fixture
def job():
    return prepare(small_pictures(), settings=settings())


def test_it_is_the_plug_in_distance_to_training_rows(job):
    from zerosum import noise

    generator, see = job.generator(), seen_through((1, 6, 6))
    n = len(job.trained)
    fake = generator.encoded(generator.latents(n, noise.fold(0, "judge")))
    real = job.source.codec.encode(job.source.rows[job.trained])
    expected = frechet_distance(extract(see, real), extract(see, fake)).plug_in
    # two ways to the same square roots, of 64 singular values
    assert quick_distance(job) == pytest.approx(expected, rel=1e-6)


def test_a_generator_that_is_no_longer_finite_is_infinitely_far(job):
    assert 0 < quick_distance(job) == quick_distance(job) < np.inf
    with torch.no_grad():
        for parameter in job.state.averages["generator"].parameters():
            parameter.fill_(float("nan"))
    assert quick_distance(job) == np.inf
