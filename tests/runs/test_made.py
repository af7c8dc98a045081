"""What a generator is beside its weights."""

from __future__ import annotations

import numpy as np
import pytest

from zerosum.recipes.tables import Sizes
from zerosum.runs.job import prepare
from zerosum.runs.made import made_generator, sizes_of

ROWS = np.random.default_rng(0).normal(size=(23, 2))


@pytest.mark.parametrize("holdout", [0.0, 0.01, 0.2])
def test_it_says_how_many_rows_it_was_trained_on(holdout):
    job = prepare(ROWS, settings={"data": {"holdout": holdout}, "run": {"steps": 3}})
    made = made_generator(job.config, job.source, job.state.averages["generator"], 3)
    assert made.provenance["rows trained on"] == len(job.trained)
    assert made.provenance["steps"] == 3 and made.codec == job.source.codec


def test_classes_count_only_where_they_are_told_to_the_networks():
    labels = np.arange(23) % 3
    for conditional, classes in ((True, 3), (False, 0)):
        settings = {"conditional": conditional, "latent": 4}
        job = prepare(ROWS, labels=labels, settings=settings)
        assert sizes_of(job.config, job.source) == Sizes(4, (2,), classes)
        assert len(job.generator().classes) == classes
