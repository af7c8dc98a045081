"""Boost sections that cannot work are refused with the reason."""

from __future__ import annotations

import numpy as np
import pytest

from tests.tiny_runs import settings
from zerosum.errors import InputError
from zerosum.gan import GAN
from zerosum.population import Population
from zerosum.recipes.check_boost import bad_boost
from zerosum.recipes.config import from_mapping
from zerosum.recipes.presets import DataShape
from zerosum.runs.job import prepare

BAD = {
    "nothing": (
        {"components": 0},
        "boost.components is 0, but a mixture of T GANs needs a T from 1",
    ),
    "negative": ({"components": -3}, "boost.components is -3"),
    "too many": ({"components": 100_000}, "to 1000"),
    "a word": ({"components": "ten"}, "a whole number is needed"),
    "a method": ({"method": "adagam"}, "did you mean 'adagan'"),
    "a beta": ({"beta": "serch"}, "did you mean 'search'"),
    "no rounds": ({"components": 2, "rounds": 0}, "boost.rounds is 0: at least 1"),
    "no width": ({"components": 2, "width": 0}, "boost.width is 0: at least 1"),
    "a key": ({"component": 2}, "unknown setting 'boost.component'"),
}


@pytest.mark.parametrize("name", BAD)
def test_it_is_refused_with_the_reason(name):
    boost, said = BAD[name]
    with pytest.raises(InputError) as refused:
        prepare("ring", settings=settings(boost=boost))
    assert said in str(refused.value) and "\n" not in str(refused.value)


def test_too_few_rows_for_two_halves():
    rows, small = np.arange(8.0)[:, None], {"run": {"batch": 2}}
    with pytest.raises(InputError, match="on either half of the 6 rows, and needs 8"):
        prepare(rows, settings=settings(boost={"components": 2}, **small))
    prepare(rows, settings=settings(boost={"components": 2, "method": "ensemble"}, **small))


def test_a_member_of_a_population_is_one_gan():
    rows = np.arange(40.0)[:, None]
    gan = GAN(boost={"components": 2}, steps=1, batch=4)
    with pytest.raises(InputError, match="each member of a population is one GAN"):
        Population(gan, members=2).fit(rows)


def test_translators_are_no_components():
    given = {"boost": {"components": 2}, "game": {"system": "cyclegan"}, "data": {"holdout": 0.2}}
    shape = DataShape("image", (3, 32, 32), 100)
    said = list(bad_boost(from_mapping(given), shape))
    assert len(said) == 1 and "chooses its component by the latent" in said[0]
    assert not list(bad_boost(from_mapping(given | {"boost": {}}), shape))


def test_the_recipe_is_ten_components():
    boost = prepare("ring", recipe="adagan").config.boost
    assert (boost.components, boost.method, boost.beta) == (10, "adagan", "uniform")
