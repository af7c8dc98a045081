"""What of the evaluator's settings cannot work."""

from __future__ import annotations

import numpy as np
import pytest

from tests.tiny_runs import settings, small_pictures
from zerosum.errors import InputError
from zerosum.runs.job import prepare

BAD = {
    "negative": ({"times": -1}, "evaluation.times is -1: give 0 for none"),
    "few rows": ({"rows": 11}, "evaluation.rows is 11, but precision and coverage need 12 rows"),
    "no such number": (
        {"best": "coverag"},
        "evaluation.best of points data.*did you mean 'coverage'",
    ),
    "of pictures": ({"best": "KD"}, "unknown evaluation.best of points data 'KD'"),
    "density": ({"best": "density"}, "density is best where real rows have it"),
    "a key": ({"time": 2}, "unknown setting 'evaluation.time'.*did you mean 'evaluation.times'"),
}


@pytest.mark.parametrize("name", BAD)
def test_it_is_refused_with_the_reason(name):
    asked, said = BAD[name]
    with pytest.raises(InputError, match=said):
        prepare("ring", settings=settings(evaluation=asked))


def test_pictures_and_numbers_have_their_own_kernels():
    prepare("ring", settings=settings(evaluation={"best": "MMD"}))
    prepare(small_pictures(), settings=settings(evaluation={"best": "KD"}))
    with pytest.raises(InputError, match=r"unknown evaluation.best of image data 'MMD'"):
        prepare(small_pictures(), settings=settings(evaluation={"best": "MMD"}))


def test_translators_are_judged_by_one_number():
    pictures = np.repeat(np.repeat(small_pictures(side=4), 2, 1), 2, 2)
    asked = {"evaluation": {"best": "FD"}, "run": {"batch": 1, "steps": 2}}
    with pytest.raises(InputError, match="translators are only judged by the Fréchet distances"):
        prepare(pictures, to=pictures, recipe="cyclegan", settings=asked)
