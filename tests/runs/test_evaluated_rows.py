"""Whose rows are judged in Python, and in which units."""

from __future__ import annotations

import numpy as np
import pytest

from tests.tiny_runs import settings, small_pictures
from zerosum.errors import InputError
from zerosum.runs.evaluated_rows import evaluated_rows
from zerosum.runs.job import prepare
from zerosum.runs.judging import judge_generator
from zerosum.runs.rows import Rows


@pytest.fixture(scope="module")
def job():
    return prepare(small_pictures(), settings=settings())


def test_pictures_of_another_range_and_layout_give_the_same_evidence(job):
    pictures, generator = small_pictures(), job.generator()
    as_bytes = evaluated_rows(pictures, None, generator.codec, None, None, 0)
    floats = (pictures / 255.0).astype(np.float32)[:, None]
    as_floats = evaluated_rows(floats, None, generator.codec, None, None, 0)
    for mine, theirs in zip(as_bytes, as_floats, strict=True):
        assert mine.units is None and theirs.units == generator.codec
        np.testing.assert_array_equal(mine.read(), theirs.read())
        np.testing.assert_array_equal(mine.some(5, 1).read(), theirs.some(5, 1).read())
    assert judge_generator(generator, *as_bytes) == judge_generator(generator, *as_floats)


def test_pictures_of_another_size_are_refused(job):
    with pytest.raises(InputError, match="give pictures of its size"):
        evaluated_rows(small_pictures()[:, :5], None, job.generator().codec, None, None, 0)


def test_a_fit_keeps_its_training_rows_and_a_loaded_gan_takes_half(job):
    train, held_out = Rows(job.source, job.trained), Rows(job.source, job.held_out)
    codec = job.generator().codec
    assert evaluated_rows(None, None, codec, train, held_out, 0) == (train, held_out)
    kept, given = evaluated_rows(small_pictures(), None, codec, train, held_out, 0)
    assert kept is train and len(given) == len(small_pictures())
    half, other = evaluated_rows(small_pictures(), None, codec, None, None, 0)
    assert len(half) + len(other) == len(small_pictures())
    assert not set(half.index.tolist()) & set(other.index.tolist())
    for nothing in ((None, None), (train, Rows(job.source, job.held_out[:0]))):
        with pytest.raises(InputError, match="give evaluate some real data"):
            evaluated_rows(None, None, codec, *nothing, 0)
